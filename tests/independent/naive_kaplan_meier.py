"""Kaplan-Meier by the definition, every subject looked at anew at every time; no code shared with the library."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from statistics import NormalDist
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Step:
    """The curve at one distinct time; survival is exact, the errors are rounded once."""

    time: float
    n_risk: int
    n_event: int
    n_censor: int
    survival: Fraction
    greenwood: float
    peto: float
    tsiatis: float


def kaplan_meier_steps(
    time: Sequence[float], event: Sequence[bool], entry: Sequence[float] | None = None
) -> list[Step]:
    """S(t) = product of (1 - d/n) in rational numbers, n counting entry < t <= time."""
    entry = [-math.inf] * len(time) if entry is None else entry
    steps: list[Step] = []
    survival, greenwood, tsiatis = Fraction(1), Fraction(0), Fraction(0)
    for now in sorted(set(time)):
        n = sum(1 for e, t in zip(entry, time, strict=True) if e < now <= t)
        d = sum(1 for t, seen in zip(time, event, strict=True) if t == now and seen)
        c = sum(1 for t, seen in zip(time, event, strict=True) if t == now and not seen)
        survival *= Fraction(n - d, n)
        greenwood += Fraction(d, n * (n - d)) if n > d else 0
        tsiatis += Fraction(d, n * n)
        s = float(survival)
        steps.append(
            Step(
                time=now,
                n_risk=n,
                n_event=d,
                n_censor=c,
                survival=survival,
                greenwood=s * math.sqrt(greenwood),
                peto=s * math.sqrt((1 - survival) / n),
                tsiatis=s * math.sqrt(tsiatis),
            )
        )
    return steps


def survival_limits(s: float, std_err: float, kind: str, level: float) -> tuple[float, float]:
    """Limits g^-1(g(S) -+ z se |g'(S)|), cut to [0, 1]; g is identity, log, log(-log), logit or arcsine-root."""
    z = NormalDist().inv_cdf((1 + level) / 2)

    def inverse(u: float) -> float:
        match kind:
            case "plain":
                return u
            case "log":
                return math.exp(u)
            case "log-log":
                return math.exp(-math.exp(u))
            case "logit":
                return 1 / (1 + math.exp(-u))
        return math.sin(min(max(u, 0), math.pi / 2)) ** 2

    centre, slope = {
        "plain": lambda: (s, 1.0),
        "log": lambda: (math.log(s), 1 / s),
        "log-log": lambda: (math.log(-math.log(s)), 1 / (s * math.log(s))),
        "logit": lambda: (math.log(s / (1 - s)), 1 / (s * (1 - s))),
        "arcsine": lambda: (math.asin(math.sqrt(s)), 0.5 / math.sqrt(s * (1 - s))),
    }[kind]()
    ends = [inverse(centre + side * z * std_err * slope) for side in (-1, 1)]
    return max(min(ends), 0.0), min(max(ends), 1.0)


def first_time_at_or_below(steps: Sequence[Step], p: Fraction) -> float:
    """Time at which S falls to 1 - p; where S rests exactly there, the middle of the rest (to the last time, if it never ends); infinite if never."""
    for i, step in enumerate(steps):
        if step.survival == 1 - p:
            later = [s.time for s in steps[i:] if s.survival < 1 - p]
            return (step.time + (later[0] if later else steps[-1].time)) / 2
        if step.survival < 1 - p:
            return step.time
    return math.inf
