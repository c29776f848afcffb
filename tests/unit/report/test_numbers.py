"""How a reader sees numbers: each case is written out as it must appear."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.report import numbers as n

S = "\u202f"


@pytest.mark.parametrize(
    ("x", "digits", "shown"),
    [
        (0.125, 2, "0.13"),
        (2.675, 2, "2.68"),  # its binary value is below the half; its decimal writing is not
        (1.005, 2, "1.01"),
        (-0.125, 2, "\u22120.13"),
        (-0.04, 1, "0.0"),
        (0.0, 0, "0"),
        (999.5, 0, f"1{S}000"),
        (1234567.891, 1, f"1{S}234{S}567.9"),
        (1e-7, 4, "0.0000"),
        (1e16, 0, f"10{S}000{S}000{S}000{S}000{S}000"),
        (math.inf, 2, "∞"),
        (-math.inf, 2, "\u2212∞"),
        (math.nan, 2, "not estimable"),
        (None, 2, "not estimable"),
    ],
)
def test_decimals_round_half_away_from_zero(x: float | None, digits: int, shown: str) -> None:
    assert n.decimal(x, digits) == shown


@pytest.mark.parametrize(
    ("p", "shown", "phrase"),
    [
        (0.26, "0.26", "P = 0.26"),
        (0.034, "0.03", "P = 0.03"),
        (0.035, "0.04", "P = 0.04"),
        (0.01, "0.01", "P = 0.01"),
        (0.0099, "0.010", "P = 0.010"),
        (0.0019, "0.002", "P = 0.002"),
        (0.001, "0.001", "P = 0.001"),
        (0.0009999, "<0.001", "P < 0.001"),
        (0.0, "<0.001", "P < 0.001"),
        (0.995, ">0.99", "P > 0.99"),
        (1.0, "1.00", "P = 1.00"),
        (math.nan, "not estimable", "P not estimable"),
    ],
)
def test_p_values(p: float, shown: str, phrase: str) -> None:
    assert n.p_value(p) == shown
    assert n.p_phrase(p) == phrase


@given(st.floats(0.0, 1.0))
def test_a_p_value_is_never_shown_as_zero(p: float) -> None:
    assert not re.fullmatch(r"0\.0+", n.p_value(p))


@pytest.mark.parametrize(
    ("p", "digits", "shown"), [(0.00153, 4, "0.0015"), (0.00002, 4, "<0.0001"), (0.0214, 3, "0.021")]
)
def test_nominal_p_keeps_the_digits_of_its_boundary(p: float, digits: int, shown: str) -> None:
    assert n.nominal_p(p, digits) == shown


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (n.percent(0.879), f"87.9{S}%"),
        (n.percent(0.8785), f"87.9{S}%"),
        (n.percent(1.0), f"100.0{S}%"),
        (n.percent(math.nan), "not estimable"),
        (n.percent_with_error(0.879, 0.0206), f"87.9 ± 2.1{S}%"),
        (n.percent_with_error(1.0, math.nan), f"100.0{S}% (error not estimable)"),
        (n.decimal_with_error(-1234.5, 0.25, 1), f"−1{S}234.5 ± 0.3"),
        (n.decimal_with_error(0.6, math.nan, 2), "0.60 (error not estimable)"),
        (n.decimal_with_error(math.nan, 0.1, 2), "not estimable"),
        (n.percent_with_interval(0.879, 0.833, 0.913), f"87.9{S}% (95{S}% CI 83.3–91.3)"),
        (n.percent_with_interval(0.05, -0.01, 0.11, 0.9), f"5.0{S}% (90{S}% CI \u22121.0 to 11.0)"),
        (n.percent_with_interval(0.5, 0.4, 0.6, 0.975), f"50.0{S}% (97.5{S}% CI 40.0–60.0)"),
        (n.ratio_with_interval(0.39, 0.24, 0.64), f"0.39 (95{S}% CI 0.24–0.64)"),
        (n.ratio_with_interval(15.43, 1.25, 2133.9), f"15.43 (95{S}% CI 1.25 to >100)"),
        (n.ratio_with_interval(math.nan, 0.24, 0.64), "not estimable"),
        (n.ratio_with_interval(1e-9, 0.0, math.inf), f"0.00 (95{S}% CI 0.00–∞)"),
        (n.interval(-3.2, 108.4, 0), "\u22123 to 108"),
        (n.interval(-0.2, 108.4, 0), "0–108"),
        (n.count(1440), f"1{S}440"),
        (n.count(0), "0"),
        (n.count(None), "—"),
        (n.count_of(52, 351), f"52/351 (14.8{S}%)"),
        (n.count_of(0, 0), "0/0"),
        (n.boundary_z(2.96258804), "2.963"),
        (n.boundary_z(math.inf), "—"),
        (n.duration(2.46, "years"), "2.5 years"),
        (n.duration(71.8, "days"), "72 days"),
        (n.duration(math.nan, "months"), "not reached"),
        (n.milestone_name(3.0, "years"), "3-year"),
        (n.milestone_name(2.5, "years"), "2.5-year"),
        (n.milestone_name(10.0, "months"), "10-month"),
        (n.short_hash("a" * 64), "aaaaaaaa"),
    ],
)
def test_display(shown: str, expected: str) -> None:
    assert shown == expected
