"""A survival function as hazards by pieces that meet it exactly at every piece's end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from equipoise import _check
from equipoise.errors import ArgumentError
from equipoise.numerics.piecewise import PiecewiseConstant

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from equipoise._check import FloatArray

PIECES = 384
EARLIEST = 1e-3


def hazard_by_pieces(
    survival: Callable[[FloatArray], FloatArray],
    *,
    until: float,
    pieces: int = PIECES,
    breaks: Sequence[float] | FloatArray = (),
) -> PiecewiseConstant:
    """Hazard of any survival function, constant by pieces, so that S is met exactly at every piece's end.

    Parameters
    ----------
    survival
        S(t), 1 at 0 and not rising, for an array of times.
    until
        Pieces reach to here, half of them of equal width and half of them narrower towards 0, where a hazard
        may be steep; the last one goes on for ever.
    pieces
        About how many.
    breaks
        Further times at which a piece must end.

    """
    last = _check.positive("until", until)
    even = np.linspace(0.0, last, max(pieces // 2, 2))
    early = np.geomspace(EARLIEST * even[1], even[-1], max(pieces // 2, 2))
    ends = np.union1d(np.union1d(even, early), _check.numbers("breaks", breaks) if len(breaks) else even)
    ends = ends[ends <= last]
    values = np.asarray(survival(ends), dtype=np.float64)
    if not (np.isfinite(values).all() and (values > 0.0).all() and abs(values[0] - 1.0) <= EARLIEST):
        raise ArgumentError(
            "survival",
            values.tolist()[:3],
            "must be 1 at time 0 and above 0 up to `until`",
            "Shorten `until`.",
        )
    if (np.diff(values) > 0.0).any():
        raise ArgumentError("survival", "a function that rises", "must not rise with time")
    rates = -np.diff(np.log(values)) / np.diff(ends)
    return PiecewiseConstant(tuple(ends[:-1].tolist()), tuple(np.maximum(rates, 0.0).tolist()))
