"""Inference after stopping against the definition of each quantity, by another quadrature."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import ndtr

import tolerances
from equipoise.design import (
    At,
    GivenZ,
    GroupSequentialDesign,
    HwangShihDeCani,
    InterimLook,
    KimDeMets,
    LanDeMetsOBrienFleming,
    LikelihoodRatio,
    NormalPrior,
    SampleMean,
    StageWise,
    bias_adjusted_estimate,
    conditional_power,
    expected_estimate,
    group_sequential,
    interim_look,
    predicted_interval,
    predictive_power,
    rao_blackwell_estimate,
    stopped_estimate,
)
from independent.group_sequential_by_tanh_sinh import Going, narrowest
from independent.stopped_trial import Outcome, mean_at_stopping, p_at_least, p_by_likelihood, p_by_mean

OF = LanDeMetsOBrienFleming()
SHAPES = {
    "one-sided": group_sequential((0.5, 0.75, 1.0), alpha=0.025, beta=0.1, sides=1, efficacy=OF),
    "binding futility": group_sequential(
        (0.3, 0.6, 1.0),
        alpha=0.025,
        beta=0.1,
        sides=1,
        efficacy=KimDeMets(2.0),
        futility=HwangShihDeCani(-2.0),
        binding=True,
    ),
    "two-sided": group_sequential(
        (0.2, 0.5, 0.7, 1.0), alpha=0.05, beta=0.2, sides=2, efficacy=KimDeMets(1.5)
    ),
}
OUTCOMES = [
    (name, look, z)
    for name, cases in {
        "one-sided": [(1, 3.1), (2, 2.5), (3, 2.2), (3, -0.3)],
        "binding futility": [(1, 3.0), (1, -0.9), (2, 2.6), (2, 0.2), (3, 1.5)],
        "two-sided": [(1, 3.2), (2, -2.9), (3, 2.7), (4, 0.4)],
    }.items()
    for look, z in cases
]
ORDERINGS = {StageWise(): p_at_least, SampleMean(): p_by_mean, LikelihoodRatio(): p_by_likelihood}


def outcome(d: GroupSequentialDesign, look: int, z: float) -> Outcome:
    k = d.looks
    low = d.futility_z if d.binding and d.futility_z is not None else d.harm_z
    lower = np.full(k, -math.inf) if low is None else low
    return Outcome(look, z, d.information_fraction, d.efficacy_z, lower)


@pytest.mark.parametrize(("name", "look", "z"), OUTCOMES)
@pytest.mark.parametrize("ordering", ORDERINGS, ids=lambda o: type(o).__name__)
def test_estimate_and_interval_lie_where_the_ordering_says(
    name: str, look: int, z: float, ordering: StageWise | SampleMean | LikelihoodRatio
) -> None:
    d = SHAPES[name]
    planned = 40.0
    found = stopped_estimate(interim_look(d, z, look=look, planned=planned), ordering, level=0.9)
    o, by = outcome(d, look, z), ORDERINGS[ordering]
    wanted = {found.lower: 0.05, found.estimate: 0.5, found.upper: 0.95}
    for theta, probability in wanted.items():
        assert by(o, theta * math.sqrt(planned)) == pytest.approx(probability, abs=tolerances.RIVAL_BOUND)
    null = by(o, 0.0)
    p = null if d.sides == 1 else 2 * min(null, 1 - null)
    assert found.p_value == pytest.approx(p, abs=tolerances.RIVAL_BOUND)
    assert found.sides == d.sides


@pytest.mark.parametrize(("name", "look", "z"), OUTCOMES)
def test_bias_is_adjusted_by_the_mean_of_the_estimate(name: str, look: int, z: float) -> None:
    d = SHAPES[name]
    at = interim_look(d, z, look=look)
    theta = bias_adjusted_estimate(at)

    def estimate(k: int, seen: float) -> float:
        return seen / math.sqrt(float(d.information_fraction[k - 1]))

    mean = mean_at_stopping(outcome(d, look, z), theta, estimate)
    assert mean == pytest.approx(at.estimate, abs=tolerances.STOPPED_MEAN)
    assert expected_estimate(at, theta) == pytest.approx(at.estimate, abs=tolerances.QUADRATURE * 10)


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("theta", [-1.0, 0.5, 3.3])
def test_rao_blackwell_is_unbiased(name: str, theta: float) -> None:
    d = SHAPES[name]

    def estimate(k: int, z: float) -> float:
        return rao_blackwell_estimate(interim_look(d, z, look=k)) if abs(z) < 11.0 else 0.0

    mean = mean_at_stopping(outcome(d, 1, 0.0), theta, estimate)
    assert mean == pytest.approx(theta, abs=tolerances.STOPPED_MEAN)


def rest(at: InterimLook, theta: float) -> list[float]:
    """P(efficacy at each later look, z here), by the rival's paths that start where the trial stands."""
    t = at.information_fraction
    going = Going(at.fraction, np.array([at.z * math.sqrt(at.fraction)]), np.ones(1))
    low = at.futility_z if at.futility_z is not None else np.full(len(t), -math.inf)
    found = []
    for k in range(at.look, len(t)):
        root = math.sqrt(t[k])
        found.append(going.upper(at.efficacy_z[k] * root, t[k], theta))
        if k + 1 < len(t):
            going = onward(going, (low[k] * root, at.efficacy_z[k] * root), t[k], theta, narrowest(t))
    return found


