"""Protocol to Design: events for the power, looks in whole events, bounds solved again, dates expected."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from equipoise.design.drift import fixed_drift
from equipoise.design.from_protocol_by_statistic import design_by_statistic, is_another_test
from equipoise.design.open_values import SolvedValue, completed
from equipoise.design.planned_looks import PlannedLooks, is_by_calendar
from equipoise.design.protocol_population import hypothesis_accrual, hypothesis_ratio, hypothesis_strata
from equipoise.design.required_events import information_per_event
from equipoise.design.score_power import ExactMoments
from equipoise.design.trial_assumptions import TrialAssumptions
from equipoise.design.trial_design import Design, PlannedLook
from equipoise.design.when_due import WhenDue
from equipoise.errors import ConvergenceError, DesignError

if TYPE_CHECKING:
    from equipoise.design.expected_events import EventCalendar
    from equipoise.design.group_sequential_design import GroupSequentialDesign
    from equipoise.protocol.endpoints import Hypothesis
    from equipoise.protocol.monitoring import Look
    from equipoise.protocol.protocol import Protocol

MOST_ROUNDS = 100


def design_trial(protocol: Protocol, hypothesis: str | None = None) -> Design:
    """Design the trial of one hypothesis.

    The drift d of the group-sequential design gives D = d^2 (1 + r)^2 / (r theta^2) events (Schoenfeld), r to
    1 allocated, theta the mean of log(margin / hazard ratio) over the events expected by the final analysis,
    with margin 1 where benefit is tested. D and the looks' events are whole numbers, the bounds solved again
    for them.

    Parameters
    ----------
    protocol
        With accrual, assumptions and effect.
    hypothesis
        Its id; the monitored one, or else the first, unless given.

    Raises
    ------
    DesignError
        A part of the plan is missing, the assumed effect is none or harm, or the events never come: with what
        probability they would.

    References
    ----------
    Schoenfeld (1981), Biometrika 68:316-319.

    """
    plan, solved = completed(PlannedLooks.of(protocol, _hypothesis(protocol, hypothesis)))
    strata = hypothesis_strata(plan.protocol, plan.hypothesis)
    ratio = hypothesis_ratio(plan.protocol, plan.hypothesis)
    accrual = hypothesis_accrual(plan.protocol, plan.hypothesis)
    trial = TrialAssumptions(strata, accrual, ratio, plan.hypothesis.margin, _is_stratified(plan.hypothesis))
    if is_another_test(plan.hypothesis):
        return design_by_statistic(plan, trial, solved)
    return _Search(plan, trial, trial.calendar(), solved).design()


def _hypothesis(protocol: Protocol, wanted: str | None) -> Hypothesis:
    if wanted is not None:
        return protocol.hypothesis_of(wanted)
    leading = protocol.leading_hypothesis
    if leading is None:
        raise DesignError(
            "the protocol has no hypothesis to design for. Add [[hypothesis]] with alpha and power."
        )
    return leading


@dataclass(frozen=True, slots=True)
class _Search:
    """Events, look fractions and mean effect that agree with one another."""

    plan: PlannedLooks
    trial: TrialAssumptions
    calendar: EventCalendar
    solved: tuple[SolvedValue, ...]

    def design(self) -> Design:
        """Everything planned."""
        return self._laid_out(*self._solve())

    @property
    def _power(self) -> float:
        return self.plan.hypothesis.planned_power()

    def _boundaries(self, fractions: list[float]) -> GroupSequentialDesign:
        return self.plan.boundaries(fractions, self._power)

    def _solve(self) -> tuple[GroupSequentialDesign, int, float]:
        """The bounds, whole events and the mean effect."""
        events, effect = self.plan.final_events(self.calendar), 0.0
        half = self.calendar.ever() * self.calendar.accrual.patients / 2.0
        planned = events if events is not None else self.plan.first_guess(half, self.calendar)
        for _ in range(MOST_ROUNDS):
            effect = self._effect(planned)
            design = self._boundaries(self.plan.fractions(planned, self.calendar))
            needed = events if events is not None else (design.drift / effect) ** 2 / self._per_event()
            if abs(needed - planned) <= 1e-9 * planned:
                break
            planned = needed
        else:
            raise ConvergenceError(f"The planned events did not settle; reached {planned!r}.")
        whole = math.ceil(planned - 1e-6)
        if events is None:
            self.plan.require_in_time(self.calendar, planned)
        looks = (self.plan.events_of(look, whole, self.calendar) for look in self.plan.looks)
        counts = [min(math.ceil(d - 1e-6), whole) for d in looks]
        return self._boundaries([c / whole for c in counts]), whole, self._effect(float(whole))

    def _laid_out(self, boundaries: GroupSequentialDesign, events: int, effect: float) -> Design:
        """Put calendar, hazard ratios and exit probabilities beside the bounds."""
        drift, hypothesis = effect * math.sqrt(events * self._per_event()), self.plan.hypothesis
        null, planned = boundaries.crossing(0.0), boundaries.crossing(drift)
        fixed = fixed_drift(hypothesis.alpha, 1.0 - self._power, hypothesis.sides)
        futility, margin = boundaries.futility_z, hypothesis.margin
        looks = []
        for k, look in enumerate(self.plan.looks):
            count = round(float(boundaries.information_fraction[k]) * events)
            time = self._time_of(look, count, events)
            root = math.sqrt(count * self._per_event())
            low = -math.inf if futility is None else float(futility[k])
            high = float(boundaries.efficacy_z[k])
            looks.append(
                PlannedLook(
                    look=k + 1,
                    label=look.label
                    or ("final analysis" if k + 1 == len(self.plan.looks) else f"look {k + 1}"),
                    events=count,
                    by_calendar=is_by_calendar(look),
                    information_fraction=count / events,
                    time=time,
                    date=self.plan.date_of(time),
                    patients=float(self.calendar.accrual.entered(time)),
                    efficacy_z=high,
                    futility_z=low,
                    nominal_p=float(boundaries.nominal_p[k]),
                    hazard_ratio=margin * math.exp(-high / root),
                    futility_hazard_ratio=margin * math.exp(-low / root) if math.isfinite(low) else math.inf,
                    alpha_spent=float(boundaries.alpha_spent[k]),
                    efficacy_under_null=float(null.efficacy[k]),
                    efficacy_under_effect=float(planned.efficacy[k]),
                    futility_under_null=float(null.futility[k]),
                    futility_under_effect=float(planned.futility[k]),
                    due=self.plan.when_due(look, events),
                )
            )
        return Design(
            protocol=self.plan.protocol,
            hypothesis=hypothesis,
            boundaries=boundaries,
            looks=tuple(looks),
            events=events,
            fixed_events=math.ceil((fixed / effect) ** 2 / self._per_event() - 1e-6),
            information=events * self._per_event(),
            ratio=self.trial.ratio,
            log_hazard_ratio=math.log(margin) - effect,
            power=boundaries.power(drift),
            power_by_score=self._power_by_moments(boundaries, looks),
            accrual_duration=self.calendar.accrual.duration,
            patients=self.calendar.accrual.patients,
            probability_events_come=self.calendar.probability_of(events),
            solved=self.solved,
        )

    def _time_of(self, look: Look, count: int, events: int) -> float:
        """When a look is expected: with its whole number of events, or as its date and limits have it."""
        if WhenDue.of(look).limited or is_by_calendar(look):
            return self.plan.time_of(look, float(events), self.calendar)
        return self.calendar.time_of(float(count))

    def _per_event(self) -> float:
        """Null information that one event carries: r / (1 + r)^2."""
        return information_per_event(self.trial.ratio)

    def _power_by_moments(self, boundaries: GroupSequentialDesign, looks: list[PlannedLook]) -> float:
        """Power by the exact moments of the score, each look held as it is due."""
        # A look that waits is expected at a time, not at a number of events.
        by_calendar = [k.by_calendar or k.due.limited for k in looks]
        times = [k.time for k in looks]
        return float(ExactMoments().efficacy(self.trial, boundaries, times, by_calendar=by_calendar).sum())

    def _effect(self, events: float) -> float:
        """Mean of log(margin / hazard ratio) over the events expected by the time of so many events."""
        score, margin = self.trial.score(self.calendar.time_of(events)), self.trial.null
        log_ratio = float(score.log_hazard_ratio[0])
        effect = math.log(margin) - log_ratio
        if effect <= 0.0:
            tested = "a power needs an effect" if margin == 1.0 else f"a power needs one below {margin:g}"
            raise DesignError(
                f"the assumed mean hazard ratio is {math.exp(log_ratio):.4g}: {tested}. "
                f"Give a hazard ratio below {margin:g} in [[effect]]."
            )
        return effect


def _is_stratified(hypothesis: Hypothesis) -> bool:
    return hypothesis.test != "logrank"
