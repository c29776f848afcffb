"""What is estimated and shown of a trial, and how its data write it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from equipoise.protocol._section import Identifier, Positive, Section


class Subgroup(Section):
    """A baseline factor whose levels are analysed one by one."""

    column: str = Field(min_length=1)
    """Column of the subject table."""
    label: str = Field(min_length=1)
    """Name on pages and figures."""
    levels: tuple[str, ...] = ()
    """Levels in the order shown; none named means all, sorted."""


class Cause(Section):
    """A group of events that competes with the others."""

    id: Identifier
    """Short name."""
    label: str = Field(min_length=1)
    """Name on pages and figures."""
    events: tuple[str, ...] = Field(min_length=1)
    """Events in it, as the data describe them."""


class Analyses(Section):
    """What is estimated of the endpoints."""

    milestones: tuple[Positive, ...] = ()
    """Times at which survival is quoted; the first also in the headline and by subgroup."""
    standard_error: Literal["greenwood", "peto", "tsiatis"] = "greenwood"
    """Convention of the standard error of survival."""
    level: Annotated[float, Field(gt=0.0, lt=1.0)] = 0.95
    """Confidence level of intervals."""
    rmst_horizon: Positive | None = None
    """Horizon of the restricted mean."""
    subgroup: tuple[Subgroup, ...] = ()
    """Baseline factors analysed level by level."""
    cause: tuple[Cause, ...] = ()
    """Groups of events of the primary endpoint that compete."""
    risk_table_times: tuple[Annotated[float, Field(ge=0.0)], ...] = ()
    """Times at which numbers at risk are printed; none named means whole units of time."""
    contact_interval: Positive | None = None
    """Time between scheduled contacts, for the sensitivity analysis that ends follow-up at the last one."""


class Safety(Section):
    """What is counted of adverse events."""

    arm: str | None = None
    """Column of the arm as treated; TRT01A where the data have it, else the arm as randomised."""
    evaluable: str | None = "SAFFL"
    """Column of the subject table that is "Y" for patients evaluable for safety."""
    treatment_emergent: str | None = "TRTEMFL"
    """Column of the event table that is "Y" for events under treatment."""
    grade: Annotated[int, Field(ge=1, le=5)] = 3
    """Grades from this one on are reported apart."""
    grade_column: str = "AETOXGR"
    """Column of the event table that holds the grade."""
    term: str = "AEDECOD"
    """Column of the event table that holds the term."""
    terms: tuple[str, ...] = ()
    """Terms of special interest in the order shown; none named means all, the most frequent first."""
    course: str | None = None
    """Column of the event table that holds the course of treatment."""
    unblinding: tuple[str, ...] | None = None
    """Terms that give an arm away; an open report does not name them. Empty: there are none."""
    unblinding_shown: Literal["suppressed", "pooled"] = "suppressed"
    """Whether an open report leaves such terms out, or counts them among "other adverse events"."""


class DataDescription(Section):
    """How the data write what this protocol speaks of."""

    unit: Literal["days", "weeks", "months", "years"] = "days"
    """Unit of times in the data."""
    subject: str = "USUBJID"
    """Column that identifies the subject."""
    arm: str = "TRT01P"
    """Column of the arm as randomised."""
    stratum: str | None = None
    """Column of the stratum; needed where the protocol has more than one."""
    stratum_recorded: str | None = None
    """Column of the stratum as recorded later, where it may differ from that of the randomisation."""
    population: str | None = "ITTFL"
    """Column that is "Y" for subjects of the analysis population; leave it out of the data to take all."""
    randomized: str = "RANDDT"
    """Column of the date of randomisation."""
    time: str | None = None
    """Column of the time to event, for data in one flat table that is no ADaM."""
    event: str | None = None
    """Column that says whether the event was observed, for a flat table."""
    event_value: int | str = 1
    """Value of `event` that means observed."""
    where: str | None = None
    """Row condition in polars' SQL that picks the rows of a flat table."""
