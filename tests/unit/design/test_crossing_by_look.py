"""Exits under a mean, spread and correlation of each look's own."""

import numpy as np
import pytest

import tolerances
from equipoise.design import GroupSequentialDesign, HwangShihDeCani, LanDeMetsOBrienFleming, group_sequential
from equipoise.design.crossing_by_look import LookMoments
from equipoise.design.look_rules import given_bounds, look_rule
from equipoise.errors import DesignError

FRACTION = np.array([0.3, 0.65, 1.0])


@pytest.fixture
def design() -> GroupSequentialDesign:
    return group_sequential(
        FRACTION,
        alpha=0.025,
        beta=0.1,
        sides=1,
        efficacy=LanDeMetsOBrienFleming(),
        futility=HwangShihDeCani(gamma=-2),
    )


def test_a_constant_drift_is_the_canonical_design(design: GroupSequentialDesign) -> None:
    moments = LookMoments.canonical(design.drift * np.sqrt(FRACTION), FRACTION)
    found = moments.crossing(design.efficacy_z, design.futility_z)
    expected = design.crossing(design.drift)
    np.testing.assert_allclose(found.efficacy, expected.efficacy, atol=tolerances.QUADRATURE)
    np.testing.assert_allclose(found.futility, expected.futility, atol=tolerances.QUADRATURE)


def test_futility_that_spends_beta_is_the_canonical_design(design: GroupSequentialDesign) -> None:
    moments = LookMoments.canonical(design.drift * np.sqrt(FRACTION), FRACTION)
    rule = look_rule("futility", HwangShihDeCani(gamma=-2), FRACTION, 0.1, 3)
    found = moments.futility(design.efficacy_z, rule, None)
    np.testing.assert_allclose(found, design.futility_z, atol=tolerances.QUADRATURE)


def test_given_futility_is_left_where_it_is(design: GroupSequentialDesign) -> None:
    moments = LookMoments.canonical(np.array([0.2, 1.5, 2.9]), FRACTION)
    found = moments.futility(design.efficacy_z, given_bounds((-1.0, 0.5, 0.0)), None)
    np.testing.assert_allclose(found, [-1.0, 0.5, design.efficacy_z[-1]], atol=tolerances.ROUNDING)


def test_moments_of_any_shape_agree_with_drawn_normals(design: GroupSequentialDesign) -> None:
    """A late effect: no mean at look 1, and spreads other than 1."""
    mean, sd, correlation = np.array([0.0, 1.1, 2.6]), np.array([1.0, 0.97, 0.9]), np.array([0.5, 0.85])
    rng = np.random.default_rng(20)
    z = np.empty((1_000_000, 3))
    z[:, 0] = rng.standard_normal(len(z))
    for k, r in enumerate(correlation.tolist()):
        z[:, k + 1] = r * z[:, k] + np.sqrt(1.0 - r * r) * rng.standard_normal(len(z))
    z = mean + sd * z
    low, high = np.array([-0.3, 0.4]), design.efficacy_z
    going, expected = np.ones(len(z), dtype=bool), []
    for k in range(3):
        expected.append(np.mean(going & (z[:, k] >= high[k])))
        going &= (z[:, k] < high[k]) & (z[:, k] >= (low[k] if k < 2 else -np.inf))
    found = LookMoments(mean, sd, correlation).crossing(high, [*low, high[-1]])
    # Three standard errors of a share of 10^6 draws.
    np.testing.assert_allclose(found.efficacy, expected, atol=3.0 * 0.5 / np.sqrt(len(z)))
    assert found.efficacy.sum() + found.futility.sum() == pytest.approx(1.0, abs=tolerances.QUADRATURE)


def test_two_sides_are_mirrored(design: GroupSequentialDesign) -> None:
    mean = np.array([0.4, 1.1, 2.0])
    high = design.efficacy_z
    up = LookMoments.canonical(mean, FRACTION).crossing(high, None, -high)
    down = LookMoments.canonical(-mean, FRACTION).crossing(high, None, -high)
    np.testing.assert_allclose(up.efficacy, down.harm, atol=tolerances.QUADRATURE)


def test_more_patients_scale_the_means_by_their_root() -> None:
    moments = LookMoments.canonical(np.array([1.0, 2.0]), np.array([0.5, 1.0])).scaled(4.0)
    np.testing.assert_allclose(moments.mean, [2.0, 4.0])


def test_looks_that_say_the_same_are_refused() -> None:
    with pytest.raises(DesignError, match="Are two looks one"):
        LookMoments(np.zeros(2), np.ones(2), np.array([1.0]))
