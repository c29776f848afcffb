"""Group-sequential crossing probabilities from their definition: iterated integrals of independent normal increments.

Three ways that share nothing but the definition: scipy's adaptive quadrature nested look in look (K <= 4), mpmath
with 30 digits (K <= 3), and Genz's multivariate normal probability (any small K). Slow, plain, and without a grid.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import mpmath
import numpy as np
from scipy.integrate import quad
from scipy.special import ndtr
from scipy.stats import multivariate_normal

if TYPE_CHECKING:
    from collections.abc import Sequence

    Floats = Sequence[float]

REACH = 8.5  # a normal variable lies beyond with probability 1e-17


def nested_crossing(
    fractions: Floats, upper: Floats, lower: Floats, theta: float, tolerance: float = 1e-10
) -> tuple[float, float]:
    """P(between the bounds until the last of `fractions`, there above `upper`), and the same below `lower`.

    z bounds; theta is the drift, E(z) at information 1. One increment of Brownian motion is integrated a level.
    """
    steps = np.diff(np.concatenate([[0.0], fractions]))
    sds = np.sqrt(steps)
    last = len(fractions) - 1

    def inner(k: int, b: float, side: int) -> float:
        """Probability of the wanted exit at the last look, from B = b after look k."""
        sd, mean = float(sds[k]), b + theta * float(steps[k])
        scale = math.sqrt(fractions[k])
        if k == last:
            bound = (upper if side > 0 else lower)[k] * scale
            return float(ndtr(side * (mean - bound) / sd))
        low = max(lower[k] * scale, mean - REACH * sd)
        high = min(upper[k] * scale, mean + REACH * sd)
        if low >= high:
            return 0.0

        def integrand(x: float) -> float:
            gap = (x - mean) / sd
            return math.exp(-0.5 * gap * gap) / (sd * math.sqrt(2 * math.pi)) * inner(k + 1, x, side)

        return quad(integrand, low, high, epsabs=tolerance, epsrel=tolerance, limit=200)[0]

    below = 0.0 if lower[last] == -math.inf else inner(0, 0.0, -1)
    return inner(0, 0.0, 1), below


def mpmath_crossing(fractions: Floats, upper: Floats, lower: Floats, theta: float) -> mpmath.mpf:
    """P(between the bounds until the last of `fractions`, there above `upper`), to mpmath's working precision."""
    t = [mpmath.mpf(x) for x in fractions]
    steps = [t[0], *(b - a for a, b in pairwise(t))]
    last = len(t) - 1
    reach = 10

    def inner(k: int, b: mpmath.mpf) -> mpmath.mpf:
        sd, mean = mpmath.sqrt(steps[k]), b + theta * steps[k]
        scale = mpmath.sqrt(t[k])
        if k == last:
            return mpmath.ncdf((mean - upper[k] * scale) / sd)
        low = mean - reach * sd
        if lower[k] != -math.inf:
            low = max(low, lower[k] * scale)
        high = min(upper[k] * scale, mean + reach * sd)
        cuts = mpmath.linspace(low, high, 1 + max(2, int((high - low) / (2 * sd))))
        # Pieces of two standard deviations: 24 Gauss-Legendre points in each are right to 20 digits and more.
        return mpmath.quad(
            lambda x: mpmath.npdf(x, mean, sd) * inner(k + 1, x), cuts, method="gauss-legendre", maxdegree=4
        )

    return inner(0, mpmath.mpf(0))


def mpmath_bounds(fractions: Floats, cumulative: Sequence[mpmath.mpf], sides: int, digits: int) -> list:
    """Bounds on z spending `cumulative` on each side, for one or two looks, right to about `digits` digits."""
    with mpmath.workdps(digits + 10):
        bounds: list = []
        before = mpmath.mpf(0)
        for k, total in enumerate(cumulative):
            target = total - before

            def gap(z: mpmath.mpf, k: int = k, target: mpmath.mpf = target) -> mpmath.mpf:
                upper = [*bounds, z]
                lower = [-b for b in upper] if sides == 2 else [-math.inf] * len(upper)
                return mpmath.log(mpmath_crossing(fractions[: k + 1], upper, lower, 0.0) / target)

            guess = mpmath.sqrt(-2 * mpmath.log(target)) * mpmath.mpf("0.9")
            bounds.append(mpmath.findroot(gap, (guess, guess + mpmath.mpf("0.1")), tol=10.0 ** (-2 * digits)))
            before = total
        return bounds


def multivariate_normal_crossing(fractions: Floats, upper: Floats, lower: Floats, theta: float) -> float:
    """P(between the bounds until the last look, there above `upper`) by Genz's quasi-Monte Carlo on corr sqrt(s / t)."""
    t = np.asarray(fractions, dtype=float)
    correlation = np.sqrt(np.minimum.outer(t, t) / np.maximum.outer(t, t))
    mean = theta * np.sqrt(t)
    low = np.array([*lower[:-1], upper[-1]], dtype=float)
    high = np.array([*upper[:-1], np.inf])
    if len(t) == 1:
        return float(ndtr(mean[0] - upper[0]))
    return float(
        multivariate_normal.cdf(
            high,
            mean,
            correlation,
            lower_limit=low,
            maxpts=1_000_000,
            abseps=1e-9,
            releps=1e-9,
            rng=np.random.default_rng(20250611),
        )
    )
