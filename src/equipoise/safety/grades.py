"""Toxicity grades 1 to 5 from AETOXGR, or severity in words (AESEV)."""

from __future__ import annotations

import polars as pl

from equipoise.errors import DataError

SEVERITY = {
    "MILD": 1,
    "MODERATE": 2,
    "SEVERE": 3,
    "LIFE THREATENING": 4,
    "LIFE-THREATENING": 4,
    "FATAL": 5,
    "DEATH": 5,
}


def grade_numbers(column: pl.Series, source: str) -> pl.Series:
    """Grades as whole numbers; missing stays missing.

    Words of AESEV are taken as CTCAE does: mild 1, moderate 2, severe 3, life threatening 4, fatal 5.

    Raises
    ------
    DataError
        If a value is neither a grade of 1 to 5 nor a severity.

    Reference: National Cancer Institute (2017), Common Terminology Criteria for Adverse Events, version 5.0.
    """
    text = column.cast(pl.String).str.to_uppercase().str.strip_prefix("GRADE").str.strip_chars()
    number = pl.Series(
        column.name,
        [None if t is None else SEVERITY.get(t, _whole(t)) for t in text.to_list()],
        dtype=pl.Int64,
    )
    bad = (number.is_null() & column.is_not_null()) | ~number.is_between(1, 5).fill_null(value=True)
    if bad.any():
        value = column.filter(bad)[0]
        words = ", ".join(SEVERITY)
        raise DataError(
            f"{source}: ADAE.{column.name} = {value!r} must be a grade of 1 to 5 or one of {words}. "
            "Grade 0 is no adverse event: drop the row."
        )
    return number


def _whole(text: str) -> int | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return int(number) if number.is_integer() else None
