"""Cut the data at a date: only what was known by then."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl

from equipoise.errors import ArgumentError, DataError
from equipoise.records._checks import randomised
from equipoise.records._known import known_subjects
from equipoise.records.data_hash import data_hash
from equipoise.records.snapshot import Snapshot

if TYPE_CHECKING:
    from equipoise.records.trial_records import TrialRecords

CUT_OFF = "Data cut-off"


def cut(records: TrialRecords | Snapshot, date: dt.date | str) -> Snapshot:
    """What was known at the end of the day `date`.

    Subjects randomised by then stay (RANDDT, or else the first STARTDT). A time whose end lies after the
    date ends there: AVAL = date - STARTDT + 1, CNSR = 1, reason "Data cut-off"; so does an event dated by
    then but reported after it, where ADTRDT (date reported) is recorded. An event on the date itself
    counts. Adverse events that start after the date, or were reported after it, are dropped; one without a
    start date stays; an end after the date is not yet known. Courses that begin after the date
    are dropped. In ADSL, dates after the cut, and what goes
    with them, are not yet known.

    Parameters
    ----------
    records
        Records or an earlier snapshot; a snapshot keeps the earlier of the two cut-offs.
    date
        The cut-off, a date or ISO 8601 text.

    Raises
    ------
    DataError
        If ADTTE lacks STARTDT or ADT, a subject cannot be placed in time, or nobody was randomised by then.
    """
    day = _day(date)
    if isinstance(records, Snapshot) and records.cutoff is not None:
        day = min(day, records.cutoff)
    known = records.subjects.filter(_entry(records) <= day)
    if known.is_empty():
        raise DataError(f"{records.source}: nobody was randomised by {day}. Choose a later cut-off.")
    ids = known["USUBJID"].to_list()
    subjects = known_subjects(known, day)
    times = None if records.times is None else _times(records.times.filter(pl.col("USUBJID").is_in(ids)), day)
    events = records.adverse_events
    if events is not None:
        events = _adverse_events(events.filter(pl.col("USUBJID").is_in(ids)), day, records.source)
    begun = records.exposure
    if begun is not None:
        begun = begun.filter(pl.col("USUBJID").is_in(ids) & (pl.col("ASTDT") <= day))
    return Snapshot(
        cutoff=day,
        subjects=subjects,
        times=times,
        adverse_events=events,
        synthetic=records.synthetic,
        source=records.source,
        data_hash=data_hash(ADSL=subjects, ADTTE=times, ADAE=events, ADEX=begun),
        exposure=begun,
    )


def _day(date: dt.date | str) -> dt.date:
    if isinstance(date, dt.datetime):
        return date.date()
    if isinstance(date, dt.date):
        return date
    try:
        return dt.date.fromisoformat(date)
    except (TypeError, ValueError):
        raise ArgumentError("date", date, "must be a date", "Write it as 2024-06-30.") from None


def _entry(records: TrialRecords | Snapshot) -> pl.Series:
    """Date on which each subject entered the trial; missing for a subject who never did."""
    subjects, times = records.subjects, records.times
    if times is not None:
        lacking = [c for c in ("STARTDT", "ADT") if c not in times.columns or times[c].null_count()]
        if lacking:
            raise DataError(
                f"{records.source}: ADTTE has no complete {' and '.join(lacking)}, so the data "
                "cannot be cut at a date. Add the dates, or analyse everything with snapshot(records)."
            )
    if "RANDDT" in subjects.columns and subjects["RANDDT"].null_count() < subjects.height:
        return subjects["RANDDT"]
    if times is None:
        raise DataError(
            f"{records.source}: neither RANDDT in ADSL nor STARTDT in ADTTE dates the subjects, "
            "so the data cannot be cut. Add RANDDT to ADSL."
        )
    first = times.group_by("USUBJID").agg(pl.col("STARTDT").min())
    entry = subjects.join(first, on="USUBJID", how="left", maintain_order="left")["STARTDT"]
    lost = subjects.filter(entry.is_null() & randomised(subjects))
    if lost.height:
        raise DataError(
            f"{records.source}: subject {lost['USUBJID'][0]} (and {lost.height - 1} more) has neither "
            "RANDDT in ADSL nor STARTDT in ADTTE, so the data cannot be cut. Add RANDDT to ADSL."
        )
    return entry


def _times(times: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    """ADTTE as known on the day: rows begun by then, each ended by then; every cut has the same columns."""
    times = times.filter(pl.col("STARTDT") <= day)
    later = pl.col("ADT") > day
    if "ADTRDT" in times.columns:
        later |= ((pl.col("CNSR") == 0) & (pl.col("ADTRDT") > day)).fill_null(value=False)
    ended = {
        "AVAL": (pl.lit(day) - pl.col("STARTDT")).dt.total_days().cast(pl.Float64) + 1.0,
        "CNSR": pl.lit(1, dtype=pl.Int64),
        "ADT": pl.lit(day),
        "EVNTDESC": pl.lit(CUT_OFF),
        "CNSDTDSC": pl.lit(CUT_OFF),
    }
    forgotten = [c for c in ("ADTRDT", "SRCDOM", "SRCVAR", "SRCSEQ", "ADY") if c in times.columns]
    absent = [
        pl.lit(None, dtype=pl.String).alias(c) for c in ("EVNTDESC", "CNSDTDSC") if c not in times.columns
    ]
    times = times.with_columns(absent).with_columns(later.alias("_later"))
    gone = [pl.when(~pl.col("_later")).then(pl.col(c)).alias(c) for c in forgotten]
    changed = [pl.when("_later").then(v).otherwise(pl.col(c)).alias(c) for c, v in ended.items()]
    return times.with_columns(*changed, *gone).drop("_later")


def _adverse_events(events: pl.DataFrame, day: dt.date, source: str) -> pl.DataFrame:
    """ADAE as known on the day."""
    if "ASTDT" not in events.columns:
        raise DataError(
            f"{source}: ADAE has no start dates ASTDT, so adverse events cannot be cut at a date. Add them."
        )
    known = (pl.col("ASTDT") <= day).fill_null(value=True)
    if "ADTRDT" in events.columns:
        known &= (pl.col("ADTRDT") <= day).fill_null(value=True)
    events = events.filter(known)
    if "AENDT" not in events.columns:
        return events
    ended = (pl.col("AENDT") <= day).fill_null(value=True)
    unknown = [c for c in ("AENDT", "AENDY", "ADURN", "AEOUT", "AENDTC", "AEENDTC") if c in events.columns]
    events = events.with_columns(ended.alias("_ended"))
    return events.with_columns([pl.when("_ended").then(pl.col(c)).alias(c) for c in unknown]).drop("_ended")
