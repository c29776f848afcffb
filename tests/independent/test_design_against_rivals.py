"""The design engine against adaptive quadrature and mpmath, and what must hold of any boundary."""

from __future__ import annotations

import math
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tolerances
from equipoise.design import (
    Accrual,
    GroupSequentialDesign,
    HwangShihDeCani,
    KimDeMets,
    LanDeMetsOBrienFleming,
    LanDeMetsPocock,
    PiecewiseConstant,
    Spending,
    Stratum,
    expected_events,
    group_sequential,
    time_of_events,
)
from independent.crossing_by_nested_quadrature import mpmath_bounds, nested_crossing
from independent.expected_events import calendar_of_events, expected_events_of_trial
from independent.group_sequential_by_tanh_sinh import crossing, efficacy_bounds, spent

SPENDINGS: dict[tuple[str, float | None], Spending] = {
    ("OF", None): LanDeMetsOBrienFleming(),
    ("P", None): LanDeMetsPocock(),
    ("HSD", -4.0): HwangShihDeCani(gamma=-4.0),
    ("HSD", 1.0): HwangShihDeCani(gamma=1.0),
    ("KD", 3.0): KimDeMets(rho=3.0),
}
spendings = st.sampled_from(list(SPENDINGS.values()))
alphas = st.floats(0.002, 0.15)


@st.composite
def information_fractions(draw: st.DrawFn, least: int = 1, most: int = 6) -> tuple[float, ...]:
    """Fractions rising to 1 with steps of at least 3 % of the information."""
    looks = draw(st.integers(least, most))
    steps = draw(st.lists(st.integers(3, 40), min_size=looks, max_size=looks))
    total = sum(steps)
    return (*(sum(steps[: k + 1]) / total for k in range(looks - 1)), 1.0)


def plain(t: tuple[float, ...], alpha: float, sides: int, efficacy: Spending) -> GroupSequentialDesign:
    return group_sequential(information_fraction=t, alpha=alpha, beta=0.1, sides=sides, efficacy=efficacy)


def test_tail_far_out_is_exact() -> None:
    """One-sided 0.025, O'Brien-Fleming type, first look at a tenth: 6.99135170708 (mpmath); others print 6.991341."""
    z = plain((0.1, 1.0), 0.025, 1, LanDeMetsOBrienFleming()).efficacy_z[0]
    assert z == pytest.approx(6.99135170708, abs=1e-11)


@pytest.mark.parametrize("alpha", [0.001, 0.01, 0.025, 0.05, 0.1])
@pytest.mark.parametrize("sides", [1, 2])
def test_one_look_is_the_fixed_design(alpha: float, sides: int) -> None:
    found = plain((1.0,), alpha, sides, LanDeMetsPocock())
    (exact,) = mpmath_bounds([1.0], [alpha / sides], sides, 15)
    assert found.efficacy_z == pytest.approx([float(exact)], abs=tolerances.ROUNDING)
    assert found.inflation == pytest.approx(1.0, abs=tolerances.ROUNDING)


@pytest.mark.parametrize("sides", [1, 2])
@pytest.mark.parametrize(
    ("t", "spending"),
    [
        ((0.5, 1.0), ("OF", None)),
        ((0.97, 1.0), ("OF", None)),
        ((0.5, 1.0), ("KD", 3.0)),
        ((0.03, 1.0), ("KD", 3.0)),
    ],
    ids=str,
)
def test_two_looks_are_mpmaths(t: tuple[float, ...], sides: int, spending: tuple[str, float | None]) -> None:
    cumulative = [spent(*spending, x, 0.025 / sides) for x in t]
    found = plain(t, 0.025, sides, SPENDINGS[spending])
    exact = mpmath_bounds(t, cumulative, sides, 15)
    assert found.efficacy_z == pytest.approx([float(z) for z in exact], abs=tolerances.RIVAL_BOUND)


@pytest.mark.parametrize("t", [(0.4, 0.7, 1.0), (0.5, 0.53, 1.0), (0.9, 0.95, 1.0)])
@pytest.mark.parametrize("sides", [1, 2])
@pytest.mark.parametrize("drift", [0.0, 3.0])
def test_three_looks_by_nested_quadrature(t: tuple[float, ...], sides: int, drift: float) -> None:
    found = plain(t, 0.05, sides, HwangShihDeCani(gamma=1.0))
    z = list(found.efficacy_z)
    lower = [-b for b in z] if sides == 2 else [-math.inf] * 3
    exits = found.crossing(drift)
    for k in range(1, 4):
        above, below = nested_crossing(t[:k], z[:k], lower[:k], drift)
        assert exits.efficacy[k - 1] == pytest.approx(above, abs=1e-9)
        if sides == 2:
            assert exits.harm[k - 1] == pytest.approx(below, abs=1e-9)


