"""The expected score against a margin, beside its integrals and beside trials played one by one."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

import tolerances
from equipoise.design import expected_score
from independent.expected_margin_score import expected_margin_score
from independent.naive_margin_logrank import margin_score
from independent.naive_trial_simulator import cut, draw_subjects
from independent.test_expected_score import CURED, SETTINGS, assumptions, naive

BAND = 4.5


@pytest.mark.parametrize("margin", [0.8, 1.25, 1.6])
@pytest.mark.parametrize("name", SETTINGS)
def test_package_and_integrals_agree(name: str, margin: float) -> None:
    setting = SETTINGS[name]
    strata, accrual = assumptions(setting)
    times = [3.0, 20.0, 36.0, 75.0]
    found = expected_score(
        strata, accrual, at=times, ratio=setting.get("allocation", 1.0), hazard_ratio_null=margin
    )
    for k, time in enumerate(times):
        score, variance = expected_margin_score(time, margin, **setting)
        assert found.score[k] == pytest.approx(score, abs=tolerances.RIVAL_EVENTS)
        assert found.information[k] == pytest.approx(variance, abs=tolerances.RIVAL_EVENTS)


def test_under_the_margin_itself_nothing_is_expected() -> None:
    at_margin = {**CURED, "hazard_ratio": ((1.4,) * 4,) * 2}
    strata, accrual = assumptions(at_margin)
    found = expected_score(strata, accrual, at=[30.0, 60.0], hazard_ratio_null=1.4)
    assert found.score == pytest.approx([0.0, 0.0], abs=1e-12)
    assert found.hazard_ratio == pytest.approx([1.4, 1.4], rel=1e-12)


def test_played_trials_have_the_expected_score_and_variance() -> None:
    """Numbers at risk are put at their means: half an event of score and 0.3 of V are left for that."""
    setting = {**CURED, "hazard_ratio": ((0.9,) * 4,) * 2}
    trial, calendar, margin = naive(setting, (1,), (0.0,)), 48.0, 1.5
    looks = []
    for child in np.random.SeedSequence(41).spawn(120):
        stratum, arm, time, event = cut(draw_subjects(trial, np.random.default_rng(child)), calendar)
        late_first = np.argsort(-time)
        score = variance = 0.0
        for s in (0, 1):
            mine = late_first[stratum[late_first] == s]
            on_one = np.cumsum(arm[mine])
            on_none = np.arange(1, len(mine) + 1) - on_one
            p = margin * on_one / (on_none + margin * on_one)
            seen = event[mine]
            score += float((p[seen] - arm[mine][seen]).sum())
            variance += float((p[seen] * (1.0 - p[seen])).sum())
        looks.append((score, variance))
    found = np.array(looks)
    expected = expected_margin_score(calendar, margin, **setting)
    for k, slack in ((0, 0.5), (1, 0.3)):
        error = BAND * found[:, k].std() / math.sqrt(len(found)) + slack
        assert found[:, k].mean() == pytest.approx(expected[k], abs=error)


def test_the_played_statistic_is_the_naive_one() -> None:
    """The sorted sums above, on one small cut, are the sums of the rational rival."""
    time, event = [3.0, 5.0, 8.0, 9.0], [True, True, False, True]
    score, variance = margin_score(time, event, [True, False, True, False], ["a"] * 4, Fraction(3, 2))
    p = [Fraction(3, 5), Fraction(3, 7), Fraction(0)]
    assert score == sum(p) - 1
    assert variance == sum(x * (1 - x) for x in p)
