"""CDISC Dataset-JSON 1.1: .json, .ndjson, and the compressed .dsjc."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import TYPE_CHECKING, Any

import polars as pl

from equipoise.errors import DataError
from equipoise.records.readers._text import decoded

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_TYPES: dict[str, pl.DataType | type[pl.DataType]] = {
    "string": pl.String,
    "integer": pl.Int64,
    "float": pl.Float64,
    "double": pl.Float64,
    "decimal": pl.Float64,
    "boolean": pl.Boolean,
    "date": pl.String,
    "datetime": pl.String,
    "time": pl.String,
    "URI": pl.String,
}
_GZIP = b"\x1f\x8b"


def read_dataset_json(path: Path, encoding: str) -> pl.DataFrame:  # noqa: ARG001 - JSON is UTF-8 by its standard
    """Read a Dataset-JSON 1.1 file.

    A date whose target type is integer (a numeric SAS date) becomes a date; other dates stay ISO 8601
    text, for they may be partial. The specification makes .dsjc a bare zlib stream, CDISC's own examples
    are gzip: both are read.

    Reference: CDISC Dataset-JSON version 1.1 (2024).
    """
    raw = path.read_bytes()
    name = path.name.lower()
    text = decoded(_inflated(raw, path) if name.endswith(".dsjc") else raw, path)
    head, rows = _lines(text, path) if name.endswith((".ndjson", ".dsjc")) else _whole(text, path)
    columns = _columns(head, path)
    promised = head.get("records")
    if promised is not None and promised != len(rows):
        raise DataError(
            f"{path}: records = {promised} is promised, {len(rows)} rows are there. Is the file whole?"
        )
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, list) or len(row) != len(columns):
            size = len(row) if isinstance(row, list) else type(row).__name__
            raise DataError(
                f"{path}, row {number}: must be a list of {len(columns)} values, one per column, got {size}. "
                "Was it written by an older version of the format?"
            )
    values = zip(*rows, strict=True) if rows else ((),) * len(columns)
    return pl.DataFrame([_series(c, list(v), path) for c, v in zip(columns, values, strict=True)])


def _inflated(raw: bytes, path: Path) -> bytes:
    try:
        return gzip.decompress(raw) if raw.startswith(_GZIP) else zlib.decompress(raw)
    except (zlib.error, EOFError, gzip.BadGzipFile) as error:
        raise DataError(
            f"{path}: is neither a whole zlib nor a whole gzip stream ({error}). Was it copied in full?"
        ) from error


def _parsed(text: str, path: Path, line: int) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise DataError(
            f"{path}, line {line + error.lineno - 1}, column {error.colno}: is not JSON ({error.msg}). "
            "Is the file whole?"
        ) from error


def _whole(text: str, path: Path) -> tuple[dict[str, Any], Sequence[Any]]:
    content = _parsed(text, path, 1)
    if not isinstance(content, dict):
        raise DataError(f"{path}: must hold one JSON object with columns and rows. Is it Dataset-JSON 1.1?")
    return content, content.get("rows") or []


def _lines(text: str, path: Path) -> tuple[dict[str, Any], Sequence[Any]]:
    lines = [(i, line) for i, line in enumerate(text.split("\n"), start=1) if line.strip()]
    if not lines:
        raise DataError(f"{path}: the file is empty. The first line must hold the dataset's metadata.")
    content = _parsed(lines[0][1], path, lines[0][0])
    if not isinstance(content, dict):
        raise DataError(f"{path}, line 1: must hold the dataset's metadata. Is it Dataset-JSON 1.1?")
    return content, [_parsed(line, path, i) for i, line in lines[1:]]


def _columns(head: dict[str, Any], path: Path) -> list[dict[str, Any]]:
    version = str(head.get("datasetJSONVersion", "none given"))
    columns = head.get("columns")
    if not version.startswith("1.1") or not isinstance(columns, list):
        raise DataError(
            f"{path}: datasetJSONVersion must be 1.1 with a list of columns, got {version}. "
            "Convert it to Dataset-JSON 1.1."
        )
    for number, column in enumerate(columns, start=1):
        if not isinstance(column, dict) or "name" not in column or column.get("dataType") not in _TYPES:
            known = ", ".join(_TYPES)
            raise DataError(
                f"{path}, column {number}: needs a name and a dataType of {known}, got {column!r}."
            )
    names = [str(column["name"]) for column in columns]
    for name in names:
        if names.count(name) > 1:
            raise DataError(f"{path}: column {name} must stand once among the columns. Rename one.")
    return columns


def _series(column: dict[str, Any], values: list[Any], path: Path) -> pl.Series:
    name, kind = str(column["name"]), str(column["dataType"])
    if _TYPES[kind] is not pl.String:
        values = [None if v == "" else v for v in values]  # CDISC's own files write a missing decimal as ""
    if kind == "decimal":
        values = [float(v) if isinstance(v, str) and _is_number(v) else v for v in values]
    if _TYPES[kind] is pl.Float64:
        values = [float(v) if isinstance(v, int) and not isinstance(v, bool) else v for v in values]
    try:
        series = pl.Series(name, values, dtype=_TYPES[kind], strict=True)
    except (TypeError, OverflowError, pl.exceptions.PolarsError) as error:
        wrong = _first_unfit(values, kind)
        raise DataError(
            f"{path}, row {wrong + 1}, column {name}: {values[wrong]!r} is not of dataType {kind}. "
            "Mend the value or the column's dataType."
        ) from error
    if series.dtype == pl.String:
        series = series.str.strip_chars_end().replace("", None)
        if kind == "date" and column.get("targetDataType") == "integer":
            return _dates(series, path)
    return series


def _dates(series: pl.Series, path: Path) -> pl.Series:
    dates = series.str.to_date("%Y-%m-%d", strict=False)
    wrong = (dates.is_null() & series.is_not_null()).arg_true()
    if len(wrong):
        raise DataError(
            f"{path}, row {wrong[0] + 1}, column {series.name}: {series[wrong[0]]!r} is not a date. "
            "A numeric date is written as a whole ISO 8601 date, 2024-06-30."
        )
    return dates


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _first_unfit(values: list[Any], kind: str) -> int:
    for index, value in enumerate(values):
        try:
            pl.Series([value], dtype=_TYPES[kind], strict=True)
        except (TypeError, OverflowError, pl.exceptions.PolarsError):
            return index
    return 0