def test_four_looks_by_nested_quadrature() -> None:
    t = (0.2, 0.5, 0.8, 1.0)
    found = group_sequential(
        information_fraction=t,
        alpha=0.025,
        beta=0.1,
        sides=1,
        efficacy=LanDeMetsOBrienFleming(),
        futility=HwangShihDeCani(gamma=-2.0),
        binding=True,
    )
    exits = found.crossing(found.drift)
    above, below = nested_crossing(
        t, list(found.efficacy_z), list(found.futility_z), found.drift, tolerance=1e-8
    )
    assert exits.efficacy[3] == pytest.approx(above, abs=1e-8)
    assert exits.futility[3] == pytest.approx(below, abs=1e-8)


@pytest.mark.parametrize(("looks", "spending"), [(50, ("OF", None)), (25, ("P", None))], ids=str)
def test_many_looks(looks: int, spending: tuple[str, float | None]) -> None:
    """The alpha that the bounds really use, by the rival, to 1e-12 and to 1e-8 of itself where it is above 1e-15."""
    t = tuple((k + 1) / looks for k in range(looks))
    wanted = [spent(*spending, x, 0.025) for x in t]
    found = plain(t, 0.025, 1, SPENDINGS[spending])
    stands = [k for k in range(looks) if math.isfinite(found.efficacy_z[k])]
    assert len(stands) >= 0.9 * looks, "no bound only where next to nothing is spent"
    up, _ = crossing(t, list(found.efficacy_z), [-math.inf] * looks, 0.0)
    used = list(accumulate(up))
    for k in stands:
        assert used[k] == pytest.approx(wanted[k], abs=1e-12)
        if wanted[k] > 1e-15:
            assert used[k] == pytest.approx(wanted[k], rel=1e-8)


@pytest.mark.parametrize(("t", "nominal"), [((0.2, 0.4, 30 / 41), 0.0861), ((0.25, 0.5, 30 / 41), 0.0818)])
def test_spending_alpha_t_squared_of_a_monitoring_plan(t: tuple[float, ...], nominal: float) -> None:
    """AALL02P2: alpha t^2, one-sided 0.18, 41 events; the third look at 30 had to reach P <= 0.084, earlier looks unprinted."""
    found = plain((*t, 1.0), 0.18, 1, KimDeMets(rho=2.0))
    assert found.nominal_p[2] == pytest.approx(nominal, abs=5e-5)
    exact = efficacy_bounds(t, [0.18 * x * x for x in t], 1)
    assert found.efficacy_z[:3] == pytest.approx(exact, abs=tolerances.RIVAL_BOUND)


@given(t=information_fractions(), alpha=alphas, sides=st.sampled_from([1, 2]), efficacy=spendings)
@settings(max_examples=60, deadline=None)
def test_crossing_sums_to_alpha(t: tuple[float, ...], alpha: float, sides: int, efficacy: Spending) -> None:
    exits = plain(t, alpha, sides, efficacy).crossing(0.0)
    assert exits.efficacy.sum() == pytest.approx(alpha / sides, abs=tolerances.RIVAL_BOUND)
    if sides == 2:
        assert exits.harm == pytest.approx(exits.efficacy, abs=tolerances.RIVAL_BOUND)


@given(t=information_fractions(), alpha=alphas, efficacy=spendings, drift=st.floats(-4.0, 4.0))
@settings(max_examples=60, deadline=None)
def test_changing_the_sign_swaps_the_sides(
    t: tuple[float, ...], alpha: float, efficacy: Spending, drift: float
) -> None:
    design = plain(t, alpha, 2, efficacy)
    there, back = design.crossing(drift), design.crossing(-drift)
    assert there.efficacy == pytest.approx(back.harm, abs=tolerances.RIVAL_BOUND)
    assert there.harm == pytest.approx(back.efficacy, abs=tolerances.RIVAL_BOUND)


