"""Parquet tables."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


def parquet_bytes(table: pl.DataFrame, name: str) -> bytes:  # noqa: ARG001 - every writer has one signature
    """The table as Parquet."""
    stream = io.BytesIO()
    table.write_parquet(stream)
    return stream.getvalue()
