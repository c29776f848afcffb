"""What each patient adds to the log-rank z at a look, and how that goes together from look to look."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from equipoise import _check
from equipoise.design.population import require_strata
from equipoise.numerics.running_integral import Panels, RunningIntegral

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise._check import FloatArray
    from equipoise.design.population import Accrual, Stratum
    from equipoise.numerics.piecewise import PiecewiseConstant

# On a panel the shares at risk fall by no more than this power of e.
STEEPEST = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """One arm of one stratum.

    Parameters
    ----------
    stratum, arm
        Its stratum from 0; 0 for control and 1 for experimental.
    share
        Of all patients.
    test
        Stratum of the test that it is counted in.
    hazard, dropout
        By time since entry.
    hazard_ratio
        Of the stratum, which both its arms carry.

    """

    stratum: int
    arm: int
    share: float
    test: int
    hazard: PiecewiseConstant
    dropout: PiecewiseConstant
    hazard_ratio: PiecewiseConstant

    def staying(self, t: FloatArray) -> FloatArray:
        """Share without event or dropout at time t since entry."""
        return np.exp(-self.hazard.cumulative(t) - self.dropout.cumulative(t))


@dataclass(frozen=True, slots=True, eq=False)
class RiskSets:
    """The risk sets at times t since entry, for each cell, shape (C, T).

    All arms and strata enter alike, so that p and `pooled` are the same whenever one looks.

    Parameters
    ----------
    t
        Times since entry, shape (T,).
    at_risk
        Share of all patients that is in the cell, without event or dropout.
    dying
        The same times the hazard.
    p
        Probability under the tested hazard ratio m that an event of the cell's test stratum is on the
        experimental arm: m y1 / (y0 + m y1).
    pooled
        Events of the test stratum over y0 + m y1, times m on the experimental arm: the arm's hazard under m.

    """

    t: FloatArray
    at_risk: FloatArray
    dying: FloatArray
    p: FloatArray
    pooled: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class TrialCourse:
    """Accrual, and hazard and dropout in every arm of every stratum."""

    accrual: Accrual
    cells: tuple[Cell, ...]
    margin: float
    steepest: float
    breaks: FloatArray

    @classmethod
    def of(
        cls,
        strata: Sequence[Stratum],
        accrual: Accrual,
        *,
        ratio: float = 1.0,
        hazard_ratio_null: float = 1.0,
        stratified: bool = True,
    ) -> TrialCourse:
        """Lay out the cells, `ratio` experimental patients a control; without `stratified` all are pooled."""
        margin = _check.positive("hazard_ratio_null", hazard_ratio_null)
        share = _check.positive("ratio", ratio) / (1.0 + ratio)
        cells = []
        for s, x in enumerate(require_strata(strata)):
            test = s if stratified else 0
            control = x.prevalence * (1.0 - share)
            given = x.hazard_ratio
            cells.append(Cell(s, 0, control, test, x.control_hazard, x.control_dropout, given))
            treated = x.prevalence * share
            hazard, dropout = x.experimental_hazard, x.experimental_dropout
            cells.append(Cell(s, 1, treated, test, hazard, dropout, given))
        steepest = max(max(c.hazard.rates) + max(c.dropout.rates) for c in cells)
        starts = [r.starts for c in cells for r in (c.hazard, c.dropout)]
        return cls(accrual, tuple(cells), margin, steepest, np.unique(np.concatenate(starts)))

    @property
    def arm(self) -> FloatArray:
        """1 on the experimental arm, shape (C, 1)."""
        return np.array([[float(c.arm)] for c in self.cells])

    @property
    def share(self) -> FloatArray:
        """Of all patients, shape (C, 1)."""
        return np.array([[c.share] for c in self.cells])

    def by_test(self, values: FloatArray) -> FloatArray:
        """Sums over the cells of each cell's test stratum, shape (C, T) as given."""
        test = np.array([c.test for c in self.cells])
        return np.asarray((test[:, None] == test).astype(np.float64) @ values)

    def panels(self, *until: float) -> Panels:
        """Panels up to the last of some calendar times, cut wherever something changes for one of them."""
        last = max(until)
        breaks = [self.breaks, *(u - self.accrual.jumps()[0] for u in until)]
        breaks += [self.breaks + (last - u) for u in until if u < last]
        breaks += [np.array([last - u]) for u in until]
        widest = STEEPEST / self.steepest if self.steepest > 0.0 else math.inf
        return Panels.of(np.concatenate(breaks), last, widest)

    def risk_sets(self, t: FloatArray) -> RiskSets:
        """Risk sets at times t since entry."""
        at_risk = self.share * np.array([c.staying(t) for c in self.cells])
        dying = at_risk * np.array([c.hazard.rate(t) for c in self.cells])
        weight = np.where(self.arm == 1.0, self.margin, 1.0)
        p, pooled = np.empty_like(at_risk), np.empty_like(at_risk)
        for test in {c.test for c in self.cells}:
            mine = [i for i, c in enumerate(self.cells) if c.test == test]
            counted = weight[mine] * at_risk[mine]
            of_all = counted.sum(axis=0)
            of_all[of_all == 0.0] = 1.0
            p[mine] = (self.arm[mine] * counted).sum(axis=0) / of_all
            pooled[mine] = weight[mine] * dying[mine].sum(axis=0) / of_all
        return RiskSets(t, at_risk, dying, p, pooled)


