"""Confidence limits of a probability on a scale where its estimate is closer to normal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from scipy.special import ndtri

from equipoise import _check

if TYPE_CHECKING:
    from equipoise.survival._arrays import FloatArray

LimitScale = Literal["log-log", "log", "plain", "logit", "arcsine"]


def normal_quantile(level: float) -> float:
    """Half-width of a two-sided normal interval in standard errors."""
    return float(ndtri(0.5 + _check.probability("level", level) / 2.0))


def limits(
    p: FloatArray, std_err: FloatArray, scale: LimitScale, level: float
) -> tuple[FloatArray, FloatArray]:
    """Lower and upper limits of a probability p with standard error `std_err`, kept within 0 to 1.

    With q the normal quantile and s = std_err:
    plain p ± q s;  log p exp(± q s/p);  log-log p ** exp(± q s / (p log p));
    logit expit(logit p ± q s / (p (1-p)));  arcsine sin²(arcsin √p ± q s / (2 √(p (1-p)))).
    Where the scale has no value (p = 0 or 1 on the log-log scale, for one) the limits are nan, as in R.
    """
    _check.one_of("ci", scale, get_args(LimitScale))
    return limits_by(p, std_err, scale, normal_quantile(level))


def limits_by(
    p: FloatArray, std_err: FloatArray, scale: LimitScale, q: float
) -> tuple[FloatArray, FloatArray]:
    """The same with a critical value q of one's own, as confidence bands need."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        if scale == "plain":
            return np.maximum(p - q * std_err, 0.0), np.minimum(p + q * std_err, 1.0)
        inside = np.where(p == 0.0, np.nan, p)
        relative = q * np.where(std_err == 0.0, 0.0, std_err / inside)
        if scale == "log":
            return inside * np.exp(-relative), np.minimum(inside * np.exp(relative), 1.0)
        if scale == "log-log":
            inside = np.where(p == 1.0, np.nan, inside)
            factor = np.exp(np.abs(relative / np.log(inside)))
            return inside**factor, inside ** (1.0 / factor)
        if scale == "logit":
            odds, width = p / (1.0 - p), np.exp(relative / (1.0 - p))
            return odds / (odds + width), odds * width / (1.0 + odds * width)
        angle = np.arcsin(np.sqrt(inside))
        width = 0.5 * relative * np.sqrt(inside / (1.0 - inside))
        return (
            np.sin(np.maximum(angle - width, 0.0)) ** 2,
            np.sin(np.minimum(angle + width, np.pi / 2.0)) ** 2,
        )
