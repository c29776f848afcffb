"""The design of a trial: one hypothesis' looks with their events, calendar, bounds and errors."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from equipoise.design.notebook_table import notebook_table
from equipoise.design.when_due import WhenDue

if TYPE_CHECKING:
    import datetime as dt

    import polars as pl

    from equipoise.design.group_sequential_design import GroupSequentialDesign
    from equipoise.design.open_values import SolvedValue
    from equipoise.protocol.endpoints import Hypothesis
    from equipoise.protocol.protocol import Protocol


@dataclass(frozen=True, slots=True)
class PlannedLook:
    """One look as planned; calendar, patients and probabilities are expected under the assumptions."""

    look: int
    """From 1."""
    label: str
    events: int
    """Events at which the look is due, or expected by its date."""
    by_calendar: bool
    """Whether the look is due at a time, however many events there are by then."""
    information_fraction: float
    time: float
    """After the first patient, in the protocol's unit."""
    date: dt.date | None
    patients: float
    """Entered by then."""
    efficacy_z: float
    """Infinite where the look is not read for efficacy."""
    futility_z: float
    """Minus infinity where the look is not read for futility."""
    nominal_p: float
    """At the efficacy bound; its sides are the hypothesis'."""
    hazard_ratio: float
    """At the efficacy bound: m exp(-z / sqrt(V)), V the planned information and m the tested hazard ratio."""
    futility_hazard_ratio: float
    alpha_spent: float
    efficacy_under_null: float
    efficacy_under_effect: float
    futility_under_null: float
    futility_under_effect: float
    due: WhenDue = field(default_factory=WhenDue)
    """What the look is due by, and when it is held at the earliest and at the latest."""


@dataclass(frozen=True, slots=True)
class Design:
    """Everything planned for one hypothesis."""

    protocol: Protocol
    hypothesis: Hypothesis
    boundaries: GroupSequentialDesign
    looks: tuple[PlannedLook, ...]
    events: int
    """At the final analysis."""
    fixed_events: int
    """That a design without interim looks would need."""
    information: float
    """Planned at the final analysis: events times r / (1 + r)^2, r to 1 allocated."""
    ratio: float
    """Patients on the experimental arm for each one on the control arm."""
    log_hazard_ratio: float
    """Mean log hazard ratio over the expected events: the assumed effect that events are planned for."""
    power: float
    """With these whole events, by Schoenfeld's formula."""
    power_by_score: float
    """By the mean, variance and correlation of the log-rank score at the looks; events may never come."""
    accrual_duration: float
    patients: float
    probability_events_come: float
    """That the planned events ever come under the assumptions, however long the follow-up."""
    solved: tuple[SolvedValue, ...] = ()
    """What the protocol left open; `protocol` and `hypothesis` hold these values."""

    def to_frame(self) -> pl.DataFrame:
        """One row a look."""
        import polars as pl

        names = [name for name in PlannedLook.__slots__ if name != "due"]
        return pl.DataFrame([{name: getattr(k, name) for name in names} for k in self.looks])

    def _repr_html_(self) -> str:
        h, trial = self.hypothesis, self.protocol.trial
        sides = "one-sided" if h.sides == 1 else "two-sided"
        size = f"{self.events} events, {self.patients:.0f} patients"
        accrual = f"over {self.accrual_duration:.3g} {trial.time_unit}"
        lines = [
            f"{trial.name}, hypothesis {h.id}: {sides} alpha {h.alpha:g}, power {self.power:.4f}",
            f"{size} {accrual}, assumed hazard ratio {math.exp(self.log_hazard_ratio):.4g}",
        ]
        names = (
            "look",
            "events",
            "fraction",
            "expected",
            "efficacy z",
            f"{sides} p",
            "hazard ratio",
            "futility z",
        )
        return notebook_table(lines, names, (self._row(k) for k in self.looks))

    def _row(self, look: PlannedLook) -> list[str]:
        """One look's cells; empty where it is not read for a bound."""
        read, futile = math.isfinite(look.efficacy_z), math.isfinite(look.futility_z)
        return [
            str(look.look),
            str(look.events),
            f"{look.information_fraction:.4f}",
            look.date.isoformat() if look.date else f"{look.time:.3g}",
            f"{look.efficacy_z:.4f}" if read else "",
            f"{look.nominal_p:.6f}" if read else "",
            f"{look.hazard_ratio:.4f}" if read else "",
            f"{look.futility_z:.4f}" if futile else "",
        ]
