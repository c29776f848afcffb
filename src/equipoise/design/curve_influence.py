"""What each patient adds to a comparison of two Kaplan-Meier curves, by restricted means or at one time."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

import numpy as np

from equipoise import _check
from equipoise.design.expected_statistic import ExpectedStatistic
from equipoise.design.score_influence import TrialCourse, covariance_of_z
from equipoise.errors import ArgumentError, DesignError
from equipoise.numerics.running_integral import Panels, RunningIntegral

if TYPE_CHECKING:
    from equipoise._check import FloatArray
    from equipoise.design.score_influence import RiskSets

# Numbers at risk fall towards those who entered a horizon ago: panels halve that often towards it.
HALVINGS = 6


@dataclass(frozen=True, slots=True, eq=False)
class ArmCurve:
    """One arm up to the horizon, as a look at calendar time u sees it; at the panels' nodes, shape (T,).

    Parameters
    ----------
    panels
        From 0 to the horizon.
    hazard
        Limit of the arm's Kaplan-Meier hazard, all strata together.
    at_risk
        Patients expected at risk at u.
    growth
        d log(at_risk) / du.

    """

    panels: Panels
    hazard: FloatArray
    at_risk: FloatArray
    growth: FloatArray

    @property
    def cumulative(self) -> RunningIntegral:
        """Cumulative hazard H(t); the curve's limit is exp(-H)."""
        return RunningIntegral.of(self.panels, self.hazard)

    def greenwood(self, times: FloatArray | float = 1.0) -> RunningIntegral:
        """From 0 to t, hazard / at_risk, times a function given at the nodes."""
        return RunningIntegral.of(self.panels, times * self.hazard / self.at_risk)

    def integral(self, values: FloatArray) -> float:
        """Over all times up to the horizon."""
        return float(values @ self.panels.weights)


