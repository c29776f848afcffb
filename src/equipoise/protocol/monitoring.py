"""The interim looks and the boundaries that they are read against."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from equipoise.numerics.spending import (
    HwangShihDeCani,
    KimDeMets,
    LanDeMetsOBrienFleming,
    LanDeMetsPocock,
    Spending,
)
from equipoise.protocol._section import Identifier, NotNegative, Positive, Probability, Section

Family = Literal["Lan-DeMets O'Brien-Fleming", "Lan-DeMets Pocock", "Hwang-Shih-DeCani", "Kim-DeMets"]


class SpendingPlan(Section):
    """How much of the error may be used by each information fraction."""

    family: Family
    """Name of the family of spending functions."""
    gamma: float | None = None
    """Parameter of Hwang-Shih-DeCani: -4 is close to O'Brien-Fleming, 1 to Pocock."""
    rho: Positive | None = None
    """Parameter of Kim-DeMets, alpha t^rho: 2 for alpha t^2."""

    def spending(self) -> Spending:
        """The spending function itself."""
        if self.family == "Hwang-Shih-DeCani" and self.gamma is not None:
            return HwangShihDeCani(gamma=self.gamma)
        if self.family == "Kim-DeMets" and self.rho is not None:
            return KimDeMets(rho=self.rho)
        return LanDeMetsPocock() if self.family == "Lan-DeMets Pocock" else LanDeMetsOBrienFleming()


class FutilityRule(Section):
    """When a trial without promise stops: by beta spending, or where the one-sided p is this large."""

    spending: SpendingPlan | None = None
    """Spending function for beta."""
    p_value: Probability | None = None
    """Stop where the one-sided p (benefit) is at least this, in place of `spending`."""
    binding: bool = False
    """False: the efficacy boundary is valid whether or not this rule is kept."""


class Look(Section):
    """One planned look: when it is due, and which boundaries it is read against."""

    fraction: Annotated[float, Field(gt=0.0, le=1.0)] | None = None
    """Information fraction at which the look is due."""
    events: Annotated[int, Field(gt=0)] | None = None
    """Events at which the look is due, in place of `fraction`."""
    information: Positive | None = None
    """Information V, the null variance of the log-rank score, at which the look is due, in place of
    `fraction`: about a quarter of the events where the arms are as large."""
    time: Positive | None = None
    """Time after the first patient at which the look is due, in place of `fraction`."""
    calendar_date: date | None = None
    """Date at which the look is due, in place of `fraction`."""
    not_before: Positive | None = None
    """Time after the first patient before which the look is not held, though it be due."""
    minimum_follow_up: NotNegative | None = None
    """Time after the last patient's entry before which the look is not held, though it be due."""
    not_after: Positive | None = None
    """Time after the first patient at which the look is held, due or not: whichever comes first."""
    efficacy: bool = True
    """Whether the trial may stop for efficacy at this look."""
    futility: bool = True
    """Whether the trial may stop for futility at this look (where a rule is given)."""
    label: str | None = None
    """Name of the look on pages and figures."""


class Monitoring(Section):
    """The plan of one hypothesis' interim monitoring."""

    hypothesis: Identifier
    """Hypothesis that is monitored."""
    look: tuple[Look, ...] = Field(min_length=1)
    """Looks in order; the last is the final analysis."""
    efficacy: SpendingPlan
    """Spending of alpha."""
    futility: FutilityRule | None = None
    """Rule of futility."""
    committee: str | None = None
    """Who decides."""


def _in_an_array(plans: Any) -> Any:
    """One plan may stand as a table by itself."""
    return (plans,) if isinstance(plans, dict | Monitoring) else plans


MonitoringPlans = Annotated[
    tuple[Monitoring, ...],
    BeforeValidator(_in_an_array, json_schema_input_type=Monitoring | tuple[Monitoring, ...]),
]
"""The plan of one hypothesis, [monitoring], or of several, [[monitoring]]."""
