"""Sequential p-values look by look: the alpha at which each z lies on its bound, found by bisection in log alpha.

Written from the definition (Liu and Anderson, 2008): one bisection a look with the other quadrature's bounds, and
the smallest of the look's answers.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from scipy.optimize import brentq

from independent.group_sequential_by_tanh_sinh import efficacy_bounds, spent

if TYPE_CHECKING:
    from collections.abc import Sequence


def repeated_p(
    fractions: Sequence[float],
    z: Sequence[float],
    family: str,
    parameter: float | None,
    k: int,
    *,
    final: bool,
) -> float:
    """The one-sided alpha at which z[k] lies on the bound of look k (from 0), at most 0.3."""

    def above(log_alpha: float) -> float:
        alpha = math.exp(log_alpha)
        cumulative = [spent(family, parameter, t, alpha) for t in fractions[: k + 1]]
        if final and k == len(fractions) - 1:
            cumulative[-1] = alpha
        return z[k] - efficacy_bounds(fractions[: k + 1], cumulative, 1)[k]

    low, high = math.log(1e-9), math.log(0.3)
    if above(high) < 0.0:
        return 1.0
    return math.exp(brentq(above, low, high, xtol=1e-13, rtol=1e-14))


def sequential_p(
    fractions: Sequence[float],
    z: Sequence[float],
    family: str,
    parameter: float | None = None,
    *,
    final: bool = False,
) -> float:
    """The smallest of the repeated p-values."""
    return min(repeated_p(fractions, z, family, parameter, k, final=final) for k in range(len(fractions)))
