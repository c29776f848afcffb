"""The data of a trial, read as its protocol says they are written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from equipoise.errors import DataError
from equipoise.records import DataColumns, TrialRecords, flat_records, read_records

if TYPE_CHECKING:
    from equipoise.protocol import Protocol


def trial_data(protocol: Protocol, source: str | Path) -> TrialRecords:
    """Read a folder of ADaM files, or one flat table where the protocol's `[data]` names its columns.

    Raises
    ------
    DataError
        What stands at `source` cannot be read, is not what the protocol says, or breaks a rule of records.

    """
    path = Path(source)
    columns = protocol.data
    if columns.time is None or columns.event is None:
        if path.is_file():
            raise DataError(
                f"{path} is one table, and the protocol does not say how to read it. Give a folder of ADaM "
                "files, or name the columns in the protocol: data.time, data.event, data.arm."
            )
        records = read_records(path)
        _randomised_when_time_begins(protocol, records)
        return records
    if path.is_dir():
        raise DataError(
            f"{path} is a folder, and the protocol describes one flat table (data.time = {columns.time!r}). "
            "Give the file."
        )
    endpoint = protocol.endpoint[0]
    return flat_records(
        path,
        DataColumns(
            time=columns.time,
            event=columns.event,
            arm=columns.arm,
            subject=columns.subject,
            event_value={columns.event_value: endpoint.events[0]},
            where=columns.where,
            unit=columns.unit,
            parameter=endpoint.paramcd,
        ),
    )


def _randomised_when_time_begins(protocol: Protocol, records: TrialRecords) -> None:
    """Where time begins at randomisation, RANDDT of ADSL and STARTDT of ADTTE are one date."""
    subjects, times = records.subjects, records.times
    parameters = [e.paramcd for e in protocol.endpoint if e.origin.lower().startswith("randomi")]
    column = protocol.data.randomized.upper()
    if times is None or column not in subjects.columns or "STARTDT" not in times.columns:
        return
    both = times.filter(pl.col("PARAMCD").is_in(parameters)).join(
        subjects.select("USUBJID", randomised=pl.col(column)), on="USUBJID"
    )
    differ = both.filter(pl.col("randomised") != pl.col("STARTDT"))
    if differ.height:
        row = differ.row(0, named=True)
        raise DataError(
            f"{records.source}: subject {row['USUBJID']} (and {differ.height - 1} more) was randomised on "
            f"{row['randomised']} (ADSL.{column}), yet the time to {row['PARAMCD']} begins on "
            f"{row['STARTDT']} (ADTTE.STARTDT). Correct the date that is wrong, "
            "or say in the protocol where time begins (endpoint.origin)."
        )
