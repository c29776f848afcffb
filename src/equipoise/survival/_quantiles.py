"""The time at which a survival curve passes a level, and its confidence limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise.survival._display import Displayed
from equipoise.survival._frames import frame
from equipoise.survival._subject_order import TIE_TOLERANCE

if TYPE_CHECKING:
    import polars as pl

    from equipoise.survival._arrays import FloatArray


@dataclass(frozen=True, slots=True, repr=False)
class SurvivalQuantiles(Displayed):
    """Times by which a share p has had the event, one row for each group and p; not reached is nan."""

    group: tuple[Any, ...]
    p: FloatArray
    time: FloatArray
    lower: FloatArray
    upper: FloatArray
    level: float

    def headline(self) -> str:
        """What the rows are."""
        return f"Times by which a share p has had the event, {self.level:g} limits"

    def to_frame(self) -> pl.DataFrame:
        """Columns group, p, time, lower, upper; what is not reached is null."""
        return frame({name: getattr(self, name) for name in ("group", "p", "time", "lower", "upper")})


def quantile_of_curve(time: FloatArray, survival: FloatArray, p: FloatArray) -> FloatArray:
    """Least t with 1 - S(t) >= p; the midpoint of the interval where they are equal; nan where not reached.

    The curve starts at S(0) = 1 and may be a confidence limit, which can be nan and need not fall everywhere:
    among the levels that reach p the nearest one is taken, as R's survival package does.
    """
    gone, at = _distinct(np.concatenate(([0.0], 1.0 - survival)), np.concatenate(([0.0], time)))
    out = np.full(len(p), np.nan)
    known = ~np.isnan(gone)
    level, when = gone[known], at[known]
    for i, share in enumerate(p.tolist()):
        reached = level >= share - TIE_TOLERANCE
        passed = level > share + TIE_TOLERANCE
        if not reached.any():
            continue
        first = when[reached][np.argmin(level[reached])]
        if known[-1] and abs(share - gone[-1]) < TIE_TOLERANCE:
            out[i] = (first + time[-1]) / 2.0
        elif passed.any():
            out[i] = (first + when[passed][np.argmin(level[passed])]) / 2.0
    return out


def _distinct(y: FloatArray, x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """First occurrence of each value of y, in order; all nan count as one value."""
    _, first = np.unique(y, return_index=True)
    first.sort()
    return y[first], x[first]
