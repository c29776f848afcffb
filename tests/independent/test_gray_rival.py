"""Gray's test beside the sum of every influence on its score, and beside its spread over allocations."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.survival import gray_test
from independent.naive_gray import Sample, gray_by_influence
from tolerances import SUMMATION


def sample(n: int, k: int, days: int, seed: int) -> Sample:
    """Two causes and censoring, alike in all groups."""
    rng = np.random.default_rng(seed)
    time = np.ceil(rng.exponential(1.0, n) * days / 3.0)
    return Sample(time, rng.choice([0, 1, 2], n, p=[0.3, 0.4, 0.3]), rng.integers(0, k, n))


@pytest.mark.parametrize("rho", [0.0, 1.0])
@pytest.mark.parametrize(("n", "k", "days"), [(12, 2, 4), (40, 2, 10**6), (60, 3, 8), (80, 4, 40)])
def test_score_and_covariance_are_sums_of_influences(n: int, k: int, days: int, rho: float) -> None:
    data = sample(n, k, days, seed=n + k)
    score, covariance = gray_by_influence(data, rho)
    found = gray_test(data.time, data.cause, data.group, rho=rho)
    np.testing.assert_allclose(found.score, score, rtol=SUMMATION, atol=SUMMATION)
    np.testing.assert_allclose(found.covariance, covariance, rtol=SUMMATION, atol=SUMMATION)


def test_strata_add_scores_and_covariances() -> None:
    first, second = sample(40, 2, 9, seed=1), sample(30, 2, 9, seed=2)
    parts = [gray_by_influence(s, 0.0) for s in (first, second)]
    found = gray_test(
        np.concatenate((first.time, second.time)),
        np.concatenate((first.cause, second.cause)),
        np.concatenate((first.group, second.group)),
        strata=np.repeat([0, 1], [40, 30]),
    )
    np.testing.assert_allclose(found.score, parts[0][0] + parts[1][0], rtol=SUMMATION, atol=SUMMATION)
    np.testing.assert_allclose(found.covariance, parts[0][1] + parts[1][1], rtol=SUMMATION, atol=SUMMATION)


def test_its_variance_is_the_spread_of_the_score_over_trials_without_an_effect() -> None:
    """1 500 trials of 120: the sample variance of the scores is known to 3.7 %, three of these are allowed."""
    scores, variances = [], []
    for seed in range(1500):
        data = sample(120, 2, 10**6, seed=10_000 + seed)
        test = gray_test(data.time, data.cause, data.group)
        scores.append(test.score[0])
        variances.append(test.covariance[0, 0])
    assert np.mean(variances) == pytest.approx(np.var(scores), rel=0.11)
