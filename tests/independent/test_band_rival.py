"""Critical values of confidence bands against series in 30 digits, and a table's value."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.survival._band_critical import (
    bridge_stays_within,
    equal_precision_critical,
    hall_wellner_critical,
    stationary_stays_within,
)
from independent.naive_band import bridge_stays_within as by_sines
from independent.naive_band import stationary_stays_within as by_kummer


@pytest.mark.parametrize(("c", "time"), [(2.8826, 1.3), (2.0, 0.4), (3.3, 4.0)])
def test_equal_precision_by_eigenvalues(c: float, time: float) -> None:
    np.testing.assert_allclose(stationary_stays_within(c, time), by_kummer(c, time), rtol=1e-8)


@pytest.mark.parametrize(
    ("c", "a", "b"), [(1.2, 0.0, 0.6), (0.8, 0.1, 0.3), (1.6, 0.02, 0.9), (1.3211, 0.1, 0.6)]
)
def test_hall_wellner_by_the_sine_series(c: float, a: float, b: float) -> None:
    np.testing.assert_allclose(bridge_stays_within(c, a, b), by_sines(c, a, b), rtol=1e-9)


def test_critical_values_of_klein_and_moeschberger() -> None:
    """Their table C.4b has 1.3211 for 0.1 to 0.6 at 95 %, and 1.358 is Kolmogorov's.

    Their C.3b, 2.8826, was an approximation: the exact chance of staying within it is 0.9494.
    """
    np.testing.assert_allclose(hall_wellner_critical(0.1, 0.6, 0.95), 1.3211, atol=5e-5)
    np.testing.assert_allclose(hall_wellner_critical(0.0, 1.0, 0.95), 1.3581, atol=5e-5)
    np.testing.assert_allclose(equal_precision_critical(0.1, 0.6, 0.95), 2.8826, atol=5e-3)


def test_a_band_over_one_point_is_the_pointwise_limit() -> None:
    np.testing.assert_allclose(equal_precision_critical(0.3, 0.3 + 1e-13, 0.95), 1.959964, atol=1e-4)
    np.testing.assert_allclose(
        hall_wellner_critical(0.3, 0.3 + 1e-13, 0.95), 1.959964 * np.sqrt(0.21), atol=1e-4
    )
