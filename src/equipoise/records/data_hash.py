"""One SHA-256 for the same data, whatever the file format, the order of rows or the order of columns."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from equipoise.records._door import canonical_text

if TYPE_CHECKING:
    import polars as pl


def data_hash(**tables: pl.DataFrame | None) -> str:
    """SHA-256 over the canonical form of named tables, 64 hexadecimal digits.

    Canonical form: per table, in the order of the names, a JSON line with name and sorted column names,
    then one JSON line per row, sorted. Values are text: whole numbers without a point, other numbers in
    their shortest round-trip form, dates in ISO 8601, missing as null. Columns without any value count as
    absent, and so does a table that is None; an empty table does not.
    """
    digest = hashlib.sha256()
    for name in sorted(tables):
        table = tables[name]
        if table is None:
            continue
        columns = sorted(c for c in table.columns if table[c].null_count() < table.height)
        digest.update(_line([name, *columns]))
        cells = [canonical_text(table[c]).to_list() for c in columns]
        for line in sorted(_line(list(row)) for row in zip(*cells, strict=True)):
            digest.update(line)
    return digest.hexdigest()


def _line(cells: list[str | None]) -> bytes:
    return json.dumps(cells, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
