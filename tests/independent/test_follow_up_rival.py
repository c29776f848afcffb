"""Length of follow-up against a rival that follows the definition."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given

from equipoise.survival import follow_up
from independent.naive_follow_up import clark_completeness, reverse_kaplan_meier
from independent.small_trials import SmallTrial, small_trials


@given(trial=small_trials(most=12))
def test_median_and_quartiles_of_reverse_kaplan_meier(trial: SmallTrial) -> None:
    """By arm and exact; what is not reached is nan."""
    columns = trial.arrays()
    found = follow_up(columns["time"], columns["event"], group=columns["group"])
    for i, label in enumerate(found.groups):
        rows = [j for j, group in enumerate(trial.group) if group == label]
        time, event = [trial.time[j] for j in rows], [trial.event[j] for j in rows]
        for p, ours in (
            (Fraction(1, 4), found.first_quartile[i]),
            (Fraction(1, 2), found.median[i]),
            (Fraction(3, 4), found.third_quartile[i]),
        ):
            theirs = reverse_kaplan_meier(time, event, p)
            np.testing.assert_equal(ours, theirs if np.isfinite(theirs) else np.nan)
        assert (found.n[i], found.shortest[i], found.longest[i]) == (len(rows), min(time), max(time))


def test_without_events_it_is_the_plain_median() -> None:
    """Everybody censored: the median of the times."""
    assert follow_up([1, 2, 5, 9, 11], [False] * 5).median[0] == 5


def test_the_rivals_completeness_by_hand() -> None:
    """One of three was last seen at 2 of 5 possible years: (3 + 5 + 2) / (3 + 5 + 5), the death at 3 counts as complete."""
    assert clark_completeness([3, 5, 2], [True, False, False], [5, 5, 5]) == pytest.approx(10 / 13)
