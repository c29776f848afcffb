"""The hash follows the data, not their order, file or type."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.records import data_hash

TABLE = pl.DataFrame(
    {"USUBJID": ["1", "2", "3"], "X": [1.0, 2.5, None], "D": [date(2024, 6, 30), None, None]}
)


def test_canonical_form_written_out() -> None:
    text = '["T","D","USUBJID","X"]\n["2024-06-30","1","1"]\n[null,"2","2.5"]\n[null,"3",null]\n'
    assert data_hash(T=TABLE) == hashlib.sha256(text.encode()).hexdigest()


@settings(deadline=None)  # the machine may be busy
@given(st.permutations(range(3)), st.permutations(TABLE.columns))
def test_order_of_rows_and_columns_does_not_matter(rows: list[int], columns: list[str]) -> None:
    assert data_hash(T=TABLE[rows].select(columns)) == data_hash(T=TABLE)


def test_infinite_and_huge_numbers_have_a_hash() -> None:
    values = [float("inf"), 1e300, -0.0]
    hashes = {data_hash(T=pl.DataFrame({"X": [v]})) for v in values}
    assert len(hashes) == len(values)
    assert data_hash(T=pl.DataFrame({"X": [-0.0]})) == data_hash(T=pl.DataFrame({"X": [0]}))


def test_type_and_empty_columns_do_not_matter() -> None:
    other = TABLE.with_columns(pl.col("D").cast(pl.String), EMPTY=pl.lit(None))
    assert data_hash(T=other) == data_hash(T=TABLE)
    assert data_hash(T=pl.DataFrame({"N": [1, 2]})) == data_hash(T=pl.DataFrame({"N": [1.0, 2.0]}))


@settings(deadline=None)  # the machine may be busy
@given(st.integers(0, 2), st.floats(allow_nan=False, allow_infinity=False))
def test_a_changed_value_changes_the_hash(row: Any, value: Any) -> None:
    values = TABLE["X"].to_list()
    if values[row] == value:
        return
    values[row] = value
    assert data_hash(T=TABLE.with_columns(X=pl.Series(values, dtype=pl.Float64))) != data_hash(T=TABLE)


def test_an_empty_table_is_not_an_absent_one() -> None:
    assert data_hash(T=TABLE, AE=None) == data_hash(T=TABLE)
    assert data_hash(T=TABLE, AE=TABLE) == data_hash(AE=TABLE, T=TABLE)
    assert data_hash(T=TABLE, AE=TABLE.clear()) != data_hash(T=TABLE)
