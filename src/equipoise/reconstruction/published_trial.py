"""Who was randomised, when, and how: the sections of a file of published facts that every trial has."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - pydantic reads the annotation
from typing import Literal

from pydantic import Field

from equipoise.reconstruction._section import (
    Count,
    Fact,
    Identifier,
    NotNegative,
    Positive,
    PrintedNumber,
    Section,
)

TimeUnit = Literal["days", "weeks", "months", "years"]


class Trial(Section):
    """The trial and the names of its endpoints and columns."""

    name: Identifier
    """Short name, printed on every page."""
    title: str = Field(min_length=1)
    """Full title."""
    time_unit: TimeUnit
    """Unit of every time and rate in this file. A year is 365.25 days, a month 30.4375."""
    registration: str | None = None
    """Number in a public registry."""
    endpoint: Identifier
    """PARAMCD of the endpoint that the facts are about."""
    endpoint_label: str = Field(min_length=1)
    """Its name on pages and figures."""
    survival_endpoint: Identifier = "OS"
    """PARAMCD of overall survival."""
    stratum_column: Identifier = "STRATUM"
    """Column of the subjects' table that holds the stratum."""


class Arm(Section):
    """One of the two randomised treatments."""

    id: Identifier
    """Short name, used everywhere in this file."""
    label: str = Field(min_length=1)
    """TRT01P of the subjects in this arm."""
    control: bool = False
    """True for exactly one arm: every hazard ratio is the other arm over this one."""


class Stratum(Fact):
    """One stratum of the randomisation, with the subjects randomised to each arm."""

    id: Identifier
    """Short name, used everywhere in this file and in the data."""
    subjects: dict[Identifier, int]
    """Subjects randomised, by arm."""
    arm_codes: dict[Identifier, str] = Field(default_factory=dict)
    """The trial's own names of its arms within this stratum, such as A, B, C, D."""


class Randomization(Section):
    """How the arms were kept balanced."""

    block_size: Count | None = None
    """Size of the permuted blocks within a stratum; without it, the smallest that gives the sizes."""
    ratio: dict[Identifier, int] = Field(default_factory=dict)
    """Whole numbers in which the arms stand to one another; without it, one to one."""


class Accrual(Section):
    """First and last date of randomisation."""

    first: date
    """Date of the first randomisation."""
    last: date
    """Date of the last randomisation."""


class CutOff(Section):
    """The date up to which the published data were known."""

    date: date
    """Cut-off date; an event on it counts."""


class FollowUp(Fact):
    """Median follow-up."""

    median: PrintedNumber
    """As printed, in the file's unit of time: "2.5"."""
    method: Literal["reverse-kaplan-meier"] = "reverse-kaplan-meier"
    """How it is taken."""


class Dropout(Section):
    """Loss to follow-up."""

    rate: NotNegative
    """Hazard of loss to follow-up per unit of time, in every arm. More are lost where the facts need it."""


class Prior(Section):
    """Hazard believed before the facts: the cohort nearest to it that meets the facts is taken."""

    arm: Identifier
    """Arm that it holds for."""
    stratum: Identifier | None = None
    """Stratum that it holds for; without it, every stratum that has none of its own."""
    starts: tuple[NotNegative, ...] = (0.0,)
    """Times at which the hazards begin; the first is 0."""
    hazards: tuple[Positive, ...]
    """Events per person and unit of time from each start on."""
