"""Bounds at the information observed: alpha is spent once, whatever the information turns out to be."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.design import (
    At,
    Capped,
    FutilityP,
    GivenZ,
    HwangShihDeCani,
    KimDeMets,
    LanDeMetsOBrienFleming,
    LanDeMetsPocock,
    bounds_at,
    efficacy_boundary_at,
    group_sequential,
)
from equipoise.errors import ArgumentError
from tolerances import QUADRATURE

OF = LanDeMetsOBrienFleming()


def at(information: list[float], planned: float = 100.0, **changed: object):  # noqa: ANN201 - InterimBounds
    rest = {"spending": OF, "alpha": 0.025, "sides": 1} | changed
    return efficacy_boundary_at(information, planned=planned, **rest)


@pytest.mark.parametrize(
    ("information", "p"), [((0.2, 0.4, 30 / 41), 0.0861), ((0.25, 0.5, 30 / 41), 0.0818)]
)
def test_the_third_look_of_a_cooperative_group_trial(information: tuple[float, ...], p: float) -> None:
    """One-sided 0.18 spent as alpha t^2."""
    third = at(list(information), planned=1.0, spending=KimDeMets(2.0), alpha=0.18)
    assert third.nominal_p[-1] == pytest.approx(p, abs=5e-5)
    assert third.alpha_spent[-1] == pytest.approx(0.18 * (30 / 41) ** 2, abs=QUADRATURE)


@pytest.mark.parametrize("sides", [1, 2])
def test_looks_held_as_planned_give_the_planned_bounds(sides: int) -> None:
    design = group_sequential((0.5, 0.75, 1.0), alpha=0.05, beta=0.1, sides=sides, efficacy=OF)
    held = at([50, 75, 100], alpha=0.05, sides=sides)
    assert held.efficacy_z == pytest.approx(design.efficacy_z, abs=1e-12)
    assert held.alpha_spent == pytest.approx(design.alpha_spent, abs=1e-12)


@pytest.mark.parametrize("last", [99.0, 130.0])
def test_the_end_spends_what_is_left(last: float) -> None:
    end = at([43, 80, last], previous=[3.1, 2.2], final=True)
    assert end.efficacy_z[:2].tolist() == [3.1, 2.2]
    assert end.alpha_spent[-1] == pytest.approx(0.025, abs=QUADRATURE)


def test_an_overrun_is_an_end() -> None:
    assert at([50, 112]).alpha_spent[-1] == pytest.approx(0.025, abs=QUADRATURE)
    assert at([50, 112]).efficacy_z[-1] == at([50, 112], final=True).efficacy_z[-1]


def test_a_look_skipped_before_has_spent_nothing() -> None:
    assert at([50, 75], previous=[math.inf]).alpha_spent.tolist() == pytest.approx(
        [0.0, OF.spent(np.array([0.75]), 0.025)[0]], abs=QUADRATURE
    )


def test_no_bound_where_more_was_spent_than_may_be() -> None:
    generous = at([50, 75], previous=[1.9])
    assert generous.efficacy_z[-1] == math.inf
    assert at([50, 75], previous=[1.9], spending=Capped(OF, 3.3)).efficacy_z[-1] == math.inf


def test_a_cap_holds_as_long_as_alpha_is_left() -> None:
    capped = at([50, 75], previous=[2.2], spending=Capped(OF, 2.6))
    assert capped.efficacy_z[-1] == 2.6
    assert capped.alpha_spent[-1] < 0.025
    end = at([50, 75, 100], previous=[2.2, 2.6], spending=Capped(OF, 2.0))
    assert end.alpha_spent[-1] == pytest.approx(0.025, abs=QUADRATURE)
    assert end.efficacy_z[-1] > 2.0


def test_spending_time_apart_from_information() -> None:
    calendar = at([30, 70], spending_fraction=[0.5, 1.0], spending=KimDeMets(1.0))
    assert calendar.alpha_spent == pytest.approx([0.0125, 0.025], abs=QUADRATURE)


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(st.floats(2.0, 60.0), min_size=1, max_size=7), sides=st.sampled_from([1, 2]))
def test_alpha_is_exact_whatever_is_observed(steps: list[float], sides: int) -> None:
    information = np.cumsum(steps)
    used: list[float] = []
    for k in range(len(steps)):
        now = at(information[: k + 1].tolist(), previous=used, sides=sides, final=k + 1 == len(steps))
        used.append(float(now.efficacy_z[-1]))
    assert now.alpha_spent[-1] == pytest.approx(0.025, abs=QUADRATURE)


DESIGNS = {
    "not binding": {"futility": HwangShihDeCani(-4.0)},
    "binding": {"futility": HwangShihDeCani(-4.0), "binding": True},
    "by p": {"futility": FutilityP((0.6, 0.5, 1.0))},
    "harm": {"harm": At(LanDeMetsPocock(), (1, 2)), "harm_alpha": 0.05, "futility": GivenZ(-0.5)},
    "two-sided": {"sides": 2, "alpha": 0.05, "futility": KimDeMets(2.0), "harm": LanDeMetsPocock()},
    "off at a look": {"efficacy": At(OF, (2, 3)), "futility": HwangShihDeCani(-4.0)},
}


@pytest.mark.parametrize("rules", DESIGNS.values(), ids=DESIGNS.keys())
def test_a_design_held_as_planned_keeps_all_its_bounds(rules: dict[str, object]) -> None:
    d = group_sequential(
        (0.4, 0.7, 1.0), **({"alpha": 0.025, "beta": 0.1, "sides": 1, "efficacy": OF} | rules)
    )
    information, previous = [80.0, 140.0, 200.0], None
    for k in range(3):
        previous = now = bounds_at(d, information[: k + 1], planned=200.0, previous=previous)
    assert now.efficacy_z == pytest.approx(d.efficacy_z, abs=1e-9)
    assert now.futility_z == pytest.approx(d.futility_z, abs=1e-9)
    if d.harm_z is not None:
        assert now.harm_z == pytest.approx(d.harm_z, abs=1e-9)
    assert now.alpha_spent == pytest.approx(d.alpha_spent, abs=1e-9)
    assert now.to_frame().height == 3


def test_futility_at_other_information_spends_beta_there() -> None:
    d = group_sequential(
        (0.5, 0.75, 1.0), alpha=0.025, beta=0.1, sides=1, efficacy=OF, futility=HwangShihDeCani(-4.0)
    )
    now = bounds_at(d, [110.0], planned=200.0)
    spent = HwangShihDeCani(-4.0).spent(np.array([0.55]), 0.1)[0]
    assert now.futility_z is not None
    assert 0.5 * math.erfc(-(now.futility_z[0] - d.drift * math.sqrt(0.55)) / math.sqrt(2)) == pytest.approx(
        spent, rel=1e-9
    )


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: at([50, 40]), "cumulative events"),
        (lambda: at([0, 40]), "above 0"),
        (lambda: at([50], planned=0.0), "planned"),
        (lambda: at([50, 75], previous=[2.0, 2.0]), "1 bounds used before"),
        (lambda: at([50], sides=3), "sides"),
        (lambda: at([50, 50.0001]), "as one"),
        (lambda: at([50], spending_fraction=[0.1, 0.2]), "spending_fraction"),
        (lambda: at([50], spending=LanDeMetsOBrienFleming), "brackets"),
    ],
)
def test_refuses_in_words(call, text: str) -> None:  # noqa: ANN001 - a call to be made
    with pytest.raises(ArgumentError, match=text):
        call()
