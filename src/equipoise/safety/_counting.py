"""Subjects and events by term, course and arm, each subject counted once in each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from equipoise.safety.proportions import wilson_interval

if TYPE_CHECKING:
    from equipoise.safety._evaluable import Evaluable

ANY = "Any adverse event"
ALL_COURSES = "All courses"

_RATES = {
    "term": pl.String,
    "course": pl.String,
    "arm": pl.String,
    "subjects": pl.Int64,
    "events": pl.Int64,
    "evaluable": pl.Int64,
    "proportion": pl.Float64,
    "lower": pl.Float64,
    "upper": pl.Float64,
}


def labelled_events(events: pl.DataFrame, term: str | None, course: str | None) -> pl.DataFrame:
    """USUBJID, arm, grade, and term and course as text; missing where there is no such column."""

    def label(column: str | None, absent: str) -> pl.Expr:
        return (
            pl.lit(None, dtype=pl.String)
            if column is None
            else pl.col(column).cast(pl.String).fill_null(absent)
        )

    return events.select(
        "USUBJID", "arm", "grade", term=label(term, "Uncoded"), course=label(course, "No course")
    )


def event_rates(
    rows: pl.DataFrame,
    found: Evaluable,
    began: dict[tuple[str, str], int],
    terms: tuple[str, ...],
    courses: tuple[str, ...],
    *,
    level: float,
) -> pl.DataFrame:
    """A row for each term, course and arm; any event and all courses first.

    `began`: subjects by course and arm where they are not all evaluable ones; where nobody began a course
    there is no proportion.
    """
    counted = _counted(rows)
    lines: list[tuple[object, ...]] = []
    for term in (ANY, *(terms or _by_frequency(rows))):
        for course in (ALL_COURSES, *(courses or _sorted(rows["course"]))):
            for arm in found.arms:
                subjects, events = counted.get((term, course, arm), (0, 0))
                n = began.get((course, arm), found.sizes[arm])
                share = (subjects / n, *wilson_interval(subjects, n, level=level)) if n else (None,) * 3
                lines.append((term, course, arm, subjects, events, n, *share))
    return pl.DataFrame(lines, orient="row", schema=_RATES)


def _sorted(labels: pl.Series) -> tuple[str, ...]:
    """Sorted, with numbers in words by their value: Cycle 2 before Cycle 10."""

    def parts(label: str) -> list[tuple[int, str]]:
        return [(int(p), "") if p.isdigit() else (0, p) for p in re.split(r"(\d+)", label)]

    return tuple(sorted(labels.drop_nulls().unique().to_list(), key=parts))


def _counted(rows: pl.DataFrame) -> dict[tuple[str, str, str], tuple[int, int]]:
    """Subjects and events for each term, course and arm; a subject counts once in each."""
    counted: dict[tuple[str, str, str], tuple[int, int]] = {}
    for term in (pl.lit(ANY), pl.col("term")):
        for course in (pl.lit(ALL_COURSES), pl.col("course")):
            table = (
                rows.select("USUBJID", "arm", term=term, course=course)
                .drop_nulls()
                .group_by("term", "course", "arm")
                .agg(subjects=pl.col("USUBJID").n_unique(), events=pl.len())
            )
            for name, part, arm, subjects, number in table.iter_rows():
                counted[name, part, arm] = (subjects, number)
    return counted


def _by_frequency(rows: pl.DataFrame) -> tuple[str, ...]:
    """Terms by the number of subjects with them, the most frequent first, then by name."""
    counts = rows.drop_nulls("term").group_by("term").agg(pl.col("USUBJID").n_unique().alias("subjects"))
    return tuple(counts.sort(["subjects", "term"], descending=[True, False])["term"].to_list())
