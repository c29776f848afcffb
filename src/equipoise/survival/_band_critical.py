"""Critical values of confidence bands: how far a Brownian bridge strays, by quadrature and by eigenvalues."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.linalg import eigh
from scipy.optimize import brentq

from equipoise.survival._limits import normal_quantile

if TYPE_CHECKING:
    from equipoise.survival._arrays import FloatArray

_POINTS = 80
_MODES = 48


def hall_wellner_critical(a: float, b: float, level: float) -> float:
    """Value c with P(|B(x)| <= c for a <= x <= b) = level, B the Brownian bridge, 0 <= a <= b <= 1.

    Reference: Hall, Wellner (1980), Biometrika 67:133-143.
    """
    return float(brentq(lambda c: bridge_stays_within(c, a, b) - level, 0.05, 8.0, xtol=1e-12))


def equal_precision_critical(a: float, b: float, level: float) -> float:
    """Value c with P(|B(x)|/√(x(1-x)) <= c for a <= x <= b) = level, 0 < a <= b < 1.

    Reference: Nair (1984), Technometrics 26:265-275.
    """
    time = 0.5 * float(np.log(b * (1.0 - a) / (a * (1.0 - b))))
    if time < 1e-12:
        return normal_quantile(level)
    return float(brentq(lambda c: stationary_stays_within(c, time) - level, 0.5, 8.5, xtol=1e-12))


def bridge_stays_within(c: float, a: float, b: float) -> float:
    """P(|B(x)| <= c for a <= x <= b), by conditioning on B at both ends.

    Between its values u at a and v at b the bridge is one itself, which stays between -c and c with
    probability Σ_k exp(-4ck(2ck + v - u)/(b-a)) - exp(-2(2ck + c + u)(2ck + c + v)/(b-a)).
    """
    node, weight = np.polynomial.legendre.leggauss(_POINTS)
    u, wu = _ends(node, weight, c, a * (1.0 - a))
    v, wv = _ends(node, weight, c, b * (1.0 - b))
    span = b - a
    if a > 0.0 and span < 1e-9:
        return float(np.sum(wu * _normal(u, a * (1.0 - a))))
    # B(b) given B(a) = u is normal with mean u (1-b)/(1-a) and variance (b-a)(1-b)/(1-a).
    mean, var = u * (1.0 - b) / (1.0 - a), span * (1.0 - b) / (1.0 - a)
    if var > 0.0:
        low = np.maximum(-c, mean - 9.0 * np.sqrt(var))
        high = np.minimum(c, mean + 9.0 * np.sqrt(var))
        half = np.maximum(0.5 * (high - low), 0.0)
        v = (0.5 * (low + high))[:, None] + half[:, None] * node
        wv = half[:, None] * weight * _normal(v - mean[:, None], var)
    else:
        v, wv = np.zeros((len(u), 1)), np.ones((len(u), 1))
    inside = np.zeros_like(v)
    for k in range(-7, 8):
        shift = 2.0 * c * k
        inside += np.exp(-2.0 * shift * (shift + v - u[:, None]) / span)
        inside -= np.exp(-2.0 * (shift + c + u[:, None]) * (shift + c + v) / span)
    outer = wu * (_normal(u, a * (1.0 - a)) if a > 0.0 else 1.0)
    return float(np.sum(outer * np.sum(wv * np.clip(inside, 0.0, 1.0), axis=1)))


def _ends(node: FloatArray, weight: FloatArray, c: float, var: float) -> tuple[FloatArray, FloatArray]:
    """Nodes and weights on the part of -c to c that a normal variable of this variance reaches."""
    if var <= 0.0:
        return np.zeros(1), np.ones(1)
    half = min(c, 9.0 * float(np.sqrt(var)))
    return half * node, half * weight


def _normal(x: FloatArray, var: float) -> FloatArray:
    return np.asarray(np.exp(-0.5 * x * x / var) / np.sqrt(2.0 * np.pi * var))


def stationary_stays_within(c: float, time: float) -> float:
    """P(|X(s)| <= c for 0 <= s <= time), X the stationary Gaussian process with correlation exp(-|s|).

    With f the eigenfunctions of -f'' + (x²/4 - 1/2) f = lambda f that vanish at ±c, orthonormal, it is
    Σ exp(-lambda time) (∫ f √φ)², φ the normal density. B(x)/√(x(1-x)) is X on the scale
    s = log(x/(1-x))/2.
    """
    y, weight, basis, slopes, masses, squares = _modes()
    operator = slopes / c**2 + 0.25 * c**2 * squares - 0.5 * masses
    rate, mode = eigh(operator, masses)
    root = np.sqrt(c) * np.exp(-0.25 * (c * y) ** 2) / (2.0 * np.pi) ** 0.25
    return float(np.sum(np.exp(-rate * time) * (mode.T @ (basis @ (weight * root))) ** 2))


@lru_cache(maxsize=1)
def _modes() -> tuple[Any, ...]:
    """Nodes y and weights; the even functions P_2j+2 - P_2j, which vanish at ±1 (odd ones have no integral).

    Then the integrals over -1 to 1 of products of their slopes, of themselves, and of themselves times y².
    """
    y, weight = np.polynomial.legendre.leggauss(4 * _MODES)
    series = np.zeros((2 * _MODES + 1, _MODES))
    for j in range(_MODES):
        series[[2 * j, 2 * j + 2], j] = np.array([-1.0, 1.0]) / np.sqrt(8.0 * j + 6.0)
    basis = np.polynomial.legendre.legval(y, series)
    slope = np.polynomial.legendre.legval(y, np.polynomial.legendre.legder(series))
    weighted = basis * weight
    return y, weight, basis, (slope * weight) @ slope.T, weighted @ basis.T, (weighted * y * y) @ basis.T
