"""What each patient adds to a weighted log-rank z at a look, the weights' own estimate allowed for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise.design.limiting_weights import of_each_test, on_each_cell
from equipoise.errors import DesignError

if TYPE_CHECKING:
    from equipoise._check import FloatArray
    from equipoise.design.limiting_weights import LimitingWeight
    from equipoise.design.score_influence import RiskSets, TrialCourse
    from equipoise.numerics.running_integral import RunningIntegral


@dataclass(frozen=True, slots=True, eq=False)
class WeightedAtLook:
    """Weighted score, its null variance and the events expected at a calendar time.

    Parameters
    ----------
    until
        Calendar time.
    weight
        The weight.
    score, information, events
        U, V and E.
    score_per_event, information_per_event
        U'/E' and V'/E'; 0 at a look that does not wait for events.
    later_score, later_information
        From 0 to t, what a rise of log S adds to U and V through the weights, for each cell's test stratum.

    """

    until: float
    weight: LimitingWeight
    score: float
    information: float
    events: float
    score_per_event: float
    information_per_event: float
    later_score: tuple[RunningIntegral, ...]
    later_information: tuple[RunningIntegral, ...]

    @classmethod
    def of(
        cls, course: TrialCourse, weight: LimitingWeight, until: float, *, by_calendar: bool = False
    ) -> WeightedAtLook:
        """Integrate over the time since entry."""
        panels = course.panels(until)
        t = panels.nodes
        seen = course.risk_sets(t)
        x, p, w = course.arm, seen.p, weight.value(t)
        plain = np.array([seen.dying * (p - x), seen.dying * p * (1.0 - p), seen.dying])
        gain = (plain * np.array([w, w * w, np.ones_like(w)])).sum(axis=1)
        entered = course.accrual.entered(until - t)
        score, information, events = gain @ (panels.weights * entered)
        if information <= 0.0:
            raise DesignError(f"no event has weight by calendar time {until:g}. Look later, or weigh them.")
        speed = gain @ (panels.weights * course.accrual.rate(until - t))
        waits = not by_calendar and speed[2] > 0.0
        per_event = (speed[0] / speed[2], speed[1] / speed[2]) if waits else (0.0, 0.0)
        slope = weight.slope(t) * entered
        moved = (slope * course.by_test(plain[0]), 2.0 * slope * w * course.by_test(plain[1]))
        later = [of_each_test(course, panels, rows) for rows in moved]
        return cls(until, weight, float(score), float(information), float(events), *per_event, *later)

    @property
    def mean(self) -> float:
        """Expected z."""
        return self.score / math.sqrt(self.information)

    def shared_information(self, course: TrialCourse, later: WeightedAtLook) -> float:
        """Null covariance of the scores of this look and one not earlier, ∫ w_1 w_2 p (1 - p) dE(N)."""
        panels = course.panels(self.until)
        t = panels.nodes
        seen = course.risk_sets(t)
        spread = self.weight.value(t) * later.weight.value(t) * seen.dying * seen.p * (1.0 - seen.p)
        return float(spread.sum(axis=0) @ (panels.weights * course.accrual.entered(self.until - t)))

    def influence(self, course: TrialCourse, seen: RiskSets) -> tuple[FloatArray, FloatArray]:
        """Gain of z by an event, and per unit of time at risk, in each cell; shape (C, T)."""
        x, p, root = course.arm, seen.p, math.sqrt(self.information)
        w = self.weight.value(seen.t)
        bend = 0.5 * self.score / (self.information * root)
        lowered_score = self._lowered(course, seen, self.later_score)
        lowered_information = self._lowered(course, seen, self.later_information)
        by_event = (w * (p - x) + lowered_score - self.score_per_event) / root - bend * (
            w * w * p * (1.0 - p) + lowered_information - self.information_per_event
        )
        by_time = (w * (x - p) - lowered_score) / root - bend * (
            w * w * (x - p) * (1.0 - 2.0 * p) - lowered_information
        )
        return by_event, seen.pooled * by_time

    def _lowered(self, course: TrialCourse, seen: RiskSets, later: tuple[RunningIntegral, ...]) -> FloatArray:
        """What an event at t does through the later weights, by lowering S from there on; shape (C, T)."""
        t = seen.t
        at_risk = course.by_test(seen.at_risk) * course.accrual.entered(self.until - t)
        to_come = on_each_cell(later, np.array([self.until])) - on_each_cell(later, t)
        counts = (at_risk > 0.0) & (t < self.weight.frozen_from)
        return np.where(counts, -to_come / np.where(counts, at_risk, 1.0), 0.0)
