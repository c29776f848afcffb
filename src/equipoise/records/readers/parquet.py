"""Parquet tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from equipoise.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path


def read_parquet(path: Path, encoding: str) -> pl.DataFrame:  # noqa: ARG001 - every reader has one signature
    """Read a .parquet file, its own types kept."""
    try:
        return pl.read_parquet(path.read_bytes())
    except pl.exceptions.PolarsError as error:
        reason = str(error).splitlines()[0]
        raise DataError(f"{path}: is not a whole Parquet file ({reason}). Was it copied in full?") from error
