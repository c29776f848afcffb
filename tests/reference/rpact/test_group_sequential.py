"""The group-sequential engine against rpact's recorded answers; where rpact is the coarser, a rival settles it."""

from __future__ import annotations

import math
from itertools import accumulate

import numpy as np
import pytest

import tolerances
from equipoise.design import GroupSequentialDesign, group_sequential
from independent.group_sequential_by_tanh_sinh import (
    crossing,
    drift_for_power,
    efficacy_bounds,
    fixed_drift,
    spent,
    with_beta_spending,
)
from independent.inner_futility_by_tanh_sinh import crossing_with_inner, with_inner_futility
from reference.rpact.coarse import COARSE
from reference.rpact.recorded import RecordedDesign, designs
from reference.rpact.spending import rule

DESIGNS = designs()
PLAIN = [d for d in DESIGNS if d.sides == 1 or d.futility is None]
INNER = [d for d in DESIGNS if d.sides == 2 and d.futility is not None]


def engine(d: RecordedDesign) -> GroupSequentialDesign:
    return group_sequential(
        information_fraction=d.fractions,
        alpha=d.alpha,
        beta=d.beta,
        sides=d.sides,
        efficacy=rule(d.efficacy),
        futility=rule(d.futility),
        binding=d.binding,
    )


def rival(d: RecordedDesign) -> tuple[list[float], list[float], float]:
    """Efficacy z, lower z and drift of a design with one-sided futility or none."""
    alphas = [spent(*d.efficacy, t, d.alpha / d.sides) for t in d.fractions]
    if d.futility is not None:
        betas = [spent(*d.futility, t, d.beta) for t in d.fractions]
        return with_beta_spending(d.fractions, alphas, betas, binding=d.binding)
    upper = efficacy_bounds(d.fractions, alphas, d.sides)
    lower = [-z for z in upper] if d.sides == 2 else [-math.inf] * len(upper)
    return upper, lower, drift_for_power(d.fractions, upper, lower, d.beta)


def distance(found: np.ndarray, recorded: tuple[float, ...]) -> float:
    """Largest difference where rpact has a number."""
    gaps = np.abs(np.asarray(found, dtype=float) - np.asarray(recorded))
    return float(np.nanmax(gaps, initial=0.0))


@pytest.mark.parametrize("d", [d for d in PLAIN if d.id not in COARSE], ids=str)
def test_design_is_rpacts(d: RecordedDesign) -> None:
    found = engine(d)
    assert distance(found.efficacy_z, d.critical_values) <= tolerances.RPACT_Z
    assert distance(found.nominal_p * (1 if d.sides == 1 else 0.5), d.nominal_p) <= tolerances.RPACT_POWER
    assert distance(found.alpha_spent, d.alpha_spent) <= tolerances.RPACT_ALPHA_SPENT
    if d.futility is not None:
        assert distance(found.futility_z[:-1], d.futility_bounds[:-1]) <= tolerances.RPACT_Z
    assert found.power(d.drift) == pytest.approx(1.0 - d.beta, abs=tolerances.RPACT_POWER)
    assert found.drift == pytest.approx(d.drift, abs=tolerances.RPACT_Z)
    assert found.inflation == pytest.approx(d.inflation, abs=tolerances.RPACT_Z)


@pytest.mark.parametrize("d", [d for d in PLAIN if d.id not in COARSE and len(d.fractions) > 1], ids=str)
def test_exits_and_expected_information_are_rpacts(d: RecordedDesign) -> None:
    found = engine(d)
    exits = found.crossing(d.drift)
    assert distance(exits.efficacy, d.rejected) <= tolerances.RPACT_POWER
    if d.futility is not None:
        assert distance(exits.futility[:-1], d.futile[:-1]) <= tolerances.RPACT_POWER
    for share, asn in ((0.0, d.asn_null), (0.5, d.asn_half), (1.0, d.asn_alternative)):
        expected = d.inflation * found.expected_information(share * d.drift)
        assert expected == pytest.approx(asn, abs=tolerances.RPACT_EXPECTED)


