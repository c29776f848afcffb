"""Bounds, power and size by a statistic's moments at each look; proportions and means as its simplest cases."""

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

import tolerances
from equipoise.design import (
    At,
    GivenConditionalPower,
    GivenZ,
    HwangShihDeCani,
    LanDeMetsOBrienFleming,
    LanDeMetsPocock,
    group_sequential,
)
from equipoise.design.binary_endpoint import expected_proportion, expected_proportions
from equipoise.design.expected_statistic import ExpectedStatistic, correlation_of_estimates
from equipoise.design.mean_endpoint import expected_means
from equipoise.design.sequential_test import sequential_test
from equipoise.errors import ArgumentError, DesignError

OBF = LanDeMetsOBrienFleming()


def means(*patients: float) -> ExpectedStatistic:
    return expected_means(0.4, sd=1.0, patients=patients, better="higher")


def test_one_look_is_the_fixed_design() -> None:
    found = sequential_test(means(200.0), alpha=0.05, sides=2, efficacy=OBF)
    assert found.power == pytest.approx(ndtr(0.4 * np.sqrt(50.0) - ndtri(0.975)), abs=tolerances.ROUNDING)
    needed = sequential_test(means(200.0), alpha=0.05, sides=2, efficacy=OBF, power=0.9)
    assert needed.patients == pytest.approx(
        4.0 * (ndtri(0.975) + ndtri(0.9)) ** 2 / 0.16, rel=tolerances.ITERATION
    )


def test_a_constant_effect_is_the_group_sequential_design() -> None:
    t = (0.3, 0.6, 1.0)
    found = sequential_test(
        means(*(t_k * 100.0 for t_k in t)),
        alpha=0.025,
        efficacy=OBF,
        futility=HwangShihDeCani(gamma=-2),
        power=0.85,
    )
    expected = group_sequential(
        t, alpha=0.025, beta=0.15, sides=1, efficacy=OBF, futility=HwangShihDeCani(gamma=-2)
    )
    assert found.expected.mean[-1] == pytest.approx(expected.drift, abs=tolerances.ITERATION)
    assert found.futility_z is not None
    np.testing.assert_allclose(found.sequential.efficacy_z, expected.efficacy_z, atol=tolerances.ITERATION)
    np.testing.assert_allclose(found.futility_z, expected.futility_z, atol=tolerances.ITERATION)
    assert found.power == pytest.approx(0.85, abs=tolerances.ITERATION)


def test_power_with_the_size_solved_is_the_power_asked_for() -> None:
    for futility in (None, GivenZ(0.0), At(GivenZ(0.2), (2,)), LanDeMetsPocock()):
        sized = sequential_test(
            means(30, 70, 100), alpha=0.025, efficacy=OBF, futility=futility, beta=None, power=0.8
        )
        again = sequential_test(
            sized.expected,
            alpha=0.025,
            efficacy=OBF,
            futility=futility,
            beta=0.2 if futility is not None else None,
        )
        assert sized.power == pytest.approx(0.8, abs=tolerances.ITERATION)
        assert again.power == pytest.approx(0.8, abs=tolerances.ITERATION)
        assert again.factor == 1.0


def test_the_null_spends_alpha_whatever_the_effect() -> None:
    expected = expected_proportions(0.4, 0.2, patients=[60, 120], better="lower")
    found = sequential_test(expected, alpha=0.025, efficacy=OBF, futility=GivenZ(0.0))
    without = found.expected.moments.canonical(np.zeros(2), found.expected.information)
    assert without.crossing(found.sequential.efficacy_z).efficacy.sum() == pytest.approx(
        0.025, abs=tolerances.SUMMATION
    )
    assert found.crossing(null=True).efficacy.sum() < 0.025


def test_a_pooled_test_of_proportions_by_the_textbook_formula() -> None:
    """(z_a √(2 p q) + z_b √(p0 q0 + p1 q1))² / (p1 - p0)² patients an arm."""
    p0, p1 = 0.3, 0.45
    p = 0.5 * (p0 + p1)
    each = (
        1.959963984540054 * np.sqrt(2 * p * (1 - p))
        + 1.2815515655446004 * np.sqrt(p0 * (1 - p0) + p1 * (1 - p1))
    ) ** 2
    found = sequential_test(
        expected_proportions(p0, p1, patients=[100], better="higher"), alpha=0.025, efficacy=OBF, power=0.9
    )
    assert found.patients == pytest.approx(2.0 * each / (p1 - p0) ** 2, rel=tolerances.ITERATION)


