"""What of the subjects' table was known on a date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    import datetime as dt

_UP_TO_NOW = ("DCUTDT", "LSTALVDT")
_GOES_WITH = {
    "DTHDT": ("DTHFL", "DTHDTC", "DTHADY", "DTHDTF", "DTHCAUS", "DTHCGR1", "DTHDOM", "LDDTHELD", "LDDTHGR1"),
    "EOSDT": ("EOSSTT", "DCSREAS", "DCDECOD", "COMPLFL", "DISCONFL"),
    "TRTSDT": ("SAFFL", "TRT01A", "TRT01AN", "TRTSTMF", "TRTSDTM"),
    "TRTEDT": ("TRTDURD", "AVGDD", "CUMDOSE"),
}


def known_subjects(subjects: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    """ADSL as known on the day.

    A date after the day becomes missing with the columns that follow from it (a death takes its cause
    along); the date last known alive and the data's own cut-off become the day. ISO 8601 text (names in
    DTC) likewise.
    """
    dated = [c for c in subjects.columns if subjects[c].dtype == pl.Date]
    later = {c: (pl.col(c) > day).fill_null(value=False) for c in dated}
    changes = {}
    for column in dated:
        then = pl.lit(day) if column in _UP_TO_NOW else pl.lit(None, dtype=pl.Date)
        changes[column] = pl.when(later[column]).then(then).otherwise(pl.col(column))
    for date, followers in _GOES_WITH.items():
        if date in later:
            changes |= {c: pl.when(~later[date]).then(pl.col(c)) for c in followers if c in subjects.columns}
    for column in subjects.columns:
        if column.endswith("DTC") and subjects[column].dtype == pl.String:
            stale = (pl.col(column).str.head(10) > day.isoformat()).fill_null(value=False)
            changes[column] = pl.when(~stale).then(changes.get(column, pl.col(column)))
    return subjects.with_columns([value.alias(column) for column, value in changes.items()])
