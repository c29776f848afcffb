"""Adjusted log-rank tests and hazard ratios against plain loops."""

from __future__ import annotations

import random

import numpy as np
import pytest

from equipoise.survival import adjusted_hazard_ratio, adjusted_logrank
from independent.naive_adjusted_logrank import NaiveTrial
from tolerances import SUMMATION


@pytest.mark.parametrize("stratified", [False, True])
@pytest.mark.parametrize("seed", ["one", "two", "three"])
def test_score_variance_estimate_and_error(seed: str, stratified: bool) -> None:  # noqa: FBT001 - parametrised
    """Forty subjects with many ties, two covariates, one of them of a large scale."""
    draw = random.Random(seed)  # noqa: S311 - test data, no secret
    n = 40
    x = [[draw.gauss(0, 1), 50 + 10 * draw.random()] for _ in range(n)]
    time = [1 + int(8 * draw.random() * np.exp(-0.4 * row[0])) for row in x]
    event = [draw.random() < 0.75 for _ in range(n)]
    arm = [i % 2 for i in range(n)]
    strata = [draw.choice("uv") if stratified else "all" for _ in range(n)]
    rival = NaiveTrial(time, event, arm, x, strata).adjusted()
    given = {"strata": strata} if stratified else {}
    test = adjusted_logrank(time, event, arm, x, **given)
    np.testing.assert_allclose([-test.score, test.information], [rival.score, rival.variance], rtol=SUMMATION)
    np.testing.assert_allclose(test.z, -rival.score / rival.variance**0.5, rtol=SUMMATION)
    ratio = adjusted_hazard_ratio(time, event, arm, x, **given)
    np.testing.assert_allclose(
        np.log([ratio.unadjusted, ratio.hazard_ratio]), [rival.unadjusted, rival.theta], rtol=SUMMATION
    )
    np.testing.assert_allclose(ratio.log_std_err, rival.std_err, rtol=SUMMATION)
