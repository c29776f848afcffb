"""Counting those at risk."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given

from equipoise.errors import ArgumentError
from equipoise.survival import risk_table
from unit.survival.trials import Trial, trials


def test_who_is_censored_at_t_is_still_at_risk_at_t() -> None:
    table = risk_table([1, 2, 2, 3], [True, False, True, False])
    assert table.time.tolist() == [1, 2, 3]
    assert table.at_risk[:, 0].tolist() == [4, 3, 1]
    assert table.events[:, 0].tolist() == [1, 1, 0]
    assert table.censored[:, 0].tolist() == [0, 1, 1]


def test_late_entrants_are_not_at_risk_until_after_their_entry() -> None:
    table = risk_table([2, 3, 4], [1, 1, 1], entry=[0, 2, 1])
    assert table.at_risk[:, 0].tolist() == [2, 2, 1]
    assert table.at_risk_at(0, np.array([1.0, 2.0, 2.5, 5.0]))[:, 0].tolist() == [1, 2, 2, 0]


def test_rows_are_sorted_by_stratum_then_time_and_groups_are_columns() -> None:
    table = risk_table([3, 1, 2, 1], [1, 1, 0, 1], group=["x", "y", "x", "x"], strata=["b", "b", "a", "a"])
    assert table.strata == ("a", "b")
    assert table.groups == ("x", "y")
    assert table.stratum.tolist() == [0, 0, 1, 1]
    assert table.time.tolist() == [1, 2, 1, 3]
    assert table.at_risk.tolist() == [[2, 0], [1, 0], [1, 1], [1, 0]]
    assert table.first_row.tolist() == [0, 2, 4]


def test_several_columns_of_strata_are_crossed() -> None:
    frame = pl.DataFrame({"site": ["a", "a", "b", "b"], "sex": [1, 2, 1, 1]})
    table = risk_table([1, 2, 3, 4], [1, 1, 1, 1], strata=frame)
    assert table.strata == (("a", 1), ("a", 2), ("b", 1))


@given(trials())
def test_every_row_equals_a_count_by_hand(t: Trial) -> None:
    table = risk_table(t.time, t.event, group=t.arm, strata=t.stratum, entry=t.entry)
    for row in range(len(table.time)):
        stratum, when = table.strata[table.stratum[row]], table.time[row]
        for column, arm in enumerate(table.groups):
            mine = (t.stratum == stratum) & (t.arm == arm)
            assert table.at_risk[row, column] == np.sum(mine & (t.entry < when) & (t.time >= when))
            assert table.events[row, column] == np.sum(mine & (t.time == when) & t.event)
            assert table.censored[row, column] == np.sum(mine & (t.time == when) & ~t.event)
    assert table.events.sum() + table.censored.sum() == len(t.time)


@given(trials())
def test_numbers_at_risk_at_any_time_equal_a_count_by_hand(t: Trial) -> None:
    table = risk_table(t.time, t.event, strata=t.stratum, entry=t.entry)
    asked = np.array([0.0, 0.5, 1.0, 3.0, 3.5, 10.0, 1000.0])
    for s, label in enumerate(table.strata):
        mine = t.stratum == label
        byhand = [np.sum(mine & (t.entry < when) & (t.time >= when)) for when in asked]
        assert table.at_risk_at(s, asked)[:, 0].tolist() == byhand


def test_times_that_only_rounding_tells_apart_are_one_time() -> None:
    time = [0.1 + 0.2, 0.3, 0.3 + 1e-9, 0.5]
    assert len(risk_table(time, [1, 1, 1, 1]).time) == 2
    assert len(risk_table(time, [1, 1, 1, 1], timefix=False).time) == 4


def test_a_tie_between_entry_and_exit_is_seen_through_rounding() -> None:
    table = risk_table([0.3, 1.0], [1, 1], entry=[0.0, 0.1 + 0.2])
    assert table.at_risk[0, 0] == 1
    apart = risk_table([0.1 + 0.2, 1.0], [1, 1], entry=[0.0, 0.3], timefix=False)
    assert apart.at_risk[0, 0] == 2


def test_the_tolerance_is_relative_to_the_mean_of_large_times() -> None:
    assert len(risk_table([1e6, 1e6 + 1e-3], [1, 1]).time) == 1
    assert len(risk_table([1e6, 1e6 + 1e-1], [1, 1]).time) == 2


def test_an_interval_that_only_rounding_leaves_open_is_refused() -> None:
    with pytest.raises(ArgumentError, match=r"entry\[0\].*rounding"):
        risk_table([0.1 + 0.2, 5.0], [1, 1], entry=[0.3, 0.0])


def test_weights_count_as_subjects_do() -> None:
    table = risk_table([1, 2], [1, 0], weights=[0.5, 2.0])
    assert table.at_risk[:, 0].tolist() == [2.5, 2.0]
    assert table.to_frame()["at_risk"].dtype == pl.Float64
    assert risk_table([1, 2], [1, 0]).to_frame()["at_risk"].dtype == pl.Int64


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"time": [], "event": []}, "at least one subject"),
        ({"time": [1, -2], "event": [1, 1]}, r"time\[1\] must be 0 or more"),
        ({"time": [1, float("nan")], "event": [1, 1]}, r"time\[1\] must be finite"),
        ({"time": [1, 2], "event": [1, 2]}, r"event\[1\] must be True, False, 1 or 0, got 2"),
        ({"time": [1, 2], "event": [1.0, float("nan")]}, r"event\[1\]"),
        ({"time": [1, 2], "event": [True, None]}, r"event\[1\].*None"),
        ({"time": [1, 2], "event": ["1", "0"]}, r"event\[0\].*'1'"),
        ({"time": [1, 2], "event": [1]}, "event must be as long as time"),
        ({"time": [1, 2], "event": [[1], [0]]}, "one dimension"),
        ({"time": [1, 2], "event": [1, 0], "entry": [0, 2]}, r"entry\[1\] must be before time\[1\]"),
        ({"time": [1, 2], "event": [1, 0], "weights": [1, 0]}, r"weights\[1\] must be above 0"),
        ({"time": [1, 2], "event": [1, 0], "group": ["a", None]}, r"group\[1\] must not be missing"),
        (
            {"time": [1, 2], "event": [1, 0], "strata": [1.0, float("nan")]},
            r"strata\[1\] must not be missing",
        ),
        ({"time": [1, 2], "event": [1, 0], "group": [[1, 2]]}, "group must be as long as time"),
    ],
)
def test_bad_input_is_refused_by_name(arguments: dict, says: str) -> None:
    with pytest.raises(ArgumentError, match=says):
        risk_table(**arguments)


@pytest.mark.parametrize(
    "make", [list, np.array, pl.Series, pytest.param(lambda x: pl.Series(x).to_pandas(), id="pandas")]
)
def test_any_column_will_do(make: type) -> None:
    table = risk_table(make([1.0, 2.0, 3.0]), make([True, False, True]), group=make(["a", "b", "a"]))
    assert table.at_risk.tolist() == [[2, 1], [1, 1], [1, 0]]
