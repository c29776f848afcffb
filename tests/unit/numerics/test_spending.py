"""Spending functions against their printed formulas and limits."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.errors import ArgumentError
from equipoise.numerics.spending import (
    HwangShihDeCani,
    KimDeMets,
    LanDeMetsOBrienFleming,
    LanDeMetsPocock,
    Spending,
)
from tolerances import ROUNDING

if TYPE_CHECKING:
    from collections.abc import Callable

FAMILIES = [
    LanDeMetsOBrienFleming(),
    LanDeMetsPocock(),
    HwangShihDeCani(-4.0),
    HwangShihDeCani(0.0),
    HwangShihDeCani(1.0),
    KimDeMets(2.0),
    KimDeMets(0.5),
]


@pytest.mark.parametrize("family", FAMILIES, ids=repr)
@given(alpha=st.floats(1e-6, 0.6), t=st.floats(0.0, 1.0), u=st.floats(0.0, 1.0))
def test_spends_from_nothing_to_all_and_never_falls(
    family: Spending, alpha: float, t: float, u: float
) -> None:
    low, high = sorted((t, u))
    spent = family.spent(np.array([0.0, low, high, 1.0, 1.7]), alpha)
    assert spent[0] == 0.0
    assert (np.diff(spent) >= -1e-18).all()
    assert spent[3] == pytest.approx(alpha, rel=ROUNDING)
    assert spent[4] == spent[3]


@pytest.mark.parametrize("family", FAMILIES, ids=repr)
def test_is_a_spending_function(family: Spending) -> None:
    assert isinstance(family, Spending)


def test_lan_demets_obrien_fleming_deep_in_the_tail() -> None:
    with mpmath.workdps(50):
        z = mpmath.sqrt(2) * mpmath.erfinv(1 - mpmath.mpf("0.025"))
        want = mpmath.erfc(z / mpmath.sqrt(mpmath.mpf("0.1")) / mpmath.sqrt(2))
    got = LanDeMetsOBrienFleming().spent(np.array([0.1]), 0.025)
    assert got[0] == pytest.approx(float(want), rel=1e-11)


def test_power_family_of_a_cooperative_group() -> None:
    assert KimDeMets(2.0).spent(np.array([0.2, 0.4]), 0.18) == pytest.approx([0.0072, 0.0288], rel=ROUNDING)


def test_gamma_family_is_continuous_at_zero() -> None:
    t = np.array([0.3, 0.9])
    assert HwangShihDeCani(1e-9).spent(t, 0.05) == pytest.approx(
        HwangShihDeCani(0.0).spent(t, 0.05), rel=1e-8
    )


@pytest.mark.parametrize(
    "make", [lambda: KimDeMets(0.0), lambda: HwangShihDeCani(math.nan), lambda: KimDeMets("a")]
)
def test_refuses_parameters_that_give_no_function(make: Callable[[], object]) -> None:
    with pytest.raises(ArgumentError):
        make()
