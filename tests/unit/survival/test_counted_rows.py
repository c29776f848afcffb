"""The risk table is the same however it was counted."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from equipoise.survival import kaplan_meier, risk_table
from equipoise.survival._distinct import distinct


@pytest.mark.parametrize("kind", ["days", "continuous", "nearly tied", "half days", "at 0", "any size"])
@pytest.mark.parametrize("strata", [1, 3])
def test_counting_and_sorting_agree(kind: str, strata: int) -> None:
    """Weights of 1 take the general way, which needs a permutation."""
    rng = np.random.default_rng(strata)
    n = 6000
    time = rng.exponential(100.0, n) + 0.5
    if kind != "continuous":
        time = np.ceil(time)
    if kind == "nearly tied":
        time = time * (1.0 + 1e-13 * rng.integers(0, 3, n)) + 0.1
    if kind == "half days":
        time += 0.5
    if kind == "at 0":
        time[rng.random(n) < 0.2] = 0.0
        time[rng.random(n) < 0.2] = -0.0
    if kind == "any size":
        time = 10.0 ** rng.uniform(-320.0, 300.0, n)
    event, group, stratum = rng.random(n) < 0.4, rng.integers(0, 3, n), rng.integers(0, strata, n)
    quick = risk_table(time, event, group=group, strata=stratum)
    plain = risk_table(time, event, group=group, strata=stratum, weights=np.ones(n))
    for name in ("stratum", "at_risk", "events", "censored", "first_row"):
        np.testing.assert_array_equal(getattr(quick, name), getattr(plain, name), err_msg=name)
    np.testing.assert_allclose(quick.time, plain.time, rtol=1e-12)


@pytest.mark.parametrize(
    "labels",
    [
        np.array([3, 1, 2, 1], dtype=np.int8),
        np.array([True, False, True]),
        np.array(["standard", "new", "standard", "a"]),
        np.array(["b"]),
        np.array([5, 10**12, 5]),
        np.array([2.5, 1.0, 2.5]),
        np.array([f"site {k % 90}" for k in range(500)]),
        np.array(["b", "a", "b"], dtype=object),
    ],
)
def test_labels_are_found_as_sorting_finds_them(labels: np.ndarray) -> None:
    found, codes = distinct(labels)
    expected, inverse = np.unique(labels, return_inverse=True)
    assert found.tolist() == expected.tolist()
    np.testing.assert_array_equal(codes, inverse)


def test_columns_that_may_not_be_written_to_are_taken() -> None:
    time = pl.Series([3.0, 1.0, 2.0])
    frame = np.column_stack(([3.0, 1.0, 2.0], [1.0, 0.0, 1.0]))
    expected = kaplan_meier([3.0, 1.0, 2.0], [1, 0, 1])
    for t, d in ((time, pl.Series([True, False, True])), (frame[:, 0], frame[:, 1])):
        np.testing.assert_array_equal(kaplan_meier(t, d).survival, expected.survival)
