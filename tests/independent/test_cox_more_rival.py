"""Firth, profile limits and exact ties against rivals written from their definitions."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest

from equipoise.survival import CoxStatus, Firth, cox
from independent.naive_cox import CoxData, partial_loglik
from independent.naive_cox_more import exact_loglik, highest, penalised_loglik


def tied_trial(seed: int, n: int = 14, p: int = 1) -> CoxData:
    """Days 1 to 5, so that events tie; everybody's x drawn from a few values."""
    rng = np.random.default_rng(seed)
    return CoxData(
        time=rng.integers(1, 6, n).tolist(),
        event=(rng.random(n) < 0.7).tolist(),
        x=rng.integers(-2, 3, (n, p)).astype(float).tolist(),
        strata=rng.choice(["u", "v"], n).tolist(),
        entry=None,
    )


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_firth_of_one_covariate(seed: int, ties: str) -> None:
    """Estimate and penalised likelihood to ten digits; profile limits where twice its fall is 3.8415."""
    data = tied_trial(seed)
    fit = cox(data.time, data.event, np.array(data.x), strata=data.strata, ties=ties, penalty="firth")
    limits = fit.profile_limits()
    with mp.workdps(40):

        def f(b: mp.mpf) -> mp.mpf:
            return penalised_loglik([b], data, ties)

        best = highest(f, float(fit.coef[0]) + 0.01)
        np.testing.assert_allclose(fit.coef[0], float(best), rtol=1e-9, atol=1e-10)
        np.testing.assert_allclose(fit.loglik, [float(f(mp.mpf(0))), float(f(best))], rtol=1e-10)
        for limit in (limits.lower[0], limits.upper[0]):
            fall = 2 * (f(best) - f(mp.log(mp.mpf(float(limit)))))
            np.testing.assert_allclose(float(fall), 3.841458820694124, rtol=1e-7)
        np.testing.assert_allclose(limits.chi2[0], 2.0 * float(f(best) - f(mp.mpf(0))), rtol=1e-7, atol=1e-10)


def test_firth_is_finite_where_an_arm_has_no_events() -> None:
    """The ratio of two Poisson counts with half an event added each, in all but the risk sets' changes."""
    time, event, arm = [1, 2, 3, 4, 5, 6, 7, 8], [1, 0, 1, 0, 1, 0, 0, 0], [0, 1, 0, 1, 0, 1, 0, 1]
    assert cox(time, event, arm).status is CoxStatus.MONOTONE
    fit = cox(time, event, arm, penalty=Firth())
    data = CoxData(time, [bool(e) for e in event], [[float(a)] for a in arm])
    with mp.workdps(40):
        best = highest(lambda b: penalised_loglik([b], data, "efron"), float(fit.coef[0]) + 0.01)
    np.testing.assert_allclose(fit.coef[0], float(best), rtol=1e-9)
    assert fit.profile_limits().lower[0] < 1e-2
    assert fit.status is CoxStatus.CONVERGED


def test_firth_of_two_covariates_is_at_the_top() -> None:
    """No step of 1e-4 in any direction is higher, and the value is the rival's."""
    data = tied_trial(11, 16, 2)
    fit = cox(data.time, data.event, np.array(data.x), strata=data.strata, penalty="firth")
    with mp.workdps(40):
        top = penalised_loglik([mp.mpf(float(b)) for b in fit.coef], data, "efron")
        np.testing.assert_allclose(fit.loglik[1], float(top), rtol=1e-11)
        for step in ((1, 0), (0, 1), (1, 1), (1, -1)):
            for side in (-1e-4, 1e-4):
                moved = [mp.mpf(float(b)) + side * s for b, s in zip(fit.coef, step, strict=True)]
                assert penalised_loglik(moved, data, "efron") < top


@pytest.mark.parametrize("ties", ["efron", "breslow", "exact"])
def test_profile_limits_of_an_arm_without_events(ties: str) -> None:
    """The lower limit is 0; the upper is where the likelihood has fallen 1.92 below its supremum."""
    time, event, arm = [1, 2, 3, 4, 5, 6, 7, 8], [1, 0, 1, 0, 1, 0, 0, 0], [0, 1, 0, 1, 0, 1, 0, 1]
    fit = cox(time, event, arm, ties=ties)
    limits = fit.profile_limits()
    assert (limits.lower[0], limits.hazard_ratio[0]) == (0.0, 0.0)
    data = CoxData(time, [bool(e) for e in event], [[float(a)] for a in arm])
    with mp.workdps(30):
        fall = 2 * (fit.loglik[1] - partial_loglik([mp.log(float(limits.upper[0]))], data, "efron"))
    np.testing.assert_allclose(float(fall), 3.841458820694124, rtol=1e-8)


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_exact_ties(seed: int, late: bool) -> None:  # noqa: FBT001
    """Every subset listed: the likelihood at 0 and at the estimate, whose neighbours are lower."""
    data = tied_trial(seed + 20, 13, 2)
    entry = (np.array(data.time) * np.random.default_rng(seed).random(13)).astype(int).tolist()
    data = CoxData(data.time, data.event, data.x, data.strata, entry if late else None)
    fit = cox(data.time, data.event, np.array(data.x), strata=data.strata, entry=data.entry, ties="exact")
    np.testing.assert_allclose(fit.loglik[0], exact_loglik([0.0, 0.0], data), rtol=1e-12)
    if fit.status is CoxStatus.MONOTONE:
        return
    top = exact_loglik(fit.coef.tolist(), data)
    np.testing.assert_allclose(fit.loglik[1], top, rtol=1e-12)
    h = 1e-3
    for j in range(2):
        step = np.eye(2)[j] * h
        up, down = (exact_loglik((fit.coef + s * step).tolist(), data) for s in (1, -1))
        assert max(up, down) < top
        np.testing.assert_allclose((up - down) / (2 * h), 0.0, atol=1e-5)
        curvature = -(up - 2 * top + down) / h**2
        np.testing.assert_allclose(curvature, np.linalg.inv(fit.covariance)[j, j], rtol=1e-4)
