"""SAS transport files: version 5 where names and text fit it, else version 8."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from equipoise.errors import MissingPartError, OutputError

if TYPE_CHECKING:
    from collections.abc import Callable

_DESCRIPTIONS = b"HEADER RECORD*******NAM"
_NAME_BYTES, _TEXT_BYTES = 8, 200
_STAMP = re.compile(rb"\d{2}(JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)\d{2}:\d{2}:\d{2}:\d{2}")


def xpt_bytes(table: pl.DataFrame, name: str) -> bytes:
    """The table as XPT: dates in format DATE9, the time of writing set to 1 January 1960."""
    try:
        import pyreadstat
    except ImportError as error:
        raise MissingPartError("pyreadstat", f"Writing {name.lower()}.xpt", "xpt") from error
    writer: Callable[..., None] = pyreadstat.write_xport
    plain = table.with_columns(
        pl.selectors.integer().cast(pl.Float64),
        pl.selectors.boolean().cast(pl.String),
        pl.col(pl.Null).cast(pl.String),
    ).with_columns(pl.col(pl.String).fill_null(""))
    text = plain.select(pl.col(pl.String).str.len_bytes().max())
    longest = max((size or 0 for size in text.row(0)), default=0) if text.width else 0
    old = all(len(c) <= _NAME_BYTES for c in table.columns) and longest <= _TEXT_BYTES
    dates = {c: "DATE9" for c, kind in table.schema.items() if kind == pl.Date}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{name.lower()}.xpt"
        try:
            writer(
                plain, str(file), table_name=name, file_format_version=5 if old else 8, variable_format=dates
            )
        except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError) as error:
            raise OutputError(
                f"{name}: does not fit a SAS transport file ({error}). Write it as csv or dataset-json."
            ) from error
        raw = file.read_bytes()
    head = raw.index(_DESCRIPTIONS)
    return _STAMP.sub(b"01JAN60:00:00:00", raw[:head]) + raw[head:]
