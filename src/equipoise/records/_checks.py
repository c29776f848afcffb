"""What trial tables must obey; every breach with where it stands, the value, the rule, the way out."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl

from equipoise.errors import DataError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_NO_TREATMENT = ("NA", "N/A", "NAN", "NULL", "NONE", ".", "MISSING")
_EARLIEST, _LATEST = dt.date(1900, 1, 1), dt.date(2200, 1, 1)


def refuse(source: str, problems: Sequence[Problem]) -> None:
    """Raise a DataError that holds every problem, if there is one."""
    if problems:
        count = "1 mistake" if len(problems) == 1 else f"{len(problems)} mistakes"
        raise DataError("\n".join([f"{source}: {count} in the data", *(f"  {p}" for p in problems)]))


def missing_columns(name: str, table: pl.DataFrame, needed: Sequence[str]) -> list[Problem]:
    """One problem for each column that is needed and not there."""
    there = ", ".join(table.columns) or "no column"
    return [
        Problem(f"{name}.{c}", None, "this column is needed and not there", f"There are: {there}.")
        for c in needed
        if c not in table.columns
    ]


def offence(name: str, column: str, bad: pl.DataFrame, rule: str, remedy: str) -> Iterator[Problem]:
    """A problem that names the first offending subject and how many there are; nothing if bad is empty."""
    if bad.height:
        more = f" (and {bad.height - 1} more)" if bad.height > 1 else ""
        subject = f"[USUBJID {bad['USUBJID'][0]}]" if "USUBJID" in bad.columns else ""
        yield Problem(f"{name}.{column}{subject}{more}", bad[column][0], rule, remedy)


def subject_problems(subjects: pl.DataFrame) -> Iterator[Problem]:
    """ADSL: one row a subject, each randomised subject with a treatment."""
    yield from _identified("ADSL", subjects)
    yield from offence(
        "ADSL",
        "USUBJID",
        subjects.filter(pl.col("USUBJID").is_duplicated()),
        "must stand once per subject",
        "Are two subjects under one number, or one subject twice?",
    )
    needs_arm = randomised(subjects)
    absent = pl.col("TRT01P").is_null()
    if subjects["TRT01P"].dtype == pl.String:
        absent |= pl.col("TRT01P").str.to_uppercase().is_in(_NO_TREATMENT)
    yield from offence(
        "ADSL",
        "TRT01P",
        subjects.filter(needs_arm & absent),
        "must name the planned treatment",
        "A screening failure has RANDDT missing, or ITTFL = N.",
    )
    for column in (c for c in ("RANDDT", "TRTSDT", "TRTEDT", "DTHDT", "DCUTDT") if c in subjects.columns):
        yield from _dated("ADSL", column, subjects)
    yield from cut_off_problems(subjects)


def cut_off_problems(subjects: pl.DataFrame) -> Iterator[Problem]:
    """Nobody is randomised after the data were cut."""
    if _are_dates(subjects, "RANDDT", "DCUTDT"):
        yield from offence(
            "ADSL",
            "RANDDT",
            subjects.filter(pl.col("RANDDT") > pl.col("DCUTDT")),
            "must not lie after the data cut-off DCUTDT",
            "Is the date of randomisation right?",
        )


def time_problems(times: pl.DataFrame, subjects: pl.DataFrame) -> Iterator[Problem]:
    """ADTTE: one row per subject and parameter, times of 0 or more, CNSR a whole number, dates that agree."""
    yield from _identified("ADTTE", times)
    twice = times.filter(pl.struct("USUBJID", "PARAMCD").is_duplicated())
    yield from offence(
        "ADTTE",
        "PARAMCD",
        twice,
        "must stand once per subject",
        "Select the rows of one analysis, or give each its own PARAMCD.",
    )
    yield from _known("ADTTE", times, subjects)
    if "RANDDT" in subjects.columns and subjects["RANDDT"].null_count() < subjects.height:
        never = subjects.filter(pl.col("RANDDT").is_null())["USUBJID"].to_list()
        yield from offence(
            "ADTTE",
            "USUBJID",
            times.filter(pl.col("USUBJID").is_in(never)),
            "must be randomised, yet RANDDT is missing in ADSL",
            "Add the date of randomisation, or take the subject out of ADTTE.",
        )
    cnsr = pl.col("CNSR").cast(pl.Float64, strict=False)
    yield from offence(
        "ADTTE",
        "CNSR",
        times.filter(~((cnsr >= 0) & (cnsr == cnsr.floor())).fill_null(value=False)),
        "must be a whole number, 0 for an event and 1 or more for a censoring",
        "ADaM counts the other way round than most programs: 0 is an event.",
    )
    aval = pl.col("AVAL").cast(pl.Float64, strict=False)
    yield from offence(
        "ADTTE",
        "AVAL",
        times.filter(~(aval.is_finite() & (aval >= 0)).fill_null(value=False)),
        "must be a time of 0 or more",
        "Is the event dated before the time origin?",
    )
    for column in (c for c in ("STARTDT", "ADT", "ADTRDT") if c in times.columns):
        yield from _dated("ADTTE", column, times)
    if _are_dates(times, "STARTDT", "ADT"):
        yield from offence(
            "ADTTE",
            "ADT",
            times.filter(pl.col("ADT") < pl.col("STARTDT")),
            "must not lie before STARTDT",
            "Is a year mistyped?",
        )
    yield from _after_cutoff("ADTTE", "ADT", times, subjects)


def adverse_event_problems(events: pl.DataFrame, subjects: pl.DataFrame) -> Iterator[Problem]:
    """ADAE: subjects of ADSL, dates that are dates, nothing after the data's own cut-off."""
    yield from _identified("ADAE", events)
    yield from _known("ADAE", events, subjects)
    for column in (c for c in ("ASTDT", "AENDT", "ADTRDT") if c in events.columns):
        yield from _dated("ADAE", column, events)
    yield from _after_cutoff("ADAE", "ASTDT", events, subjects)


