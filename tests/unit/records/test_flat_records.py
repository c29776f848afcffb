"""Flat tables with their own column names come in by the same door."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from equipoise.errors import ArgumentError, DataError
from equipoise.records import DataColumns, cut, derive_time_to_event, flat_records

if TYPE_CHECKING:
    from pathlib import Path

TABLE = pl.DataFrame(
    {
        "id": [1, 1, 2, 2, 3, 3],
        "rx": ["Obs", "Obs", "Lev", "Lev", "Obs", "Obs"],
        "time": [10.0, 5.0, 8.0, 8.0, 30.0, 20.0],
        "status": [1, 1, 0, 0, 1, 1],
        "etype": [2, 1, 2, 1, 2, 1],
        "age": [40, 40, 50, 50, 60, 60],
    }
)
NAMED = {"time": "time", "event": "status", "arm": "rx", "subject": "id"}


@pytest.mark.parametrize("where", ["etype = 1", {"etype": 1}])
def test_rows_of_one_endpoint(where: Any) -> None:
    records = flat_records(TABLE, DataColumns(**NAMED, where=where, parameter="RFS"), source="here")
    tte = derive_time_to_event(records, covariates=("age",))
    assert (tte.parameter, tte.arms) == ("RFS", ("Lev", "Obs"))
    assert tte.time.tolist() == [5.0, 8.0, 20.0]
    assert tte.event.tolist() == [True, False, True]
    assert tte.table["AGE"].to_list() == [40, 50, 60]
    assert records.source == "here"


def test_a_file_and_its_rows_as_subjects(tmp_path: Path) -> None:
    path = tmp_path / "trial.csv"
    TABLE.filter(pl.col("etype") == 1).drop("id").write_csv(path)
    records = flat_records(path, DataColumns(time="time", event="status", arm="rx", unit="weeks"))
    assert records.source == str(path)
    assert records.subjects["USUBJID"].to_list() == ["1", "2", "3"]
    assert derive_time_to_event(records).time.tolist() == [35.0, 56.0, 140.0]


def test_event_values_as_causes_booleans_and_words() -> None:
    base = TABLE.filter(pl.col("etype") == 1)
    coded = base.with_columns(status=pl.Series([0, 1, 2]))
    columns = DataColumns(**NAMED, event_value={1: "PCM", 2: "death"}, censored_value=0)
    tte = derive_time_to_event(flat_records(coded, columns))
    assert tte.causes == ("PCM", "death")
    assert tte.cause_code.tolist() == [0, 1, 2]
    for values, observed in (
        ([True, False, True], True),
        (["dead", "alive", "dead"], "dead"),
        ([2.0, 1.0, 2.0], 2),
    ):
        other = base.with_columns(status=pl.Series(values))
        tte = derive_time_to_event(flat_records(other, DataColumns(**NAMED, event_value=observed)))
        assert tte.event.tolist() == [True, False, True]
    described = base.with_columns(site=pl.Series(["marrow", None, "CNS"]))
    assert derive_time_to_event(flat_records(described, DataColumns(**NAMED, cause="site"))).causes == (
        "CNS",
        "marrow",
    )


def test_dates_allow_a_cut() -> None:
    dated = TABLE.filter(pl.col("etype") == 1).with_columns(entry=pl.Series([date(2020, 1, 1)] * 3))
    records = flat_records(dated, DataColumns(**NAMED, start="entry"))
    seen = derive_time_to_event(cut(records, "2020-01-06"))
    assert seen.time.tolist() == [5.0, 6.0, 6.0]
    assert seen.event.tolist() == [True, False, False]
    assert records.times["ADT"][0] == date(2020, 1, 5)


@pytest.mark.parametrize(
    ("table", "options", "message"),
    [
        (TABLE, {}, "subject 1 has several rows.*where='etype = 1'"),
        (
            TABLE,
            {"arm": "treatment"},
            r"here.treatment: this column is needed and not there. There are: id, rx",
        ),
        (TABLE, {"where": "etyp = 1"}, "the condition 'etyp = 1' cannot be applied .*There are: id"),
        (TABLE, {"where": "etype = = 1"}, "the condition 'etype = = 1' cannot be applied"),
        (TABLE, {"where": {"etyp": 1}}, "here.etyp: this column is needed"),
        (TABLE, {"where": "etype = 9"}, "no row meets the condition"),
        (TABLE, {"where": "etype = 1", "event": "age"}, "event_value = .* leaves several other values"),
        (TABLE, {"where": "etype = 1", "event": "age", "censored_value": 40}, "'50' is neither an event"),
        (TABLE, {"where": "etype = 1", "time": "rx"}, "column rx must hold numbers"),
        (
            TABLE.with_columns(status=None),
            {"where": "etype = 1"},
            "column status, row 1: the value is missing",
        ),
        (
            TABLE.with_columns(time=-1.0),
            {"where": "etype = 1"},
            "ADTTE.AVAL.* = -1.0: must be a time of 0 or more",
        ),
    ],
)
def test_what_cannot_be_read_is_named(table: pl.DataFrame, options: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        flat_records(table, DataColumns(**NAMED | options), source="here")


def test_units_are_checked_at_birth() -> None:
    with pytest.raises(ArgumentError, match="unit must be one of 'days'"):
        DataColumns(**NAMED, unit="fortnights")