@pytest.mark.parametrize("d", [d for d in PLAIN if d.id in COARSE], ids=str)
def test_where_rpacts_grid_is_coarse_the_rival_settles_it(d: RecordedDesign) -> None:
    found = engine(d)
    upper, lower, theta = rival(d)
    assert found.efficacy_z == pytest.approx(upper, abs=tolerances.RIVAL_BOUND)
    assert found.drift == pytest.approx(theta, abs=tolerances.RIVAL_BOUND)
    if d.futility is not None:
        assert found.futility_z == pytest.approx(lower, abs=tolerances.RIVAL_BOUND)
    up, down = crossing(d.fractions, upper, lower, theta)
    exits = found.crossing(theta)
    assert exits.efficacy == pytest.approx(up, abs=tolerances.RIVAL_BOUND)
    if d.futility is not None:
        assert exits.futility == pytest.approx(down, abs=tolerances.RIVAL_BOUND)
    _, recorded = COARSE[d.id]
    off = distance(np.asarray(upper), d.critical_values)
    assert off == pytest.approx(recorded, rel=0.06), (
        "the list of rpact's coarse designs says another distance"
    )
    probabilities = (
        distance(found.crossing(d.drift).efficacy, d.rejected),
        abs(found.power(d.drift) - 1.0 + d.beta),
    )
    assert off > tolerances.RPACT_Z or max(probabilities) > tolerances.RPACT_POWER


@pytest.mark.parametrize("d", [d for d in PLAIN if len(d.fractions) <= 4][::5], ids=str)
def test_engine_and_rival_agree_far_beyond_rpact(d: RecordedDesign) -> None:
    found = engine(d)
    upper, _, theta = rival(d)
    assert found.efficacy_z == pytest.approx(upper, abs=tolerances.RIVAL_BOUND)
    assert found.drift == pytest.approx(theta, abs=tolerances.RIVAL_BOUND)
    assert found.inflation == pytest.approx(
        (theta / fixed_drift(d.alpha, d.beta, d.sides)) ** 2, abs=tolerances.RIVAL_BOUND
    )


@pytest.mark.parametrize("d", INNER, ids=str)
def test_two_sided_inner_futility(d: RecordedDesign) -> None:
    """Ours is 1 - beta for a rejection on the side of benefit; rpact counts the wrong side too.

    rpact drops an inner bound that comes out near 0 and moves its beta to later looks: there only the rival speaks.
    """
    alphas = [spent(*d.efficacy, t, d.alpha / 2.0) for t in d.fractions]
    betas = [spent(*d.futility, t, d.beta) for t in d.fractions]
    if not any(math.isnan(z) for z in d.futility_bounds[:-1]):
        upper, inner, _ = with_inner_futility(d.fractions, alphas, betas, binding=d.binding, either_side=True)
        assert distance(np.asarray(upper), d.critical_values) <= tolerances.RPACT_Z
        assert distance(np.asarray(inner[:-1]), d.futility_bounds[:-1]) <= tolerances.RPACT_Z
    upper, inner, theta = with_inner_futility(
        d.fractions, alphas, betas, binding=d.binding, either_side=False
    )
    found = engine(d)
    assert found.efficacy_z == pytest.approx(upper, abs=tolerances.RIVAL_BOUND)
    assert found.futility_z == pytest.approx(inner, abs=tolerances.RIVAL_BOUND)
    assert found.drift == pytest.approx(theta, abs=tolerances.RIVAL_BOUND)
    above, middle, below = crossing_with_inner(d.fractions, upper, inner, theta)
    exits = found.crossing(theta)
    assert exits.efficacy == pytest.approx(above, abs=tolerances.RIVAL_BOUND)
    assert exits.futility == pytest.approx(middle, abs=tolerances.RIVAL_BOUND)
    assert exits.harm == pytest.approx(below, abs=tolerances.RIVAL_BOUND)
    without_effect = crossing_with_inner(d.fractions, upper, inner if d.binding else [0.0] * len(inner), 0.0)[
        0
    ]
    assert list(accumulate(without_effect)) == pytest.approx(alphas, abs=tolerances.RIVAL_BOUND)


def test_the_record_is_wide_enough() -> None:
    assert len(DESIGNS) >= 200
    assert {len(d.fractions) for d in DESIGNS} == set(range(1, 11))
    assert {d.alpha for d in DESIGNS} == {0.005, 0.01, 0.025, 0.05, 0.1}
    assert {d.sides for d in DESIGNS} == {1, 2}
    assert {d.binding for d in DESIGNS if d.futility} == {False, True}
    assert set(COARSE) <= {d.id for d in PLAIN}
