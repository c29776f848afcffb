"""Restricted means adjusted by pseudo-values, against leaving out each subject in turn."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest

from equipoise.survival import rmst
from independent.naive_pseudo_values import equations, pseudo_values
from tolerances import SUMMATION


@pytest.mark.parametrize("pseudo", ["pooled", "by-arm"])
@pytest.mark.parametrize("tau", [Fraction(7, 2), Fraction(6), Fraction(9)])
@pytest.mark.parametrize("seed", ["x", "y"])
def test_difference_ratio_and_errors(seed: str, tau: Fraction, pseudo: str) -> None:
    """Thirty subjects on whole days, the last two at the horizon at the latest."""
    draw = random.Random(seed)  # noqa: S311 - test data, no secret
    time = [draw.randint(1, 10) for _ in range(28)] + [9, 10]
    event = [draw.random() < 0.6 for _ in range(28)] + [seed == "x", True]
    arm = [draw.randint(0, 1) for _ in range(28)] + [0, 1]
    x = [[draw.gauss(0, 1), float(draw.randint(40, 70))] for _ in range(30)]
    found = rmst(time, event, arm, tau=float(tau), covariates=x, pseudo=pseudo)
    if pseudo == "pooled":
        y = pseudo_values(time, event, tau)
    else:
        y = [Fraction(0)] * 30
        for a in (0, 1):
            mine = [i for i in range(30) if arm[i] == a]
            for i, v in zip(
                mine, pseudo_values([time[i] for i in mine], [event[i] for i in mine], tau), strict=True
            ):
                y[i] = v
    z = [[1.0, float(a), *row] for a, row in zip(arm, x, strict=True)]
    b, e = equations(y, z, logarithmic=False)
    np.testing.assert_allclose(
        [found.adjusted.difference, found.adjusted.std_err], [b[1], e[1]], rtol=SUMMATION
    )
    b, e = equations(y, z, logarithmic=True)
    q = 1.959963984540054
    np.testing.assert_allclose(
        [found.adjusted.ratio, found.adjusted.ratio_lower, found.adjusted.ratio_upper],
        np.exp([b[1], b[1] - q * e[1], b[1] + q * e[1]]),
        rtol=1e-8,
    )
    assert found.comparison.difference == rmst(time, event, arm, tau=float(tau)).difference
