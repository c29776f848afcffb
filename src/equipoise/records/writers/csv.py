"""Comma-separated tables, text in quotes, missing as an empty field."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


def csv_bytes(table: pl.DataFrame, name: str) -> bytes:  # noqa: ARG001 - every writer has one signature
    """The table as UTF-8 CSV."""
    return table.write_csv(quote_style="non_numeric").encode()
