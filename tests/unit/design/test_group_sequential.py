"""Group-sequential designs: bounds, errors spent, drift, and the identities that they must keep."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

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
    group_sequential,
)
from tolerances import QUADRATURE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise._check import FloatArray
    from equipoise.design import GroupSequentialDesign

OF, POCOCK = LanDeMetsOBrienFleming(), LanDeMetsPocock()
THIRDS = (0.5, 0.75, 1.0)


def design(t: Sequence[float] | FloatArray = THIRDS, **changed: Any) -> GroupSequentialDesign:
    return group_sequential(t, **{"alpha": 0.025, "beta": 0.1, "sides": 1, "efficacy": OF} | changed)


def test_the_reference_bounds() -> None:
    assert design().efficacy_z == pytest.approx([2.96258804, 2.35901771, 2.01408368], abs=1e-7)


def test_the_first_look_at_a_tenth_is_exact_in_the_tail() -> None:
    assert design((0.1, 1.0)).efficacy_z[0] == pytest.approx(6.99135170708, abs=1e-9)


@pytest.mark.parametrize(
    ("alpha", "beta", "sides", "z"), [(0.025, 0.1, 1, 1.959963984540054), (0.05, 0.2, 2, 1.959963984540054)]
)
def test_one_look_is_the_fixed_design(alpha: float, beta: float, sides: int, z: float) -> None:
    fixed = design((1.0,), alpha=alpha, beta=beta, sides=sides)
    assert fixed.efficacy_z[0] == pytest.approx(z, abs=1e-12)
    assert fixed.inflation == pytest.approx(1.0, abs=1e-11)
    assert fixed.power(fixed.drift) == pytest.approx(1 - beta, abs=1e-12)


SHAPES = {
    "efficacy alone": {},
    "futility not binding": {"futility": HwangShihDeCani(-4.0)},
    "futility binding": {"futility": HwangShihDeCani(-4.0), "binding": True},
    "futility by p": {"futility": FutilityP(0.5)},
    "futility by p, binding": {"futility": FutilityP((0.7, 0.5, 1.0)), "binding": True},
    "harm": {"harm": POCOCK, "harm_alpha": 0.1},
    "harm and futility": {"harm": POCOCK, "harm_alpha": 0.01, "futility": HwangShihDeCani(-2.0)},
    "harm and futility, binding": {
        "harm": POCOCK,
        "harm_alpha": 0.01,
        "futility": HwangShihDeCani(-2.0),
        "binding": True,
    },
    "two-sided": {"sides": 2, "alpha": 0.05},
    "two-sided, asymmetric": {"sides": 2, "alpha": 0.05, "harm": POCOCK},
    "two-sided, inner futility": {"sides": 2, "alpha": 0.05, "futility": KimDeMets(2.0)},
    "two-sided, inner futility, binding": {
        "sides": 2,
        "alpha": 0.05,
        "futility": At(KimDeMets(2.0), (2, 3)),
        "binding": True,
    },
    "two-sided, futility on z": {"sides": 2, "alpha": 0.05, "futility": KimDeMets(2.0), "inner": False},
    "two-sided, futility by p": {"sides": 2, "alpha": 0.05, "futility": FutilityP(0.5)},
    "two-sided, inner futility by z": {"sides": 2, "alpha": 0.05, "futility": GivenZ(0.3), "inner": True},
    "two-sided, inner futility that meets the harm bound": {
        "sides": 2,
        "alpha": 0.4,
        "beta": 0.3,
        "efficacy": KimDeMets(6.0),
        "harm": KimDeMets(0.2),
        "futility": KimDeMets(0.3),
    },
    "efficacy off at a look": {"efficacy": At(OF, (1, 3))},
    "futility only": {"efficacy": At(OF, (3,)), "futility": POCOCK},
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_every_shape_keeps_alpha_power_and_the_sum_of_exits(shape: dict[str, Any]) -> None:
    d = design(**shape)
    assert d.alpha_spent[-1] == pytest.approx(d.alpha, abs=QUADRATURE)
    assert d.power(d.drift) == pytest.approx(1.0 - d.beta, abs=QUADRATURE)
    assert d.beta_spent[-1] == pytest.approx(d.beta, abs=QUADRATURE)
    drifts = np.array([-3.0, 0.0, 1.5, d.drift, 6.0])
    many = d.crossing(drifts)
    assert many.stop.sum(axis=-1) == pytest.approx(np.ones(5), abs=QUADRATURE)
    for i, drift in enumerate(drifts):
        one = d.crossing(float(drift))
        assert many.efficacy[i] == pytest.approx(one.efficacy, abs=QUADRATURE)
        assert many.futility[i] == pytest.approx(one.futility, abs=QUADRATURE)
        assert many.harm[i] == pytest.approx(one.harm, abs=QUADRATURE)
    assert (np.diff(d.power(drifts)) > 0.0).all()
    assert repr(d).startswith("Group-sequential design: 3 looks")
    assert d.to_frame().height == 3


def test_errors_are_spent_as_the_functions_say() -> None:
    t = np.arange(1, 6) / 5
    d = design(t, efficacy=KimDeMets(2.0), futility=KimDeMets(3.0))
    assert d.alpha_spent == pytest.approx(0.025 * t**2, abs=QUADRATURE)
    assert d.beta_spent == pytest.approx(0.1 * t**3, abs=QUADRATURE)


def test_fifty_looks_spend_to_twelve_digits() -> None:
    t = np.arange(1, 51) / 50
    d = design(t)
    want = OF.spent(t, 0.025)
    assert d.alpha_spent == pytest.approx(want, abs=1e-12)
    seen = want > 1e-15
    assert d.alpha_spent[seen] == pytest.approx(want[seen], rel=1e-8)


def test_binding_futility_lowers_the_last_bound_and_other_futility_leaves_it() -> None:
    alone, free, bound = (design(**SHAPES[s]) for s in list(SHAPES)[:3])
    assert free.efficacy_z.tolist() == alone.efficacy_z.tolist()
    assert bound.efficacy_z[-1] < alone.efficacy_z[-1]
    assert bound.crossing(0.0).efficacy.sum() == pytest.approx(0.025, abs=QUADRATURE)
    assert free.crossing(0.0).efficacy.sum() < 0.025
    assert free.crossing(0.0, futility=False).efficacy.sum() == pytest.approx(0.025, abs=QUADRATURE)


def test_harm_does_not_count_on_futility() -> None:
    """Binding futility removes paths; the harm bound must not rise into benefit to make up for them."""
    free = design(harm=POCOCK, harm_alpha=0.1, futility=KimDeMets(0.5))
    bound = design(harm=POCOCK, harm_alpha=0.1, futility=KimDeMets(0.5), binding=True)
    assert bound.harm_z.tolist() == free.harm_z.tolist()
    assert (free.harm_z < 0.0).all()
    alone = free.crossing(0.0, futility=False)
    assert alone.harm.sum() == pytest.approx(0.1, abs=QUADRATURE)


def test_two_sided_futility_on_z_stops_the_trial_without_benefit() -> None:
    """A one-sided p above 0.5 is z below 0, however large |z| is short of the harm bound."""
    d = design(alpha=0.05, sides=2, futility=FutilityP(0.5))
    null = d.crossing(0.0)
    assert not d.inner
    assert d.futility_z is not None
    assert d.futility_z[:2].tolist() == [0.0, 0.0]
    assert null.futility[0] + null.harm[0] == pytest.approx(0.5, abs=1e-12)
    kept = design(alpha=0.05, sides=2, futility=FutilityP(0.5), binding=True)
    assert kept.crossing(0.0).efficacy.sum() == pytest.approx(0.025, abs=QUADRATURE)
    assert kept.alpha_spent[-1] < 0.05
    inner = design(alpha=0.05, sides=2, futility=GivenZ(0.3), inner=True).crossing(0.0)
    assert inner.futility[0] == pytest.approx(math.erf(0.3 / math.sqrt(2.0)), abs=1e-12)


def test_two_sides_are_symmetric() -> None:
    d = design(alpha=0.05, sides=2)
    assert d.harm_z.tolist() == (-d.efficacy_z).tolist()
    assert d.crossing(1.7).efficacy == pytest.approx(d.crossing(-1.7).harm, abs=QUADRATURE)
    assert d.nominal_p[0] == pytest.approx(2 * design(alpha=0.025).nominal_p[0], rel=1e-9)


def test_a_capped_bound_spends_more_early_and_the_rest_later() -> None:
    capped, plain = design(efficacy=Capped(OF, 2.6)), design()
    assert capped.efficacy_z[0] == 2.6
    assert capped.alpha_spent[0] > plain.alpha_spent[0]
    assert capped.alpha_spent[-1] == pytest.approx(0.025, abs=QUADRATURE)
    assert capped.alpha_spent[1] == pytest.approx(plain.alpha_spent[1], abs=QUADRATURE)
    assert plain.efficacy_z[-1] < capped.efficacy_z[-1] < 2.6


def test_given_bounds_are_taken_as_given() -> None:
    plain = design()
    again = design(efficacy=GivenZ(tuple(plain.efficacy_z)))
    assert again.alpha_spent == pytest.approx(plain.alpha_spent, abs=QUADRATURE)
    assert again.drift == pytest.approx(plain.drift, abs=1e-10)


def test_a_look_switched_off_has_no_bound_and_spends_nothing() -> None:
    d = design(efficacy=At(OF, (1, 3)))
    assert d.efficacy_z[1] == math.inf
    assert d.alpha_spent[1] == d.alpha_spent[0]


def test_spending_by_another_clock() -> None:
    calendar = design(spending_fraction=(0.4, 0.8, 1.0), efficacy=KimDeMets(1.0))
    assert calendar.alpha_spent == pytest.approx([0.01, 0.02, 0.025], abs=QUADRATURE)


@settings(max_examples=40, deadline=None)
@given(
    steps=st.lists(st.floats(0.02, 1.0), min_size=1, max_size=8),
    alpha=st.floats(1e-4, 0.2),
    more=st.floats(1.01, 2.0),
    rho=st.floats(0.5, 6.0),
)
def test_more_alpha_lowers_the_first_bound_and_the_power_needs_less_drift(
    steps: list[float], alpha: float, more: float, rho: float
) -> None:
    t = np.cumsum(steps) / np.sum(steps)
    t[-1] = 1.0
    less = design(t, alpha=alpha, beta=0.2, efficacy=KimDeMets(rho))
    larger = design(t, alpha=min(alpha * more, 0.5), beta=0.2, efficacy=KimDeMets(rho))
    assert larger.efficacy_z[0] < less.efficacy_z[0]
    assert larger.drift < less.drift
    assert less.alpha_spent[-1] == pytest.approx(alpha, abs=QUADRATURE)


def test_the_bounds_of_a_design_cannot_be_written_over() -> None:
    d = design()
    with pytest.raises(ValueError, match="read-only"):
        d.efficacy_z[0] = 0.0


def test_a_notebook_shows_the_table_that_the_print_shows() -> None:
    d = group_sequential(
        (0.5, 1.0), alpha=0.05, beta=0.1, sides=2, efficacy=LanDeMetsPocock(), harm=LanDeMetsPocock()
    )
    page, text = d._repr_html_(), repr(d)
    assert page.count("<tr>") == 3
    assert "harm: LanDeMetsPocock()" in page
    for cell in text.splitlines()[-1].split()[1:]:
        assert f"<td>{cell}</td>" in page
    one = group_sequential((1.0,), alpha=0.05, beta=0.1, sides=1, efficacy=LanDeMetsPocock())
    assert "1 look, one-sided" in repr(one)
    assert "futility" not in one._repr_html_()
