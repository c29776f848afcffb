"""The results table: every number once, found by what it is about, at full precision."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import polars as pl
import pytest

from equipoise.errors import ArgumentError, OutputError
from equipoise.report import ResultRow, ResultsTable
from equipoise.report.results_table import result_row, words_row

if TYPE_CHECKING:
    from pathlib import Path

ROWS = (
    result_row("DFS", "survival", 1 / 3, population="all", group="a", item="at 3 years", unit="proportion"),
    result_row("DFS", "median", math.nan, population="all", group="a"),
    result_row("DFS", "efficacy_z", math.inf),
    words_row("DFS", "status", "boundary crossed"),
)


def test_a_number_is_found_by_what_it_is_about() -> None:
    table = ResultsTable(ROWS)
    found = table.get("DFS", "survival", population="all", group="a", item="at 3 years")
    assert found is not None
    assert found.value == 1 / 3
    assert found.id == "DFS__all__a__at_3_years__survival"
    assert table.get("DFS", "survival", population="all", group="b", item="at 3 years") is None


def test_what_is_not_finite_is_missing_and_says_why() -> None:
    table = ResultsTable(ROWS)
    assert [(r.value, r.note) for r in table.where(analysis="DFS")][1:3] == [
        (None, "not estimable"),
        (None, "infinite"),
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<0.01", ">0.01"),
        ("≥ 10", "< 10"),
        ("Nausea", "NAUSEA"),
        ("Post-operative pain", "Post operative pain"),
        ("嘔吐", "発熱"),
        ("a" * 200, "a" * 199 + "b"),
    ],
)
def test_like_names_keep_their_own_links(one: str, other: str) -> None:
    table = ResultsTable((result_row("AE", "n", 1, item=one), result_row("AE", "n", 2, item=other)))
    ids = [r.id for r in table]
    assert len(set(ids)) == 2
    assert all(i.isascii() and " " not in i and len(i) < 127 for i in ids)


def test_two_values_of_one_number_are_refused() -> None:
    with pytest.raises(ArgumentError, match="must differ"):
        ResultsTable((result_row("DFS", "n", 1), result_row("DFS", "n", 2)))


def test_adding_tables_keeps_rows_once() -> None:
    table = ResultsTable(ROWS)
    assert (table + table) == table
    assert len(table + ResultsTable((result_row("OS", "n", 1),))) == len(table) + 1


def test_hashes_are_added_where_there_are_none() -> None:
    table = ResultsTable((result_row("DFS", "n", 1, data_hash="old"),)).with_hashes("p", "d")
    assert (table.rows[0].protocol_hash, table.rows[0].data_hash) == ("p", "old")


def test_json_is_a_reporting_event_at_full_precision() -> None:
    document = json.loads(ResultsTable(ROWS).to_json())
    first = document["analyses"][0]["results"][0]
    assert first["rawValue"] == 1 / 3
    assert first["resultGroups"] == [
        {"groupingId": "group", "groupValue": "a"},
        {"groupingId": "item", "groupValue": "at 3 years"},
    ]
    assert document["analyses"][0]["results"][1]["rawValue"] is None


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_files_hold_every_row(tmp_path: Path, kind: str) -> None:
    path = ResultsTable(ROWS).write(tmp_path / f"results.{kind}")
    back = pl.read_csv(path) if kind == "csv" else pl.read_parquet(path)
    assert back["value"].to_list() == [1 / 3, None, None, None]
    assert back["row"].to_list() == [r.id for r in ROWS]
    assert [p.name for p in tmp_path.iterdir()] == [f"results.{kind}"]


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match=r"\.csv, \.parquet or \.json"):
        ResultsTable(ROWS).write(tmp_path / "results.xlsx")


def test_a_place_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        ResultsTable(ROWS).write(blocked / "results.csv")
    target = tmp_path / "results.csv"
    target.mkdir()
    with pytest.raises(OutputError, match="cannot be written"):
        ResultsTable(ROWS).write(target)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "results.csv"]


def test_empty_table_has_its_columns() -> None:
    assert ResultsTable().to_frame().columns[:3] == ["row", "analysis", "population"]
    assert ResultRow("a", "b").id == "a__b"
