"""What a protocol leaves out for its design to solve: patients, accrual rates, power or hazard ratio."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from scipy.special import ndtr, ndtri

from equipoise.design.drift import fixed_drift
from equipoise.design.population import Accrual
from equipoise.design.power_conventions import ByEvents
from equipoise.design.protocol_population import (
    hypothesis_accrual,
    hypothesis_ratio,
    hypothesis_share,
    hypothesis_strata,
    protocol_accrual,
)
from equipoise.design.required_events import SCHOENFELD, drift_of_events, required_events
from equipoise.design.solve_for import AccrualDuration, AccrualRate, HazardRatio, SolveFor
from equipoise.design.time_to_event_search import Search
from equipoise.design.trial_assumptions import TrialAssumptions
from equipoise.errors import ConvergenceError, DesignError
from equipoise.numerics.roots import increasing_root

if TYPE_CHECKING:
    from typing import Any

    from equipoise.design.planned_looks import PlannedLooks
    from equipoise.protocol.protocol import Protocol

MOST_ROUNDS = 100
# Where a search for patients and for a hazard ratio begins.
FIRST_PATIENTS = 200.0
FIRST_EFFECT = 0.5


@dataclass(frozen=True, slots=True)
class SolvedValue:
    """One value that the protocol left out.

    Parameters
    ----------
    path
        Where it stands in the file.
    value
        As solved.
    text
        What it is, for tables.

    """

    path: str
    value: float
    text: str


def completed(plan: PlannedLooks) -> tuple[PlannedLooks, tuple[SolvedValue, ...]]:
    """The plan with what it left out, by Schoenfeld's formula; as it is where it left out nothing.

    The protocol keeps its hash: the values follow from the file.

    Raises
    ------
    DesignError
        More than one thing is left out, no end of the trial is given, or the power cannot be reached.

    """
    protocol, hypothesis = plan.protocol, plan.hypothesis
    accrual = protocol.accrual is not None and protocol.accrual.patients is None
    effect = any(e.hazard_ratio is None for e in protocol.effects_on(hypothesis))
    power = hypothesis.power is None
    if accrual + effect + power > 1:
        raise DesignError(
            "patients, power and hazard ratio: more than one of them is left out, and the design can solve "
            "for one. Give the others."
        )
    if accrual:
        return _with_accrual(plan)
    if effect:
        return _with_hazard_ratio(plan)
    return _with_power(plan) if power else (plan, ())


def _with_accrual(plan: PlannedLooks) -> tuple[PlannedLooks, tuple[SolvedValue, ...]]:
    planned, share = protocol_accrual(plan.protocol), hypothesis_share(plan.protocol, plan.hypothesis)
    rates, end = planned.piecewise(), plan.final_time()
    goal: SolveFor
    if planned.duration is not None:
        first = planned.duration
        goal = AccrualRate(end if end is not None else first + _follow_up(plan))
    else:
        first = float(rates.inverse_cumulative(FIRST_PATIENTS))
        first = min(first, rates.starts[-1] if rates.rates[-1] == 0.0 else math.inf)
        first = first if end is None else min(first, end)
        goal = AccrualDuration(None if end is not None else _follow_up(plan), end)
    trial = _trial(plan, Accrual(rates.scaled(share), first))
    trial, _, _ = _settled(plan, trial, goal)
    patients = math.ceil(trial.accrual.patients / share - 1e-9)
    found = [SolvedValue("accrual.patients", patients, "patients")]
    changes: dict[str, Any] = {"patients": patients, "duration": None, "follow_up": None}
    if planned.duration is not None:
        factor = patients / float(rates.cumulative(planned.duration))
        changes["rates"] = tuple(rate * factor for rate in planned.rates)
        found.append(SolvedValue("accrual.rates", factor, "times the accrual rates given"))
    return _replaced(plan, accrual=planned.model_copy(update=changes)), tuple(found)


def _with_hazard_ratio(plan: PlannedLooks) -> tuple[PlannedLooks, tuple[SolvedValue, ...]]:
    first = FIRST_EFFECT * plan.hypothesis.margin
    guess = _replaced(plan, effect=plan.protocol.effects_with(plan.hypothesis, first))
    trial = _trial(guess, hypothesis_accrual(plan.protocol, plan.hypothesis))
    events = plan.looks[-1].events
    end = None if events is not None else _end(plan, trial)
    goal = HazardRatio(None if events is None else float(events), end)
    trial, _, _ = _settled(guess, trial, goal)
    ratio = trial.constant_hazard_ratio()
    if ratio is None:
        raise DesignError(
            "effect.hazard_ratio is left out for some strata and given for others. Leave out all or none."
        )
    whole = _replaced(
        plan, effect=plan.protocol.effects_with(plan.hypothesis, ratio), accrual=_without_follow_up(plan)
    )
    return whole, (SolvedValue("effect.hazard_ratio", ratio, "hazard ratio"),)


def _with_power(plan: PlannedLooks) -> tuple[PlannedLooks, tuple[SolvedValue, ...]]:
    trial = _trial(plan, hypothesis_accrual(plan.protocol, plan.hypothesis))
    calendar, given = trial.calendar(), plan.final_events(trial.calendar())
    events = (
        math.floor(calendar.total(_end(plan, trial)) + 1e-6) if given is None else math.ceil(given - 1e-6)
    )
    if events < 1:
        raise DesignError(
            "no event is expected by the end of the trial. Let it last longer, or plan more patients."
        )
    ratio = trial.average_hazard_ratio(calendar.time_of(float(events)))
    drift = drift_of_events(events, ratio, ratio=trial.ratio, hazard_ratio_null=trial.null)
    if drift <= 0.0:
        raise DesignError(
            f"the assumed mean hazard ratio is {ratio:.4g}: a power needs one below {trial.null:g}. Give it "
            "in [[effect]]."
        )
    fractions = plan.fractions(float(events), calendar)

    def excess(probit: float) -> float:
        return plan.boundaries(fractions, float(ndtr(probit))).drift - drift

    alone = drift + float(ndtri(plan.hypothesis.alpha / plan.hypothesis.sides))
    power = float(ndtr(increasing_root(excess, alone, 1.0, tolerance=1e-9, what="the power")))
    hypothesis = plan.hypothesis.model_copy(update={"power": power})
    every = tuple(hypothesis if h.id == hypothesis.id else h for h in plan.protocol.hypothesis)
    whole = _replaced(plan, hypothesis=every, accrual=_without_follow_up(plan))
    return whole, (SolvedValue("hypothesis.power", power, "power"),)


def _settled(
    plan: PlannedLooks, trial: TrialAssumptions, goal: SolveFor
) -> tuple[TrialAssumptions, float, float]:
    """The trial whose events, look fractions and bounds agree with one another."""
    h, power = plan.hypothesis, plan.hypothesis.planned_power()
    needed = fixed_drift(h.alpha, 1.0 - power, h.sides)
    ratio = trial.average_hazard_ratio(trial.accrual.duration)
    events = required_events(needed, ratio, ratio=trial.ratio, hazard_ratio_null=trial.null)
    if isinstance(goal, HazardRatio):
        events = goal.events or trial.calendar().total(goal.study_duration or 0.0)
    else:
        events = plan.first_guess(events, trial.calendar())
    for _ in range(MOST_ROUNDS):
        design = plan.boundaries(plan.fractions(events, trial.calendar()), power)
        trial, end, found = Search(ByEvents(SCHOENFELD), design).solve(trial, goal)
        if abs(found - events) <= 1e-9 * events:
            return trial, end, found
        events = found
    raise ConvergenceError(f"The planned events did not settle; reached {events!r}.")


def _trial(plan: PlannedLooks, accrual: Accrual) -> TrialAssumptions:
    strata = hypothesis_strata(plan.protocol, plan.hypothesis)
    ratio = hypothesis_ratio(plan.protocol, plan.hypothesis)
    return TrialAssumptions(strata, accrual, ratio, plan.hypothesis.margin)


def _end(plan: PlannedLooks, trial: TrialAssumptions) -> float:
    end = plan.final_time()
    return trial.accrual.duration + _follow_up(plan) if end is None else end


def _follow_up(plan: PlannedLooks) -> float:
    found = protocol_accrual(plan.protocol).follow_up
    if found is None:
        raise DesignError(
            "what is left out is solved for a given end of the trial. Add accrual.follow_up, or time or "
            "calendar_date (or, for power and hazard ratio, events) at the last look."
        )
    return found


def _without_follow_up(plan: PlannedLooks) -> object:
    return protocol_accrual(plan.protocol).model_copy(update={"follow_up": None})


def _replaced(plan: PlannedLooks, **changes: object) -> PlannedLooks:
    protocol: Protocol = plan.protocol.with_solved(**changes)
    return replace(plan, protocol=protocol, hypothesis=protocol.hypothesis_of(plan.hypothesis.id))
