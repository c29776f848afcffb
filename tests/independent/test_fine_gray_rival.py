"""Fine-Gray models against the definition: likelihood, score, and the influence of each subject."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.survival import fine_gray
from independent.naive_fine_gray import CompetingData, influence, loglik_and_score


def competing(seed: int, *, tied: bool) -> CompetingData:
    """40 subjects, two strata, two censoring groups that are not the strata."""
    rng = np.random.default_rng(seed)
    n = 40
    time = rng.exponential(4.0, n) + 0.1
    return CompetingData(
        time=(np.ceil(time) if tied else time).tolist(),
        cause=rng.choice([0, 1, 1, 2, 2], n).tolist(),
        x=np.column_stack((rng.integers(0, 2, n), rng.normal(size=n))).tolist(),
        strata=rng.choice(["u", "v"], n).tolist(),
        censoring=rng.choice(["p", "q"], n).tolist(),
    )


@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.parametrize("stratified", [True, False])
@pytest.mark.parametrize("grouped", [True, False])
def test_estimate_and_robust_error(tied: bool, stratified: bool, grouped: bool) -> None:  # noqa: FBT001
    """The score vanishes at the estimate. Without ties the sandwich is that of the influences, to the definition.

    (With ties Fine and Gray's ψ takes a censoring at the time of an event as before it, the curve as after.)
    """
    data = competing(5, tied=tied)
    n = len(data.time)
    data = CompetingData(
        data.time,
        data.cause,
        data.x,
        data.strata if stratified else ["all"] * n,
        data.censoring if grouped else ["all"] * n,
    )
    cluster = np.arange(n) // 2
    fits = [
        fine_gray(
            data.time,
            data.cause,
            np.array(data.x),
            strata=data.strata,
            censoring_group=data.censoring,
            cluster=c,
        )
        for c in (None, cluster)
    ]
    fit = fits[0]
    loglik, score = loglik_and_score(fit.coef.tolist(), data)
    np.testing.assert_allclose(fit.loglik[1], loglik, rtol=1e-11)
    np.testing.assert_allclose(fit.loglik[0], loglik_and_score([0.0, 0.0], data)[0], rtol=1e-12)
    np.testing.assert_allclose(score, 0.0, atol=1e-7)
    if tied:
        return
    h = 1e-5
    columns = []
    for k in range(2):
        step = np.eye(2)[k] * h
        up, down = (loglik_and_score((fit.coef + s * step).tolist(), data)[1] for s in (1, -1))
        columns.append([-(a - b) / (2 * h) for a, b in zip(up, down, strict=True)])
    inverse = np.linalg.inv(np.array(columns))
    each = np.array(influence(fit.coef.tolist(), data))
    np.testing.assert_allclose(fit.covariance, inverse @ (each.T @ each) @ inverse, rtol=1e-5)
    pairs = each[::2] + each[1::2]
    np.testing.assert_allclose(fits[1].covariance, inverse @ (pairs.T @ pairs) @ inverse, rtol=1e-5)