class Summary(Protocol):
    """What is read off one arm's curve, with its variance, and how both move with the data.

    With dM an arm's events less their expectation and Y its number at risk, to first order the summary moves
    by -∫ first dM / Y, and its variance by -∫ second dM / Y + ∫ third (dN - 2 hazard Y_i dt) / Y².
    """

    @property
    def value(self) -> float:
        """The summary's limit."""
        ...

    @property
    def variance(self) -> float:
        """Its variance by Greenwood's formula, in expectation."""
        ...

    @property
    def variance_growth(self) -> float:
        """Derivative of the variance by calendar time."""
        ...

    def moves(self, t: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """First, second and third at times t, shape (T,) each."""
        ...


class Reading(Protocol):
    """How a curve is summarised."""

    def __call__(self, curve: ArmCurve) -> Summary:
        """The summary of one arm's curve."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class CurvesAtLook:
    """z = ±(summary of the experimental curve - of the control curve) / √(sum of variances) at a look.

    Parameters
    ----------
    until, horizon
        Calendar time of the look, and time since entry beyond which nothing counts.
    arms
        Summaries, control first.
    sign
        1 where a higher summary is benefit, else -1.
    events
        Expected by the look.
    per_event
        dE(z)/dE(N) as time goes on; 0 at a look that does not wait for events.

    """

    until: float
    horizon: float
    arms: tuple[Summary, Summary]
    sign: float
    events: float
    per_event: float

    @property
    def effect(self) -> float:
        """Expected difference, above 0 for benefit."""
        return self.sign * (self.arms[1].value - self.arms[0].value)

    @property
    def variance(self) -> float:
        """Of the difference, as the test reckons it."""
        return self.arms[0].variance + self.arms[1].variance

    def influence(self, course: TrialCourse, seen: RiskSets) -> tuple[FloatArray, FloatArray]:
        """Gain of z by an event, and per unit of time at risk, in each cell; shape (C, T)."""
        t, root = seen.t, math.sqrt(self.variance)
        bend = 0.5 * self.effect / (self.variance * root)
        by_event, by_time = np.empty_like(seen.at_risk), np.empty_like(seen.at_risk)
        entered = course.accrual.entered(self.until - t)
        for arm, summary in enumerate(self.arms):
            mine = course.arm[:, 0] == arm
            share = seen.at_risk[mine].sum(axis=0)
            counts = (t < self.horizon) & (share * entered > 0.0)
            y = np.where(counts, share * entered, 1.0)
            hazard = seen.dying[mine].sum(axis=0) / np.where(share > 0.0, share, 1.0)
            first, second, third = (np.where(counts, m, 0.0) for m in summary.moves(t))
            gain = (self.sign * (2 * arm - 1)) * first / (y * root)
            by_event[mine] = -gain - bend * (third / y**2 - second / y) - self.per_event
            by_time[mine] = hazard * (gain - bend * (second / y - 2.0 * third / y**2))
        return by_event, by_time


def expected_curves(
    course: TrialCourse,
    times: FloatArray,
    reading: Reading,
    *,
    horizon: float,
    sign: float,
    by_calendar: bool,
    name: str,
    measure: str,
) -> ExpectedStatistic:
    """The comparison of two curves at looks by calendar time, each later than the horizon.

    Raises
    ------
    ArgumentError
        A look before the first patient has been followed to the horizon.

    """
    _check.positive("horizon", horizon)
    if times[0] <= horizon:
        raise ArgumentError(
            "at",
            tuple(times.tolist()),
            f"must be later than the horizon, {horizon:g}, at every look",
            "Before that nobody has been followed so long.",
        )
    near = [u - (u - horizon) * 2.0 ** np.arange(HALVINGS + 1) for u in times.tolist()]
    cuts = np.concatenate([course.breaks, [horizon], *near])
    course = replace(course, breaks=np.unique(cuts[cuts >= 0.0]))
    looks = [_at_look(course, u, reading, horizon, sign, by_calendar=by_calendar) for u in times.tolist()]
    sd = np.sqrt([covariance_of_z(course, k, k) for k in looks])
    along = np.array([covariance_of_z(course, k, following) for k, following in pairwise(looks)])
    return ExpectedStatistic(
        name=name,
        measure=measure,
        effect=np.array([k.effect for k in looks]),
        information=1.0 / np.array([k.variance for k in looks]),
        sd=sd,
        correlation=along / (sd[:-1] * sd[1:]),
        patients=course.accrual.entered(times),
        events=np.array([k.events for k in looks]),
        time=times,
    )


def _at_look(
    course: TrialCourse, until: float, reading: Reading, horizon: float, sign: float, *, by_calendar: bool
) -> CurvesAtLook:
    panels = course.panels(until)
    dying = course.risk_sets(panels.nodes).dying.sum(axis=0)
    events = float(dying @ (panels.weights * course.accrual.entered(until - panels.nodes)))
    speed = float(dying @ (panels.weights * course.accrual.rate(until - panels.nodes)))
    control, experimental = (reading(_arm_curve(course, until, horizon, arm)) for arm in (0, 1))
    found = CurvesAtLook(until, horizon, (control, experimental), sign, events, 0.0)
    if found.variance <= 0.0:
        raise DesignError(f"no event is expected before {horizon:g}, so there is nothing to compare.")
    if by_calendar or speed <= 0.0:
        return found
    growing = control.variance_growth + experimental.variance_growth
    return replace(found, per_event=-0.5 * found.effect * growing / found.variance**1.5 / speed)


def _arm_curve(course: TrialCourse, until: float, horizon: float, arm: int) -> ArmCurve:
    whole = course.panels(until)
    panels = Panels.of(whole.edges, horizon, horizon)
    t = panels.nodes
    seen, mine = course.risk_sets(t), course.arm[:, 0] == arm
    share = seen.at_risk[mine].sum(axis=0)
    entered = course.accrual.entered(until - t)
    if (entered <= 0.0).any():
        raise DesignError(f"nobody has been followed to {horizon:g} by calendar time {until:g}. Look later.")
    growth = course.accrual.rate(until - t) / entered
    return ArmCurve(panels, seen.dying[mine].sum(axis=0) / share, share * entered, growth)
