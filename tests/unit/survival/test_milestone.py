"""Survival at a milestone compared."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.errors import ArgumentError, DataError
from equipoise.survival import milestone
from tolerances import ROUNDING
from unit.survival.trials import trial


def test_without_censoring_it_compares_two_binomial_shares() -> None:
    """6 of 10 alive against 3 of 10."""
    time = np.concatenate((np.arange(1, 11), np.arange(4, 14)))
    found = milestone(time, np.ones(20), np.repeat([0, 1], 10), at=7)
    np.testing.assert_allclose(found.survival, [0.3, 0.6], rtol=ROUNDING)
    std_err = np.sqrt(0.21 / 10 + 0.24 / 10)
    np.testing.assert_allclose(
        [found.difference, found.std_err, found.z], [0.3, std_err, 0.3 / std_err], rtol=ROUNDING
    )
    g = np.log(-np.log([0.3, 0.6]))
    error = np.sqrt(0.021 / (0.3 * np.log(0.3)) ** 2 + 0.024 / (0.6 * np.log(0.6)) ** 2)
    np.testing.assert_allclose(
        [found.log_log_difference, found.log_log_std_err], [g[1] - g[0], error], rtol=ROUNDING
    )
    assert found.log_log_z > 0.0


def test_swapping_the_arms_flips_the_sign() -> None:
    t = trial(1, 80)
    one = milestone(t.time, t.event, t.arm, control=0, at=8)
    other = milestone(t.time, t.event, t.arm, control=1, at=8)
    assert one.z == -other.z
    np.testing.assert_allclose(one.log_log_z, -other.log_log_z, rtol=ROUNDING)


def test_an_arm_without_events_has_no_log_log_scale() -> None:
    found = milestone([1, 5, 5, 5], [1, 0, 0, 0], [0, 0, 1, 1], at=3)
    assert found.log_log_difference is None
    assert found.difference == 0.5
    assert found.to_frame()["measure"].to_list() == ["survival 0", "survival 1", "difference"]


def test_a_milestone_that_nobody_reached_is_refused() -> None:
    with pytest.raises(DataError, match="no subject of arm 0 was followed that long"):
        milestone([1, 9, 5, 5], [1, 0, 0, 1], [0, 0, 1, 1][::-1], control=0, at=7)


def test_no_event_by_then_is_refused() -> None:
    with pytest.raises(DataError, match="0 or 1 on both arms"):
        milestone([4, 9, 5, 5], [1, 0, 0, 0], [0, 0, 1, 1], at=3)


def test_the_milestone_must_be_above_zero() -> None:
    with pytest.raises(ArgumentError, match="at must be above 0"):
        milestone([4, 9, 5, 5], [1, 0, 0, 0], [0, 0, 1, 1], at=0)
