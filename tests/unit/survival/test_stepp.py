"""Subpopulation patterns: windows, effects of known windows, refusals."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.errors import ArgumentError, DataError
from equipoise.survival import logrank, milestone, stepp
from equipoise.survival.stepp import windows
from unit.survival.trials import trial

T = trial(8, 240)
MARKER = np.random.default_rng(3).permutation(240) / 10


def test_windows_slide_by_hand() -> None:
    """Six values of two subjects each: windows of 6 that share 4."""
    assert windows(np.repeat(np.arange(6.0), 2), 6, 4) == [(0, 6), (2, 8), (4, 10), (6, 12)]
    assert windows(np.arange(5.0), 2, 0) == [(0, 2), (2, 4), (4, 5)]
    assert windows(np.zeros(4), 2, 1) == [(0, 4)]


def test_each_window_is_the_logrank_test_of_its_subjects() -> None:
    found = stepp(T.time, T.event, T.arm, MARKER, window=100, overlap=60, seed=1, permutations=20)
    for low, high, effect, error in zip(
        found.lowest, found.highest, found.effect, found.std_err, strict=True
    ):
        inside = (low <= MARKER) & (high >= MARKER)
        test = logrank(T.time[inside], T.event[inside], T.arm[inside])
        np.testing.assert_allclose([effect, error], [-test.score / test.information, test.information**-0.5])
    assert found.n.sum() > 240
    assert 1 / 21 <= found.p <= 1


def test_survival_at_a_time_is_the_milestone_comparison() -> None:
    found = stepp(T.time, T.event, T.arm, MARKER, window=100, overlap=60, seed=1, permutations=20, at=6)
    inside = found.highest[0] >= MARKER
    alone = milestone(T.time[inside], T.event[inside], T.arm[inside], at=6)
    np.testing.assert_allclose([found.effect[0], found.std_err[0]], [alone.difference, alone.std_err])
    assert "difference of survival at 6" in repr(found)


def test_an_effect_that_turns_is_seen_and_the_seed_repeats_it() -> None:
    rng = np.random.default_rng(9)
    rate = np.where(T.arm == 1, np.exp(np.where(MARKER > 12, 1.0, -1.0)), 1.0)
    time = rng.exponential(1 / rate)
    given = {"window": 80, "overlap": 50, "permutations": 200}
    found = stepp(time, np.ones(240), T.arm, MARKER, seed=5, **given)
    assert found.p < 0.01
    assert found.effect[0] < -0.4
    assert found.effect[-1] > 0.4
    again = stepp(time, np.ones(240), T.arm, MARKER, seed=5, **given)
    assert again.p == found.p
    assert found.to_frame().height == len(found.n)


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(ArgumentError, match="window, overlap"):
        stepp(T.time, T.event, T.arm, MARKER, window=50, overlap=50, seed=1)
    with pytest.raises(DataError, match="the arms cannot be compared"):
        stepp(T.time, T.event & (MARKER > 12), T.arm, MARKER, window=50, overlap=20, seed=1)
