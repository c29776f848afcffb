"""Classical shapes: what each says of its bounds, interim looks, and what is refused."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy.special import ndtri

from equipoise.design import (
    At,
    HaybittlePeto,
    KimDeMets,
    LanDeMetsOBrienFleming,
    OBrienFleming,
    Pocock,
    Triangular,
    UnifiedFamily,
    WangTsiatis,
    bounds_at,
    efficacy_boundary_at,
    group_sequential,
    interim_look,
    repeated_interval,
)
from equipoise.errors import ArgumentError, DesignError
from tolerances import QUADRATURE

if TYPE_CHECKING:
    from collections.abc import Callable

    from equipoise.design import GroupSequentialDesign

T = np.array([0.3, 0.6, 1.0])


def design(**changed: Any) -> GroupSequentialDesign:
    return group_sequential(T, **{"alpha": 0.025, "beta": 0.1, "sides": 1} | changed)


SHAPES = {
    "unified": {"efficacy": UnifiedFamily(0.8, 1.5, 0.6)},
    "triangle": {"efficacy": Triangular(), "futility": Triangular(), "binding": True},
    "triangle, not binding": {"efficacy": Triangular(), "futility": Triangular()},
    "spent futility": {"efficacy": WangTsiatis(0.1), "futility": KimDeMets(2.0), "binding": True},
    "spent efficacy": {"efficacy": KimDeMets(2.0), "futility": WangTsiatis(0.2), "binding": True},
    "wedge": {
        "efficacy": Pocock(),
        "futility": WangTsiatis(0.2),
        "alpha": 0.05,
        "sides": 2,
        "binding": True,
    },
    "harm": {"efficacy": OBrienFleming(), "harm": KimDeMets(2.0), "harm_alpha": 0.05},
    "two harms": {"efficacy": Pocock(), "harm": KimDeMets(2.0), "alpha": 0.05, "sides": 2},
    "one look off": {"efficacy": At(OBrienFleming(), (1, 3))},
    "Haybittle-Peto": {"efficacy": HaybittlePeto(3.29), "futility": KimDeMets(1.0), "binding": True},
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_every_shape_keeps_alpha_and_power(shape: dict[str, Any]) -> None:
    d = design(**shape)
    assert d.alpha_spent[-1] == pytest.approx(d.alpha, abs=QUADRATURE)
    assert d.power(d.drift) == pytest.approx(0.9, abs=QUADRATURE)
    if d.futility_z is not None:
        assert d.futility_z[-1] == d.efficacy_z[-1]
    assert repr(d).startswith("Group-sequential design")


def test_bounds_have_the_shape_that_the_name_says() -> None:
    assert np.ptp(design(efficacy=Pocock()).efficacy_z) == 0.0
    of = design(efficacy=OBrienFleming())
    assert of.efficacy_z * np.sqrt(T) == pytest.approx(np.full(3, of.efficacy_z[-1]), abs=1e-14)
    triangle = design(**SHAPES["triangle"])
    for bound in (triangle.efficacy_z, triangle.futility_z):
        assert bound is not None
        score = bound * np.sqrt(T)
        assert (score[1] - score[0]) / 0.3 == pytest.approx((score[2] - score[1]) / 0.4, abs=1e-12)


def test_the_unified_family_holds_the_others() -> None:
    for one, other in (
        (UnifiedFamily(1.0), OBrienFleming()),
        (UnifiedFamily(0.5), Pocock()),
        (UnifiedFamily(0.75), WangTsiatis(0.25)),
        (UnifiedFamily(1.0, 0.0, 1.0), Triangular()),
    ):
        assert design(efficacy=one).efficacy_z == pytest.approx(design(efficacy=other).efficacy_z, abs=1e-12)


def test_the_exact_triangle_is_near_whiteheads_christmas_tree() -> None:
    """S = a +- lambda t less 0.583 sqrt(increment), symmetric at alpha = beta, many looks."""
    t = np.arange(1, 21) / 20
    d = group_sequential(
        t, alpha=0.025, beta=0.025, sides=1, efficacy=Triangular(), futility=Triangular(), binding=True
    )
    delta = d.drift
    a, slope = 2.0 * math.log(1.0 / 0.05) / delta, delta / 4.0
    score = a + slope * t - 0.583 * math.sqrt(0.05)
    assert d.efficacy_z[:-1] * np.sqrt(t[:-1]) == pytest.approx(score[:-1], abs=0.05)


def test_haybittle_peto_unadjusted_ends_as_a_fixed_design() -> None:
    d = design(efficacy=HaybittlePeto(3.0, adjusted=False))
    assert d.efficacy_z == pytest.approx([3.0, 3.0, -ndtri(0.025)], abs=1e-12)
    assert 0.025 < d.alpha_spent[-1] < 0.0265
    last = bounds_at(d, [30, 60, 90], planned=100, final=True)
    assert last.efficacy_z[-1] == pytest.approx(-ndtri(0.025), abs=1e-12)
    adjusted = bounds_at(design(efficacy=HaybittlePeto(3.0)), [30, 60, 90], planned=100, final=True)
    assert adjusted.efficacy_z[:2].tolist() == [3.0, 3.0]
    assert adjusted.alpha_spent[-1] == pytest.approx(0.025, abs=QUADRATURE)
    early = efficacy_boundary_at([40], planned=100, spending=HaybittlePeto(3.0), alpha=0.025, sides=1)
    assert early.efficacy_z.tolist() == [3.0]


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_interim_bounds_at_the_information_planned_are_the_designs(shape: dict[str, Any]) -> None:
    d = design(**shape)
    found = bounds_at(d, 200.0 * T, planned=200.0)
    assert found.efficacy_z == pytest.approx(d.efficacy_z, abs=1e-10)
    if d.futility_z is not None:
        assert found.futility_z == pytest.approx(d.futility_z, abs=1e-10)
    moved = bounds_at(d, [50.0, 130.0, 207.0], planned=200.0)
    if d.futility is None or not d.binding:
        assert moved.alpha_spent[-1] == pytest.approx(d.alpha, abs=1e-10)


def test_repeated_p_of_a_shape_is_alpha_on_its_bound() -> None:
    for sides in (1, 2):
        d = design(efficacy=WangTsiatis(0.25), sides=sides)
        found = repeated_interval(interim_look(d, float(d.efficacy_z[1]), look=2))
        assert found.p_value == pytest.approx(0.025, abs=1e-10)
        wide = repeated_interval(interim_look(d, 1.0, look=2), level=0.99)
        smaller = design(efficacy=WangTsiatis(0.25), sides=1, alpha=0.005)
        if sides == 1:
            assert wide.upper - wide.estimate == pytest.approx(
                smaller.efficacy_z[1] / math.sqrt(0.6), abs=1e-9
            )


REFUSED: list[tuple[Callable[[], object], type[Exception], str]] = [
    (lambda: design(efficacy=OBrienFleming), ArgumentError, r"not its class"),
    (lambda: design(efficacy=Pocock(), harm=Pocock(), harm_alpha=0.1), DesignError, "harm cannot follow"),
    (lambda: design(efficacy=Pocock(), futility=HaybittlePeto()), DesignError, "which is an efficacy rule"),
    (lambda: UnifiedFamily(1.0, 2.0), ArgumentError, "a must be above 0 where r is"),
    (lambda: UnifiedFamily(-1.0), ArgumentError, "p must be 0 or more"),
    (lambda: HaybittlePeto(-3.0), ArgumentError, "z must be above 0"),
    (lambda: WangTsiatis(math.nan), ArgumentError, "delta must be finite"),
    (
        lambda: efficacy_boundary_at([0.5], planned=1, spending=Pocock(), alpha=0.025, sides=1),
        DesignError,
        "use bounds_at with its design",
    ),
    (
        lambda: repeated_interval(interim_look(design(efficacy=HaybittlePeto()), 2.0, look=2)),
        DesignError,
        "one alpha only",
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), REFUSED, ids=[m for _, _, m in REFUSED])
def test_wrong_calls_are_refused(call: Callable[[], object], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()


def test_a_spending_function_beside_a_shape_is_unchanged() -> None:
    spent = design(efficacy=LanDeMetsOBrienFleming(), futility=WangTsiatis(0.2))
    assert spent.efficacy_z.tolist() == design(efficacy=LanDeMetsOBrienFleming()).efficacy_z.tolist()