def onward(going: Going, bounds: tuple[float, float], t: float, theta: float, finest: float) -> Going:
    """As the rival's own, but from a start that is not 0."""
    reach = 9.0 * math.sqrt(t - going.t)
    middle = theta * (t - going.t)
    low = max(bounds[0], going.nodes.min() + middle - reach)
    high = min(bounds[1], going.nodes.max() + middle + reach)
    origin = float(going.nodes.mean())
    start = Going(going.t, going.nodes - origin, going.mass)
    moved = start.onward(low - origin, high - origin, t, theta, finest)
    return Going(t, moved.nodes + origin, moved.mass)


@pytest.mark.parametrize("theta", [-0.4, 0.0, 0.5, 1.3])
@pytest.mark.parametrize(
    ("name", "look", "z"), [("one-sided", 1, 1.1), ("binding futility", 1, 0.6), ("binding futility", 2, 1.2)]
)
def test_conditional_power_follows_the_paths_from_here(name: str, look: int, z: float, theta: float) -> None:
    at = interim_look(SHAPES[name], z, look=look, planned=9.0)
    found = conditional_power(at, theta)
    assert found.by_look == pytest.approx(rest(at, theta * 3.0), abs=tolerances.RIVAL_BOUND)
    assert float(found.power) == pytest.approx(float(found.by_look.sum()), abs=tolerances.ROUNDING)


@pytest.mark.parametrize("prior", [None, NormalPrior(0.4, 0.3)])
def test_predictive_power_is_the_mean_over_the_posterior(prior: NormalPrior | None) -> None:
    at = interim_look(SHAPES["binding futility"], 1.2, look=1, planned=20.0)
    information = 20.0 * at.fraction
    precision = information + (0.0 if prior is None else 0.3**-2)
    mean = (information * at.estimate + (0.0 if prior is None else 0.4 * 0.3**-2)) / precision
    sd = 1.0 / math.sqrt(precision)

    def weighed(u: float) -> float:
        density = math.exp(-0.5 * u * u) / math.sqrt(2 * math.pi)
        return density * sum(rest(at, (mean + sd * u) * math.sqrt(20.0)))

    want = quad(weighed, -7.0, 7.0, epsabs=1e-9, epsrel=1e-9)[0]
    assert predictive_power(at, prior) == pytest.approx(want, abs=1e-8)


def test_predictive_power_with_one_look_to_come_is_the_closed_form() -> None:
    """Flat prior: Phi((z sqrt(I_K / I_k) - b) sqrt(I_k / (I_K - I_k)))."""
    d = SHAPES["one-sided"]
    at = interim_look(d, 2.1, look=2, planned=30.0)
    t, b = at.fraction, float(d.efficacy_z[-1])
    want = ndtr((2.1 / math.sqrt(t) - b) * math.sqrt(t / (1.0 - t)))
    assert predictive_power(at) == pytest.approx(want, abs=tolerances.QUADRATURE)


def test_predicted_interval_holds_its_share_of_later_statistics() -> None:
    d = SHAPES["one-sided"]
    at = interim_look(d, 1.3, look=1, planned=30.0)
    rng = np.random.default_rng(20251122)
    added = 30.0 - at.information
    for theta in (None, 0.5):
        effect = (
            rng.normal(at.estimate, at.information**-0.5, 400_000)
            if theta is None
            else np.full(400_000, theta)
        )
        score = at.z * math.sqrt(at.information) + effect * added + rng.normal(0.0, math.sqrt(added), 400_000)
        found = predicted_interval(at, theta=theta, level=0.8)
        z = score / math.sqrt(30.0)
        inside = np.mean((z > found.z_lower) & (z < found.z_upper))
        assert inside == pytest.approx(0.8, abs=4 * math.sqrt(0.8 * 0.2 / 400_000))
        assert np.median(z) == pytest.approx(found.z, abs=0.01)
        assert found.upper == pytest.approx(found.z_upper / math.sqrt(30.0), abs=tolerances.ROUNDING)


def test_inner_futility_is_ordered_by_estimate_as_simulated_trials_are() -> None:
    """Two-sided with a wedge: no stage-wise place, but ordered by the estimate as trials drawn at random."""
    d = group_sequential(
        (0.5, 1.0),
        alpha=0.05,
        beta=0.2,
        sides=2,
        efficacy=KimDeMets(2.0),
        futility=At(GivenZ(0.6), (1,)),
        inner=True,
        binding=True,
    )
    at = interim_look(d, -0.4, look=1)
    found = stopped_estimate(at, SampleMean())
    rng = np.random.default_rng(11)
    score = rng.normal(0.5 * found.upper, math.sqrt(0.5), 1_000_000)
    end = score + rng.normal(0.5 * found.upper, math.sqrt(0.5), 1_000_000)
    z = score / math.sqrt(0.5)
    stopped = (np.abs(z) <= 0.6) | (np.abs(z) >= d.efficacy_z[0])
    estimate = np.where(stopped, score / 0.5, end)
    assert np.mean(estimate >= at.estimate) == pytest.approx(0.975, abs=4 * math.sqrt(0.975 * 0.025 / 1e6))
