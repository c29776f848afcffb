"""Sequential p-values: their limits, their order, and what has none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.design import (
    At,
    Capped,
    GivenZ,
    HeldLooks,
    KimDeMets,
    LanDeMetsOBrienFleming,
    OBrienFleming,
    sequential_p_value,
)
from equipoise.errors import ArgumentError, DesignError
from equipoise.numerics import normal
from tolerances import ROUNDING, SEQUENTIAL_P

POWER = KimDeMets(rho=2.0)


def test_one_look_at_the_end_has_its_own_p() -> None:
    for z in (-0.0, 0.7, 1.96, 5.0):
        p = sequential_p_value(HeldLooks((1.0,), (z,)), LanDeMetsOBrienFleming())
        assert p == pytest.approx(float(normal.sf(z)), rel=ROUNDING)


def test_it_never_rises_as_looks_are_added_nor_as_z_grows() -> None:
    t, z = (0.3, 0.6, 1.0), (1.9, 1.2, 2.4)
    by_look = [sequential_p_value(HeldLooks(t[:k], z[:k]), POWER) for k in (1, 2, 3)]
    assert by_look == sorted(by_look, reverse=True)
    grown = sequential_p_value(HeldLooks(t, (1.9, 1.2, 2.5)), POWER)
    assert grown < by_look[-1]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-2.0, 4.5), min_size=1, max_size=4), st.floats(0.001, 0.2))
def test_it_is_at_most_alpha_exactly_when_a_bound_at_alpha_is_crossed(z: list[float], alpha: float) -> None:
    looks = HeldLooks(tuple(np.linspace(0.3, 1.0, len(z))), tuple(z))
    crossed = bool((np.array(z) >= looks.bounds(POWER, alpha).efficacy_z).any())
    assert (sequential_p_value(looks, POWER) <= alpha) == crossed


def test_looks_not_read_for_efficacy_are_passed_over() -> None:
    every = HeldLooks((0.2, 0.6), (4.0, 1.0))
    only_second = sequential_p_value(every, At(POWER, (2,)))
    assert only_second == pytest.approx(
        sequential_p_value(HeldLooks((0.6,), (1.0,)), POWER), rel=SEQUENTIAL_P
    )
    assert sequential_p_value(HeldLooks((0.2,), (4.0,)), At(POWER, (2,))) == 1.0


def test_beyond_its_limits() -> None:
    assert sequential_p_value(HeldLooks((1.0,), (12.0,)), POWER) == 1e-12
    assert sequential_p_value(HeldLooks((0.5, 1.0), (-1.0, -0.5)), POWER) == 1.0


def test_rules_for_one_alpha_only_are_refused() -> None:
    looks = HeldLooks((0.5, 1.0), (1.0, 2.0))
    for rule in (GivenZ(2.0), OBrienFleming(), Capped(POWER, 3.0)):
        with pytest.raises(ArgumentError, match="must be a spending function"):
            sequential_p_value(looks, rule)


def test_a_function_that_spends_less_at_a_larger_alpha_is_refused() -> None:
    class EarlierAtLargerAlpha:
        def spent(self, t: np.ndarray, alpha: float) -> np.ndarray:
            return alpha * np.where(np.asarray(t) < 1.0, min(1.0, 4.0 * alpha), 1.0)

    with pytest.raises(DesignError, match="spends less between two looks at a larger alpha"):
        sequential_p_value(HeldLooks((0.5, 1.0), (1.0, 2.0)), EarlierAtLargerAlpha())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (((0.5, 0.4), (1.0, 1.0)), "must increase from look to look"),
        (((0.5,), (1.0, 1.0)), "one statistic for each of 1 looks"),
        (((), ()), "must be above 0"),
        (((0.0, 1.0), (1.0, 1.0)), "must be above 0"),
        (((0.5,), (float("nan"),)), "must be finite"),
        (((0.5,), (1.0,), (0.2, 0.3)), "must hold one for each of 1 looks"),
    ],
)
def test_wrong_looks_are_refused(arguments: tuple, said: str) -> None:
    with pytest.raises(ArgumentError, match=said):
        HeldLooks(*arguments)
