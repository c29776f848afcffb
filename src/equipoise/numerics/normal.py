"""The standard normal distribution, exact far into its tails."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import log_ndtr, ndtr, ndtri, ndtri_exp

if TYPE_CHECKING:
    from equipoise._check import FloatArray

SQRT_2PI = math.sqrt(2.0 * math.pi)


def density(z: float | FloatArray) -> FloatArray:
    """phi(z) = exp(-z^2 / 2) / sqrt(2 pi)."""
    x = np.asarray(z, dtype=np.float64)
    return np.asarray(np.exp(-0.5 * x * x) / SQRT_2PI)


def cdf(z: float | FloatArray) -> FloatArray:
    """Phi(z) = P(Z <= z), with full relative accuracy in the lower tail."""
    return np.asarray(ndtr(z))


def sf(z: float | FloatArray) -> FloatArray:
    """1 - Phi(z) = P(Z > z), with full relative accuracy in the upper tail: the one-sided p of z."""
    return np.asarray(ndtr(-np.asarray(z, dtype=np.float64)))


def log_sf(z: float | FloatArray) -> FloatArray:
    """Logarithm of P(Z > z), finite where the probability itself is below the smallest float."""
    return np.asarray(log_ndtr(-np.asarray(z, dtype=np.float64)))


def quantile(p: float | FloatArray) -> FloatArray:
    """Value z with P(Z <= z) = p; -inf at 0 and inf at 1."""
    return np.asarray(ndtri(p))


def upper_quantile(p: float | FloatArray) -> FloatArray:
    """Value z with P(Z > z) = p: the bound whose one-sided nominal p is p; inf at 0 and -inf at 1."""
    return 0.0 - np.asarray(ndtri(p))


def upper_quantile_of_log(log_p: float | FloatArray) -> FloatArray:
    """Value z with log P(Z > z) = log_p."""
    return 0.0 - np.asarray(ndtri_exp(log_p))
