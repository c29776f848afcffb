"""Means and variances of survival statistics at a look, by adaptive quadrature of the papers' integrals.

Weighted log-rank (Hasegawa 2014; Yung, Liu 2020), restricted mean and milestone survival (Greenwood), one-sample
log-rank (Wu 2015). One integral inside another where the paper has one; slow, and shares no code with the package.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

from scipy.integrate import quad

Step = tuple[tuple[float, float], ...]


class Group(NamedTuple):
    """One stratum: rates as (from, rate) pairs."""

    share: float
    control: Step
    experimental: Step
    dropout_control: float
    dropout_experimental: float


class Trial(NamedTuple):
    """Groups, accrual as (until, rate) pairs, share of patients on the experimental arm, calendar time."""

    groups: tuple[Group, ...]
    accrual: Step
    allotted: float
    calendar: float

    def entered(self, at: float) -> float:
        """Patients entered by a calendar time."""
        total, begin = 0.0, 0.0
        for end, rate in self.accrual:
            total += rate * max(min(at, end) - begin, 0.0)
            begin = end
        return total

    def cuts(self, until: float, *more: float) -> list[float]:
        """Times since entry at which an integrand may bend, from 0 to `until`."""
        inner = {x for g in self.groups for x, _ in (*g.control, *g.experimental)}
        inner |= {self.calendar - end for end, _ in self.accrual} | set(more)
        return [0.0, *sorted(x for x in inner if 0.0 < x < until), until]


def rate(step: Step, t: float) -> float:
    return [r for start, r in step if start <= t][-1]


def area(step: Step, t: float) -> float:
    ends = [start for start, _ in step[1:]] + [math.inf]
    return sum(r * max(min(t, end) - start, 0.0) for (start, r), end in zip(step, ends, strict=True))


def integral(f: Callable[[float], float], cuts: list[float]) -> float:
    return sum(
        quad(f, a, b, epsabs=1e-12, epsrel=1e-10, limit=100)[0] for a, b in pairwise(cuts) if b - a > 1e-12
    )


def at_risk(trial: Trial, g: Group, arm: int, t: float) -> float:
    """Patients on an arm of a group expected to be at risk at time t since entry."""
    entered = g.share * trial.entered(trial.calendar - t)
    if arm == 1:
        return entered * trial.allotted * math.exp(-area(g.experimental, t) - g.dropout_experimental * t)
    return entered * (1.0 - trial.allotted) * math.exp(-area(g.control, t) - g.dropout_control * t)


def pooled_survival(trial: Trial, g: Group, t: float) -> float:
    """Limit of the Kaplan-Meier curve of both arms together; the common accrual cancels."""

    def hazard(s: float) -> float:
        y1 = trial.allotted * math.exp(-area(g.experimental, s) - g.dropout_experimental * s)
        y0 = (1.0 - trial.allotted) * math.exp(-area(g.control, s) - g.dropout_control * s)
        return (y0 * rate(g.control, s) + y1 * rate(g.experimental, s)) / (y0 + y1)

    return math.exp(-integral(hazard, [x for x in trial.cuts(max(t, 1e-9)) if x <= t] or [0.0, t]))


def weighted_logrank(trial: Trial, weight: Callable[[Group, float], float]) -> tuple[float, float]:
    """Score and null variance, weight(group, t)."""
    score = variance = 0.0
    for g in trial.groups:

        def gain(t: float, g: Group = g) -> float:
            y0, y1 = at_risk(trial, g, 0, t), at_risk(trial, g, 1, t)
            if y0 + y1 == 0.0:
                return 0.0
            return weight(g, t) * y0 * y1 / (y0 + y1) * (rate(g.control, t) - rate(g.experimental, t))

        def spread(t: float, g: Group = g) -> float:
            y0, y1 = at_risk(trial, g, 0, t), at_risk(trial, g, 1, t)
            if y0 + y1 == 0.0:
                return 0.0
            events = y0 * rate(g.control, t) + y1 * rate(g.experimental, t)
            return weight(g, t) ** 2 * y0 * y1 / (y0 + y1) ** 2 * events

        score += integral(gain, trial.cuts(trial.calendar))
        variance += integral(spread, trial.cuts(trial.calendar))
    return score, variance


def arm_hazard(trial: Trial, arm: int, t: float) -> float:
    """Hazard of an arm with all groups together."""
    y = [at_risk(trial, g, arm, t) for g in trial.groups]
    h = [rate(g.experimental if arm else g.control, t) for g in trial.groups]
    return sum(a * b for a, b in zip(y, h, strict=True)) / sum(y)


def arm_survival(trial: Trial, arm: int, t: float) -> float:
    if t == 0.0:
        return 1.0
    return math.exp(-integral(lambda s: arm_hazard(trial, arm, s), trial.cuts(t)))


def milestone(trial: Trial, arm: int, tau: float) -> tuple[float, float]:
    """Survival at tau and Greenwood's variance over its square."""

    def green(t: float) -> float:
        return arm_hazard(trial, arm, t) / sum(at_risk(trial, g, arm, t) for g in trial.groups)

    return arm_survival(trial, arm, tau), integral(green, trial.cuts(tau))


def restricted_mean(trial: Trial, arm: int, tau: float) -> tuple[float, float]:
    """Area under the curve to tau and its variance."""

    def ahead(t: float) -> float:
        return integral(lambda s: arm_survival(trial, arm, s), [t, *(x for x in trial.cuts(tau) if x > t)])

    def spread(t: float) -> float:
        y = sum(at_risk(trial, g, arm, t) for g in trial.groups)
        return ahead(t) ** 2 * arm_hazard(trial, arm, t) / y

    return ahead(0.0), integral(spread, trial.cuts(tau))


def wu(reference: Step, hazard: Step, trial: Trial) -> tuple[float, float, float, float]:
    """E - O in expectation, E, O, and Wu's exact variance of O - E, for the patients of a single arm."""
    patients = trial.entered(trial.calendar)
    cuts = trial.cuts(trial.calendar, *(x for x, _ in (*reference, *hazard)))

    def seen(t: float) -> float:
        return trial.entered(trial.calendar - t) / patients * math.exp(-area(hazard, t))

    p1 = integral(lambda t: seen(t) * rate(hazard, t), cuts)
    p0 = integral(lambda t: seen(t) * rate(reference, t), cuts)
    p00 = integral(lambda t: seen(t) * area(reference, t) * rate(reference, t), cuts)
    p01 = integral(lambda t: seen(t) * area(reference, t) * rate(hazard, t), cuts)
    variance = p1 - p1**2 + 2.0 * p00 - p0**2 - 2.0 * p01 + 2.0 * p0 * p1
    return patients * (p0 - p1), patients * p0, patients * p1, patients * variance
