"""Simulated numbers and their errors, against NumPy on the plain values."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.simulation.estimates import QUANTILES, distribution, proportion
from tolerances import ROUNDING


def test_a_proportion_has_the_binomial_error() -> None:
    assert proportion(25, 1000) == pytest.approx((0.025, math.sqrt(0.025 * 0.975 / 1000)), rel=ROUNDING)
    assert proportion(0, 10) == (0.0, 0.0)
    assert all(math.isnan(x) for x in proportion(0, 0))


@given(st.lists(st.integers(0, 300), min_size=1, max_size=60))
@settings(deadline=None)
def test_a_distribution_from_counts_is_that_of_the_values(values: list[int]) -> None:
    found = distribution(np.bincount(values), per=10.0, shift=1.0)
    plain = (np.array(values) + 1.0) / 10.0
    sd = plain.std(ddof=1) if len(values) > 1 else 0.0
    assert found.n == len(values)
    assert found.mean.value == pytest.approx(plain.mean(), rel=ROUNDING)
    assert found.sd == pytest.approx(sd, rel=1e-9, abs=1e-12)
    assert found.mean.error == pytest.approx(sd / math.sqrt(len(values)), rel=1e-9, abs=1e-12)
    for q, value in zip(QUANTILES, found.quantiles, strict=True):
        assert value == np.quantile(plain, q, method="inverted_cdf")


def test_nothing_observed_is_said_and_not_zero() -> None:
    found = distribution(np.zeros(5, dtype=np.int64))
    assert found.n == 0
    assert all(math.isnan(x) for x in (*found.mean, found.sd, *found.quantiles))
