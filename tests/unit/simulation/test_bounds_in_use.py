"""Bounds by the events observed: the design's own where all goes as planned, recomputed where it does not."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.design import (
    At,
    FutilityP,
    HwangShihDeCani,
    KimDeMets,
    LanDeMetsOBrienFleming,
    bounds_at,
    efficacy_boundary_at,
    group_sequential,
)
from equipoise.errors import DesignError
from equipoise.simulation import canonical_exit_rates
from equipoise.simulation.bounds_in_use import BoundsInUse
from tolerances import QUADRATURE

PLANNED = np.array([40, 60, 80])


def _design(**changed: object) -> object:
    rules = {
        "alpha": 0.025,
        "beta": 0.2,
        "sides": 1,
        "efficacy": LanDeMetsOBrienFleming(),
        "futility": HwangShihDeCani(gamma=-4.0),
    }
    return group_sequential(PLANNED / 80, **(rules | changed))


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"futility": None},
        {"binding": True},
        {"efficacy": At(KimDeMets(rho=2.0), (2, 3)), "futility": At(FutilityP(0.5), (1,))},
        {"sides": 2, "futility": None},
        {"sides": 2, "inner": False},
    ],
)
def test_events_as_planned_give_the_design_s_own_bounds(changed: dict[str, object]) -> None:
    design = _design(**changed)
    found = BoundsInUse(design, 80).of(np.tile(PLANNED, (3, 1)))
    for i in range(3):
        assert found.efficacy[i] == pytest.approx(design.efficacy_z, abs=QUADRATURE)
        if design.futility_z is not None:
            assert found.futility[i] == pytest.approx(design.futility_z, abs=QUADRATURE)
        if design.harm_z is not None:
            assert found.harm[i] == pytest.approx(design.harm_z, abs=QUADRATURE)
    if design.futility_z is None:
        assert np.isneginf(found.futility).all()


def test_other_events_are_read_as_a_statistician_would_at_each_look() -> None:
    design, events = _design(), [41, 60, 83]
    found = BoundsInUse(design, 80).of(np.array([events]))
    first = bounds_at(design, [41.0], planned=80)
    second = bounds_at(design, [41.0, 60.0], planned=80, previous=first)
    third = bounds_at(design, [41.0, 60.0, 83.0], planned=80, previous=second, final=True)
    by_hand = [b.efficacy_z[-1] for b in (first, second, third)]
    assert found.efficacy[0].tolist() == by_hand
    assert found.futility[0].tolist() == [b.futility_z[-1] for b in (first, second, third)]
    assert by_hand[0] < design.efficacy_z[0]


def test_the_last_look_spends_all_that_is_left_however_few_events_there_are() -> None:
    design = _design(futility=None)
    found = BoundsInUse(design, 80).of(np.array([[40, 60, 70]]))
    bounds = efficacy_boundary_at(
        [40.0, 60.0, 70.0], planned=80, spending=LanDeMetsOBrienFleming(), alpha=0.025, sides=1, final=True
    )
    assert bounds.alpha_spent[-1] == pytest.approx(0.025, abs=QUADRATURE)
    assert found.efficacy[0] == pytest.approx(bounds.efficacy_z, abs=QUADRATURE)


def test_a_look_that_tells_nothing_new_has_no_bound_and_spends_nothing() -> None:
    """The third look is then read as the second of two: 40 events and 80, all of alpha spent."""
    design = _design(efficacy=LanDeMetsOBrienFleming())
    two = efficacy_boundary_at(
        [40.0, 80.0], planned=80, spending=LanDeMetsOBrienFleming(), alpha=0.025, sides=1, final=True
    )
    for idle in (40, 0, -1):
        efficacy, futility, harm = BoundsInUse(design, 80).of(np.array([[40, idle, 80]]))
        assert np.isposinf(efficacy[0, 1])
        assert np.isneginf([futility[0, 1], futility[0, 2], *harm[0]]).all()
        assert efficacy[0, [0, 2]] == pytest.approx(two.efficacy_z, abs=QUADRATURE)


def test_no_event_at_all_leaves_no_bound() -> None:
    efficacy, futility, harm = BoundsInUse(_design(), 80).of(np.array([[0, -1, 0]]))
    assert np.isposinf(efficacy).all()
    assert np.isneginf(futility).all()
    assert np.isneginf(harm).all()


def test_after_a_gap_a_look_that_is_not_read_for_efficacy_stays_unread() -> None:
    design = _design(efficacy=At(LanDeMetsOBrienFleming(), (3,)), futility=None)
    efficacy, _, _ = BoundsInUse(design, 80).of(np.array([[-1, 60, 80]]))
    assert np.isposinf(efficacy[0, :2]).all()
    assert efficacy[0, 2] == pytest.approx(1.959963984540054, abs=QUADRATURE)


def test_after_a_gap_a_two_sided_test_keeps_its_mirrored_harm_bound() -> None:
    efficacy, _, harm = BoundsInUse(_design(sides=2, futility=None), 80).of(np.array([[-1, 60, 80]]))
    assert harm[0, 1:].tolist() == (-efficacy[0, 1:]).tolist()


def test_each_course_of_events_is_solved_once() -> None:
    bounds = BoundsInUse(_design(), 80)
    bounds.of(np.array([[40, 60, 80], [40, 61, 80], [40, 60, 80]]))
    known = dict(bounds._known)
    assert set(known) == {(40,), (40, 60), (40, 61), (40, 60, 80), (40, 61, 80)}
    bounds.of(np.array([[40, 61, 80]]))
    assert all(bounds._known[k] is v for k, v in known.items())


def test_futility_on_the_size_of_z_is_refused_by_bounds_and_by_normal_draws() -> None:
    design = _design(sides=2, inner=True)
    with pytest.raises(DesignError, match=r"futility bound on \|z\|"):
        BoundsInUse(design, 80)
    with pytest.raises(DesignError, match=r"futility bound on \|z\|"):
        canonical_exit_rates(design, trials=10, seed=1)
