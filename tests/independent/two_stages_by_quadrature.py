"""Rejection probability of a trial of two stages whose second is chosen by the first: by midpoints, in plain loops.

One-sided. Given z of the first stage, at information t, the last z at information s is normal with mean
z root(t / s) + d (s - t) / root(s) and variance 1 - t / s, with d the drift at information 1.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

NORMAL = NormalDist()
STEP, REACH = 0.0005, 8.0


def spent_as_obrien_fleming(t: float, alpha: float) -> float:
    """Lan and DeMets (1983): 2 - 2 Phi(z / root t) with z the upper alpha / 2 quantile."""
    return 2.0 * NORMAL.cdf(NORMAL.inv_cdf(alpha / 2.0) / math.sqrt(t))


def last_bound(first_bound: float, t: float, s: float, alpha: float) -> float:
    """Critical value at information s that spends what the first bound, at t, has left; by halving."""
    low, high = -1.0, 6.0
    while high - low > 1e-6:
        middle = 0.5 * (low + high)
        if rejected(first_bound, t, lambda _, c=middle: (s, c)) > alpha:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def rejected(
    first_bound: float, t: float, choose: Callable[[float], tuple[float, float]], drift: float = 0.0
) -> float:
    """Probability of passing the first bound or, with information s and bound c = `choose(z)`, the last."""
    mean = drift * math.sqrt(t)
    total = NORMAL.cdf(mean - first_bound)
    z = mean - REACH + 0.5 * STEP
    while z < first_bound:
        s, c = choose(z)
        centre, sd = z * math.sqrt(t / s) + drift * (s - t) / math.sqrt(s), math.sqrt(1.0 - t / s)
        width = min(STEP, first_bound - (z - 0.5 * STEP))
        total += NORMAL.pdf(z - mean) * width * NORMAL.cdf((centre - c) / sd)
        z += STEP
    return total
