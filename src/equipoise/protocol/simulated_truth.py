"""What simulated patients go through beyond the plan: late reports, errors, frailty, other causes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from equipoise.protocol._section import Fraction, Identifier, NotNegative, Positive, Section
from equipoise.protocol.enrollment import PiecewiseRates


class ReportingLag(Section):
    """How long after an event it is known: `fixed`, and beyond it an exponential time of this mean."""

    fixed: NotNegative = 0.0
    """Time from the event to its report that every report takes at least."""
    mean: NotNegative = 0.0
    """Mean of the exponential time beyond `fixed`."""


class Frailty(Section):
    """Patients differ: each one's hazard is the assumed one times a gamma variable of mean 1."""

    variance: Positive
    """Variance of the gamma variable."""


class StratificationError(Section):
    """Patients put into a wrong stratum at randomisation."""

    probability: Annotated[float, Field(gt=0.0, lt=1.0)]
    """Probability that the stratum recorded is another than the true one, drawn by prevalence."""
    analysed: Literal["recorded", "true"] = "recorded"
    """Whether tests are stratified by the stratum recorded at randomisation, or by the true one."""


class CompetingCause(Section):
    """An event that ends follow-up for the endpoint without being one of its events."""

    id: Identifier
    """How the records name it."""
    hazard: PiecewiseRates
    """Its hazard on the control arm."""
    strata: tuple[Identifier, ...] = ()
    """Strata that it occurs in; none named means all."""
    hazard_ratio: dict[Identifier, Positive] = Field(default_factory=dict)
    """Its hazard ratio in the arms named."""


class IllnessDeath(Section):
    """Progression and death of the same patients: progression-free and overall survival together."""

    progression_free: Identifier
    """Endpoint of progression or death, whose assumptions and effects are the protocol's."""
    survival: Identifier
    """Endpoint of death."""
    death_share: Fraction
    """Share of the first events that are deaths."""
    after_progression: PiecewiseRates
    """Hazard of death by time since progression, on the control arm."""
    hazard_ratio: dict[Identifier, Positive] = Field(default_factory=dict)
    """Hazard ratio of death after progression in the arms named."""


class Crossover(Section):
    """Control patients who switch to the experimental treatment once a look has shown its benefit."""

    share: Annotated[float, Field(gt=0.0, le=1.0)]
    """Probability that a control patient who is event-free at the offer crosses over."""
    hazard_ratio: Positive
    """Hazard from then on, over that of going on without."""
    delay: NotNegative = 0.0
    """Time from the cut-off of the look that stops the trial for efficacy to the offer."""


class AfterStop(Section):
    """What comes in after the cut-off of the look that stops the trial: nobody enters any more."""

    overrun: NotNegative = 0.0
    """Time from that cut-off to the end of the data: events of this time are read with the others."""
    follow_up: Positive | None = None
    """Time from that cut-off to a last analysis of trials stopped for efficacy."""
    crossover: Crossover | None = None
    """Control patients offered the experimental treatment after a stop for efficacy."""


class SimulatedTruth(Section):
    """What simulated patients go through beyond the plan's assumptions."""

    accrual: Literal["poisson", "fixed"] = "poisson"
    """Whether patients come at random times, or each at the time expected for it."""
    reporting_lag: ReportingLag | None = None
    """Time from an event to its report."""
    frailty: Frailty | None = None
    """Differences between patients' hazards."""
    stratification_error: StratificationError | None = None
    """Wrong strata at randomisation."""
    competing: tuple[CompetingCause, ...] = ()
    """Events that end follow-up without being an event of the endpoint."""
    illness_death: IllnessDeath | None = None
    """Progression and death together."""
    after_stop: AfterStop | None = None
    """What comes in after the cut-off at which the trial stops."""
