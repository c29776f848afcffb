"""What a scenario is played by: the looks and bounds of its plan, and the subjects of its truth."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from equipoise.design import design_trial
from equipoise.monitoring.planned_statistic import joined_by_events
from equipoise.simulation.bounds_by_information import BoundsByInformation
from equipoise.simulation.bounds_in_use import BoundsInUse
from equipoise.simulation.changed_protocol import changed, is_planned
from equipoise.simulation.look_plan import look_plan
from equipoise.simulation.subject_model import subject_model

if TYPE_CHECKING:
    from equipoise.protocol import Protocol
    from equipoise.simulation.changed_protocol import Change
    from equipoise.simulation.look_plan import LookPlan
    from equipoise.simulation.scenario import Scenario
    from equipoise.simulation.subject_model import SubjectModel


KEPT = 4


class PlayedScenario(NamedTuple):
    """One scenario, ready to be simulated."""

    plan: LookPlan
    bounds: BoundsInUse | BoundsByInformation
    model: SubjectModel
    truth: Protocol


def true_log_hazard_ratio(played: PlayedScenario, scenario: Scenario) -> float | None:
    """The scenario's log hazard ratio, where it is one number for all times, strata and patients."""
    truth, hypothesis = played.truth, played.plan.hypothesis
    illness = truth.simulation.illness_death
    if truth.simulation.frailty or (illness and illness.survival == hypothesis.endpoint):
        return None
    values = set()
    for stratum in truth.population(hypothesis):
        assumed = truth.hazard_ratio(hypothesis.endpoint, stratum, hypothesis.experimental)
        effect = scenario.effect(assumed)
        values |= {math.nan} if effect is None else set(effect.rates)
    (one, *others) = values
    return None if others or math.isnan(one) else math.log(one)


class Played:
    """Scenarios of one protocol; those that share a plan share its design and the bounds solved for it."""

    def __init__(self, protocol: Protocol) -> None:
        # What the plan leaves open, such as the patients, is as its design solves it.
        self.protocol = design_trial(protocol).protocol if protocol.leaves_open else protocol
        self._plans: dict[tuple[Change, ...], tuple[LookPlan, BoundsInUse | BoundsByInformation]] = {}
        # Those made last: their tables are large, and few scenarios come by turns.
        self._known: dict[str, tuple[Scenario, PlayedScenario]] = {}

    def of(self, scenario: Scenario) -> PlayedScenario:
        """A scenario's plan, bounds and subjects.

        Raises
        ------
        ProtocolError, DesignError
            The scenario's values make no protocol, or no design.

        """
        if scenario.name in self._known and self._known[scenario.name][0] == scenario:
            return self._known[scenario.name][1]
        plan, bounds = self._plan(scenario)
        truth = self.protocol
        if scenario.changes:
            truth = changed(self.protocol, scenario.changes, f"scenario {scenario.name!r}")
        played = PlayedScenario(plan, bounds, subject_model(truth, plan.endpoint, scenario), truth)
        self._known.pop(scenario.name, None)
        while len(self._known) >= KEPT:
            del self._known[next(iter(self._known))]
        self._known[scenario.name] = scenario, played
        return played

    def _plan(self, scenario: Scenario) -> tuple[LookPlan, BoundsInUse | BoundsByInformation]:
        planned = tuple(c for c in scenario.changes if is_planned(c[0]))
        if planned not in self._plans:
            protocol = self.protocol
            if planned:
                protocol = changed(protocol, planned, f"the plan of scenario {scenario.name!r}")
            plan = look_plan(design_trial(protocol))
            bounds = (
                BoundsInUse(plan.boundaries, plan.planned_events)
                if joined_by_events(plan.design)
                else BoundsByInformation(plan.design)
            )
            self._plans[planned] = plan, bounds
        return self._plans[planned]
