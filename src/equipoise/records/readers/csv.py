"""Comma-separated tables: every line as wide as the header, types read from all the values."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from typing import TYPE_CHECKING

import polars as pl

from equipoise.errors import DataError
from equipoise.records.readers._text import decoded

if TYPE_CHECKING:
    from pathlib import Path

_INTEGER = r"^[+-]?(0|[1-9]\d{0,17})$"
_NUMBER = r"^[+-]?((0|[1-9]\d*)(\.\d*)?|\.\d+)([eE][+-]?\d+)?$"
_DATE = r"^\d{4}-\d{2}-\d{2}$"
_UNQUOTED_NA = re.compile(r"(?:(?<=[,\n])|\A)NA(?=[,\r\n]|\Z)")
_NOT_A_VALUE = ("NA", ".")


def read_csv(path: Path, encoding: str) -> pl.DataFrame:
    """Read a .csv or .csv.gz file.

    Columns whose name ends in ID stay text, so do numbers with a leading zero. An empty field is missing;
    so is an unquoted NA where the file quotes its text (as R does), and NA or a lone point among numbers or
    dates. A quoted "NA" is text: North America is no missing region.
    """
    text = decoded(_raw(path), path, encoding)
    header, rows = _fields(path, _without_unquoted_na(text))
    columns = zip(*rows, strict=True) if rows else ((),) * len(header)
    return pl.DataFrame([_typed(n, list(c)) for n, c in zip(header, columns, strict=True)])


def _raw(path: Path) -> bytes:
    raw = path.read_bytes()
    if path.name.lower().endswith(".gz"):
        try:
            return gzip.decompress(raw)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise DataError(f"{path}: is not a whole gzip file ({error}). Was the copy cut short?") from error
    return raw


def _without_unquoted_na(text: str) -> str:
    if not text.startswith('"'):
        return text
    segments = text.split('"')
    segments[::2] = [_UNQUOTED_NA.sub("", o) if "NA" in o else o for o in segments[::2]]
    return '"'.join(segments)


def _fields(path: Path, text: str) -> tuple[list[str], list[list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader)]
        if len(header) == 1 and re.search("[;\t|]", header[0]):
            raise DataError(f"{path}: the header {header[0][:40]!r} has no comma. Separate fields by commas.")
        for name in header:
            if not name or header.count(name) > 1:
                raise DataError(
                    f"{path}: column name {name!r} must be present and stand once in the header. Rename it."
                )
        rows = []
        for row in reader:
            if len(row) != len(header):
                if not row:
                    continue
                raise DataError(
                    f"{path}, line {reader.line_num}: {len(row)} fields under a header of {len(header)}. "
                    "Put text that holds a comma in double quotes; is the file whole?"
                )
            rows.append(row)
    except StopIteration:
        raise DataError(f"{path}: the file is empty. A header line with column names is needed.") from None
    except csv.Error as error:
        raise DataError(
            f"{path}, line {reader.line_num}: is not CSV ({error}). Are the quotes closed?"
        ) from error
    return header, rows


def _typed(name: str, fields: list[str]) -> pl.Series:
    text = pl.Series(name, fields, dtype=pl.String).str.strip_chars().replace("", None)
    values = text.set(text.is_in(_NOT_A_VALUE).fill_null(value=False), None)
    present = values.drop_nulls()
    if name.upper().endswith("ID"):
        return text
    if present.is_empty():
        return values
    if present.str.contains(_INTEGER).all():
        return values.cast(pl.Int64)
    if present.str.contains(_NUMBER).all():
        return values.cast(pl.Float64)
    if present.str.contains(_DATE).all():
        dates = values.str.to_date("%Y-%m-%d", strict=False)
        if dates.null_count() == values.null_count():
            return dates
    return text
