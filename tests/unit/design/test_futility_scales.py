"""Futility on the scale of a hazard ratio, of the power left, and of the design's own effect."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy.special import ndtr

from equipoise.design import (
    At,
    GivenConditionalPower,
    GivenHazardRatio,
    GivenPredictivePower,
    GroupSequentialDesign,
    LanDeMetsOBrienFleming,
    LinearInefficacy,
    NormalPrior,
    RejectsAlternative,
    bounds_at,
    conditional_power,
    group_sequential,
    interim_look,
    predictive_power,
)
from equipoise.errors import ArgumentError, DesignError
from tolerances import QUADRATURE

T = np.array([0.4, 0.7, 1.0])


def design(futility: Any, **changed: Any) -> GroupSequentialDesign:
    rest = {"alpha": 0.025, "beta": 0.1, "sides": 1, "efficacy": LanDeMetsOBrienFleming()} | changed
    return group_sequential(T, futility=futility, **rest)


RULES = [
    GivenHazardRatio(1.05, 40.0),
    GivenConditionalPower(0.3),
    GivenConditionalPower(0.1, trend=True),
    GivenPredictivePower(0.2),
    GivenPredictivePower(0.2, 1.0, 2.0),
    RejectsAlternative(0.01),
    LinearInefficacy(0.2, 0.5),
    At(GivenConditionalPower(0.3), (2,)),
]


@pytest.mark.parametrize("binding", [False, True])
@pytest.mark.parametrize("rule", RULES, ids=repr)
def test_every_rule_keeps_alpha_and_power(rule: Any, *, binding: bool) -> None:
    d = design(rule, binding=binding)
    assert d.alpha_spent[-1] == pytest.approx(0.025, abs=QUADRATURE)
    assert d.power(d.drift) == pytest.approx(0.9, abs=QUADRATURE)
    found = bounds_at(d, 40.0 * T, planned=40.0)
    assert found.futility_z is not None
    assert d.futility_z is not None
    same = np.isfinite(d.futility_z)
    assert found.futility_z[same] == pytest.approx(d.futility_z[same], abs=1e-10)


def last_two(d: GroupSequentialDesign) -> tuple[GroupSequentialDesign, float]:
    assert d.futility_z is not None
    return d, float(d.futility_z[1])


def test_at_the_bound_the_power_left_is_the_one_named() -> None:
    """At the look before the last no look stands between, and both ways of reckoning agree."""
    d, z = last_two(design(GivenConditionalPower(0.3)))
    assert float(conditional_power(interim_look(d, z, look=2)).power) == pytest.approx(0.3, abs=1e-10)
    d, z = last_two(design(GivenConditionalPower(0.1, trend=True)))
    at = interim_look(d, z, look=2)
    assert float(conditional_power(at, at.estimate).power) == pytest.approx(0.1, abs=1e-10)
    d, z = last_two(design(GivenPredictivePower(0.2)))
    assert predictive_power(interim_look(d, z, look=2)) == pytest.approx(0.2, abs=1e-10)
    d, z = last_two(design(GivenPredictivePower(0.2, 1.0, 2.0)))
    assert predictive_power(interim_look(d, z, look=2), NormalPrior(1.0, 2.0)) == pytest.approx(
        0.2, abs=1e-10
    )


def test_at_the_bound_the_hazard_ratio_is_the_one_named() -> None:
    d = design(GivenHazardRatio(1.05, 40.0))
    assert d.futility_z is not None
    assert np.exp(-d.futility_z[:2] / np.sqrt(T[:2] * 40.0)) == pytest.approx([1.05, 1.05], abs=1e-12)


def test_at_the_bound_the_designs_effect_is_rejected() -> None:
    d = design(RejectsAlternative(0.01))
    assert d.futility_z is not None
    assert ndtr(d.futility_z[:2] - d.drift * np.sqrt(T[:2])) == pytest.approx([0.01, 0.01], abs=1e-12)


def test_the_inefficacy_line_starts_at_no_effect_and_ends_at_its_share() -> None:
    d = group_sequential(
        (0.25, 0.5, 0.75, 1.0),
        alpha=0.025,
        beta=0.1,
        sides=1,
        efficacy=LanDeMetsOBrienFleming(),
        futility=LinearInefficacy(),
    )
    assert d.futility_z is not None
    assert d.futility_z[0] == -math.inf
    assert d.futility_z[1] == pytest.approx(0.0, abs=1e-12)
    assert d.futility_z[2] / math.sqrt(0.75) == pytest.approx(0.1 * d.drift, abs=1e-12)


def test_futility_costs_little_power_and_no_alpha() -> None:
    d = design(LinearInefficacy())
    assert d.power(d.drift, futility=False) - 0.9 < 0.01
    assert d.crossing(0.0).futility[:2].sum() > 0.5


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: GivenHazardRatio(-1.0, 40.0), ArgumentError, "ratio must be above 0"),
        (lambda: GivenHazardRatio(1.0, 0.0), ArgumentError, "information must be above 0"),
        (lambda: GivenConditionalPower(1.2), ArgumentError, "power must lie strictly"),
        (lambda: GivenPredictivePower(0.2, 0.0, -1.0), ArgumentError, "sd must be above 0"),
        (lambda: RejectsAlternative(0.0), ArgumentError, "p must lie strictly"),
        (lambda: LinearInefficacy(0.2, 1.0), ArgumentError, "start must lie from 0"),
        (
            lambda: design(None, efficacy=GivenConditionalPower(0.2)),
            DesignError,
            "efficacy cannot follow",
        ),
    ],
)
def test_wrong_calls_are_refused(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()
