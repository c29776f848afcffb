"""Protocol to Design where the planned test is not the log-rank test: events for the power of that test."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtri

from equipoise.design.group_sequential import group_sequential
from equipoise.design.maxcombo_design import maxcombo_design
from equipoise.design.milestone_design import expected_milestone
from equipoise.design.planned_looks import PlannedLooks, is_by_calendar
from equipoise.design.required_events import information_per_event
from equipoise.design.rmst_design import expected_rmst
from equipoise.design.sequential_test import SequentialTest, sequential_test
from equipoise.design.trial_design import Design, PlannedLook
from equipoise.design.weighted_logrank_design import expected_weighted_logrank
from equipoise.design.when_due import WhenDue
from equipoise.errors import DesignError
from equipoise.numerics.roots import increasing_root

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise.design.expected_events import EventCalendar
    from equipoise.design.expected_statistic import ExpectedStatistic
    from equipoise.design.group_sequential_design import GroupSequentialDesign
    from equipoise.design.open_values import SolvedValue
    from equipoise.design.trial_assumptions import TrialAssumptions
    from equipoise.protocol.endpoints import Hypothesis

# Waiting for more than this share of the events that ever come is waiting for ever.
MOST_OF_THEM = 1.0 - 1e-6
# A whole event more may be needed after rounding.
ENOUGH = 1e-9


def is_another_test(hypothesis: Hypothesis) -> bool:
    """Whether a hypothesis is tested by something else than the log-rank test."""
    return hypothesis.test in {"weighted-logrank", "maxcombo", "rmst", "milestone"}


def design_by_statistic(
    plan: PlannedLooks, trial: TrialAssumptions, solved: tuple[SolvedValue, ...] = ()
) -> Design:
    """Design a hypothesis that is tested by a weighted log-rank, MaxCombo, restricted-mean or milestone test.

    The final analysis is put where the planned test has its power, in whole events; alpha is spent by events
    over planned events, and the bounds are joined by the test's own information.

    Raises
    ------
    DesignError
        The power is never reached, or the plan asks for what the test does not have.
    """
    return _ByStatistic(plan, trial, trial.calendar(), solved).design()


@dataclass(frozen=True, slots=True)
class _AtEvents:
    """The bounds and the power where the final analysis has so many events."""

    counts: tuple[float, ...]
    times: tuple[float, ...]
    sequential: GroupSequentialDesign
    power: float
    efficacy: tuple[tuple[float, ...], tuple[float, ...]]
    futility: tuple[tuple[float, ...], tuple[float, ...]]
    information: float


@dataclass(frozen=True, slots=True)
class _ByStatistic:
    plan: PlannedLooks
    trial: TrialAssumptions
    calendar: EventCalendar
    solved: tuple[SolvedValue, ...]

    def design(self) -> Design:
        h = self.plan.hypothesis
        if self.plan.rules.binding:
            raise DesignError(f"futility is binding, which the test {h.test!r} has no bounds for. Unbind it.")
        if h.test == "maxcombo" and len(self.plan.looks) > 1:
            raise DesignError(
                "a MaxCombo test in a protocol has one look: its bounds over several are no single z. "
                "Leave out [monitoring], or plan it with `maxcombo_design`."
            )
        given = self.plan.final_events(self.calendar)
        wanted = given if given is not None else self._events_for(self.plan)
        events = math.ceil(wanted - 1e-6)
        if given is None and self._power_at(self.plan, events) < h.planned_power() - ENOUGH:
            events += 1
        rules = replace(self.plan.rules, efficacy=self.plan.rules.spending, futility=None)
        alone = replace(self.plan, looks=self.plan.looks[-1:], rules=rules)
        fixed = given if given is not None else self._events_for(alone)
        return self._laid_out(events, self._at(self.plan, events, whole=True), math.ceil(fixed - 1e-6))

    def _events_for(self, plan: PlannedLooks) -> float:
        """Events at the final analysis for which the power is what was asked for."""
        most = self.calendar.ever() * self.calendar.accrual.patients * MOST_OF_THEM
        wanted = plan.hypothesis.planned_power()
        reached = self._power_at(plan, most)
        if reached < wanted:
            raise DesignError(
                f"{plan.hypothesis.id}: with all {most:.4g} events that come the power is {reached:.3g}, "
                f"and {wanted:g} is asked for. Plan more patients, a larger effect or another test."
            )

        def excess(events: float) -> float:
            if not 1.0 < events < most:
                return -8.0 if events <= 1.0 else 8.0
            return _probit(self._power_at(plan, events)) - _probit(wanted)

        return increasing_root(
            excess, 0.5 * most, 4.0 / most, tolerance=1e-6, what="the events for the power"
        )

    def _power_at(self, plan: PlannedLooks, events: float) -> float:
        """The power, none where a look would come before the horizon."""
        _, times = self._looks(plan, events)
        return 0.0 if self._too_early(plan, times) else self._at(plan, events).power

    def _looks(
        self, plan: PlannedLooks, events: float, *, whole: bool = False
    ) -> tuple[list[float], list[float]]:
        """Events and calendar times of the looks."""
        counts = [plan.events_of(look, events, self.calendar) for look in plan.looks]
        if whole:
            counts = [float(min(math.ceil(d - 1e-6), events)) for d in counts]
        times = []
        for look, count in zip(plan.looks, counts, strict=True):
            fixed = is_by_calendar(look) or WhenDue.of(look).limited
            times.append(plan.time_of(look, events, self.calendar) if fixed else self.calendar.time_of(count))
        return counts, times

    def _too_early(self, plan: PlannedLooks, times: Sequence[float]) -> bool:
        h = plan.hypothesis
        return h.test in {"rmst", "milestone"} and h.horizon is not None and times[0] <= h.horizon

    def _at(self, plan: PlannedLooks, events: float, *, whole: bool = False) -> _AtEvents:
        counts, times = self._looks(plan, events, whole=whole)
        if plan.hypothesis.test == "maxcombo":
            return self._maxcombo(counts, times)
        if self._too_early(plan, times):
            raise DesignError(
                f"look 1 is expected at {times[0]:.4g}, before anybody has been followed to "
                f"{plan.hypothesis.horizon:g}. Plan it later, or a shorter horizon."
            )
        found = self._sequential(plan, self._expected(plan, times), counts)
        null, assumed = found.crossing(null=True), found.crossing()
        return _AtEvents(
            tuple(counts),
            tuple(times),
            self._as_monitored(found),
            found.power,
            (tuple(null.efficacy.tolist()), tuple(assumed.efficacy.tolist())),
            (tuple(null.futility.tolist()), tuple(assumed.futility.tolist())),
            float(found.expected.information[-1]),
        )

    def _expected(self, plan: PlannedLooks, times: Sequence[float]) -> ExpectedStatistic:
        h, t = plan.hypothesis, self.trial
        held: dict[str, Any] = {
            "at": list(times),
            "ratio": t.ratio,
            "by_calendar": all(is_by_calendar(k) for k in plan.looks),
        }
        if h.test == "weighted-logrank":
            weight = h.weight.weight() if h.weight else None
            return expected_weighted_logrank(
                t.strata, t.accrual, weight=weight, stratified=bool(h.strata), **held
            )
        if h.test == "rmst":
            return expected_rmst(t.strata, t.accrual, tau=h.horizon or 0.0, **held)
        return expected_milestone(t.strata, t.accrual, milestone=h.horizon or 0.0, scale=h.scale, **held)

    def _sequential(
        self, plan: PlannedLooks, expected: ExpectedStatistic, counts: Sequence[float]
    ) -> SequentialTest:
        futility = plan.rules.futility
        return sequential_test(
            expected,
            alpha=plan.hypothesis.alpha,
            sides=plan.hypothesis.sides,
            efficacy=plan.rules.efficacy,
            futility=futility,
            beta=None if futility is None else 1.0 - plan.hypothesis.planned_power(),
            spending_fraction=[d / counts[-1] for d in counts],
        )

    def _as_monitored(self, found: SequentialTest) -> GroupSequentialDesign:
        """The bounds with futility among them, and the expected z at the last look for their drift."""
        return replace(
            found.sequential,
            futility=self.plan.rules.futility,
            futility_z=found.futility_z,
            drift=float(found.expected.mean[-1]),
            beta_spent=np.cumsum(found.crossing().futility),
        )

    def _maxcombo(self, counts: Sequence[float], times: Sequence[float]) -> _AtEvents:
        h, t = self.plan.hypothesis, self.trial
        found = maxcombo_design(
            t.strata,
            t.accrual,
            at=list(times),
            weights=[w.weight() for w in h.weights],
            alpha=h.alpha,
            efficacy=self.plan.rules.efficacy,
            ratio=t.ratio,
            stratified=bool(h.strata),
            by_calendar=all(is_by_calendar(k) for k in self.plan.looks),
        )
        missed = 1.0 - found.power
        sequential = group_sequential(
            (1.0,), alpha=h.alpha, beta=1.0 - h.planned_power(), sides=1, efficacy=self.plan.rules.efficacy
        )
        return _AtEvents(
            tuple(counts),
            tuple(times),
            replace(sequential, drift=float(sequential.efficacy_z[0]) + _probit(found.power)),
            found.power,
            ((h.alpha,), (found.power,)),
            ((1.0 - h.alpha,), (missed,)),
            counts[-1] * information_per_event(t.ratio),
        )

    def _laid_out(self, events: int, at: _AtEvents, fixed: int) -> Design:
        bounds = at.sequential
        looks = []
        for k, look in enumerate(self.plan.looks):
            last = k + 1 == len(self.plan.looks)
            low = -math.inf if bounds.futility_z is None else float(bounds.futility_z[k])
            looks.append(
                PlannedLook(
                    look=k + 1,
                    label=look.label or ("final analysis" if last else f"look {k + 1}"),
                    events=round(at.counts[k]),
                    by_calendar=is_by_calendar(look),
                    information_fraction=at.counts[k] / events,
                    time=at.times[k],
                    date=self.plan.date_of(at.times[k]),
                    patients=float(self.calendar.accrual.entered(at.times[k])),
                    efficacy_z=float(bounds.efficacy_z[k]),
                    futility_z=low,
                    nominal_p=float(bounds.nominal_p[k]),
                    # The statistic is no log-rank score: its bound is no hazard ratio.
                    hazard_ratio=math.inf,
                    futility_hazard_ratio=math.inf,
                    alpha_spent=float(bounds.alpha_spent[k]),
                    efficacy_under_null=at.efficacy[0][k],
                    efficacy_under_effect=at.efficacy[1][k],
                    futility_under_null=at.futility[0][k],
                    futility_under_effect=at.futility[1][k],
                    due=self.plan.when_due(look, events),
                )
            )
        score = self.trial.score(at.times[-1])
        return Design(
            protocol=self.plan.protocol,
            hypothesis=self.plan.hypothesis,
            boundaries=bounds,
            looks=tuple(looks),
            events=events,
            fixed_events=fixed,
            information=at.information,
            ratio=self.trial.ratio,
            log_hazard_ratio=float(score.log_hazard_ratio[0]),
            power=at.power,
            power_by_score=at.power,
            accrual_duration=self.calendar.accrual.duration,
            patients=self.calendar.accrual.patients,
            probability_events_come=self.calendar.probability_of(events),
            solved=self.solved,
        )


def _probit(p: float) -> float:
    return float(ndtri(min(max(p, 1e-15), 1.0 - 1e-15)))