def exposure_problems(exposure: pl.DataFrame, subjects: pl.DataFrame) -> Iterator[Problem]:
    """ADEX: subjects of ADSL, dates of beginning that are dates, none after the data's own cut-off."""
    yield from _identified("ADEX", exposure)
    yield from _known("ADEX", exposure, subjects)
    yield from _dated("ADEX", "ASTDT", exposure)
    yield from _after_cutoff("ADEX", "ASTDT", exposure, subjects)


def randomised(subjects: pl.DataFrame) -> pl.Series:
    """True for a subject who was randomised: neither RANDDT missing where it is recorded, nor ITTFL = N."""
    mask = pl.repeat(value=True, n=subjects.height, eager=True)
    if "RANDDT" in subjects.columns and subjects["RANDDT"].null_count() < subjects.height:
        mask &= subjects["RANDDT"].is_not_null()
    if "ITTFL" in subjects.columns and subjects["ITTFL"].dtype == pl.String:
        mask &= (subjects["ITTFL"] != "N").fill_null(value=True)
    return mask


def _identified(name: str, table: pl.DataFrame) -> Iterator[Problem]:
    empty = table["USUBJID"].is_null().arg_true()
    if len(empty):
        where = f"{name}.USUBJID[row {empty[0] + 1}]"
        yield Problem(where, None, "must not be missing", "Every row belongs to a subject.")


def _known(name: str, table: pl.DataFrame, subjects: pl.DataFrame) -> Iterator[Problem]:
    strangers = table.filter(~pl.col("USUBJID").is_in(subjects["USUBJID"].to_list()))
    yield from offence(
        name, "USUBJID", strangers, "must be a subject of ADSL", "Are both from the same trial?"
    )


def _dated(name: str, column: str, table: pl.DataFrame) -> Iterator[Problem]:
    if table[column].dtype == pl.Date:
        day = pl.col(column)
        bad = table.filter(~day.is_between(_EARLIEST, _LATEST).fill_null(value=True))
        yield from offence(
            name,
            column,
            bad,
            "must be a date of this trial",
            "Numbers are read as days since 1 January 1960.",
        )
        return
    text = pl.col(column).cast(pl.String)
    good = text.str.to_date("%Y-%m-%d", strict=False).is_not_null() | text.is_null()
    yield from offence(
        name,
        column,
        table.filter(~good),
        "must be a whole date that exists, such as 2024-06-30",
        "Complete or remove partial dates before the analysis.",
    )


def _after_cutoff(name: str, column: str, table: pl.DataFrame, subjects: pl.DataFrame) -> Iterator[Problem]:
    if not _are_dates(table, column):
        return
    if "DCUTDT" not in table.columns and _are_dates(subjects, "DCUTDT"):
        limits = subjects.select("USUBJID", "DCUTDT").unique("USUBJID", keep="first")
        table = table.join(limits, on="USUBJID", how="left", maintain_order="left")
    if _are_dates(table, "DCUTDT"):
        yield from offence(
            name,
            column,
            table.filter(pl.col(column) > pl.col("DCUTDT")),
            "must not lie after the data cut-off DCUTDT",
            "Cut the records at a date with cut(records, date), or correct DCUTDT.",
        )


def _are_dates(table: pl.DataFrame, *columns: str) -> bool:
    return all(c in table.columns and table[c].dtype == pl.Date for c in columns)
