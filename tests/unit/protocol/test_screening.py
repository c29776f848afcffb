"""Screening: the rule that decides, missing values by column, and nothing beyond one patient's row."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.errors import DataError, ProtocolError
from equipoise.protocol import Protocol, parse_protocol, screen
from unit.protocol.conftest import SMALL

RULES = """
[[screening.eligibility]]
id = "adult"
require = "AGE >= 18 AND AGE < 70"
text = "18 to 69 years"
[[screening.eligibility]]
id = "site"
require = "SITE IN ('x', 'y')"
[[screening.risk_group]]
id = "marker"
stratum = "high"
when = "MARKER >= 5 OR CASE WHEN SITE = 'y' THEN MARKER > 4 ELSE FALSE END"
[[screening.risk_group]]
id = "older"
stratum = "watched"
randomized = false
when = "AGE BETWEEN 60 AND 69"
[[screening.risk_group]]
id = "rest"
stratum = "low"
when = "TRUE"
"""


def protocol(rules: str = RULES) -> Protocol:
    return parse_protocol(SMALL + rules)


def rows(**columns: list) -> pl.DataFrame:
    return pl.DataFrame({"USUBJID": [str(i) for i in range(len(next(iter(columns.values()))))], **columns})


def test_each_subject_is_decided_by_the_first_rule_that_speaks() -> None:
    data = rows(
        AGE=[30, 12, 30, 65, 65, 30], SITE=["x", "x", "z", "x", "y", "y"], MARKER=[1.0, 1, 1, 1, 4.5, 9]
    )
    got = screen(protocol(), data).table
    assert got["ELIGFL"].to_list() == ["Y", "N", "N", "Y", "Y", "Y"]
    assert got["RULE"].to_list() == ["rest", "adult", "site", "older", "marker", "marker"]
    assert got["RISKGRP"].to_list() == ["low", None, None, "watched", "high", "high"]
    assert got["RANDFL"].to_list() == ["Y", "N", "N", "N", "Y", "Y"]
    assert got["REASON"][1] == "not met: 18 to 69 years"


def test_a_missing_value_refuses_by_the_name_of_its_column() -> None:
    data = rows(AGE=[30, None, 30], SITE=["x", "x", None], MARKER=[None, 1.0, 1.0])
    got = screen(protocol(), data).table
    assert got["ELIGFL"].to_list() == ["N", "N", "N"]
    assert got["REASON"].to_list() == ["MARKER is missing", "AGE is missing", "SITE is missing"]
    assert got["RULE"].to_list() == [None, None, None]


ages = st.one_of(st.none(), st.integers(0, 90))
sites = st.one_of(st.none(), st.sampled_from(["x", "y", "z"]))
markers = st.one_of(st.none(), st.floats(0, 10))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(ages, sites, markers), min_size=1, max_size=12))
def test_screening_row_by_row_equals_screening_the_table(people: list[tuple]) -> None:
    schema = {"USUBJID": pl.String, "AGE": pl.Int64, "SITE": pl.String, "MARKER": pl.Float64}
    table = pl.DataFrame([(str(i), *p) for i, p in enumerate(people)], schema=schema, orient="row")
    whole = screen(protocol(), table).table
    single = pl.concat([screen(protocol(), table[i]).table for i in range(table.height)])
    assert whole.equals(single, null_equal=True)


@pytest.mark.parametrize(
    "rule",
    [
        "AGE > AVG(AGE)",
        "SUM(AGE) > 3",
        "AGE > AVG(AGE) OVER (PARTITION BY SITE)",
        "ROW_NUMBER() OVER (ORDER BY AGE) > 1",
        "RANK() OVER (ORDER BY AGE) > 1",
        "LAG(AGE) OVER (ORDER BY AGE) > 1",
        "AGE > (SELECT 1)",
        "EXISTS(SELECT 1)",
        "COUNT(*) > 1",
        "FIRST(AGE) > 1",
        "MEDIAN(AGE) > 1",
        "STDDEV(AGE) > 1",
    ],
)
def test_what_needs_other_patients_rows_is_refused(rule: str) -> None:
    with pytest.raises(ProtocolError, match=r"more than one patient's row|no condition in polars' SQL"):
        screen(protocol(RULES.replace("SITE IN ('x', 'y')", rule)), rows(AGE=[1], SITE=["x"], MARKER=[1.0]))


@pytest.mark.parametrize(
    ("rule", "word"),
    [("AGE >", "no condition"), ("AGE + 1", "does not say yes or no"), ("SITE > 3", "cannot be applied")],
)
def test_what_is_no_condition_is_refused(rule: str, word: str) -> None:
    with pytest.raises((ProtocolError, DataError), match=word):
        screen(protocol(RULES.replace("SITE IN ('x', 'y')", rule)), rows(AGE=[1], SITE=["x"], MARKER=[1.0]))


def test_data_that_do_not_fit_are_refused() -> None:
    data = rows(AGE=[30, 40], SITE=["x", "x"], MARKER=[1.0, 1.0])
    with pytest.raises(DataError, match="column MARKER, which rule marker reads"):
        screen(protocol(), data.drop("MARKER"))
    with pytest.raises(DataError, match="column USUBJID is not in the data"):
        screen(protocol(), data.drop("USUBJID"))
    with pytest.raises(DataError, match="more than one row"):
        screen(protocol(), data.with_columns(USUBJID=pl.lit("same")))


def test_pandas_comes_in_at_the_door_too() -> None:
    data = rows(AGE=[30, 12], SITE=["x", "x"], MARKER=[1.0, 1.0])
    assert screen(protocol(), data.to_pandas()).table.equals(screen(protocol(), data).table)
