"""Schoenfeld's formula both ways."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.design import drift_of_events, required_events
from equipoise.errors import ArgumentError, DesignError


def test_the_textbook_number_of_events() -> None:
    """Hazard ratio 2/3, two-sided 5 %, power 90 %: 256 events (Collett, Modelling Survival Data, formula 15.4)."""
    assert required_events(1.959964 + 1.281552, 2.0 / 3.0) == pytest.approx(255.66, abs=0.02)


@given(
    drift=st.floats(0.1, 6.0),
    hazard_ratio=st.floats(0.1, 1.4),
    ratio=st.floats(0.2, 5.0),
    null=st.floats(1.5, 2.0),
)
def test_events_give_the_drift_that_asks_for_them(
    drift: float, hazard_ratio: float, ratio: float, null: float
) -> None:
    events = required_events(drift, hazard_ratio, ratio=ratio, hazard_ratio_null=null)
    back = drift_of_events(events, hazard_ratio, ratio=ratio, hazard_ratio_null=null)
    assert back == pytest.approx(drift, rel=1e-12)


def test_unequal_allocation_needs_more_events_and_which_arm_is_larger_does_not_matter() -> None:
    one, two, half = (required_events(3.24, 0.7, ratio=r) for r in (1.0, 2.0, 0.5))
    assert two == pytest.approx(one * 9.0 / 8.0, rel=1e-12)
    assert half == pytest.approx(two, rel=1e-12)


def test_harm_has_a_negative_drift() -> None:
    assert drift_of_events(100.0, 1.5) == pytest.approx(-drift_of_events(100.0, 1.0 / 1.5), rel=1e-12)


def test_no_benefit_gives_no_number_of_events() -> None:
    with pytest.raises(DesignError, match="no benefit over 1"):
        required_events(3.24, 1.0)
    with pytest.raises(ArgumentError, match="hazard_ratio"):
        required_events(3.24, -0.7)
