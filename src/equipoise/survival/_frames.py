"""Columns for a table: what has no value is missing there, not a number called nan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl


def frame(columns: dict[str, Any]) -> pl.DataFrame:
    """A polars table in which nan is null."""
    import polars as pl
    import polars.selectors as cs

    return pl.DataFrame(columns).with_columns(cs.float().fill_nan(None))
