"""The interval of hazard ratios that the log-rank score test does not reject."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given

from equipoise.errors import ArgumentError, DataError
from equipoise.survival import cox, hazard_ratio_interval, logrank
from tolerances import ROUNDING, SUMMATION
from unit.survival.trials import Trial, trial, trials


@given(trials())
def test_the_limits_are_where_the_test_is_on_its_critical_value(t: Trial) -> None:
    found = hazard_ratio_interval(t.time, t.event, t.arm, strata=t.stratum, level=0.9)
    for m, z in ((found.lower, -1.6448536269514722), (found.upper, 1.6448536269514722)):
        if 0.0 < m < math.inf:
            at = logrank(t.time, t.event, t.arm, strata=t.stratum, hazard_ratio_null=m)
            np.testing.assert_allclose(at.z, z, rtol=SUMMATION)


@pytest.mark.parametrize("margin", [1.1, 1.3, 1.6])
@pytest.mark.parametrize("seed", range(8))
def test_the_upper_limit_lies_below_a_margin_where_the_test_shows_it(seed: int, margin: float) -> None:
    t = trial(seed, 300)
    found = hazard_ratio_interval(t.time, t.event, t.arm, strata=t.stratum)
    test = logrank(t.time, t.event, t.arm, strata=t.stratum, hazard_ratio_null=margin, alternative="benefit")
    assert (found.upper < margin) == (test.p < 0.025)


def test_two_events_on_the_control_arm_by_hand() -> None:
    """2 on 2 and 1 on 1 at risk: z = √(2 m), so that z = 1.96 at m = 1.96²/2; nothing bounds it below."""
    found = hazard_ratio_interval([1, 2, 3, 4], [1, 0, 1, 0], [0, 1, 0, 1])
    assert (found.hazard_ratio, found.lower) == (0.0, 0.0)
    np.testing.assert_allclose(found.upper, 1.9599639845400545**2 / 2.0, rtol=ROUNDING)


def test_events_on_the_experimental_arm_alone_bound_it_below_only() -> None:
    found = hazard_ratio_interval([1, 2, 3, 4], [0, 1, 0, 0], [0, 1, 0, 1])
    assert found.hazard_ratio == found.upper == math.inf
    assert 0.0 < found.lower < 1.0


def test_without_ties_the_estimate_is_that_of_cox() -> None:
    t = trial(3, 200)
    apart = t.time + np.arange(200) * 1e-4
    found = hazard_ratio_interval(apart, t.event, t.arm, strata=t.stratum)
    fit = cox(apart, t.event, np.asarray(t.arm, dtype=float)[:, None], strata=t.stratum)
    np.testing.assert_allclose(found.hazard_ratio, fit.hazard_ratio[0], rtol=1e-8)
    assert "score limits" in repr(found)


def test_a_critical_value_of_ones_own_makes_the_interval_of_its_level() -> None:
    t = trial(4, 200)
    by_level = hazard_ratio_interval(t.time, t.event, t.arm, level=0.95)
    by_value = hazard_ratio_interval(t.time, t.event, t.arm, critical=1.959963984540054)
    np.testing.assert_allclose(
        [by_value.lower, by_value.upper, by_value.level],
        [by_level.lower, by_level.upper, 0.95],
        rtol=ROUNDING,
    )


def test_nothing_to_compare_and_no_critical_value_are_refused() -> None:
    with pytest.raises(DataError, match="nothing to compare"):
        hazard_ratio_interval([1, 2], [0, 0], [0, 1])
    with pytest.raises(ArgumentError, match="critical must be above 0"):
        hazard_ratio_interval([1, 2], [1, 1], [0, 1], critical=0.0)


def test_one_step_from_a_far_margin_favours_the_second_group_and_the_interval_does_not() -> None:
    """Why the interval's estimate is printed, not the step: 2000 subjects without a difference, margin 3."""
    t = trial(12, 2000)
    found = hazard_ratio_interval(t.time, t.event, t.arm)
    step = logrank(t.time, t.event, t.arm, hazard_ratio_null=3.0).hazard_ratio
    near = logrank(t.time, t.event, t.arm).hazard_ratio
    assert step < found.hazard_ratio
    assert abs(math.log(near / found.hazard_ratio)) < 0.3 * abs(math.log(step / found.hazard_ratio))