@given(t=information_fractions(), alpha=alphas, efficacy=spendings)
@settings(max_examples=60, deadline=None)
def test_two_sided_bounds_are_hardly_below_one_sided_at_half_alpha(
    t: tuple[float, ...], alpha: float, efficacy: Spending
) -> None:
    """Paths that cross one bound after the other are the only difference: the two-sided bounds are never higher."""
    two, one = plain(t, alpha, 2, efficacy), plain(t, alpha / 2, 1, efficacy)
    assert two.efficacy_z[0] == pytest.approx(one.efficacy_z[0], abs=tolerances.RIVAL_BOUND)
    assert (two.efficacy_z <= one.efficacy_z + tolerances.RIVAL_BOUND).all()
    assert two.efficacy_z == pytest.approx(one.efficacy_z, abs=5e-3)


@given(t=information_fractions(), alpha=alphas, efficacy=spendings, share=st.floats(0.3, 0.95))
@settings(max_examples=60, deadline=None)
def test_less_alpha_never_makes_crossing_likelier(
    t: tuple[float, ...], alpha: float, efficacy: Spending, share: float
) -> None:
    """Cumulative crossing by each look is monotone in alpha, with and without an effect."""
    strict, lax = plain(t, alpha * share, 1, efficacy), plain(t, alpha, 1, efficacy)
    assert strict.efficacy_z[0] > lax.efficacy_z[0]
    for drift in (0.0, 2.0):
        fewer = strict.crossing(drift).efficacy.cumsum()
        more = lax.crossing(drift).efficacy.cumsum()
        assert (fewer <= more + tolerances.RIVAL_BOUND).all()


@given(t=information_fractions(least=2), name=st.sampled_from(list(SPENDINGS)), alpha=alphas)
@settings(max_examples=40, deadline=None)
def test_any_bounds_are_the_rivals(
    t: tuple[float, ...], name: tuple[str, float | None], alpha: float
) -> None:
    cumulative = [spent(*name, x, alpha) for x in t]
    if cumulative[0] < 1e-14:
        return
    found = plain(t, alpha, 1, SPENDINGS[name])
    assert found.efficacy_z == pytest.approx(efficacy_bounds(t, cumulative, 1), abs=1e-10)


@given(
    share=st.floats(0.1, 0.9),
    rates=st.tuples(*[st.floats(0.002, 0.1)] * 4, *[st.floats(0.3, 1.5)] * 4),
    dropout=st.lists(st.floats(0.0, 0.02), min_size=2, max_size=2),
    allocation=st.sampled_from([0.5, 1.0, 2.0]),
    when=st.floats(1.0, 90.0),
)
@settings(max_examples=25, deadline=None)
def test_expected_events_in_strata_are_the_integrals(
    share: float,
    rates: tuple[float, ...],
    dropout: list[float],
    allocation: float,
    when: float,
) -> None:
    starts, ends, speed = (0.0, 9.0), (6.0, 30.0), (4.0, 11.0)
    hazards, ratios = rates[:4], rates[4:]
    setting = {
        "accrual_end": ends,
        "accrual_rate": speed,
        "hazard_from": starts,
        "prevalence": [share, 1.0 - share],
        "control_hazard": [hazards[:2], hazards[2:]],
        "hazard_ratio": [ratios[:2], ratios[2:]],
        "dropout_control": dropout[0],
        "dropout_experimental": dropout[1],
        "allocation": allocation,
    }
    strata = [
        Stratum(
            prevalence=part,
            control_hazard=PiecewiseConstant(starts, hazards[2 * s : 2 * s + 2]),
            hazard_ratio=PiecewiseConstant(starts, ratios[2 * s : 2 * s + 2]),
            control_dropout=PiecewiseConstant((0.0,), (dropout[0],)),
            experimental_dropout=PiecewiseConstant((0.0,), (dropout[1],)),
            name=str(s),
        )
        for s, part in enumerate((share, 1.0 - share))
    ]
    accrual = Accrual(rates=PiecewiseConstant((0.0, 6.0), speed), duration=30.0)
    found = expected_events(strata, accrual, at=[when], ratio=allocation)
    for s, (control, experimental) in enumerate(expected_events_of_trial(when, **setting)):
        assert found.control[0, s] == pytest.approx(control, abs=tolerances.RIVAL_EVENTS)
        assert found.experimental[0, s] == pytest.approx(experimental, abs=tolerances.RIVAL_EVENTS)
    events = 0.5 * sum(map(sum, expected_events_of_trial(when, **setting)))
    back = time_of_events(strata, accrual, events=[events], ratio=allocation)[0]
    assert back == pytest.approx(calendar_of_events(events, setting), abs=1e-5)
