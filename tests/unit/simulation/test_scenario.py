"""Scenarios: names, effects, and random numbers of their own."""

from __future__ import annotations

import pytest

from equipoise.errors import ArgumentError
from equipoise.numerics.piecewise import PiecewiseConstant
from equipoise.simulation import Scenario
from equipoise.simulation.scenario import ALTERNATIVE, NULL, scenarios_of


def test_without_any_named_the_null_and_the_alternative_are_meant() -> None:
    assert scenarios_of(None) == (NULL, ALTERNATIVE)
    assert NULL.hazard_ratio == 1.0
    assert ALTERNATIVE.hazard_ratio is None


def test_names_objects_and_single_values_are_taken() -> None:
    weak = Scenario("weak", 0.8)
    late = Scenario("late", PiecewiseConstant((0.0, 1.0), (1.0, 0.5)))
    assert scenarios_of("null") == (NULL,)
    assert scenarios_of(None, hazard_ratio_null=1.3) == (Scenario("null", 1.3), ALTERNATIVE)
    assert scenarios_of(weak) == (weak,)
    assert scenarios_of(["alternative", weak, late]) == (ALTERNATIVE, weak, late)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("nul", "must be one of 'null', 'alternative'"),
        ([], "at least one scenario"),
        (["null", "null"], "must name each scenario once"),
        ([NULL, Scenario("null", 0.5)], "must name each scenario once"),
        # Two names whose SHA-256 begin with the same 32 bits, found by drawing names until two met.
        ([Scenario("s2330"), Scenario("s130636")], "shares its random numbers"),
    ],
)
def test_scenarios_that_cannot_stand_beside_one_another_are_refused(given: object, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        scenarios_of(given)


@pytest.mark.parametrize(("name", "ratio"), [("", None), ("x", 0.0), ("x", -1.0), ("x", float("nan"))])
def test_a_scenario_without_name_or_with_an_impossible_effect_is_refused(
    name: str, ratio: float | None
) -> None:
    with pytest.raises(ArgumentError):
        Scenario(name, ratio)
