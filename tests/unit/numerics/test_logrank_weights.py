"""Weights of log-rank tests."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.errors import ArgumentError
from equipoise.numerics.logrank_weights import FlemingHarrington
from tolerances import ROUNDING


def test_weights_by_hand() -> None:
    s = np.array([1.0, 0.81, 0.25])
    np.testing.assert_allclose(FlemingHarrington(0.5, 0.0).of_survival(s), [1.0, 0.9, 0.5], rtol=ROUNDING)
    np.testing.assert_allclose(FlemingHarrington(0.0, 1.0).of_survival(s), [0.0, 0.19, 0.75], rtol=ROUNDING)
    np.testing.assert_allclose(FlemingHarrington(1.0, 2.0).of_survival(s), s * (1 - s) ** 2, rtol=ROUNDING)


def test_no_exponent_weighs_everything_alike_even_at_zero() -> None:
    assert FlemingHarrington().of_survival(np.array([1.0, 0.5, 0.0])).tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize("exponents", [(-1.0, 0.0), (0.0, float("nan"))])
def test_exponents_are_checked_at_birth(exponents: tuple[float, float]) -> None:
    with pytest.raises(ArgumentError, match=r"rho|gamma"):
        FlemingHarrington(*exponents)
