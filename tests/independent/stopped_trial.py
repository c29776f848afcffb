"""Outcomes of a trial with looks, from their definition: how likely each ordering's extreme ones are, and their means."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from independent.group_sequential_by_tanh_sinh import Going, narrowest, start

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Floats = Sequence[float]


@dataclass
class Outcome:
    """A trial that ended at `look` (from 1) with z; bounds at the information fractions until its last look."""

    look: int
    z: float
    fractions: Floats
    upper: Floats
    lower: Floats


def arrivals(o: Outcome, theta: float) -> Iterator[tuple[int, float, Going]]:
    """Each look from 0, its information, and the paths that come to it."""
    going, finest = start(), narrowest(o.fractions)
    for k, t in enumerate(o.fractions):
        yield k, t, going
        if k + 1 < len(o.fractions):
            root = math.sqrt(t)
            going = going.onward(o.lower[k] * root, o.upper[k] * root, t, theta, finest)


def p_at_least(o: Outcome, theta: float) -> float:
    """Stage-wise: stopped above before, or at this look with z or more."""
    total = 0.0
    for k, t, going in arrivals(o, theta):
        if k == o.look - 1:
            return total + going.upper(o.z * math.sqrt(t), t, theta)
        total += going.upper(o.upper[k] * math.sqrt(t), t, theta)
    raise AssertionError


def p_ranked(o: Outcome, theta: float, least: Callable[[float], float]) -> float:
    """Stopped anywhere with a score of at least `least(t)`, as a score."""
    total, last = 0.0, len(o.fractions) - 1
    for k, t, going in arrivals(o, theta):
        root, x = math.sqrt(t), least(t)
        if k == last:
            return total + going.upper(x, t, theta)
        total += going.upper(max(x, o.upper[k] * root), t, theta)
        if x < o.lower[k] * root:
            total += going.upper(x, t, theta) - going.upper(o.lower[k] * root, t, theta)
    raise AssertionError


def p_by_mean(o: Outcome, theta: float) -> float:
    """Ordered by score over information."""
    mean = o.z / math.sqrt(o.fractions[o.look - 1])
    return p_ranked(o, theta, lambda t: mean * t)


def p_by_likelihood(o: Outcome, theta: float) -> float:
    """Ordered by (score - theta t) / sqrt(t)."""
    root = o.z - theta * math.sqrt(o.fractions[o.look - 1])
    return p_ranked(o, theta, lambda t: (root + theta * math.sqrt(t)) * math.sqrt(t))


def mean_at_stopping(o: Outcome, theta: float, of: Callable[[int, float], float]) -> float:
    """Mean of a function of (look from 1, z) at stopping."""
    total, last, finest = 0.0, len(o.fractions) - 1, narrowest(o.fractions)
    for k, t, going in arrivals(o, theta):
        root = math.sqrt(t)
        stops = (
            [(-math.inf, math.inf)]
            if k == last
            else [(o.upper[k] * root, math.inf), (-math.inf, o.lower[k] * root)]
        )
        for low, high in stops:
            if (low < math.inf and high > -math.inf) and low != high:
                ends = going.onward(low, high, t, theta, finest)
                total += sum(
                    float(m) * of(k + 1, float(s) / root) for s, m in zip(ends.nodes, ends.mass, strict=True)
                )
    return total
