"""How an effect changes with time: a natural cubic spline through scaled Schoenfeld residuals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise.errors import DataError

if TYPE_CHECKING:
    from equipoise.survival._arrays import FloatArray

# Columns of the spline, the constant among them, as R's plot of cox.zph has.
_PARAMETERS = 4


@dataclass(frozen=True, slots=True)
class EffectTrend:
    """The spline's value and pointwise standard error, each (times, p), at times (times,).

    The error is that of least squares, from the residuals about the spline.
    """

    time: FloatArray
    value: FloatArray
    std_err: FloatArray


def effect_trend(time: FloatArray, scaled: FloatArray, at: FloatArray) -> EffectTrend:
    """Least squares on a natural cubic spline with knots at the first, last and third parts of the times.

    Reference: Grambsch, Therneau (1994), Biometrika 81:515-526.
    """
    distinct = np.unique(time)
    if len(distinct) <= _PARAMETERS or len(time) < _PARAMETERS + 2:
        raise DataError(
            f"time: {len(time)} events at {len(distinct)} times are too few for a curve over time."
        )
    knots = np.quantile(distinct, np.linspace(0.0, 1.0, _PARAMETERS))
    basis, wanted = _natural_spline(time, knots), _natural_spline(at, knots)
    coef, _, rank, _ = np.linalg.lstsq(basis, scaled, rcond=None)
    if rank < _PARAMETERS:
        raise DataError("time: the event times lie too close together for a curve of the effect over time.")
    variance = np.sum((scaled - basis @ coef) ** 2, axis=0) / (len(time) - _PARAMETERS)
    leverage = np.sum((wanted @ np.linalg.inv(basis.T @ basis)) * wanted, axis=1)
    return EffectTrend(at, wanted @ coef, np.sqrt(np.outer(leverage, variance)))


def _natural_spline(t: FloatArray, knots: FloatArray) -> FloatArray:
    """Cubic between knots, straight beyond, (len(t), knots): 1, t, each d_k less that of the last but one.

    With u scaled to 0 at the first knot and 1 at the last, d_k = ((u - k)³₊ - (u - 1)³₊)/(1 - k).
    """
    u, k = ((x - knots[0]) / (knots[-1] - knots[0]) for x in (t, knots))
    cut = [
        (np.maximum(u - knot, 0.0) ** 3 - np.maximum(u - 1.0, 0.0) ** 3) / (1.0 - knot)
        for knot in k[:-1].tolist()
    ]
    return np.column_stack([np.ones(len(u)), u, *(c - cut[-1] for c in cut[:-1])])
