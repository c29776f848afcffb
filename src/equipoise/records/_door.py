"""Any table that comes in at the door becomes polars, with ADaM's names and types."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import narwhals.stable.v1 as nw
import polars as pl

from equipoise.errors import DataError
from equipoise.records.readers import read_table

_SAS_EPOCH = 3653  # days from 1960-01-01, where SAS counts from, to 1970-01-01
_TEXT_DATES = ("%Y-%m-%d", "%d%b%Y")


def as_table(data: Any, name: str) -> pl.DataFrame:
    """A polars table from a file's path or from any dataframe that narwhals knows; NaN becomes missing.

    Parameters
    ----------
    data
        A path, or a polars, pandas, pyarrow, ... dataframe.
    name
        What the table is called in an error.
    """
    if isinstance(data, str | Path):
        table = read_table(data)
    elif isinstance(data, pl.DataFrame):
        table = data
    elif isinstance(data, pl.LazyFrame):
        table = data.collect()
    else:
        try:
            table = nw.from_native(data, eager_only=True).to_polars()
        except (TypeError, ValueError) as error:
            reason = str(error).splitlines()[0]
            raise DataError(
                f"{name}: must be a dataframe with one type per column, or the path of a table, "
                f"got {type(data).__name__} ({reason})."
            ) from error
    text = (pl.selectors.categorical() | pl.selectors.enum()).cast(pl.String)
    return table.with_columns(text).with_columns(pl.selectors.float().fill_nan(None))


def adam_table(data: Any, name: str) -> pl.DataFrame:
    """A table under ADaM's conventions.

    Names are upper case; text has no blanks at its ends, blank text is missing; USUBJID is text; columns
    whose name ends in DT are dates (numbers there are SAS dates, days since 1 January 1960, as ADaM
    defines).
    """
    table = as_table(data, name)
    upper = [column.strip().upper() for column in table.columns]
    for column in upper:
        if upper.count(column) > 1:
            raise DataError(
                f"{name}: column {column} stands there twice (upper and lower case are one). Drop one."
            )
    table = table.rename(dict(zip(table.columns, upper, strict=True)))
    table = table.with_columns(pl.col(pl.String).str.strip_chars().replace("", None))
    if "USUBJID" in table.columns:
        table = table.with_columns(canonical_text(table["USUBJID"]))
    return table.with_columns([as_dates(table[c]) for c in table.columns if c.endswith("DT")])


def as_dates(column: pl.Series) -> pl.Series:
    """The column as dates where every value is one; otherwise as it came, for a check to name the value."""
    if column.dtype == pl.Date or column.null_count() == len(column):
        return column.cast(pl.Date, strict=False)
    if isinstance(column.dtype, pl.Datetime):
        return column.dt.date()
    if column.dtype.is_numeric():
        days = column.cast(pl.Int32, strict=False)
        whole = (days.cast(pl.Float64) == column.cast(pl.Float64)).fill_null(value=False) | column.is_null()
        return (days - _SAS_EPOCH).cast(pl.Date) if whole.all() else column
    if column.dtype == pl.String:
        for form in _TEXT_DATES:
            dates = column.str.to_date(form, strict=False)
            if dates.null_count() == column.null_count():
                return dates
    return column


def canonical_text(column: pl.Series) -> pl.Series:
    """The one way in which a value is written: 2, not 2.0; 2024-06-30; true; missing stays missing."""
    if column.dtype == pl.String:
        return column
    if column.dtype.is_float():
        return pl.Series(column.name, [_number_text(v) for v in column.to_list()], dtype=pl.String)
    if column.dtype == pl.Null or column.dtype.is_nested() or column.dtype == pl.Object:
        return pl.Series(
            column.name, [None if v is None else str(v) for v in column.to_list()], dtype=pl.String
        )
    return column.cast(pl.String)


def _number_text(value: float | None) -> str | None:
    if value is None:
        return None
    return str(int(value)) if value.is_integer() else repr(value)
