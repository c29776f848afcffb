"""Evaluable subjects by arm, and the adverse events that are counted in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from equipoise.errors import DataError
from equipoise.records.population import arms_in_order, population_members
from equipoise.safety.grades import grade_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise.records import Snapshot, TrialRecords


@dataclass(frozen=True, slots=True, eq=False)
class Evaluable:
    """Number evaluable by arm, and their events with `arm` and `grade` (missing where none is recorded)."""

    arms: tuple[str, ...]
    sizes: dict[str, int]
    events: pl.DataFrame
    subjects: pl.DataFrame
    """USUBJID and arm of those evaluable."""


def evaluable(
    data: TrialRecords | Snapshot,
    *,
    arm: str,
    population: str | None,
    emergent: str | None,
    grade_column: str | None,
    where: str | None,
) -> Evaluable:
    """Select subjects by population and arm, and events by emergence and condition."""
    if data.adverse_events is None:
        raise DataError(f"{data.source}: there is no ADAE, so no adverse events. Add adae to the data.")
    column = arm.upper()
    if column not in data.subjects.columns:
        there = ", ".join(data.subjects.columns)
        raise DataError(f"{data.source}: ADSL has no column {column} for the arm. There are: {there}.")
    subjects = data.subjects.filter(pl.col("USUBJID").is_in(population_members(data, population)))
    if subjects.is_empty():
        raise DataError(
            f"{data.source}: no subject is evaluable ({population}). Is the flag filled in with Y?"
        )
    if subjects[column].null_count():
        subject = subjects.filter(pl.col(column).is_null())["USUBJID"][0]
        raise DataError(
            f"{data.source}: ADSL.{column}[USUBJID {subject}] is missing. Every evaluable subject needs an "
            "arm."
        )
    known = subjects.select("USUBJID", arm=pl.col(column).cast(pl.String))
    events = data.adverse_events
    if emergent is not None:
        flag = needed_column(data, emergent, "Choose emergent=None to count every adverse event.")
        events = events.filter(pl.col(flag).cast(pl.String) == "Y")
    if where is not None:
        events = _condition(events, where, data.source)
    grade = pl.Series("grade", [None] * events.height, dtype=pl.Int64)
    if grade_column is not None:
        column = needed_column(
            data, grade_column, "Name the column of grades, for example AESEV, as grade_column."
        )
        grade = grade_numbers(events[column], data.source).alias("grade")
    events = events.drop("arm", "grade", strict=False).with_columns(grade)
    events = events.join(known, on="USUBJID", how="inner", maintain_order="left")
    counts = dict(known.group_by("arm").len().iter_rows())
    arms = arms_in_order(data.subjects, arm, known["arm"])
    return Evaluable(arms=arms, sizes={a: counts[a] for a in arms}, events=events, subjects=known)


def needed_column(data: TrialRecords | Snapshot, column: str, remedy: str) -> str:
    """The column of ADAE, under its upper-case name."""
    name = column.upper()
    events = data.adverse_events
    if events is None or name not in events.columns:
        there = ", ".join(events.columns) if events is not None else "none"
        raise DataError(f"{data.source}: ADAE has no column {name}. {remedy} There are: {there}.")
    return name


def refuse_misspelt(names: Sequence[str], there: pl.Series, source: str) -> None:
    """An error where a name would count nothing only because upper and lower case differ from the data."""
    present = set(there.drop_nulls().unique().to_list())
    folded = {label.casefold(): label for label in present}
    for name in names:
        if name not in present and name.casefold() in folded:
            raise DataError(
                f"{source}: ADAE has no {name!r} but {folded[name.casefold()]!r}, which would count as "
                "absent. "
                "Write it as the data do."
            )


def _condition(events: pl.DataFrame, where: str, source: str) -> pl.DataFrame:
    try:
        return events.filter(pl.sql_expr(where))
    except pl.exceptions.PolarsError as error:
        reason = str(error).splitlines()[0]
        there = ", ".join(events.columns)
        raise DataError(
            f"{source}: the condition {where!r} cannot be applied to ADAE ({reason}). There are: {there}."
        ) from error
