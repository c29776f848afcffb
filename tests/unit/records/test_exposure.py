"""The table of courses begun: read, checked, cut at a date, written."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl
import pytest

from equipoise.errors import DataError
from equipoise.records import cut, read_records, snapshot, trial_records, write_records
from small_trial import adam_tables

if TYPE_CHECKING:
    from pathlib import Path


def begun() -> pl.DataFrame:
    """Two courses of the first subject."""
    first = adam_tables()["adsl"]["USUBJID"][0]
    return pl.DataFrame(
        {
            "USUBJID": [first, first],
            "COURSE": ["Induction", "Maintenance"],
            "ASTDT": [dt.date(2020, 2, 1), dt.date(2020, 9, 1)],
        }
    )


def test_courses_that_begin_after_the_cut_are_not_known() -> None:
    tables = adam_tables()
    records = trial_records(tables["adsl"], tables["adtte"], exposure=begun())
    early, on_the_day = cut(records, "2020-08-31").exposure, cut(records, "2020-09-01").exposure
    assert early is not None
    assert on_the_day is not None
    assert early["COURSE"].to_list() == ["Induction"]
    assert on_the_day.height == 2
    assert snapshot(records).exposure is records.exposure
    assert cut(records, "2030-01-01").data_hash == cut(records, "2029-01-01").data_hash


def test_courses_change_the_hash_of_the_data() -> None:
    tables = adam_tables()
    without = trial_records(tables["adsl"], tables["adtte"])
    assert trial_records(tables["adsl"], tables["adtte"], exposure=begun()).data_hash != without.data_hash
    assert without.exposure is None


def test_written_and_read_again(tmp_path: Path) -> None:
    tables = adam_tables()
    records = trial_records(tables["adsl"], tables["adtte"], exposure=begun(), synthetic=True)
    written = write_records(records, tmp_path, format="csv")
    assert "adex.csv" in {f.name for f in written}
    again = read_records(tmp_path)
    assert again.exposure is not None
    assert again.exposure.height == 2
    assert "2 courses begun" in repr(again)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (begun().drop("ASTDT"), "ASTDT"),
        (begun().with_columns(USUBJID=pl.lit("nobody")), "must be a subject of ADSL"),
        (begun().with_columns(ASTDT=pl.lit("soon")), "ADEX.ASTDT"),
    ],
)
def test_a_table_that_breaks_a_rule_is_refused(change: pl.DataFrame, said: str) -> None:
    tables = adam_tables()
    with pytest.raises(DataError, match=said):
        trial_records(tables["adsl"], tables["adtte"], exposure=change)
