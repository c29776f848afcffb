"""Roots of increasing functions: the drift that gives the power, the duration that gives the events."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from equipoise.errors import ConvergenceError

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_EVALUATIONS = 200


def increasing_root(
    function: Callable[[float], float], start: float, slope: float, *, tolerance: float = 1e-12, what: str
) -> float:
    """Root of an increasing function by secants kept inside the bracket that the signs have shown.

    Parameters
    ----------
    function
        Increasing, of any finite value; may be flat or infinite far from its root.
    start
        First guess.
    slope
        Rough derivative near the root: gives the second guess.
    tolerance
        The root is taken when a step is below tolerance times max(1, |x|), or the function is 0.
    what
        What is being solved for, for the error.

    Raises
    ------
    ConvergenceError
        No root within 200 evaluations.
    """
    low, high = -math.inf, math.inf
    x, y = start, function(start)
    before: tuple[float, float] | None = None
    reach = 1.0
    for _ in range(MOST_EVALUATIONS):
        if y == 0.0:
            return x
        low, high = (x, high) if y < 0.0 else (low, x)
        step = _secant_step(x, y, before, slope)
        limit = reach * max(1.0, abs(x))
        if abs(step) > limit:
            step = math.copysign(limit, step)
            reach *= 2.0
        following = x + step
        if not low < following < high:
            if abs(step) <= tolerance * max(1.0, abs(x)):
                return x
            following = 0.5 * (low + high)
            if not low < following < high:
                return x
        if abs(following - x) <= tolerance * max(1.0, abs(following)):
            return following
        before = (x, y)
        x, y = following, function(following)
    raise ConvergenceError(
        f"{what} was not found in {MOST_EVALUATIONS} evaluations; reached {x!r} with {y!r}."
    )


def _secant_step(x: float, y: float, before: tuple[float, float] | None, slope: float) -> float:
    if before is not None and math.isfinite(y) and math.isfinite(before[1]):
        rise = (y - before[1]) / (x - before[0])
        if rise > 0.0:
            return -y / rise
    return -y / slope if before is None else math.copysign(2.0 * abs(x - before[0]), -y)
