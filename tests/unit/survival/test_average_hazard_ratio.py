"""Average hazard ratios, window means and cause-specific hazards: signs, identities, refusals."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.errors import ArgumentError, DataError
from equipoise.survival import average_hazard_ratio, cause_specific_cox, cox, rmst, window_mean
from unit.survival.trials import trial

T = trial(3, 200, strata=3)
CAUSE = np.where(T.event, 1 + (T.stratum == 1), 0)


def test_swapping_the_arms_inverts_the_ratio_and_flips_the_sign() -> None:
    one = average_hazard_ratio(T.time, T.event, T.arm, control=0, tau=15)
    other = average_hazard_ratio(T.time, T.event, T.arm, control=1, tau=15)
    np.testing.assert_allclose(one.hazard_ratio * other.hazard_ratio, 1.0)
    np.testing.assert_allclose([one.z, one.lower], [-other.z, 1 / other.upper])
    np.testing.assert_allclose(one.concordance, 1 - other.concordance)


def test_proportional_hazards_give_their_ratio_whatever_the_horizon() -> None:
    rng = np.random.default_rng(5)
    arm = np.repeat([0, 1], 40_000)
    time = rng.exponential(1.0, 80_000) / np.where(arm == 1, 0.5, 1.0)
    seen = np.minimum(time, rng.uniform(0.5, 3.0, 80_000))
    for tau in (0.5, 2.0):
        found = average_hazard_ratio(seen, time <= seen, arm, tau=tau)
        assert abs(np.log(found.hazard_ratio / 0.5)) < 4 * found.log_std_err
        assert found.z > 30
    assert found.to_frame()["measure"].to_list() == ["average hazard ratio", "concordance"]


def test_pairs_without_censoring_are_counted() -> None:
    """Of the four pairs the control subject dies first in three."""
    found = average_hazard_ratio([1, 3, 2, 4], [1, 1, 1, 1], ["c", "c", "e", "e"], control="c", tau=3)
    np.testing.assert_allclose(found.hazard_ratio, 1 / 3)
    np.testing.assert_allclose(found.concordance, 3 / 4)


def test_an_arm_without_events_or_without_follow_up_is_refused() -> None:
    with pytest.raises(DataError, match="arm 1 has no event by tau"):
        average_hazard_ratio([1, 3, 2, 4], [1, 1, 0, 0], [0, 0, 1, 1], tau=3)
    with pytest.raises(ArgumentError, match="smaller of the arms' last times, 3"):
        average_hazard_ratio([1, 3, 2, 4], [1, 1, 1, 1], [0, 0, 1, 1], tau=3.5)


def test_windows_add_up_to_the_restricted_mean() -> None:
    first = window_mean(T.time, T.event, T.arm, start=0, end=6)
    second = window_mean(T.time, T.event, T.arm, start=6, end=15)
    whole = rmst(T.time, T.event, T.arm, tau=15)
    np.testing.assert_allclose(first.mean + second.mean, whole.mean)
    np.testing.assert_allclose(first.difference + second.difference, whole.difference)
    assert repr(second).startswith("Mean survival time from 6 to 15")
    np.testing.assert_allclose(
        window_mean(T.time, T.event, T.arm, start=0, end=15).std_err, whole.std_err, rtol=1e-14
    )


@pytest.mark.parametrize(("start", "end"), [(5, 5), (6, 5), (-1, 5), (0, 1e9)])
def test_a_window_must_lie_within_the_follow_up(start: float, end: float) -> None:
    with pytest.raises(ArgumentError):
        window_mean(T.time, T.event, start=start, end=end)


def test_other_causes_end_observation() -> None:
    found = cause_specific_cox(T.time, CAUSE, T.arm, of=2, strata=T.stratum % 2, entry=T.entry)
    same = cox(T.time, CAUSE == 2, T.arm, strata=T.stratum % 2, entry=T.entry)
    np.testing.assert_array_equal([found.coef, found.std_err], [same.coef, same.std_err])
    assert found.n_events == np.sum(CAUSE == 2)


def test_a_cause_that_nobody_had_is_refused() -> None:
    with pytest.raises(ArgumentError, match="must be one of the causes"):
        cause_specific_cox(T.time, CAUSE, T.arm, of=7)
    with pytest.raises(ArgumentError, match="must be a cause"):
        cause_specific_cox(T.time, CAUSE, T.arm, of=0)
