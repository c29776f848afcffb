"""Person-time, exact Poisson limits and completeness of follow-up, subject by subject; no code shared."""

from __future__ import annotations

from collections.abc import Sequence

import mpmath as mp


def events_and_time(
    time: Sequence[float], event: Sequence[bool], entry: Sequence[float], begin: float, end: float
) -> tuple[int, float]:
    """Events in (begin, end] and the time spent there."""
    events, spent = 0, 0.0
    for t, d, e in zip(time, event, entry, strict=True):
        low, high = max(e, begin), min(t, end)
        if high > low:
            spent += high - low
        events += int(d and begin < t <= end)
    return events, spent


def poisson_limits(events: int, level: float) -> tuple[float, float]:
    """Means for which so many events or more (or fewer) have the chance (1 - level)/2, by bisection."""
    tail = (1 - mp.mpf(level)) / 2

    def solve(f, low: float, high: float) -> float:  # noqa: ANN001
        low, high = mp.mpf(low), mp.mpf(high)
        rising = f(high) > 0
        while high - low > 1e-13 * high:
            middle = (low + high) / 2
            if (f(middle) > 0) == rising:
                high = middle
            else:
                low = middle
        return float(low)

    def at_most(k: int, mean: mp.mpf) -> mp.mpf:
        return mp.fsum(mp.exp(-mean) * mean**j / mp.factorial(j) for j in range(k + 1))

    lower = 0.0 if events == 0 else solve(lambda m: 1 - at_most(events - 1, m) - tail, 1e-6, events)
    return lower, solve(lambda m: at_most(events, m) - tail, events + 1e-6, events + 20 + 5 * events**0.5)


def clarks_c(time: Sequence[float], event: Sequence[bool], potential: Sequence[float]) -> float:
    """Time observed over time that could have been: until the event, or until the cut-off."""
    could = sum(t if d else p for t, d, p in zip(time, event, potential, strict=True))
    return sum(time) / could
