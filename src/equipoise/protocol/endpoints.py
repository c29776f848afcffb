"""Endpoints and the hypotheses about them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from equipoise.errors import DesignError
from equipoise.protocol._section import Identifier, Positive, Probability, Section
from equipoise.protocol.estimands import Intercurrent
from equipoise.protocol.statistic import WeightPlan


class Endpoint(Section):
    """A time to an event: what counts, from when, and what censors."""

    id: Identifier
    """Short name."""
    label: str = Field(min_length=1)
    """Name on pages and figures."""
    type: Literal["time-to-event"] = "time-to-event"
    """Kind of endpoint."""
    events: tuple[str, ...] = Field(min_length=1)
    """Events that count, whichever comes first, as the data describe them."""
    origin: str = "randomisation"
    """Where time begins."""
    censoring: str = "last contact"
    """Where time ends for a patient without an event."""
    parameter: str | None = None
    """PARAMCD of the endpoint in ADTTE; without it, the id. Two endpoints may be two estimands of one."""
    intercurrent: tuple[Intercurrent, ...] = ()
    """Intercurrent events and the strategy for each; none named means treatment policy throughout."""

    @property
    def paramcd(self) -> str:
        """PARAMCD of the endpoint in ADTTE."""
        return self.parameter or self.id


def _alpha_may_follow(schema: dict[str, Any]) -> None:
    """From a graph."""
    schema["required"].remove("alpha")


class Hypothesis(Section):
    """What is tested, in whom, by which test, at which error rates."""

    model_config = ConfigDict(json_schema_extra=_alpha_may_follow)

    id: Identifier
    """Short name."""
    endpoint: Identifier
    """Endpoint that is compared."""
    experimental: Identifier
    """Arm compared with the control."""
    population: tuple[Identifier, ...] = ()
    """Strata that are tested together; none named means all randomised patients."""
    test: Literal[
        "stratified-logrank", "logrank", "cox-score", "weighted-logrank", "maxcombo", "rmst", "milestone"
    ] = "stratified-logrank"
    """Test of the hypothesis. "cox-score" is the score test of Cox's model of the arm, Efron's ties; without
    ties it is the stratified log-rank test, and it is designed as that."""
    strata: tuple[Identifier, ...] = ("stratum",)
    """Factors that the test is stratified by; "logrank", "rmst" and "milestone" pool all patients."""
    pool_strata_below: Annotated[int, Field(ge=1)] | None = None
    """Strata with fewer events than this, the arms together, are tested as one. Left out, none are pooled."""
    weight: WeightPlan | None = None
    """Weight of the weighted log-rank test."""
    weights: tuple[WeightPlan, ...] = ()
    """Weights of the MaxCombo test, two or more."""
    horizon: Positive | None = None
    """Time to which restricted means are compared, or of the milestone, in the trial's unit."""
    scale: Literal["plain", "log-log"] = "plain"
    """Scale on which survival at a milestone is compared."""
    margin: Positive = 1.0
    """Hazard ratio that is tested, experimental over control: 1 tests for benefit; above 1 it is a margin:
    non-inferiority is a hazard ratio shown to be below it."""
    alpha: Probability
    """Type I error in total (both sides together when `sides` is 2). In a [graph] it may be left out: weight
    times the total, or the most that may be passed on to a hypothesis without weight."""
    sides: Literal[1, 2] = 1
    """1: benefit alone can be shown. 2: alpha is halved between benefit and harm."""
    power: Probability | None = None
    """Power under the assumed effect. Left out, it follows from patients, effect and end of the trial."""
    text: str | None = None
    """The hypothesis in words."""

    def planned_power(self) -> float:
        """Power under the assumed effect.

        Raises
        ------
        DesignError
            It is left open.

        """
        if self.power is None:
            raise DesignError(
                "hypothesis.power is left open: `design_trial(protocol).hypothesis` holds the power that the "
                "design has. Give hypothesis.power, or use that hypothesis."
            )
        return self.power
