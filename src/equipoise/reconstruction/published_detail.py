"""Adverse events and baseline factors: the sections of a file of published facts that fill in the rest."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from equipoise.reconstruction._section import Count, Fact, Identifier, Positive, Section, Share


class Evaluable(Fact):
    """Subjects evaluable for adverse events in one stratum."""

    stratum: Identifier
    """Stratum."""
    by_arm: dict[Identifier, Count]
    """Evaluable subjects by arm."""


class AdverseEvent(Fact):
    """Subjects with an adverse event of a grade or higher, in one stratum."""

    term: Identifier
    """AEDECOD."""
    stratum: Identifier
    """Stratum."""
    grade: Annotated[int, Field(ge=1, le=5)] = 3
    """Lowest grade counted."""
    by_arm: dict[Identifier, Count]
    """Subjects with the event, by arm."""


class Grades(Section):
    """How the counted events divide into grades."""

    term: Identifier | None = None
    """Term; without it, every term that has none of its own."""
    shares: dict[str, Share]
    """Weight of each grade: {"3" = 8, "4" = 2}."""


class Course(Section):
    """One course of treatment, in which adverse events fall."""

    arm: Identifier
    """Arm."""
    name: Identifier
    """Name of the course, as the data write it."""
    days: Positive
    """Planned length; the first course of an arm begins on the day of randomisation."""
    weight: Share = 1.0
    """Weight of the course for events whose term is not named in `weights`."""
    weights: dict[Identifier, Share] = Field(default_factory=dict)
    """Weight of the course by term."""


class Baseline(Section):
    """Baseline factors known together: one column or several, with the shares of their levels."""

    columns: tuple[Identifier, ...]
    """Columns of the subjects' table."""
    levels: tuple[tuple[str | int | float, ...], ...]
    """Combinations of levels, each with one value a column."""
    shares: dict[Identifier, tuple[Share, ...]]
    """Weights of the combinations, by stratum."""
