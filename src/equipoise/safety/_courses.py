"""Who began each course of treatment, and which arm never gets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from equipoise.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from equipoise.records import Snapshot, TrialRecords
    from equipoise.safety._evaluable import Evaluable


def courses_began(
    data: TrialRecords | Snapshot,
    found: Evaluable,
    rows: pl.DataFrame,
    course: str | None,
    *,
    given: Mapping[str, Sequence[str]] | None,
    asked: Sequence[str] = (),
) -> tuple[dict[tuple[str, str], int], bool]:
    """Evaluable subjects by course and arm where they differ from all, and whether the data tell who began.

    Who had an event in a course has begun it. Without a table of courses begun an arm counts nobody in a
    course that the plan does not give it and in which none of its subjects had an event.
    """
    if course is None:
        return {}, False
    seen = rows.select("USUBJID", "arm", "course").drop_nulls().unique()
    if data.exposure is not None:
        if course not in data.exposure.columns:
            there = ", ".join(data.exposure.columns)
            raise DataError(f"{data.source}: ADEX has no column {course} for the course. There are: {there}.")
        begun = data.exposure.select("USUBJID", course=pl.col(course).cast(pl.String))
        begun = begun.drop_nulls().join(found.subjects, on="USUBJID").select("USUBJID", "arm", "course")
        both = pl.concat([begun, seen]).unique()
        counts = {(c, a): n for c, a, n in both.group_by("course", "arm").len().iter_rows()}
        named = {*both["course"], *asked, *(c for some in (given or {}).values() for c in some)}
        return {(c, a): counts.get((c, a), 0) for c in named for a in found.arms}, True
    if given is None:
        return {}, False
    had = set(seen.select("course", "arm").unique().iter_rows())
    every = {c for some in given.values() for c in some}
    return {
        (c, a): 0 for c in every for a in found.arms if c not in given.get(a, ()) and (c, a) not in had
    }, False
