"""Intervals for proportions: published examples and what must always hold."""

from __future__ import annotations

from math import isclose

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tolerances
from equipoise.errors import ArgumentError
from equipoise.safety import newcombe_interval, wilson_interval


@pytest.mark.parametrize(
    ("counts", "lower", "upper"),
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((0, 10, 0, 10), -0.2775, 0.2775),
        ((10, 10, 0, 20), 0.6791, 1.0),
        ((10, 10, 0, 10), 0.6075, 1.0),
    ],
)
def test_newcombe_1998_table_ii_method_10(
    counts: tuple[int, int, int, int], lower: float, upper: float
) -> None:
    """Newcombe (1998), Statistics in Medicine 17:873-890, Table II."""
    _, low, high = newcombe_interval(*counts)
    assert (round(low, 4), round(high, 4)) == (lower, upper)


@st.composite
def tables(draw: st.DrawFn) -> tuple[int, int, int, int]:
    n1, n0 = draw(st.integers(1, 400)), draw(st.integers(1, 400))
    return draw(st.integers(0, n1)), n1, draw(st.integers(0, n0)), n0


@settings(deadline=None)
@given(tables(), st.floats(0.5, 0.999))
def test_wilson_limits_solve_the_score_equation(table: tuple[int, int, int, int], level: float) -> None:
    """(p - pi)^2 = z^2 pi (1 - pi) / n at both limits."""
    x, n, _, _ = table
    lower, upper = wilson_interval(x, n, level=level)
    p = x / n
    squares = [(p - pi) ** 2 * n / (pi * (1 - pi)) for pi in (lower, upper) if 0 < pi < 1]
    assert lower <= p <= upper
    assert all(isclose(s, squares[0], rel_tol=1e-9) for s in squares)


@settings(deadline=None)
@given(tables())
def test_swapping_the_arms_flips_the_sign(table: tuple[int, int, int, int]) -> None:
    x1, n1, x0, n0 = table
    d, lower, upper = newcombe_interval(x1, n1, x0, n0)
    assert newcombe_interval(x0, n0, x1, n1) == pytest.approx((-d, -upper, -lower), abs=tolerances.ROUNDING)
    assert -1 - tolerances.ROUNDING <= lower <= d <= upper <= 1 + tolerances.ROUNDING


@settings(deadline=None)
@given(tables())
def test_counting_those_without_the_event_mirrors_the_interval(table: tuple[int, int, int, int]) -> None:
    x, n, _, _ = table
    lower, upper = wilson_interval(x, n)
    assert wilson_interval(n - x, n) == pytest.approx((1 - upper, 1 - lower), abs=tolerances.ROUNDING)


@pytest.mark.parametrize(
    ("counts", "message"),
    [((1, 0), "n must be a whole number above 0"), ((5, 4), "from 0 to 4"), ((-1, 4), "from 0 to 4"), ((0.5, 4), "whole number")],
)  # fmt: skip
def test_counts_that_cannot_be(counts: tuple[int, int], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        wilson_interval(*counts)


def test_level_is_checked() -> None:
    with pytest.raises(ArgumentError, match="level must lie strictly between 0 and 1, got 95"):
        wilson_interval(1, 4, level=95)
