"""Restricted mean survival time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from equipoise.errors import ArgumentError, DataError
from equipoise.survival import rmst
from tolerances import ROUNDING
from unit.survival.trials import Trial, trials


def test_three_subjects_by_hand() -> None:
    """S = 1, 2/3 from 1, 1/3 from 2: area to 3 is 2; variance (1)² 1/(3·2) + (1/3)² 1/(2·1)."""
    found = rmst([1, 2, 3], [1, 1, 0], tau=3)
    np.testing.assert_allclose(found.mean, [2.0], rtol=ROUNDING)
    np.testing.assert_allclose(found.mean_std_err, [np.sqrt(1 / 6 + 1 / 18)], rtol=ROUNDING)


@given(trials(tied=False))
def test_with_every_event_seen_it_is_the_mean_of_the_shortened_times(t: Trial) -> None:
    tau = 0.9 * t.time.max()
    found = rmst(t.time, np.ones(len(t.time)), tau=tau)
    kept = np.minimum(t.time, tau)
    np.testing.assert_allclose(found.mean, [kept.mean()], rtol=ROUNDING)
    np.testing.assert_allclose(found.mean_std_err, [kept.std() / np.sqrt(len(kept))], rtol=1e-10)


@given(trials())
def test_swapping_the_arms_flips_the_difference(t: Trial) -> None:
    tau = float(min(t.time[t.arm == g].max() for g in (0, 1)))
    try:
        one = rmst(t.time, t.event, t.arm, control=0, tau=tau)
    except DataError:
        return
    other = rmst(t.time, t.event, t.arm, control=1, tau=tau)
    assert one.difference == -other.difference
    np.testing.assert_allclose([one.lower, one.upper], [-other.upper, -other.lower], rtol=ROUNDING)
    np.testing.assert_allclose(one.ratio, 1.0 / other.ratio, rtol=ROUNDING)
    np.testing.assert_allclose(one.mean, other.mean[::-1])


def test_longer_survival_on_the_experimental_arm_is_benefit() -> None:
    found = rmst([1, 2, 9, 10], [1, 1, 1, 0], ["old", "old", "new", "new"], control="old", tau=2)
    assert found.groups == ("old", "new")
    assert found.difference > 0.0
    assert found.comparison.z > 0.0
    assert found.ratio > 1.0


def test_the_horizon_may_reach_but_not_pass_the_smaller_last_time() -> None:
    data = ([1, 5, 2, 8], [1, 0, 1, 0], [0, 0, 1, 1])
    assert rmst(*data, tau=5).tau == 5.0
    with pytest.raises(ArgumentError, match="tau may not pass the smaller of the arms' last times, 5, got 6"):
        rmst(*data, tau=6)


def test_no_event_before_the_horizon_leaves_means_but_no_comparison() -> None:
    assert rmst([5, 6], [0, 1], tau=4).mean.tolist() == [4.0]
    with pytest.raises(DataError, match="no event before tau on either arm"):
        rmst([5, 6, 5, 6], [0, 1, 0, 1], [0, 0, 1, 1], tau=4)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"tau": 0}, "tau must be above 0"),
        ({"group": [0, 1, 2, 0]}, "group must hold exactly two arms"),
        ({"control": 0}, "control needs group="),
        ({"group": list("abab")}, "control must name the control arm"),
    ],
)
def test_bad_input_is_refused_by_name(change: dict, says: str) -> None:
    with pytest.raises(ArgumentError, match=says):
        rmst(**({"time": [1, 2, 3, 4], "event": [1, 1, 1, 1], "tau": 2} | change))


def test_one_group_has_no_difference() -> None:
    found = rmst([1, 2, 3], [1, 1, 0], tau=3)
    with pytest.raises(ArgumentError, match="two arms for a comparison"):
        _ = found.difference
    assert found.to_frame()["measure"].to_list() == ["mean"]


def test_adjustment_needs_two_arms_and_covariates_that_differ_from_the_arm() -> None:
    given = {"time": [1, 2, 3, 4, 5, 6, 7, 8], "event": [1, 1, 1, 1, 0, 1, 1, 0], "tau": 6}
    arm = [0, 1] * 4
    found = rmst(**given, group=arm, covariates=[3, 1, 4, 1, 5, 9, 2, 6])
    assert found.adjusted.difference != found.comparison.difference
    assert found.to_frame()["measure"].to_list()[-2:] == ["adjusted difference", "adjusted ratio"]
    with pytest.raises(ArgumentError, match="need group="):
        rmst(**given, covariates=arm)
    with pytest.raises(DataError, match="combinations of one another"):
        rmst(**given, group=arm, covariates=arm)
    with pytest.raises(ArgumentError, match="pseudo"):
        rmst(**given, group=arm, covariates=[3, 1, 4, 1, 5, 9, 2, 6], pseudo="own")


def test_adjustment_for_what_is_balanced_leaves_the_difference_of_the_pseudo_values() -> None:
    """Without censoring the pseudo-values are min(T, tau) themselves."""
    time, arm = [1, 2, 3, 4, 5, 6, 7, 8], [0, 1, 1, 0, 0, 1, 1, 0]
    found = rmst(time, [1] * 8, arm, tau=6, covariates=[0, 0, 1, 1, 0, 0, 1, 1])
    np.testing.assert_allclose(found.adjusted.difference, found.difference)
