"""The results table: every reported number as one row, with its population, method and hashes."""

from __future__ import annotations

import io
import json
import math
from dataclasses import dataclass, field, fields, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import polars as pl

from equipoise._files import write_atomically
from equipoise.errors import ArgumentError
from equipoise.report._reproducible import identifier

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One reported number, at full precision.

    Attributes
    ----------
    analysis : what was analysed: an endpoint, "design", "interim", "adverse events".
    statistic : which number of it: "survival", "hazard_ratio", "n".
    value : the number; None where it is a word, a date, or not estimable.
    population : in whom.
    group : arm, or the arms compared.
    item : which part of the analysis: a milestone, a look, a term, a level of a subgroup, a cause.
    text : what is no number: a date, a status.
    unit, method : of the value; the method says its convention.
    note : why a value is missing, or what must be known beside it.
    protocol_hash, data_hash : SHA-256 of what the number came from.
    """

    analysis: str
    statistic: str
    value: float | None = None
    population: str = ""
    group: str = ""
    item: str = ""
    text: str = ""
    unit: str = ""
    method: str = ""
    note: str = ""
    protocol_hash: str = ""
    data_hash: str = ""

    @property
    def id(self) -> str:
        """Where the row is found: the same in every run, fit for a link."""
        about = identifier(self.analysis, self.population, self.group, self.item)
        return f"{about}__{self.statistic.replace(' ', '_')}"

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """Analysis, population, group, item, statistic."""
        return (self.analysis, self.population, self.group, self.item, self.statistic)


def result_row(analysis: str, statistic: str, value: float | None = None, **about: str) -> ResultRow:
    """A row; a value that is not finite is missing, and the note says so."""
    if value is not None and not math.isfinite(value):
        reason = "not estimable" if math.isnan(value) else "infinite"
        return ResultRow(analysis, statistic, None, **{"note": reason, **about})
    return ResultRow(analysis, statistic, None if value is None else float(value), **about)


def words_row(analysis: str, statistic: str, text: str, **about: str) -> ResultRow:
    """A row that holds words: a date, a status."""
    return ResultRow(analysis, statistic, None, **{"text": text, **about})


@dataclass(frozen=True, slots=True)
class ResultsTable:
    """Rows of results, each found by what it is about; tables and pages are views of it."""

    rows: tuple[ResultRow, ...] = ()
    _index: dict[tuple[str, ...], ResultRow] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        index: dict[tuple[str, ...], ResultRow] = {}
        ids: dict[str, ResultRow] = {}
        for row in self.rows:
            if row.id in ids:
                raise ArgumentError("rows", row.key, f"must differ from {ids[row.id].key}, both are {row.id}")
            index[row.key] = ids[row.id] = row
        object.__setattr__(self, "_index", index)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[ResultRow]:
        return iter(self.rows)

    def __add__(self, other: ResultsTable) -> ResultsTable:
        """Both tables' rows, in order; a row that is in both with every field equal stands once."""
        return ResultsTable(tuple(dict.fromkeys((*self.rows, *other.rows))))

    def get(
        self, analysis: str, statistic: str, *, population: str = "", group: str = "", item: str = ""
    ) -> ResultRow | None:
        """The row of a number; None where there is none."""
        return self._index.get((analysis, population, group, item, statistic))

    def where(self, **about: str) -> tuple[ResultRow, ...]:
        """Rows whose named fields have these values, in order."""
        return tuple(r for r in self.rows if all(getattr(r, k) == v for k, v in about.items()))

    def with_hashes(self, protocol_hash: str, data_hash: str = "") -> ResultsTable:
        """The same rows, with hashes where a row has none."""
        return ResultsTable(
            tuple(
                replace(r, protocol_hash=r.protocol_hash or protocol_hash, data_hash=r.data_hash or data_hash)
                for r in self.rows
            )
        )

    def to_frame(self) -> pl.DataFrame:
        """One row a number: its id, what it is about, value, unit, method, note, hashes."""
        columns = [f.name for f in fields(ResultRow)]
        data: dict[str, Any] = {"row": [r.id for r in self.rows]}
        data |= {c: [getattr(r, c) for r in self.rows] for c in columns}
        schema = {"row": pl.String} | {c: pl.Float64 if c == "value" else pl.String for c in columns}
        order = ["row", "analysis", "population", "group", "item", "statistic", "value", "text", "unit"]
        return pl.DataFrame(data, schema=schema).select(
            *order, "method", "note", "protocol_hash", "data_hash"
        )

    def to_dicts(self) -> list[dict[str, Any]]:
        """One dictionary a row, as in `to_frame`."""
        return self.to_frame().to_dicts()

    def to_json(self) -> str:
        """The same rows after CDISC's Analysis Results Standard: analyses, each with its results."""
        analyses: dict[tuple[str, str], list[ResultRow]] = {}
        for row in self.rows:
            analyses.setdefault((row.analysis, row.population), []).append(row)
        document = {
            "schemaVersion": SCHEMA_VERSION,
            "analyses": [
                {
                    "id": identifier(name, population),
                    "name": name,
                    "analysisSetId": population,
                    "results": [_ars_result(row) for row in rows],
                }
                for (name, population), rows in analyses.items()
            ],
        }
        return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"

    def write(self, path: Path | str) -> Path:
        """Write the table: .csv, .parquet, or .json (see `to_json`); whole or not at all.

        Raises
        ------
        ArgumentError
            Another ending.
        OutputError
            The file cannot be written.
        """
        kind = PurePath(path).suffix.lower()
        if kind == ".json":
            return write_atomically(path, self.to_json())
        if kind == ".csv":
            return write_atomically(path, self.to_frame().write_csv())
        if kind != ".parquet":
            raise ArgumentError("path", str(path), "must end in .csv, .parquet or .json")
        buffer = io.BytesIO()
        self.to_frame().write_parquet(buffer)
        return write_atomically(path, buffer.getvalue())


def _ars_result(row: ResultRow) -> dict[str, Any]:
    groups = [
        {"groupingId": name, "groupValue": value}
        for name, value in (("group", row.group), ("item", row.item))
        if value
    ]
    result = {
        "id": row.id,
        "operationId": row.statistic,
        "resultGroups": groups,
        "rawValue": row.value,
        "text": row.text,
        "unit": row.unit,
        "methodId": row.method,
        "note": row.note,
        "protocolHash": row.protocol_hash,
        "dataHash": row.data_hash,
    }
    return {k: v for k, v in result.items() if v not in ("", []) or k == "rawValue"}
