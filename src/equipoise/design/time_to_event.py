"""Events, patients, calendar and power of a trial that compares times to event by the log-rank test."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from equipoise import _check
from equipoise.design.expected_events import EventCalendar
from equipoise.design.expected_score import ExpectedScore, expected_score
from equipoise.design.group_sequential import group_sequential
from equipoise.design.population import Accrual, Stratum, require_strata
from equipoise.design.required_events import drift_of_events, information_per_event, required_events
from equipoise.design.solve_for import AccrualDuration, AccrualRate, Power, SolveFor, StudyDuration
from equipoise.design.time_to_event_design import TimeToEventDesign
from equipoise.errors import ArgumentError, DesignError
from equipoise.numerics.roots import increasing_root

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise.design.group_sequential_design import GroupSequentialDesign

Convention = Literal["schoenfeld", "score"]
# Waiting for all but this share of the events that ever come is waiting for ever.
LAST_EVENTS = 1e-9


def time_to_event(
    sequential: GroupSequentialDesign,
    strata: Sequence[Stratum],
    accrual: Accrual,
    *,
    solve_for: SolveFor,
    ratio: float = 1.0,
    hazard_ratio_null: float = 1.0,
    convention: Convention = "schoenfeld",
    whole: bool = False,
) -> TimeToEventDesign:
    """Events, patients and calendar of a group-sequential trial under piecewise accrual, hazards and dropout.

    Parameters
    ----------
    sequential
        Boundaries and the drift that they need; information fractions are fractions of the events.
    strata
        Prevalence, hazards, hazard ratios and dropout.
    accrual
        Patients entering.
    solve_for
        `StudyDuration()`, `AccrualRate(study_duration)`, `AccrualDuration(follow_up)` or
        `Power(events=...)`, `Power(study_duration=...)`.
    ratio
        Patients on the experimental arm for each one on the control arm.
    hazard_ratio_null
        The hazard ratio that is tested; above 1 for a non-inferiority margin.
    convention
        "schoenfeld": drift from the log hazard ratio averaged over the events, information
        events r / (1 + r)^2. "score": drift and information from the expected score and null variance of the
        stratified log-rank test, which hold for any hazard ratios.
    whole
        Whole events at each look (up at the last, nearest at the others) and whole patients, with the
        boundaries solved again at the fractions that result.

    Raises
    ------
    DesignError
        No effect, or events that never come, with the probability that they do.

    References
    ----------
    Schoenfeld (1983), Biometrics 39:499-503; Lachin, Foulkes (1986), Biometrics 42:507-519.

    """
    _check.one_of("convention", convention, ("schoenfeld", "score"))
    trial = _Trial(
        require_strata(strata), accrual, _check.positive("ratio", ratio), hazard_ratio_null, convention
    )
    needed = sequential.drift * math.sqrt(sequential.information_fraction[-1])
    trial, end, events = _solve(trial, solve_for, needed)
    if whole:
        trial, end, events = _whole(trial, solve_for, end, events)
    return _result(sequential, trial, end, events, whole=whole)


@dataclass(frozen=True, slots=True)
class _Trial:
    """The assumptions, and what is expected under them by a calendar time."""

    strata: tuple[Stratum, ...]
    accrual: Accrual
    ratio: float
    null: float
    convention: Convention

    def calendar(self) -> EventCalendar:
        return EventCalendar.of(self.strata, self.accrual, self.ratio)

    def score(self, at: float) -> ExpectedScore:
        return expected_score(
            self.strata, self.accrual, at=[at], ratio=self.ratio, hazard_ratio_null=self.null
        )

    def constant_hazard_ratio(self) -> float | None:
        """The hazard ratio, if it is one and the same at all times and in all strata."""
        ratios = {r for s in self.strata for r in s.hazard_ratio.rates}
        return ratios.pop() if len(ratios) == 1 else None

    def hazard_ratio(self, at: float) -> float:
        """Average hazard ratio of the events by a calendar time."""
        if self.convention == "score":
            return float(self.score(at).hazard_ratio[0])
        constant = self.constant_hazard_ratio()
        return constant if constant is not None else math.exp(float(self.score(at).log_hazard_ratio[0]))

    def drift(self, at: float) -> float:
        """Expected z at a calendar time."""
        if self.convention == "score":
            return float(self.score(at).drift[0])
        return self.drift_with(self.calendar().total(at), self.hazard_ratio(at))

    def drift_with(self, events: float, hazard_ratio: float) -> float:
        return drift_of_events(events, hazard_ratio, ratio=self.ratio, hazard_ratio_null=self.null)

    def last_time(self) -> float:
        """When all but a billionth of the events that ever come have come."""
        calendar = self.calendar()
        most = calendar.ever() * self.accrual.patients
        if most <= 0.0:
            raise DesignError("No event is ever expected: every control hazard is 0.")
        return calendar.time_of(most * (1.0 - LAST_EVENTS))


def _solve(trial: _Trial, solve_for: SolveFor, needed: float) -> tuple[_Trial, float, float]:
    """The trial with its accrual, its last calendar time and the events by then."""
    match solve_for:
        case StudyDuration():
            end = _time_of_drift(trial, needed)
        case AccrualRate(study_duration=end):
            drift = trial.drift(end)
            _require_benefit(drift, trial.hazard_ratio(end), trial.null)
            trial = replace(trial, accrual=trial.accrual.scaled((needed / drift) ** 2))
        case AccrualDuration(follow_up=follow_up):
            trial = _with_duration(trial, follow_up, needed)
            end = trial.accrual.duration + follow_up
        case Power(events=float() | int() as events):
            return trial, trial.calendar().time_of(float(events)), float(events)
        case Power(study_duration=float() | int() as end):
            pass
        case _:
            raise ArgumentError(
                "solve_for",
                solve_for,
                "must be StudyDuration(), AccrualRate(...), AccrualDuration(...) or Power(...)",
            )
    return trial, float(end), trial.calendar().total(float(end))


def _time_of_drift(trial: _Trial, needed: float) -> float:
    constant = trial.constant_hazard_ratio()
    if trial.convention == "schoenfeld" and constant is not None:
        events = required_events(needed, constant, ratio=trial.ratio, hazard_ratio_null=trial.null)
        return trial.calendar().time_of(events)
    last = trial.last_time()
    reached = trial.drift(last)
    if reached < needed:
        raise DesignError(
            f"The power is never reached: with all the events that ever come the expected z is "
            f"{reached:.4g}, and {needed:.4g} is needed. Plan more patients or a larger effect."
        )
    return increasing_root(
        lambda u: trial.drift(min(u, last)) - needed if u > 0.0 else u - needed,
        trial.accrual.duration,
        needed / last,
        what="the duration that gives the power",
    )


def _with_duration(trial: _Trial, follow_up: float, needed: float) -> _Trial:
    def for_duration(duration: float) -> _Trial:
        return replace(trial, accrual=Accrual(trial.accrual.rates, duration))

    def shortfall(log_duration: float) -> float:
        longer = for_duration(math.exp(log_duration))
        return longer.drift(longer.accrual.duration + follow_up) - needed

    rates = trial.accrual.rates
    if rates.rates[-1] == 0.0:
        closed = for_duration(rates.starts[-1])
        if closed.drift(closed.accrual.duration + follow_up) < needed:
            raise DesignError(
                f"The power is never reached: accrual stops at {rates.starts[-1]:g} with "
                f"{closed.accrual.patients:g} patients. Let the last rate be above 0, or follow them longer."
            )
    end = trial.accrual.duration + follow_up
    _require_benefit(trial.drift(end), trial.hazard_ratio(end), trial.null)
    found = increasing_root(
        shortfall,
        math.log(trial.accrual.duration),
        0.5 * needed,
        what="the accrual duration that gives the power",
    )
    return for_duration(math.exp(found))


def _require_benefit(drift: float, hazard_ratio: float, null: float) -> None:
    if drift <= 0.0:
        raise DesignError(
            f"The average hazard ratio {hazard_ratio:.4g} is no benefit over {null:g}, which is tested: no "
            "number of patients gives the power. Give hazard ratios (experimental over control) below it."
        )


def _whole(trial: _Trial, solve_for: SolveFor, end: float, events: float) -> tuple[_Trial, float, float]:
    """Whole patients where accrual was solved, whole events, and the time at which they come."""
    if isinstance(solve_for, AccrualRate | AccrualDuration):
        patients = math.ceil(trial.accrual.patients - 1e-9)
        if isinstance(solve_for, AccrualRate):
            accrual = trial.accrual.scaled(patients / trial.accrual.patients)
        else:
            accrual = Accrual.of_patients(patients, trial.accrual.rates)
        trial = replace(trial, accrual=accrual)
    wanted = float(math.ceil(events - 1e-9))
    if isinstance(solve_for, Power) and solve_for.study_duration is not None:
        wanted = float(math.floor(events + 1e-9))
    return trial, trial.calendar().time_of(wanted) if wanted != events else end, wanted


def _result(
    sequential: GroupSequentialDesign, trial: _Trial, end: float, events: float, *, whole: bool
) -> TimeToEventDesign:
    calendar = trial.calendar()
    fraction = sequential.information_fraction / sequential.information_fraction[-1]
    look_events = fraction * events
    if whole:
        look_events = np.append(np.rint(look_events[:-1]), events)
        sequential = _again(sequential, look_events)
    look_times = np.array([*(calendar.time_of(float(d)) for d in look_events[:-1]), end])
    if trial.convention == "score":
        expected = expected_score(
            trial.strata,
            trial.accrual,
            at=look_times,
            ratio=trial.ratio,
            hazard_ratio_null=trial.null,
        )
        information = expected.information
        hazard_ratio, drift = float(expected.hazard_ratio[-1]), float(expected.drift[-1])
    else:
        information = look_events * information_per_event(trial.ratio)
        hazard_ratio = trial.hazard_ratio(end)
        drift = trial.drift_with(events, hazard_ratio)
    return TimeToEventDesign(
        sequential=sequential,
        strata=trial.strata,
        accrual=trial.accrual,
        ratio=trial.ratio,
        hazard_ratio=hazard_ratio,
        hazard_ratio_null=trial.null,
        drift=drift,
        power=sequential.power(drift / math.sqrt(sequential.information_fraction[-1])),
        look_events=look_events,
        look_times=look_times,
        look_patients=trial.accrual.entered(look_times),
        look_information=information,
        reach_probability=calendar.probability_of(events),
    )


def _again(
    design: GroupSequentialDesign, look_events: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> GroupSequentialDesign:
    """The same rules at the fractions that whole events give."""
    return group_sequential(
        look_events / look_events[-1] * design.information_fraction[-1],
        alpha=design.alpha,
        beta=design.beta,
        sides=design.sides,
        efficacy=design.efficacy,
        futility=design.futility,
        harm=design.harm,
        harm_alpha=design.harm_alpha,
        binding=design.binding,
        inner=design.inner,
        spending_fraction=design.spending_fraction,
    )
