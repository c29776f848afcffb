"""CDISC Dataset-JSON 1.1."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl

from equipoise.records.writers._labels import LABELS

if TYPE_CHECKING:
    import datetime as dt

_EPOCH = "1970-01-01T00:00:00"


def dataset_json_bytes(table: pl.DataFrame, name: str) -> bytes:
    """The table as one JSON object.

    Its creation time is the latest date in it, so that the same data give the same bytes.

    Reference: CDISC Dataset-JSON version 1.1 (2024).
    """
    latest: list[dt.date] = [d for d in (_latest(table[c]) for c in table.columns) if d is not None]
    head: dict[str, Any] = {
        "datasetJSONCreationDateTime": f"{max(latest)}T00:00:00" if latest else _EPOCH,
        "datasetJSONVersion": "1.1.0",
        "itemGroupOID": f"IG.{name}",
        "records": table.height,
        "name": name,
        "label": LABELS.get(name, name),
        "columns": [_column(name, table[c]) for c in table.columns],
    }
    rows = table.with_columns(
        pl.selectors.date().cast(pl.String), pl.selectors.datetime().dt.to_string("iso:strict")
    )
    opening = json.dumps(head, ensure_ascii=False)[:-1]
    lines = ",\n".join(json.dumps(list(row), ensure_ascii=False) for row in rows.iter_rows())
    return f'{opening}, "rows": [\n{lines}\n]}}\n'.encode()


def _latest(column: pl.Series) -> dt.date | None:
    return column.max() if column.dtype == pl.Date else None  # type: ignore[return-value]


def _column(name: str, column: pl.Series) -> dict[str, Any]:
    described: dict[str, Any] = {
        "itemOID": f"IT.{name}.{column.name}",
        "name": column.name,
        "label": LABELS.get(column.name, column.name),
    }
    if column.dtype == pl.Date:
        return described | {"dataType": "date", "targetDataType": "integer", "displayFormat": "DATE9."}
    if isinstance(column.dtype, pl.Datetime):
        return described | {"dataType": "datetime"}
    if column.dtype.is_integer():
        return described | {"dataType": "integer"}
    if column.dtype.is_float():
        return described | {"dataType": "double"}
    if column.dtype == pl.Boolean:
        return described | {"dataType": "boolean"}
    texts = column.cast(pl.String).drop_nulls().to_list()
    return described | {"dataType": "string", "length": max((len(t.encode()) for t in texts), default=1) or 1}