@dataclass(frozen=True, slots=True, eq=False)
class LogrankAtLook:
    """Score, null variance and events expected at a calendar time, and what z's influence function needs.

    Parameters
    ----------
    until
        Calendar time.
    score, information, events
        U, V and E.
    effect
        Log hazard ratio summed over the events.
    score_per_event, information_per_event
        U'/E' and V'/E'; 0 at a look that does not wait for events.

    """

    until: float
    score: float
    information: float
    events: float
    effect: float
    score_per_event: float
    information_per_event: float

    @classmethod
    def of(cls, course: TrialCourse, until: float, *, by_calendar: bool = False) -> LogrankAtLook:
        """Integrate over the time since entry."""
        panels = course.panels(until)
        seen = course.risk_sets(panels.nodes)
        x, p, dying = course.arm, seen.p, seen.dying
        log_ratio = np.log(np.array([c.hazard_ratio.rate(panels.nodes) for c in course.cells]))
        gain = np.array([dying * (p - x), dying * p * (1.0 - p), dying, dying * log_ratio]).sum(axis=1)
        total = gain @ (panels.weights * course.accrual.entered(until - panels.nodes))
        speed = gain @ (panels.weights * course.accrual.rate(until - panels.nodes))
        waits = not by_calendar and speed[2] > 0.0
        per_event = (speed[0] / speed[2], speed[1] / speed[2]) if waits else (0.0, 0.0)
        return cls(until, *map(float, total), *map(float, per_event))

    def influence(self, course: TrialCourse, seen: RiskSets) -> tuple[FloatArray, FloatArray]:
        """Gain of z by an event, and per unit of time at risk, in each cell; shape (C, T)."""
        x, p, root = course.arm, seen.p, math.sqrt(self.information)
        bend = 0.5 * self.score / (self.information * root)
        by_event = (p - x - self.score_per_event) / root - bend * (p * (1.0 - p) - self.information_per_event)
        by_time = seen.pooled * (x - p) * (1.0 / root - bend * (1.0 - 2.0 * p))
        return by_event, by_time


class Influence(Protocol):
    """A statistic at a look, to first order a sum over the patients."""

    @property
    def until(self) -> float:
        """Calendar time of the look."""
        ...

    def influence(self, course: TrialCourse, seen: RiskSets) -> tuple[FloatArray, FloatArray]:
        """Gain of z by an event, and per unit of time at risk, in each cell; shape (C, T)."""
        ...


def covariance_of_z(course: TrialCourse, first: Influence, second: Influence) -> float:
    """Covariance of z at two looks, the first not later than the second.

    With a dN + b Y dt what a patient adds to z, B and Q the integrals of b and of b times those entered G,
    and D the time between the looks, it is the integral over time t since entry, at hazard h, of
    S [(h a1 a2 + (h a1 + b1) B2) G1 + (h a2 + b2) (B1(t - D) G2 + Q1(t) - Q1(t - D))], less what blocks and
    the given number of patients hold fixed.
    """
    panels = course.panels(first.until, second.until)
    t, between = panels.nodes, second.until - first.until
    seen = course.risk_sets(t)
    event_1, time_1 = first.influence(course, seen)
    event_2, time_2 = second.influence(course, seen)
    g1, g2 = (course.accrual.entered(look.until - t) for look in (first, second))
    with_1, with_2 = (
        seen.dying * event_1 + seen.at_risk * time_1,
        seen.dying * event_2 + seen.at_risk * time_2,
    )
    products = float(((seen.dying * event_1 * event_2).sum(axis=0) * g1) @ panels.weights)
    for c in range(len(course.cells)):
        b1, b2 = (RunningIntegral.of(panels, b[c]) for b in (time_1, time_2))
        q1 = RunningIntegral.of(panels, time_1[c] * g1)
        waiting = b1(t - between) * g2 + q1(t) - q1(t - between)
        products += float((with_1[c] * b2(t) * g1 + with_2[c] * waiting) @ panels.weights)
    means = np.stack([with_1 @ (panels.weights * g1), with_2 @ (panels.weights * g2)])
    return products - _held_fixed(course, means)


def _held_fixed(course: TrialCourse, means: FloatArray) -> float:
    """What does not vary: blocks fix the arms within a stratum, and the strata add up to the patients.

    Parameters
    ----------
    course
        The trial.
    means
        Mean gain of all patients of each cell at the two looks, shape (2, C).

    """
    stratum, patients = (
        np.array([c.stratum for c in course.cells]),
        course.accrual.patients * course.share[:, 0],
    )
    fixed = (means[0] * means[1] / patients).sum() + means[0].sum() * means[1].sum() / patients.sum()
    for s in set(stratum.tolist()):
        mine = stratum == s
        fixed -= means[0, mine].sum() * means[1, mine].sum() / patients[mine].sum()
    return float(fixed)
