from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.optimize import minimize

from equipoise.reconstruction.mass import KNEE, project, project_within
from tolerances import PROJECTION

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]


def _problem(seed: int, n: int = 12, r: int = 3) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    rng = np.random.default_rng(seed)
    prior, rows = rng.uniform(0.5, 2.0, n), rng.normal(size=(r, n))
    return prior, rows, rows @ (prior * rng.uniform(0.7, 1.4, n)), rng.uniform(0.05, 0.5, r)


def _price(u: Numbers) -> float:
    size = np.abs(u)
    return np.where(size <= KNEE, 0.5 * size**2, KNEE * size - 0.5 * KNEE**2).sum()


def _objective(m: Numbers, prior: Numbers, rows: Numbers, target: Numbers, spread: Numbers) -> float:
    return (m * np.log(m / prior) - m + prior).sum() + _price((rows @ m - target) / spread)


@pytest.mark.parametrize("seed", range(4))
def test_the_projection_is_the_minimum_that_a_general_optimiser_finds(seed: int) -> None:
    prior, rows, target, spread = _problem(seed)
    found = project(prior, rows, target, spread)
    rival = minimize(
        lambda x: _objective(np.exp(x), prior, rows, target, spread), np.log(prior), method="BFGS", tol=1e-10
    )
    assert found.cost == pytest.approx(_objective(found.mass, prior, rows, target, spread), abs=PROJECTION)
    assert found.cost <= rival.fun + PROJECTION
    np.testing.assert_allclose(found.mass, np.exp(rival.x), rtol=2e-3)


@pytest.mark.parametrize("seed", range(4))
def test_held_totals_are_kept_and_the_rest_is_optimal(seed: int) -> None:
    prior, rows, target, spread = _problem(seed)
    group, totals = np.repeat([0, 1, 2], 4), np.array([3.0, 0.0, 6.0])
    found = project_within(prior, group, totals, rows, target, spread)
    np.testing.assert_allclose(np.bincount(group, found.mass), totals, atol=1e-12)

    def with_shares(x: Numbers) -> float:
        weight = np.exp(x)
        share = weight / np.bincount(group, weight)[group]
        m = share * totals[group]
        kept = m > 0.0
        divergence = (m[kept] * np.log(m[kept] / prior[kept])).sum() - m.sum() + prior.sum()
        return divergence + _price((rows @ m - target) / spread)

    rival = minimize(with_shares, np.log(prior), method="BFGS", tol=1e-10)
    reached = with_shares(np.log(np.maximum(found.mass, 1e-300)))
    assert found.cost == pytest.approx(reached, abs=PROJECTION)
    assert found.cost <= rival.fun + PROJECTION


def test_the_predicted_change_of_cost_is_right_to_second_order() -> None:
    prior, rows, target, spread = _problem(5)
    group, totals = np.repeat([0, 1, 2], 4), np.array([4.0, 5.0, 6.0])
    found = project_within(prior, group, totals, rows, target, spread * 5)
    errors = []
    for size in (0.1, 0.05):
        move = size * np.array([[1.0, -1.0, 0.0]])
        exact = project_within(prior, group, totals + move[0], rows, target, spread * 5).cost - found.cost
        errors.append(abs(found.predicted(totals, move)[0] - exact))
    assert errors[0] < 1e-2
    assert errors[1] < errors[0] / 6.0  # third order: halving the move divides the error by about 8


def test_of_two_contradictory_facts_neither_drags_the_mass_without_bound() -> None:
    prior, rows = np.ones(5), np.ones((2, 5))
    found = project(prior, rows, np.array([5.0, 5000.0]), np.array([0.01, 0.01]))
    assert 4.0 < found.mass.sum() < 5001.0
    assert np.isfinite(found.cost)


def test_a_fact_that_outweighs_the_others_by_far_gives_way() -> None:
    prior, rows = np.ones(5), np.ones((3, 5))
    found = project(prior, rows, np.array([5.0, 5.01, 500.0]), np.full(3, 0.01))
    assert found.mass.sum() == pytest.approx(5.0, abs=0.2)
