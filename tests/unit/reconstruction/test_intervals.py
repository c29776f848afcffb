from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from equipoise.errors import ArgumentError
from equipoise.reconstruction import intervals

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("text", "lower", "upper"),
    [
        ("87.9", 87.85, 87.95),
        ("96.0", 95.95, 96.05),
        ("0.39", 0.385, 0.395),
        ("72", 71.5, 72.5),
        ("-4", -4.5, -3.5),
    ],
)
def test_a_printed_number_stands_for_half_a_unit_of_its_last_digit_each_way(
    text: str, lower: float, upper: float
) -> None:
    found = intervals.single(text)
    assert (found.lower, found.upper) == pytest.approx((lower, upper), abs=1e-12)


def test_a_p_value_below_a_bound_has_no_lower_end() -> None:
    found = intervals.single("<0.0001")
    assert found.holds(1e-9)
    assert not found.holds(0.00011)


def test_limits_and_errors_are_read_in_every_usual_spelling() -> None:
    for text in ("0.24-0.64", "0.24–0.64", "0.24 to 0.64"):
        lower, upper = intervals.limits(text)
        assert (lower.centre, upper.centre) == pytest.approx((0.24, 0.64))
    lower, upper = intervals.limits("-3 to 12")
    assert (lower.centre, upper.centre) == (-3.0, 12.0)
    value, error = intervals.value_with_error("87.9 ± 2.1")
    assert error is not None
    assert (value.lower, error.upper) == pytest.approx((87.85, 2.15))
    assert intervals.value_with_error("87.9")[1] is None


def test_the_miss_is_signed_and_counted_from_the_nearer_end() -> None:
    found = intervals.single("2.5")
    assert found.miss(2.5) == 0.0
    assert found.miss(2.4) == pytest.approx(-0.05)
    assert found.miss(2.6) == pytest.approx(0.05)


def test_counts_may_be_ranges() -> None:
    assert intervals.count_range(58).holds(58)
    found = intervals.count_range("57 to 60")
    assert (found.lower, found.upper) == (57.0, 60.0)
    assert not found.holds(61)


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (intervals.single, "0,39"),
        (intervals.single, "about 3"),
        (intervals.limits, "0.64-0.24"),
        (intervals.limits, "0.24"),
        (intervals.value_with_error, "87.9 +- 2.1"),
        (intervals.count_range, "60 to 57"),
        (intervals.count_range, "5.5"),
    ],
)
def test_what_cannot_have_been_printed_so_is_refused_with_an_example(
    parse: Callable[[str], object], text: str
) -> None:
    with pytest.raises(ArgumentError, match=r"must be .*as printed"):
        parse(text)
