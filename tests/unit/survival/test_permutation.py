"""The permutation log-rank test."""

from __future__ import annotations

from itertools import product
from math import comb

import numpy as np
import pytest

from equipoise.errors import ArgumentError, DataError
from equipoise.survival import Gehan, logrank, permutation_logrank
from tolerances import SUMMATION
from unit.survival.trials import trial


def test_two_blocks_listed_one_by_one() -> None:
    """Blocks of two: four subjects, four allocations; each score by the log-rank test itself."""
    time, event, block = [1, 2, 3, 4, 5, 6], [1, 0, 1, 1, 0, 1], [0, 0, 1, 1, 2, 2]
    arm = np.array([0, 1, 0, 1, 1, 0])
    scores = []
    for first in product((0, 1), repeat=3):
        given = np.array([x for f in first for x in (f, 1 - f)])
        scores.append(logrank(time, event, given, weight=Gehan()).score)
    test = permutation_logrank(time, event, arm, blocks=block, weight=Gehan(), alternative="benefit")
    ours = logrank(time, event, arm, weight=Gehan()).score
    np.testing.assert_allclose(test.score, ours, rtol=SUMMATION)
    np.testing.assert_allclose(test.expected_score, np.mean(scores), atol=SUMMATION)
    np.testing.assert_allclose(test.std_dev, np.std(scores), rtol=SUMMATION)
    np.testing.assert_allclose(test.p, np.mean(np.array(scores) >= ours - 1e-9), rtol=SUMMATION)


def test_three_early_events_in_254_subjects() -> None:
    """Three events at once, all on the control arm of 127: C(127, 3)/C(254, 3) of all allocations."""
    time = np.concatenate(([1.0, 1.0, 1.0], np.full(251, 5.0)))
    arm = np.concatenate(([0, 0, 0], np.arange(251) % 2 == 0)).astype(int)
    assert arm.sum() == 126
    test = permutation_logrank(time, time == 1.0, arm, alternative="benefit")
    np.testing.assert_allclose(test.p, comb(128, 3) / comb(254, 3), rtol=1e-9)


def test_few_events_exactly() -> None:
    """One event while n are at risk: the p is the chance that the experimental arm has it."""
    time, event = [1.0] + [2.0] * 19, [True] + [False] * 19
    arm = [0] * 15 + [1] * 5
    test = permutation_logrank(time, event, arm, alternative="benefit")
    np.testing.assert_allclose(test.p, comb(19, 5) / comb(20, 5), rtol=SUMMATION)


def test_draws_belong_to_their_seed_and_respect_late_entry() -> None:
    t = trial(3, 80)
    one, two, other = (
        permutation_logrank(t.time, t.event, t.arm, strata=t.stratum, entry=t.entry, resamples=500, seed=s)
        for s in (1, 1, 2)
    )
    assert one == two
    assert one.p != other.p
    plain = logrank(t.time, t.event, t.arm, strata=t.stratum, entry=t.entry)
    np.testing.assert_allclose(one.score, plain.score, rtol=SUMMATION, atol=SUMMATION)
    np.testing.assert_allclose(one.expected_score, 0.0, atol=SUMMATION)


def test_many_draws_have_the_moments_of_all_allocations() -> None:
    t = trial(4, 120)
    test = permutation_logrank(t.time, t.event, t.arm, strata=t.stratum, resamples=20000, seed=7)
    normal = logrank(t.time, t.event, t.arm, strata=t.stratum)
    assert abs(test.p - normal.p) < 0.03
    assert test.p_std_err < 0.004


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"resamples": 0, "seed": 1}, "resamples must be a whole number of 1 or more"),
        ({"resamples": 10}, "seed must be a whole number"),
        ({"seed": 10}, "seed has no use without resamples"),
    ],
)
def test_bad_input_is_refused_by_name(change: dict, says: str) -> None:
    with pytest.raises(ArgumentError, match=says):
        permutation_logrank([1, 2, 3, 4], [1, 1, 1, 1], [0, 1, 0, 1], **change)


def test_what_cannot_differ_is_refused() -> None:
    with pytest.raises(DataError, match="every allocation within the blocks gives the same score"):
        permutation_logrank([1, 2, 3, 4], [0, 0, 0, 0], [0, 1, 0, 1])
    t = trial(5, 300, tied=False, events=0.95)
    with pytest.raises(DataError, match="Give resamples= and seed="):
        permutation_logrank(t.time, t.event, t.arm)