def test_powers_of_proportions_agree_with_binomial_draws() -> None:
    """Difference and log ratio, pooled and unpooled, two looks, 2:1; large, as the formulas are for many patients."""
    rng, trials = np.random.default_rng(3), 200_000
    n0, n1, p0, p1 = np.array([4800, 9600]), np.array([9600, 19200]), 0.25, 0.2341
    x0 = np.cumsum(rng.binomial(np.diff(n0, prepend=0), p0, (trials, 2)), axis=1) / n0
    x1 = np.cumsum(rng.binomial(np.diff(n1, prepend=0), p1, (trials, 2)), axis=1) / n1
    together = (n0 * x0 + n1 * x1) / (n0 + n1)
    for measure in ("difference", "ratio"):
        for pooled in (True, False):
            expected = expected_proportions(
                p0, p1, patients=n0 + n1, better="lower", measure=measure, pooled=pooled, ratio=2.0
            )
            found = sequential_test(expected, alpha=0.025, efficacy=OBF)
            a, b = (together, together) if pooled else (x0, x1)
            if measure == "difference":
                z = (x0 - x1) / np.sqrt(a * (1 - a) / n0 + b * (1 - b) / n1)
            else:
                z = (np.log(x0) - np.log(x1)) / np.sqrt((1 - a) / (n0 * a) + (1 - b) / (n1 * b))
            crossed = (z > found.sequential.efficacy_z).any(axis=1).mean()
            assert found.power == pytest.approx(crossed, abs=tolerances.NORMAL_PROPORTIONS)


def test_one_proportion_by_the_textbook_formula() -> None:
    found = sequential_test(
        expected_proportion(0.2, 0.35, patients=[10], better="higher"), alpha=0.05, efficacy=OBF, power=0.8
    )
    n = ((ndtri(0.95) * 0.4 + ndtri(0.8) * np.sqrt(0.35 * 0.65)) / 0.15) ** 2
    assert found.patients == pytest.approx(n, rel=tolerances.ITERATION)


def test_the_side_of_benefit_turns_the_sign() -> None:
    lower = expected_means(-0.4, sd=(1.0, 2.0), patients=[50, 90], better="lower")
    higher = expected_means(0.4, sd=(1.0, 2.0), patients=[50, 90], better="higher")
    np.testing.assert_array_equal(lower.mean, higher.mean)
    harm = expected_means(0.4, sd=(1.0, 2.0), patients=[50, 90], better="lower")
    assert sequential_test(harm, alpha=0.025, efficacy=OBF).power < 0.001


def test_a_frame_has_a_row_a_look() -> None:
    table = sequential_test(means(50, 100), alpha=0.025, efficacy=OBF, futility=GivenZ(0.0)).to_frame()
    assert table["look"].to_list() == [1, 2]
    assert table["efficacy_assumed"].sum() + table["futility_assumed"].sum() == pytest.approx(1.0)
    assert sequential_test(means(50), alpha=0.025, efficacy=OBF).to_frame()["futility_z"].to_list() == [None]


def test_no_benefit_has_no_size() -> None:
    harm = expected_means(-0.1, sd=1.0, patients=[100], better="higher")
    with pytest.raises(DesignError, match="a power needs a benefit"):
        sequential_test(harm, alpha=0.025, efficacy=OBF, power=0.9)


def test_futility_on_a_scale_of_one_effect_is_refused() -> None:
    with pytest.raises(DesignError, match="no scale where the effect differs"):
        sequential_test(means(50, 100), alpha=0.025, efficacy=OBF, futility=GivenConditionalPower(0.2))


def test_beta_without_futility_is_refused() -> None:
    with pytest.raises(ArgumentError, match="is what futility spends"):
        sequential_test(means(50, 100), alpha=0.025, efficacy=OBF, beta=0.1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: expected_proportions(0.0, 0.5, patients=[10], better="lower"), "control must lie strictly"),
        (lambda: expected_proportions(0.2, 0.5, patients=[10], better="up"), "better must be one of"),
        (lambda: expected_proportions(0.2, 0.5, patients=[], better="lower"), "one a look"),
        (lambda: expected_proportions(0.2, 0.5, patients=[20, 10], better="lower"), "must increase"),
        (lambda: expected_means(0.2, sd=0.0, patients=[20], better="lower"), "sd must be above 0"),
        (lambda: expected_means(0.2, sd=1.0, patients=[0.0, 5.0], better="lower"), "numbers above 0"),
    ],
)
def test_wrong_arguments_are_named(call: object, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        call()  # type: ignore[operator]


def test_estimates_that_do_not_grow_surer_are_refused() -> None:
    with pytest.raises(DesignError, match="look 3 says no more"):
        correlation_of_estimates(np.array([3.0, 2.0, 2.0]))
