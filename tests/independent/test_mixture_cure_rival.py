"""Mixture cure fits against the likelihood written out term by term."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest

from equipoise.survival import mixture_cure
from independent.naive_mixture_cure import CureData, loglik, newton_step
from tolerances import ITERATION, SUMMATION


def simulated(seed: int, n: int = 90) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weibull times of the uncured, a cured fraction of 0.3 or 0.6, censoring after they have nearly all failed."""
    rng = np.random.default_rng(seed)
    arm = np.arange(n) % 2
    cured = rng.random(n) < np.where(arm == 1, 0.6, 0.3)
    time = np.where(cured, np.inf, 2.0 * rng.weibull(1.4, n))
    end = rng.uniform(2.0, 9.0, n)
    return np.round(np.minimum(time, end), 2) + 0.01, time <= end, arm


@pytest.mark.parametrize("latency", ["weibull", "log-normal"])
@pytest.mark.parametrize("parts", ["none", "cure", "both"])
@pytest.mark.parametrize("seed", [1, 2])
def test_coefficients_errors_and_likelihood(seed: int, parts: str, latency: str) -> None:
    """At our estimate Newton's step by the rival's derivatives is nothing against the standard errors."""
    time, event, arm = simulated(seed)
    column = arm[:, None].astype(float)
    found = mixture_cure(
        time,
        event,
        covariates=None if parts == "none" else column,
        latency_covariates=column if parts == "both" else None,
        latency=latency,
    )
    empty = [[] for _ in arm]
    data = CureData(
        time.tolist(),
        event.tolist(),
        empty if parts == "none" else column.tolist(),
        column.tolist() if parts == "both" else empty,
    )
    step, errors, value = newton_step(data, latency, found.coef.tolist())
    np.testing.assert_allclose(found.std_err, errors, rtol=ITERATION)
    np.testing.assert_allclose(np.array(step) / errors, 0.0, atol=ITERATION)
    np.testing.assert_allclose(found.loglik, value, rtol=SUMMATION)


def test_limits_of_the_fraction_lie_where_the_rivals_profile_has_fallen() -> None:
    """Best likelihood with the fraction held at a limit, by a search of the rest: 3.8415/2 below the top."""
    time, event, _ = simulated(3, 60)
    found = mixture_cure(time, event)
    data = CureData(time.tolist(), event.tolist(), [[] for _ in time], [[] for _ in time])
    limits = found.cure_fraction()
    for end in (limits.lower[0], limits.upper[0]):
        held = mp.log(end / (1 - end))
        best = [mp.mpf(found.coef[1]), mp.mpf(found.coef[2])]
        with mp.workdps(30):
            slopes = [
                lambda a, s: mp.diff(lambda v: loglik(data, "weibull", [held, v, s]), a),  # noqa: B023 - used at once
                lambda a, s: mp.diff(lambda v: loglik(data, "weibull", [held, a, v]), s),  # noqa: B023 - used at once
            ]
            rest = mp.findroot(slopes, best, tol=1e-16)
            top = loglik(data, "weibull", [held, rest[0], rest[1]])
        np.testing.assert_allclose(2 * (found.loglik - float(top)), 3.841458820694124, rtol=1e-7)
