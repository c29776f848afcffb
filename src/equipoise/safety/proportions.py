"""Intervals for a proportion and for the difference of two, without continuity correction."""

from __future__ import annotations

from math import sqrt

from scipy.special import ndtri

from equipoise import _check
from equipoise.errors import ArgumentError


def wilson_interval(events: int, n: int, *, level: float = 0.95) -> tuple[float, float]:
    """Score interval of a proportion p = x/n: all pi with |p - pi| <= z sqrt(pi (1 - pi) / n).

        (2 n p + z^2 -+ z sqrt(z^2 + 4 n p (1 - p))) / (2 (n + z^2)),  z the (1 + level)/2 quantile

    Parameters
    ----------
    events
        Subjects with the event, x.
    n
        Subjects evaluable, above 0.
    level
        Confidence level.

    Returns
    -------
    tuple of float
        Lower and upper limit, 0 to 1. R: prop.test(x, n, correct = FALSE).

    Reference: Wilson (1927), Journal of the American Statistical Association 22:209-212.
    """
    x, size = _counts(events, n)
    z = _quantile(level)
    p = x / size
    middle = 2.0 * size * p + z * z
    half = z * sqrt(z * z + 4.0 * size * p * (1.0 - p))
    scale = 2.0 * (size + z * z)
    lower = 0.0 if x == 0 else (middle - half) / scale
    upper = 1.0 if x == size else (middle + half) / scale
    return lower, upper


def newcombe_interval(
    events: int, n: int, control_events: int, control_n: int, *, level: float = 0.95
) -> tuple[float, float, float]:
    """Difference of two proportions, d = p1 - p0, with the hybrid score interval.

    With (l, u) each arm's Wilson interval:

        lower = d - sqrt((p1 - l1)^2 + (u0 - p0)^2),  upper = d + sqrt((u1 - p1)^2 + (p0 - l0)^2)

    It stays within -1 to 1, is defined at 0 and n events, and needs no iteration.

    Parameters
    ----------
    events, n
        Subjects with the event and subjects evaluable, experimental arm.
    control_events, control_n
        The same of the control arm.
    level
        Confidence level.

    Returns
    -------
    tuple of float
        Difference (above 0: more on the experimental arm), lower and upper limit.

    Reference: Newcombe (1998), Statistics in Medicine 17:873-890, method 10.
    """
    l1, u1 = wilson_interval(events, n, level=level)
    l0, u0 = wilson_interval(control_events, control_n, level=level)
    p1, p0 = events / n, control_events / control_n
    difference = p1 - p0
    below = sqrt((p1 - l1) ** 2 + (u0 - p0) ** 2)
    above = sqrt((u1 - p1) ** 2 + (p0 - l0) ** 2)
    return difference, difference - below, difference + above


def _counts(events: int, n: int) -> tuple[int, int]:
    if n <= 0 or n != int(n):
        raise ArgumentError("n", n, "must be a whole number above 0", "An arm without subjects has no rate.")
    if not 0 <= events <= n or events != int(events):
        raise ArgumentError(
            "events", events, f"must be a whole number from 0 to {n}", "Count subjects, not rows."
        )
    return int(events), int(n)


def _quantile(level: float) -> float:
    return float(ndtri(0.5 + _check.probability("level", level) / 2.0))
