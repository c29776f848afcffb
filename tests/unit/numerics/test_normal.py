"""Tails of the normal distribution against mpmath."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest

from equipoise.numerics import normal
from tolerances import ROUNDING


@pytest.mark.parametrize("z", [-8.0, -1.3, 0.0, 0.7, 2.0, 6.99135170708, 12.0, 37.0])
def test_tails_keep_their_relative_accuracy(z: float) -> None:
    with mpmath.workdps(50):
        upper = mpmath.erfc(mpmath.mpf(z) / mpmath.sqrt(2)) / 2
        assert float(normal.sf(z)) == pytest.approx(float(upper), rel=ROUNDING)
        assert float(normal.cdf(-z)) == pytest.approx(float(upper), rel=ROUNDING)
        assert float(normal.log_sf(z)) == pytest.approx(float(mpmath.log(upper)), rel=ROUNDING)
        assert float(normal.density(z)) == pytest.approx(float(mpmath.npdf(z)), rel=ROUNDING)


@pytest.mark.parametrize("p", [1e-300, 1e-12, 0.025, 0.3, 0.5, 0.999])
def test_quantiles_turn_the_tails_back(p: float) -> None:
    assert float(normal.sf(normal.upper_quantile(p))) == pytest.approx(p, rel=1e-11)
    assert float(normal.cdf(normal.quantile(p))) == pytest.approx(p, rel=1e-11)
    assert float(normal.upper_quantile_of_log(math.log(p))) == pytest.approx(
        float(normal.upper_quantile(p)), abs=ROUNDING, rel=ROUNDING
    )


def test_quantiles_of_certainty_are_infinite() -> None:
    assert normal.upper_quantile(np.array([0.0, 1.0])).tolist() == [math.inf, -math.inf]


def test_a_log_probability_below_the_smallest_float_has_a_quantile() -> None:
    z = float(normal.upper_quantile_of_log(-5000.0))
    assert float(normal.log_sf(z)) == pytest.approx(-5000.0, rel=ROUNDING)
