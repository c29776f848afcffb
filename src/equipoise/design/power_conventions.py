"""Formulas for the power of a log-rank test, each by its name."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from equipoise.design.events_conventions import EventsConvention, Freedman, HsiehFreedman, Schoenfeld
from equipoise.design.required_events import information_per_event
from equipoise.design.score_power import ExactMoments, NullVariance
from equipoise.design.two_variances import BernsteinLagakos, LachinFoulkes
from equipoise.errors import ArgumentError

if TYPE_CHECKING:
    from equipoise._check import FloatArray
    from equipoise.design.group_sequential_design import GroupSequentialDesign
    from equipoise.design.trial_assumptions import TrialAssumptions


class PowerFormula(Protocol):
    """What a design of given events and calendar is worth."""

    def drift(self, trial: TrialAssumptions, design: GroupSequentialDesign, at: float) -> float:
        """The expected z at the last look, at a calendar time, for which the design has the trial's power."""
        ...

    def hazard_ratio(self, trial: TrialAssumptions, at: float) -> float:
        """Average hazard ratio that the formula takes for the truth."""
        ...

    def information(self, trial: TrialAssumptions, events: FloatArray, times: FloatArray) -> FloatArray:
        """Planned information at each look, shape (K,)."""
        ...


@dataclass(frozen=True, slots=True)
class ByEvents:
    """Expected z is the square root of the events times the effect of one: Schoenfeld, Freedman, Hsieh."""

    convention: EventsConvention

    def drift(self, trial: TrialAssumptions, design: GroupSequentialDesign, at: float) -> float:
        """Expected z at a calendar time."""
        del design
        effect = self.convention.effect(self.hazard_ratio(trial, at), trial.ratio, trial.null)
        return effect * math.sqrt(trial.calendar().total(at))

    def hazard_ratio(self, trial: TrialAssumptions, at: float) -> float:
        """Exp of the log hazard ratio averaged over the expected events."""
        return trial.average_hazard_ratio(at)

    def information(self, trial: TrialAssumptions, events: FloatArray, times: FloatArray) -> FloatArray:
        """Events times r / (1 + r)^2."""
        del times
        return events * information_per_event(trial.ratio)


PowerConvention = (
    Schoenfeld | Freedman | HsiehFreedman | LachinFoulkes | BernsteinLagakos | NullVariance | ExactMoments
)
"""What the power of a log-rank test is reckoned by."""


def power_formula(convention: PowerConvention) -> PowerFormula:
    """What a convention makes of a trial."""
    if isinstance(convention, Schoenfeld | Freedman | HsiehFreedman):
        return ByEvents(convention)
    if isinstance(convention, LachinFoulkes | BernsteinLagakos | NullVariance | ExactMoments):
        return convention
    names = "Schoenfeld(), Freedman(), HsiehFreedman(), LachinFoulkes(), BernsteinLagakos(), NullVariance()"
    raise ArgumentError("convention", convention, f"must be {names} or ExactMoments()")
