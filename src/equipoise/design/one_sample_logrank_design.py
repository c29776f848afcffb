"""One arm against a historical hazard by the one-sample log-rank test, at a trial's looks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from equipoise.design.expected_statistic import ExpectedStatistic
from equipoise.design.population import NO_HAZARD, Accrual, piecewise
from equipoise.design.score_influence import Cell, TrialCourse, covariance_of_z
from equipoise.design.weighted_logrank_design import calendar_looks
from equipoise.errors import DesignError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise._check import FloatArray
    from equipoise.design.score_influence import RiskSets
    from equipoise.numerics.piecewise import PiecewiseConstant


def expected_one_sample_logrank(
    reference: PiecewiseConstant | float,
    hazard: PiecewiseConstant | float,
    accrual: Accrual,
    *,
    at: Sequence[float] | FloatArray,
    dropout: PiecewiseConstant | float = 0.0,
    studentized: bool = True,
    by_calendar: bool = False,
) -> ExpectedStatistic:
    """Mean, spread and correlation of z = (E - O) / √E over the looks; above 0 is benefit.

    E = ∫ Y h0 dt are the events that the reference hazard h0 would bring. Under the reference O - E gains
    independent increments of variance E. With hazard h, U = E - O has mean ∫ (h0 - h) y dt and Wu's exact
    variance; the effect is U / E, and z has standard deviation sd(U) / √E (Wu's formula), to which
    `studentized` adds that E is an estimate that varies with U.

    Parameters
    ----------
    reference
        Historical hazard, a number or by pieces of time since entry.
    hazard
        Hazard assumed for the patients of the trial.
    accrual
        Patients entering the one arm.
    at
        Calendar times of the looks since the first patient, rising, shape (K,).
    dropout
        Hazard of loss to follow-up.
    studentized
        Whether the standard deviation of z allows for the variation of E, or is Wu's.
    by_calendar
        Whether the looks are held at these times, or wait for the events expected by then.

    Raises
    ------
    DesignError
        No event is expected under the reference.

    References
    ----------
    Finkelstein, Muzikansky, Schoenfeld (2003), Journal of the National Cancer Institute 95:1434-1439;
    Wu (2015), Pharmaceutical Statistics 14:26-33.

    """
    times = calendar_looks(at)
    h0, h1 = piecewise("reference", reference), piecewise("hazard", hazard)
    course = _course(accrual, h0, h1, piecewise("dropout", dropout or NO_HAZARD))
    looks = [
        _OneSampleAtLook.of(course, h0, u, studentized=studentized, by_calendar=by_calendar)
        for u in times.tolist()
    ]
    sd = np.sqrt([covariance_of_z(course, k, k) for k in looks])
    along = np.array([covariance_of_z(course, k, following) for k, following in pairwise(looks)])
    information = np.array([k.expected for k in looks])
    return ExpectedStatistic(
        name="one-sample log-rank test",
        measure="one minus observed over expected events",
        effect=np.array([k.score for k in looks]) / information,
        information=information,
        sd=sd,
        correlation=along / (sd[:-1] * sd[1:]),
        patients=accrual.entered(times),
        events=np.array([k.events for k in looks]),
        time=times,
    )


def _course(
    accrual: Accrual, h0: PiecewiseConstant, h1: PiecewiseConstant, dropout: PiecewiseConstant
) -> TrialCourse:
    cell = Cell(0, 1, 1.0, 0, h1, dropout, piecewise("hazard_ratio", 1.0))
    steepest = max(h1.rates) + max(dropout.rates)
    breaks = np.unique(np.concatenate([h0.starts, h1.starts, dropout.starts]))
    return TrialCourse(accrual, (cell,), 1.0, steepest, breaks)


@dataclass(frozen=True, slots=True, eq=False)
class _OneSampleAtLook:
    """U = E - O and E at a calendar time, and what a patient adds to z."""

    until: float
    reference: PiecewiseConstant
    score: float
    expected: float
    events: float
    score_per_event: float
    expected_per_event: float
    bent: bool

    @classmethod
    def of(
        cls,
        course: TrialCourse,
        reference: PiecewiseConstant,
        until: float,
        *,
        studentized: bool,
        by_calendar: bool,
    ) -> _OneSampleAtLook:
        panels = course.panels(until)
        t = panels.nodes
        seen = course.risk_sets(t)
        due = seen.at_risk[0] * reference.rate(t)
        gain = np.array([due - seen.dying[0], due, seen.dying[0]])
        score, expected, events = gain @ (panels.weights * course.accrual.entered(until - t))
        if expected <= 0.0:
            raise DesignError(f"the reference expects no event by calendar time {until:g}. Look later.")
        speed = gain @ (panels.weights * course.accrual.rate(until - t))
        waits = not by_calendar and speed[2] > 0.0
        per_event = (float(speed[0] / speed[2]), float(speed[1] / speed[2])) if waits else (0.0, 0.0)
        return cls(until, reference, float(score), float(expected), float(events), *per_event, studentized)

    def influence(self, course: TrialCourse, seen: RiskSets) -> tuple[FloatArray, FloatArray]:
        """Gain of z by an event, and per unit of time at risk, shape (1, T)."""
        del course
        root = math.sqrt(self.expected)
        bend = 0.5 * self.score / (self.expected * root) if self.bent else 0.0
        due = self.reference.rate(seen.t)[None, :]
        by_event = (-1.0 - self.score_per_event) / root + bend * self.expected_per_event
        return np.full_like(due, by_event), due * (1.0 / root - bend)
