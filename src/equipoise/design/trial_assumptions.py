"""The assumptions of a time-to-event design, and what is expected under them by a calendar time."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from equipoise.design.expected_events import EventCalendar
from equipoise.design.expected_score import ExpectedScore, expected_score
from equipoise.design.population import Accrual, Stratum
from equipoise.errors import DesignError
from equipoise.numerics.piecewise import PiecewiseConstant

# Waiting for all but this share of the events that ever come is waiting for ever.
LAST_EVENTS = 1e-9


@dataclass(frozen=True, slots=True)
class TrialAssumptions:
    """Who enters, what is assumed of them, and what is tested.

    Parameters
    ----------
    strata, accrual
        The assumptions.
    ratio
        Patients on the experimental arm for each one on the control arm.
    null
        The hazard ratio that is tested.
    stratified
        Whether the test is.

    """

    strata: tuple[Stratum, ...]
    accrual: Accrual
    ratio: float
    null: float = 1.0
    stratified: bool = True

    def calendar(self) -> EventCalendar:
        """Expected events by calendar time."""
        return EventCalendar.of(self.strata, self.accrual, self.ratio)

    def score(self, at: float) -> ExpectedScore:
        """Expected score and null variance by a calendar time."""
        return expected_score(
            self.strata,
            self.accrual,
            at=[at],
            ratio=self.ratio,
            hazard_ratio_null=self.null,
            stratified=self.stratified,
        )

    def constant_hazard_ratio(self) -> float | None:
        """The hazard ratio, if it is one and the same at all times and in all strata."""
        ratios = {r for s in self.strata for r in s.hazard_ratio.rates}
        return ratios.pop() if len(ratios) == 1 else None

    def average_hazard_ratio(self, at: float) -> float:
        """Exp of the log hazard ratio averaged over the events expected by a calendar time."""
        constant = self.constant_hazard_ratio()
        return constant if constant is not None else math.exp(float(self.score(at).log_hazard_ratio[0]))

    def last_time(self) -> float:
        """When all but a billionth of the events that ever come have come."""
        calendar = self.calendar()
        most = calendar.ever() * self.accrual.patients
        if most <= 0.0:
            raise DesignError("No event is ever expected: every control hazard is 0.")
        return calendar.time_of(most * (1.0 - LAST_EVENTS))

    def with_duration(self, duration: float) -> TrialAssumptions:
        """The same rates of accrual until another time."""
        return replace(self, accrual=Accrual(self.accrual.rates, duration))

    def with_rates_times(self, factor: float) -> TrialAssumptions:
        """Accrual of the same duration with every rate times a factor."""
        return replace(self, accrual=self.accrual.scaled(factor))

    def with_effect(self, power: float) -> TrialAssumptions:
        """Every hazard ratio over the tested one raised to a power: log hazard ratios times a factor."""

        def raised(stratum: Stratum) -> Stratum:
            rates = self.null * (np.asarray(stratum.hazard_ratio.rates) / self.null) ** power
            ratio = PiecewiseConstant(stratum.hazard_ratio.starts, tuple(rates.tolist()))
            return replace(stratum, hazard_ratio=ratio)

        return replace(self, strata=tuple(map(raised, self.strata)))
