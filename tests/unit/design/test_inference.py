"""Inference at a look and after stopping: identities, symmetry, and what is refused."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr

from equipoise.design import (
    FutilityP,
    GivenZ,
    HwangShihDeCani,
    KimDeMets,
    LanDeMetsOBrienFleming,
    LikelihoodRatio,
    NormalPrior,
    SampleMean,
    StageWise,
    bias_adjusted_estimate,
    bounds_at,
    conditional_power,
    group_sequential,
    interim_look,
    predicted_interval,
    predictive_power,
    rao_blackwell_estimate,
    repeated_interval,
    repeated_p_value,
    stopped_estimate,
)
from equipoise.errors import ArgumentError, DesignError
from tolerances import QUADRATURE, RIVAL_BOUND, ROUNDING

if TYPE_CHECKING:
    from collections.abc import Callable

    from equipoise.design import GroupSequentialDesign

OF = LanDeMetsOBrienFleming()


def design(t: tuple[float, ...] = (0.5, 0.75, 1.0), **changed: Any) -> GroupSequentialDesign:
    return group_sequential(t, **{"alpha": 0.025, "beta": 0.1, "sides": 1, "efficacy": OF} | changed)


ORDERINGS = [StageWise(), SampleMean(), LikelihoodRatio()]


@pytest.mark.parametrize("ordering", ORDERINGS, ids=lambda o: type(o).__name__)
@pytest.mark.parametrize("sides", [1, 2])
def test_one_look_is_the_fixed_analysis(ordering: Any, sides: int) -> None:
    d = design((1.0,), alpha=0.025 * sides, sides=sides)
    at = interim_look(d, 1.7, look=1, planned=16.0)
    found = stopped_estimate(at, ordering)
    assert found.estimate == pytest.approx(1.7 / 4, abs=QUADRATURE)
    assert found.lower == pytest.approx((1.7 - 1.959963984540054) / 4, abs=QUADRATURE)
    assert found.upper == pytest.approx((1.7 + 1.959963984540054) / 4, abs=QUADRATURE)
    assert found.p_value == pytest.approx(sides * ndtr(-1.7), abs=ROUNDING)
    repeated = repeated_interval(at)
    assert (repeated.lower, repeated.upper) == pytest.approx((found.lower, found.upper), abs=QUADRATURE)
    assert repeated.p_value == pytest.approx(sides * ndtr(-1.7), abs=QUADRATURE)
    assert bias_adjusted_estimate(at) == pytest.approx(at.estimate, abs=QUADRATURE)
    assert rao_blackwell_estimate(at) == at.estimate


@pytest.mark.parametrize("ordering", ORDERINGS, ids=lambda o: type(o).__name__)
@pytest.mark.parametrize(("look", "z"), [(1, 3.1), (2, 2.7), (3, 0.9)])
def test_turning_the_sign_turns_a_two_sided_analysis(ordering: Any, look: int, z: float) -> None:
    d = design(alpha=0.05, sides=2)
    up = stopped_estimate(interim_look(d, z, look=look), ordering)
    down = stopped_estimate(interim_look(d, -z, look=look), ordering)
    assert (down.lower, down.estimate, down.upper) == pytest.approx(
        (-up.upper, -up.estimate, -up.lower), abs=RIVAL_BOUND
    )
    assert down.p_value == pytest.approx(up.p_value, abs=QUADRATURE)


@pytest.mark.parametrize("sides", [1, 2])
@pytest.mark.parametrize("binding", [False, True])
def test_on_the_bound_every_p_is_what_has_been_spent(sides: int, *, binding: bool) -> None:
    """The repeated p is alpha, the stage-wise p the alpha spent by this look, and its limit is 0."""
    futility = None if sides == 2 else HwangShihDeCani(-2.0)
    d = design(alpha=0.025 * sides, sides=sides, futility=futility, binding=binding)
    for look in (1, 2, 3):
        at = interim_look(d, float(d.efficacy_z[look - 1]), look=look)
        repeated = repeated_interval(at)
        assert repeated.p_value == pytest.approx(d.alpha, abs=1e-10)
        assert repeated.lower == pytest.approx(0.0, abs=ROUNDING)
        found = stopped_estimate(at)
        assert found.p_value == pytest.approx(d.alpha_spent[look - 1], abs=QUADRATURE)
    assert found.lower == pytest.approx(0.0, abs=1e-10)


@settings(max_examples=25, deadline=None)
@given(z=st.floats(-2.0, 5.0), more=st.floats(0.05, 2.0), look=st.integers(1, 3))
def test_a_higher_z_is_stronger_evidence(z: float, more: float, look: int) -> None:
    d = design(efficacy=KimDeMets(1.5))
    low, high = (interim_look(d, x, look=look) for x in (z, z + more))
    weak, strong = stopped_estimate(low), stopped_estimate(high)
    assert weak.estimate < strong.estimate
    assert weak.lower < strong.lower
    assert weak.p_value > strong.p_value
    assert weak.lower < weak.estimate < weak.upper
    assert repeated_p_value(low) >= repeated_p_value(high)
    if look < 3:
        assert predictive_power(low) <= predictive_power(high)
        assert conditional_power(low, 1.0).power <= conditional_power(high, 1.0).power


def test_stopping_early_for_efficacy_is_corrected_downwards() -> None:
    at = interim_look(design(), 3.2, look=1, planned=20.0)
    for lower in (
        stopped_estimate(at, SampleMean()).estimate,
        stopped_estimate(at, LikelihoodRatio()).estimate,
        bias_adjusted_estimate(at),
    ):
        assert lower < at.estimate


def test_another_level_moves_the_repeated_bound() -> None:
    at = interim_look(design(), 2.0, look=2, planned=20.0)
    half = (repeated_interval(at, level=0.8).upper - at.estimate) * math.sqrt(at.information)
    assert half == pytest.approx(design(alpha=0.1).efficacy_z[1], abs=1e-10)
    own = repeated_interval(at)
    again = repeated_interval(at, level=0.95)
    assert (own.lower, own.upper) == pytest.approx((again.lower, again.upper), abs=1e-10)


def test_looks_ahead_follow_the_bounds_used() -> None:
    """Held as planned, a look among the bounds used is the look planned."""
    d = design(futility=HwangShihDeCani(-2.0))
    used = bounds_at(d, [50.0], planned=100.0)
    planned, held = interim_look(d, 1.2, look=1), interim_look(d, 1.2, bounds=used)
    assert held.efficacy_z == pytest.approx(planned.efficacy_z, abs=1e-10)
    assert conditional_power(held).by_look == pytest.approx(conditional_power(planned).by_look, abs=1e-10)
    moved = interim_look(d, 1.2, bounds=bounds_at(d, [60.0], planned=100.0), ahead=(0.8, 1.1))
    assert moved.information_fraction == pytest.approx([0.6, 0.8, 1.1])
    short = interim_look(d, 1.2, bounds=bounds_at(d, [60.0], planned=100.0, final=True), final=True)
    assert short.information_fraction.tolist() == [0.6]
    assert repeated_interval(short).upper - short.estimate == pytest.approx(
        1.959963984540054 / math.sqrt(0.6), abs=1e-9
    )


def test_a_late_look_leaves_the_final_one_to_come() -> None:
    """At 0.9 of the information the final look is still ahead, and only what was due by 0.9 has been spent."""
    d = design()
    used = bounds_at(d, [50.0, 90.0], planned=100.0)
    late = interim_look(d, 2.1, bounds=used)
    assert not late.final
    assert late.information_fraction.tolist() == [0.5, 0.9, 1.0]
    on_bound = interim_look(d, float(used.efficacy_z[-1]), bounds=used)
    assert repeated_p_value(on_bound) == pytest.approx(0.025, abs=1e-10)
    early = interim_look(d, 1.0, bounds=bounds_at(d, [45.0], planned=100.0))
    assert early.information_fraction.tolist() == [0.45, 0.75, 1.0]


def test_conditional_power_over_effects_is_each_by_itself() -> None:
    at = interim_look(design(futility=FutilityP(0.5)), 1.5, look=1, planned=25.0)
    effects = np.array([-0.5, 0.0, at.estimate, 0.9])
    many = conditional_power(at, effects)
    assert many.by_look.shape == (4, 2)
    assert many.power == pytest.approx(
        [float(conditional_power(at, e).power) for e in effects], abs=QUADRATURE
    )
    assert (conditional_power(at, effects, futility=False).power >= many.power).all()
    assert conditional_power(at).theta == pytest.approx(at.design.drift / 5.0)


def test_a_sure_prior_makes_predictive_power_conditional() -> None:
    at = interim_look(design(), 1.5, look=1, planned=25.0)
    sure = predictive_power(at, NormalPrior(0.4, 1e-6))
    assert sure == pytest.approx(float(conditional_power(at, 0.4).power), abs=1e-9)
    assert predicted_interval(at, prior=NormalPrior(0.4, 1e-6)).z_lower == pytest.approx(
        predicted_interval(at, theta=0.4).z_lower, abs=1e-9
    )


def test_every_answer_is_a_table() -> None:
    at = interim_look(design(), 1.5, look=1, planned=25.0)
    assert repeated_interval(at).to_frame().height == 1
    assert stopped_estimate(at).to_frame()["ordering"].to_list() == ["StageWise"]
    assert conditional_power(at, np.array([0.1, 0.2])).to_frame().height == 4
    assert predicted_interval(at).to_frame()["look"].to_list() == [3]


PLAIN = design()
WEDGE = design(alpha=0.05, sides=2, futility=KimDeMets(2.0), binding=True)
REFUSED: list[tuple[Callable[[], object], str]] = [
    (lambda: interim_look(PLAIN, 1.0), "look or bounds must be given"),
    (lambda: interim_look(PLAIN, 1.0, look=4), "look must be one of"),
    (lambda: interim_look(PLAIN, math.nan, look=1), "z must be finite"),
    (lambda: interim_look(PLAIN, 1.0, look=1, planned=0.0), "planned must be above 0"),
    (lambda: interim_look(PLAIN, 1.0, look=1, final=True), "go with bounds"),
    (
        lambda: interim_look(PLAIN, 1.0, bounds=bounds_at(PLAIN, [0.5], planned=1.0), ahead=(0.4,)),
        "must lie above the present",
    ),
    (
        lambda: interim_look(PLAIN, 1.0, bounds=bounds_at(PLAIN, [0.5], planned=1.0), spending_fraction=()),
        "must hold one fraction",
    ),
    (lambda: stopped_estimate(interim_look(PLAIN, 1.0, look=1), SampleMean()), "stops no trial at look 1"),
    (lambda: stopped_estimate(interim_look(PLAIN, 3.0, look=1), level=1.0), "level must lie strictly"),
    (lambda: conditional_power(interim_look(PLAIN, 1.0, look=3)), "is the last"),
    (lambda: conditional_power(interim_look(PLAIN, 1.0, look=1), math.inf), "theta must be a finite"),
    (lambda: predicted_interval(interim_look(PLAIN, 1.0, look=2), look=2), "look must be one of 3"),
    (
        lambda: predicted_interval(interim_look(PLAIN, 1.0, look=2), theta=0.1, prior=NormalPrior()),
        "not used where theta",
    ),
    (lambda: NormalPrior(0.0, 0.0), "sd must be above 0"),
]


@pytest.mark.parametrize(("call", "message"), REFUSED, ids=[m for _, m in REFUSED])
def test_wrong_calls_are_refused_with_the_way_out(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        call()


def test_what_no_design_can_answer_is_refused() -> None:
    published = design(efficacy=GivenZ((2.96, 2.36, 2.01)))
    with pytest.raises(DesignError, match="one alpha only"):
        repeated_p_value(interim_look(published, 2.0, look=2))
    with pytest.raises(DesignError, match="no place in the stage-wise ordering"):
        stopped_estimate(interim_look(WEDGE, 2.0, look=3))
    assert stopped_estimate(interim_look(WEDGE, 2.0, look=3), futility=False).estimate > 0.0
