"""SAS transport files (XPT, version 5 and 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from equipoise.errors import DataError, MissingPartError

if TYPE_CHECKING:
    from pathlib import Path

_MAGIC = b"HEADER RECORD*******LIB"


def read_xpt(path: Path, encoding: str) -> pl.DataFrame:
    """Read an .xpt file; columns with a SAS date format become dates, blank text becomes missing."""
    try:
        import pyreadstat
    except ImportError as error:
        raise MissingPartError("pyreadstat", f"Reading {path.name}", "xpt") from error
    with path.open("rb") as stream:
        if not stream.read(len(_MAGIC)) == _MAGIC:
            raise DataError(
                f"{path}: is not a SAS transport file (it does not begin with its header record). "
                "Was it written by PROC COPY or XPORT, or is it a sas7bdat file?"
            )
    try:
        table, _ = pyreadstat.read_xport(str(path), output_format="polars", encoding=encoding)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, UnicodeDecodeError) as error:
        raise DataError(
            f"{path}: cannot be read as a SAS transport file in {encoding} ({error}). "
            "Was it copied in full? Older files may need encoding='windows-1252'."
        ) from error
    frame: pl.DataFrame = table
    text = pl.col(pl.String).str.strip_chars_end()
    return frame.with_columns(text).with_columns(pl.col(pl.String).replace("", None))
