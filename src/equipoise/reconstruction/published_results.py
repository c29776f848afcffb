"""What was found: the sections of a file of published facts that hold results."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from equipoise.reconstruction._section import (
    Count,
    Fact,
    Identifier,
    Level,
    NotNegative,
    Positive,
    PrintedCount,
    PrintedEstimate,
    PrintedLimits,
    PrintedNumber,
    Section,
    Share,
)


class AtRisk(Fact):
    """Numbers at risk under a survival curve."""

    endpoint: Literal["primary", "overall-survival"] = "primary"
    """The curve: that of the endpoint, or that of overall survival."""
    stratum: Identifier | None = None
    """Stratum that they were printed for; without it, all."""
    times: tuple[NotNegative, ...]
    """Times, the first 0; at risk at t means time >= t."""
    by_arm: dict[Identifier, tuple[Count, ...]]
    """Numbers at risk at the times, by arm."""


class Milestone(Fact):
    """Survival at one time."""

    time: Positive
    """Time since randomisation."""
    stratum: Identifier | None = None
    """Stratum; without it, all."""
    error: Literal["peto", "greenwood"] = "greenwood"
    """The standard error printed: Greenwood's, or Peto's S √((1-S)/n at risk)."""
    by_arm: dict[Identifier, PrintedEstimate]
    """Percentages as printed, by arm: "87.9 ± 2.1"; the error may be left out."""


class HazardRatio(Fact):
    """Hazard ratio, experimental over control, by Cox's model stratified by the strata (Efron's ties)."""

    stratum: Identifier | None = None
    """Stratum; without it, all."""
    value: PrintedNumber
    """As printed: "0.39"."""
    limits: PrintedLimits | None = None
    """Confidence limits as printed: "0.24 to 0.64"."""
    limits_use: Literal["input", "check"] = "input"
    """Use of the limits."""
    level: Level = 0.95
    """Confidence level."""


class PValue(Section):
    """P value of the stratified log-rank test: always a check, never aimed at."""

    stratum: Identifier | None = None
    """Stratum; without it, all."""
    value: PrintedNumber
    """As printed: "0.0019" or "<0.0001"."""
    sides: Literal[1, 2] = 2
    """Sides of the test."""


class RestrictedMean(Fact):
    """Difference of restricted mean times, experimental minus control."""

    horizon: Positive
    """End of the restriction, in the file's unit of time."""
    unit: Literal["days", "weeks", "months", "years"]
    """Unit of the difference."""
    difference: PrintedNumber
    """As printed: "72"."""
    limits: PrintedLimits | None = None
    """Confidence limits as printed; always a check."""
    level: Level = 0.95
    """Confidence level."""


class Events(Fact):
    """Events of the endpoint, all causes."""

    stratum: Identifier | None = None
    """Stratum; without it, all."""
    by_arm: dict[Identifier, PrintedCount]
    """Number by arm: 58, or "57 to 60" where it is known no better."""


class Cause(Fact):
    """A cause of the event; causes may be parts of others, and the smallest parts are what the data name."""

    id: Identifier
    """Name of the cause, EVNTDESC where it has no parts."""
    of: Identifier | None = None
    """The cause that this one is a part of; without it, of the endpoint's events."""
    by_arm: dict[Identifier, Count] = Field(default_factory=dict)
    """Events by arm, where they were counted."""
    share: Share | dict[Identifier, Share] | None = None
    """Where they were not: weight among the uncounted parts of the same whole, for both arms or by arm."""
    death: bool = False
    """Whether the event is the subject's death."""


class AfterEvent(Section):
    """Survival after an event that is not a death."""

    death_hazard: NotNegative
    """Deaths per person and unit of time after the event; numbers at risk of overall survival come first."""
