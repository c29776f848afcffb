"""One table from one file, whatever the format: CSV, Parquet, XPT, Dataset-JSON."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from equipoise.errors import DataError
from equipoise.records.readers.csv import read_csv
from equipoise.records.readers.dataset_json import read_dataset_json
from equipoise.records.readers.parquet import read_parquet
from equipoise.records.readers.xpt import read_xpt

if TYPE_CHECKING:
    import polars as pl

Reader = Callable[[Path, str], "pl.DataFrame"]

READERS: dict[str, Reader] = {
    ".csv": read_csv,
    ".csv.gz": read_csv,
    ".parquet": read_parquet,
    ".xpt": read_xpt,
    ".json": read_dataset_json,
    ".ndjson": read_dataset_json,
    ".dsjc": read_dataset_json,
}


def table_format(path: Path) -> str | None:
    """The ending that names the format of a file, None where no reader knows it."""
    name = path.name.lower()
    return next((ending for ending in sorted(READERS, key=len, reverse=True) if name.endswith(ending)), None)


def read_table(path: str | Path, *, encoding: str = "utf-8") -> pl.DataFrame:
    """Read one table; the file's ending names its format.

    Parameters
    ----------
    path
        A .csv, .csv.gz, .parquet, .xpt, .json, .ndjson or .dsjc file, upper or lower case.
    encoding
        Of CSV and XPT text, which do not name their own.

    Raises
    ------
    DataError
        If the file is absent, unreadable, or not what its ending says.
    MissingPartError
        If XPT is asked for and pyreadstat is not installed.
    """
    file = Path(path)
    ending = table_format(file)
    if ending is None:
        known = ", ".join(READERS)
        raise DataError(f"{file}: no reader for this kind of file. Tables are read from {known}.")
    if not file.is_file():
        what = "is a folder, not a file" if file.is_dir() else "does not exist"
        raise DataError(f"{file}: {what}. Give the path of one table.")
    try:
        return READERS[ending](file, encoding)
    except OSError as error:
        reason = error.strerror or str(error)
        raise DataError(f"{file}: cannot be read ({reason}). May this user read it?") from error


__all__ = ["READERS", "read_table", "table_format"]
