"""Families of spending functions against scipy.stats, their printed formulas, and the rules that all keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from equipoise.errors import ArgumentError
from equipoise.numerics.spending import HwangShihDeCani, KimDeMets, LanDeMetsOBrienFleming, Spending
from equipoise.numerics.spending_families import (
    BetaSpending,
    CauchySpending,
    ExponentialSpending,
    LogisticSpending,
    NormalSpending,
    StudentSpending,
)
from equipoise.numerics.spending_shapes import (
    Gapped,
    LinearSpending,
    PointSpending,
    SteppedSpending,
    Trimmed,
    Truncated,
    UserSpending,
)
from tolerances import ROUNDING

if TYPE_CHECKING:
    from collections.abc import Callable

ALL = [
    LogisticSpending(-2.0, 1.4),
    NormalSpending(-1.0, 1.2),
    CauchySpending(-1.5, 1.1),
    StudentSpending(-1.0, 1.3, 4.0),
    BetaSpending(2.0, 3.0),
    ExponentialSpending(0.75),
    LinearSpending((0.4, 0.7), (0.1, 0.5)),
    SteppedSpending((0.4, 0.7), (0.1, 0.5)),
    UserSpending(lambda t: t**2),
    Trimmed(KimDeMets(1.0), 0.3, 0.9),
    Truncated(KimDeMets(1.0), 0.3, 0.9),
    Gapped(KimDeMets(1.0), 0.3, 0.9),
]


@pytest.mark.parametrize("family", ALL, ids=lambda f: type(f).__name__)
@given(alpha=st.floats(1e-6, 0.6), t=st.floats(0.0, 1.0), u=st.floats(0.0, 1.0))
def test_spends_from_nothing_to_all_and_never_falls(
    family: Spending, alpha: float, t: float, u: float
) -> None:
    low, high = sorted((t, u))
    spent = family.spent(np.array([0.0, low, high, 1.0, 1.7]), alpha)
    assert isinstance(family, Spending)
    assert spent[0] == 0.0
    assert (np.diff(spent) >= -1e-16).all()
    assert spent[3:] == pytest.approx([alpha, alpha], rel=ROUNDING)


T = np.array([0.05, 0.3, 0.5, 0.77, 0.95])


@pytest.mark.parametrize(
    ("family", "distribution"),
    [
        (LogisticSpending(-2.0, 1.4), stats.logistic()),
        (NormalSpending(-2.0, 1.4), stats.norm()),
        (CauchySpending(-2.0, 1.4), stats.cauchy()),
        (StudentSpending(-2.0, 1.4, 3.5), stats.t(3.5)),
    ],
    ids=["logistic", "normal", "cauchy", "student"],
)
def test_two_parameter_families_are_their_distributions(
    family: Spending, distribution: stats.distributions.rv_frozen
) -> None:
    want = 0.025 * distribution.cdf(-2.0 + 1.4 * distribution.ppf(T))
    assert family.spent(T, 0.025) == pytest.approx(want, rel=1e-9)


@pytest.mark.parametrize(
    "make",
    [
        LogisticSpending.through,
        NormalSpending.through,
        CauchySpending.through,
        lambda first, second: StudentSpending.through(first, second, df=5.0),
    ],
    ids=["logistic", "normal", "cauchy", "student"],
)
def test_two_points_are_met(make: Callable[..., Spending]) -> None:
    family = make((0.5, 0.1), (0.75, 0.4))
    assert family.spent(np.array([0.5, 0.75]), 0.05) == pytest.approx([0.005, 0.02], rel=1e-9)


def test_student_goes_from_cauchy_to_normal() -> None:
    assert StudentSpending(-1.0, 1.3, 1.0).spent(T, 0.025) == pytest.approx(
        CauchySpending(-1.0, 1.3).spent(T, 0.025), rel=1e-9
    )
    assert StudentSpending(-1.0, 1.3, 1e7).spent(T, 0.025) == pytest.approx(
        NormalSpending(-1.0, 1.3).spent(T, 0.025), rel=1e-5
    )


def test_beta_and_exponential_are_their_formulas() -> None:
    assert BetaSpending(2.0, 1.0).spent(T, 0.025) == pytest.approx(0.025 * T**2, rel=ROUNDING)
    want = [float(mpmath.mpf("0.025") ** (mpmath.mpf(t) ** mpmath.mpf("-0.8"))) for t in T]
    assert ExponentialSpending(0.8).spent(T, 0.025) == pytest.approx(want, rel=1e-11)


def test_exponential_at_three_quarters_is_near_obrien_fleming() -> None:
    late = np.array([0.6, 0.8])
    near = LanDeMetsOBrienFleming().spent(late, 0.025)
    assert ExponentialSpending(0.75).spent(late, 0.025) == pytest.approx(near, rel=0.25)


def test_points_and_pieces() -> None:
    t = np.array([0.2, 0.4, 0.55, 0.7, 0.85])
    assert LinearSpending((0.4, 0.7), (0.1, 0.5)).spent(t, 1.0) == pytest.approx([0.05, 0.1, 0.3, 0.5, 0.75])
    assert SteppedSpending((0.4, 0.7), (0.1, 0.5)).spent(t, 1.0) == pytest.approx([0.0, 0.1, 0.1, 0.5, 0.5])
    points = PointSpending((0.4, 0.7), (0.1, 0.5))
    assert points.spent(np.array([0.4, 0.7, 1.0]), 0.02) == pytest.approx([0.002, 0.01, 0.02])
    with pytest.raises(ArgumentError, match="LinearSpending"):
        points.spent(t, 0.02)


def test_holding_back_and_hurrying() -> None:
    t = np.array([0.2, 0.3, 0.6, 0.9, 0.95])
    own = HwangShihDeCani(-4.0)
    plain = own.spent(t, 0.05)
    assert Trimmed(own, 0.25, 0.9).spent(t, 0.05) == pytest.approx([0.0, plain[1], plain[2], 0.05, 0.05])
    assert Gapped(own, 0.3, 0.9).spent(t, 0.05) == pytest.approx(
        [plain[0], plain[1], plain[1], plain[3], plain[4]]
    )
    assert Truncated(own, 0.2, 0.95).spent(t, 0.05) == pytest.approx(
        own.spent(np.array([0.0, 0.1 / 0.75, 0.4 / 0.75, 0.7 / 0.75, 1.0]), 0.05)
    )


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: LogisticSpending(0.0, 0.0), "b must be above 0"),
        (lambda: NormalSpending.through((0.5, 0.2), (0.4, 0.3)), "must lie after"),
        (lambda: NormalSpending.through((0.5, 0.2), (0.7, 0.1)), "must lie after"),
        (lambda: CauchySpending.through((0.0, 0.2), (0.7, 0.3)), "strictly between"),
        (lambda: StudentSpending(0.0, 1.0, 0.0), "df"),
        (lambda: BetaSpending(0.0, 1.0), "a must be above 0"),
        (lambda: ExponentialSpending(-1.0), "nu"),
        (lambda: LinearSpending((0.5, 0.4), (0.1, 0.2)), "increase from point to point"),
        (lambda: LinearSpending((0.5, 1.0), (0.1, 0.9)), "end with 1"),
        (lambda: SteppedSpending((0.5,), (0.1, 0.2)), "one share for each"),
        (lambda: PointSpending((0.5, 0.7), (0.3, 0.2)), "rise from point to point"),
        (lambda: PointSpending((), ()), "must lie above 0"),
        (lambda: UserSpending(lambda t: 1.0 - t), "must rise from 0"),
        (lambda: UserSpending(lambda t: float(t[50])), "a number for each fraction"),
        (lambda: Trimmed(KimDeMets, 0.2), "spending function"),
        (lambda: Gapped(KimDeMets(1.0), 0.6, 0.5), "above first"),
        (lambda: Truncated(KimDeMets(1.0), -0.1, 0.5), "first"),
    ],
)
def test_refuses_in_words(make: Callable[[], object], text: str) -> None:
    with pytest.raises(ArgumentError, match=text):
        make()
