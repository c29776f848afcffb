"""Trial tables leave as files: CSV, Parquet, XPT, Dataset-JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import polars as pl

from equipoise import _check
from equipoise._files import write_together
from equipoise.records.writers.csv import csv_bytes
from equipoise.records.writers.dataset_json import dataset_json_bytes
from equipoise.records.writers.parquet import parquet_bytes
from equipoise.records.writers.xpt import xpt_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from equipoise.records.snapshot import Snapshot
    from equipoise.records.trial_records import TrialRecords

Writer = Callable[[pl.DataFrame, str], bytes]

WRITERS: dict[str, tuple[str, Writer]] = {
    "csv": (".csv", csv_bytes),
    "parquet": (".parquet", parquet_bytes),
    "xpt": (".xpt", xpt_bytes),
    "dataset-json": (".json", dataset_json_bytes),
}


def write_records(
    records: TrialRecords | Snapshot,
    folder: str | Path,
    *,
    format: str = "csv",  # noqa: A002 - the word that readers of a call expect
) -> tuple[Path, ...]:
    """Write ADSL, ADTTE and ADAE into a folder, whole or not at all.

    Equal records give equal bytes. Synthetic records carry SYNTHFL = Y in ADSL.

    Parameters
    ----------
    records
        Records or a snapshot.
    folder
        Made if it is not there.
    format
        csv, parquet, xpt or dataset-json.

    Returns
    -------
    tuple of Path
        The files: adsl, then adtte, adae and adex where the records have them.

    Raises
    ------
    OutputError
        If the folder cannot be written; nothing is left half-written.
    MissingPartError
        If XPT is asked for and pyreadstat is not installed.
    """
    ending, writer = WRITERS[_check.one_of("format", format, WRITERS)]
    subjects = records.subjects
    if records.synthetic:
        subjects = subjects.with_columns(SYNTHFL=pl.lit("Y"))
    tables = {
        "adsl": subjects,
        "adtte": records.times,
        "adae": records.adverse_events,
        "adex": records.exposure,
    }
    contents = {
        f"{name}{ending}": writer(table, name.upper()) for name, table in tables.items() if table is not None
    }
    return write_together(folder, contents)


__all__ = ["WRITERS", "write_records"]
