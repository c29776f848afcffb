"""The trial itself: its name, its question, its arms with their courses, its strata."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from equipoise.numerics.time_units import DAYS_PER_UNIT
from equipoise.protocol._section import Fraction, Identifier, Positive, Section

TimeUnit = Literal["days", "weeks", "months", "years"]


class Trial(Section):
    """Name, question and unit of time of the trial."""

    name: Identifier
    """Short name, printed on every page."""
    title: str = Field(min_length=1)
    """Full title."""
    question: str = Field(min_length=1)
    """What the trial asks, in one sentence."""
    time_unit: TimeUnit
    """Unit of every time and rate in this file. A year is 365.25 days, a month 30.4375."""
    registration: str | None = None
    """Number in a public registry."""
    population: str | None = None
    """Who is randomised."""
    references: tuple[str, ...] = ()
    """Publications of the design or the results."""

    @property
    def days_per_unit(self) -> float:
        """Days in one unit of time."""
        return DAYS_PER_UNIT[self.time_unit]


class Course(Section):
    """One course of treatment, in its planned order."""

    name: Identifier
    """Name of the course, as the data write it."""
    days: Positive
    """Planned length in days."""
    strata: tuple[Identifier, ...] = ()
    """Strata in which the course is given; none named means all."""


class Arm(Section):
    """One randomised treatment."""

    id: Identifier
    """Short name, used everywhere in this file."""
    label: str = Field(min_length=1)
    """Name on pages and figures."""
    control: bool = False
    """True for exactly one arm: every hazard ratio is another arm over this one."""
    value: str | int | None = None
    """How the data write this arm in the column `data.arm`; without it, the id."""
    course: tuple[Course, ...] = ()
    """Courses of treatment in planned order."""

    @property
    def data_value(self) -> str:
        """How the data write this arm."""
        return self.id if self.value is None else str(self.value)


class Stratum(Section):
    """One risk group within which patients are randomised."""

    id: Identifier
    """Short name, used everywhere in this file."""
    prevalence: Fraction
    """Share of the randomised patients; the shares of all strata add up to 1."""
    label: str | None = None
    """Name on pages and figures; without it, the id."""
    value: str | int | None = None
    """How the data write this stratum in the column `data.stratum`; without it, the id."""
    arm_labels: dict[Identifier, str] = Field(default_factory=dict)
    """The trial's own names of its arms within this stratum, such as A, B, C, D."""

    @property
    def name(self) -> str:
        """Name on pages and figures."""
        return self.label or self.id

    @property
    def data_value(self) -> str:
        """How the data write this stratum."""
        return self.id if self.value is None else str(self.value)
