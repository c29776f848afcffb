"""Every evaluable subject stands at one worst grade."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from equipoise.errors import DataError
from equipoise.safety import worst_grades

if TYPE_CHECKING:
    from equipoise.records import TrialRecords


def spread(table: pl.DataFrame, term: str, arm: str) -> dict[int | None, int]:
    rows = table.filter((pl.col("term") == term) & (pl.col("arm") == arm))
    return {g: k for g, k in rows.select("grade", "subjects").iter_rows() if k}


def test_by_hand(records: TrialRecords) -> None:
    found = worst_grades(records, arm="TRT01P")
    table = found.to_frame()
    assert found.arms == ("Chemo", "Blina")
    assert spread(table, "Any adverse event", "Blina") == {4: 1, 2: 1, 5: 1, 0: 1}
    assert spread(table, "Any adverse event", "Chemo") == {3: 1, None: 1, 0: 1}
    assert spread(table, "Sepsis", "Blina") == {4: 1, 2: 1, 0: 2}
    assert spread(table, "Sepsis", "Chemo") == {0: 3}


def test_subjects_add_up_to_those_evaluable(pilot: TrialRecords) -> None:
    table = worst_grades(pilot, arm="TRT01A", grade_column="AESEV").table
    sums = table.group_by("term", "arm").agg(pl.col("subjects").sum(), pl.col("evaluable").first())
    assert sums["subjects"].to_list() == sums["evaluable"].to_list()
    assert table.filter(pl.col("subjects") < 0).is_empty()


def test_pilot_severe(pilot: TrialRecords) -> None:
    table = worst_grades(pilot, arm="TRT01A", grade_column="AESEV", by=None).table
    assert table.filter(pl.col("grade") == 3)["subjects"].to_list() == [5, 16, 8]
    assert table.filter(pl.col("grade") == 0)["subjects"].to_list() == [86 - 65, 84 - 77, 84 - 76]


def test_a_term_in_other_letters_is_no_zero(records: TrialRecords) -> None:
    with pytest.raises(DataError, match="which would count as absent"):
        worst_grades(records, arm="TRT01P", terms=("sepsis",))
