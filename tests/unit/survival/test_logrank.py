"""The log-rank test and its weighted kin."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given

from equipoise.errors import ArgumentError, DataError
from equipoise.survival import FlemingHarrington, kaplan_meier, logrank, risk_table
from equipoise.survival._logrank_kernels import many_group_sum
from tolerances import ROUNDING, SUMMATION
from unit.survival.trials import Trial, trial, trials


def test_four_subjects_by_hand() -> None:
    """Events at 1 (control, 2 of 4 at risk), 2 (experimental, 2 of 3), 3 (control, 1 of 2)."""
    test = logrank([1, 2, 3, 4], [1, 1, 1, 0], [0, 1, 0, 1])
    expected = 1 / 2 + 2 / 3 + 1 / 2
    variance = 1 / 4 + 2 / 9 + 1 / 4
    np.testing.assert_allclose(test.expected[1], expected, rtol=ROUNDING)
    np.testing.assert_allclose(test.observed, [2, 1])
    np.testing.assert_allclose(test.score, expected - 1, rtol=ROUNDING)
    np.testing.assert_allclose(test.information, variance, rtol=ROUNDING)
    np.testing.assert_allclose(test.z, (expected - 1) / np.sqrt(variance), rtol=ROUNDING)


@given(trials())
def test_swapping_the_arms_flips_the_sign_and_nothing_else(t: Trial) -> None:
    one = logrank(t.time, t.event, t.arm, strata=t.stratum, control=0)
    other = logrank(t.time, t.event, t.arm, strata=t.stratum, control=1)
    np.testing.assert_allclose(one.z, -other.z, atol=ROUNDING)
    np.testing.assert_allclose(one.information, other.information, rtol=ROUNDING)
    np.testing.assert_allclose(one.observed, other.observed[::-1])
    np.testing.assert_allclose(one.expected, other.expected[::-1], rtol=ROUNDING)


def test_fewer_events_on_the_experimental_arm_is_benefit_and_above_zero() -> None:
    arm = np.repeat(["standard", "new"], 50)
    time = np.concatenate((np.arange(1, 51), np.arange(101, 151)))
    test = logrank(time, np.ones(100), arm, control="standard")
    assert test.groups == ("standard", "new")
    assert test.z > 5.0
    benefit = logrank(time, np.ones(100), arm, control="standard", alternative="benefit")
    harm = logrank(time, np.ones(100), arm, control="standard", alternative="harm")
    assert benefit.p < 1e-6
    np.testing.assert_allclose(benefit.p + harm.p, 1.0, rtol=ROUNDING)
    np.testing.assert_allclose(2.0 * benefit.p, test.p, rtol=SUMMATION)


@given(trials(tied=False))
def test_only_the_order_of_times_matters(t: Trial) -> None:
    plain = logrank(t.time, t.event, t.arm)
    stretched = logrank(np.exp(t.time / 20.0), t.event, t.arm)
    np.testing.assert_allclose(plain.z, stretched.z, atol=ROUNDING)


@given(trials())
def test_strata_add_scores_and_information(t: Trial) -> None:
    whole = logrank(t.time, t.event, t.arm, strata=t.stratum)
    score, information = 0.0, 0.0
    for s in np.unique(t.stratum):
        inside = t.stratum == s
        if len(np.unique(t.arm[inside])) < 2:
            continue
        try:
            part = logrank(t.time[inside], t.event[inside], t.arm[inside])
        except DataError:
            continue
        score, information = score + part.score, information + part.information
    # A stratum without information may still hold the rounding of o - e = 0.
    np.testing.assert_allclose([whole.score, whole.information], [score, information], atol=SUMMATION)


@given(trials())
def test_two_groups_are_a_case_of_k_groups(t: Trial) -> None:
    two = logrank(t.time, t.event, t.arm, strata=t.stratum, weight=FlemingHarrington(0.5, 1.0))
    risk = risk_table(t.time, t.event, group=t.arm, strata=t.stratum)
    weight = np.concatenate(
        [
            FlemingHarrington(0.5, 1.0).of_survival(np.append(1.0, pooled.survival)[:-1])
            for pooled in (
                kaplan_meier(t.time[t.stratum == s], t.event[t.stratum == s]) for s in np.unique(t.stratum)
            )
        ]
    )
    expected, variance = np.zeros(2), np.zeros((2, 2))
    many_group_sum(risk.events, risk.at_risk, weight, expected, variance)
    np.testing.assert_allclose(two.expected, expected, rtol=SUMMATION)
    np.testing.assert_allclose(two.variance, variance, rtol=SUMMATION, atol=ROUNDING)


@given(trials())
def test_three_groups_do_not_depend_on_their_order(t: Trial) -> None:
    group = np.arange(len(t.time)) % 3
    one = logrank(t.time, t.event, group)
    other = logrank(t.time, t.event, 2 - group)
    assert one.df == other.df
    np.testing.assert_allclose(one.chi2, other.chi2, rtol=1e-8)
    np.testing.assert_allclose(one.observed.sum(), one.expected.sum(), rtol=ROUNDING)
    assert one.z is None
    assert one.score is None


def test_fleming_harrington_without_exponents_is_the_logrank_test() -> None:
    t = trial(5)
    plain = logrank(t.time, t.event, t.arm)
    weighted = logrank(t.time, t.event, t.arm, weight=FlemingHarrington(0.0, 0.0))
    assert plain.z == weighted.z


def test_late_entry_leaves_out_who_is_not_there_yet() -> None:
    test = logrank([1, 2, 3, 4], [1, 1, 1, 0], [0, 1, 0, 1], entry=[0, 0, 0, 2])
    np.testing.assert_allclose(test.expected[1], 1 / 3 + 1 / 2 + 1 / 2, rtol=ROUNDING)


@pytest.mark.parametrize(
    "arm",
    [
        pl.Series(["new", "old", "new", "old"], dtype=pl.Enum(["old", "new"])),
        pd.Series(pd.Categorical(["new", "old", "new", "old"], categories=["old", "new"], ordered=True)),
    ],
)
def test_declared_categories_keep_their_order(arm: object) -> None:
    assert logrank([1, 2, 3, 4], [1, 1, 1, 1], arm).groups == ("old", "new")


def test_names_have_no_order_so_the_control_must_be_named() -> None:
    with pytest.raises(ArgumentError, match="control must name the control arm, one of 'A', 'B'"):
        logrank([1, 2, 3, 4], [1, 1, 1, 1], ["A", "B", "A", "B"])
    assert logrank([1, 2, 3, 4], [1, 1, 1, 1], ["A", "B", "A", "C"]).df == 2


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"control": 7}, "control must be one of the groups 0, 1, got 7"),
        ({"group": [0, 0, 0, 0]}, "group must hold at least two groups"),
        ({"alternative": "less"}, "alternative must be one of"),
        ({"group": [0, 1, 2, 0], "alternative": "benefit"}, "needs exactly two arms"),
    ],
)
def test_bad_input_is_refused_by_name(change: dict, says: str) -> None:
    given_ = {"time": [1, 2, 3, 4], "event": [1, 1, 1, 1], "group": [0, 1, 0, 1]} | change
    with pytest.raises(ArgumentError, match=says):
        logrank(**given_)


@pytest.mark.parametrize(
    ("event", "strata", "says"),
    [
        ([0, 0, 0, 0], None, "none of the 2 groups has an event"),
        ([1, 1, 1, 1], ["a", "b", "a", "b"], "none of the 4 events happened while two groups were at risk"),
        ([0, 0, 0, 1], None, "none of the 1 events"),
    ],
)
def test_nothing_to_compare_is_refused(event: list[int], strata: list[str] | None, says: str) -> None:
    with pytest.raises(DataError, match=says):
        logrank([1, 2, 3, 4], event, [0, 1, 0, 1], strata=strata)


def test_one_event_gives_a_test() -> None:
    test = logrank([1, 2, 3, 4], [1, 0, 0, 0], [0, 1, 0, 1])
    np.testing.assert_allclose([test.z, test.chi2], [1.0, 1.0], rtol=ROUNDING)


def test_a_group_absent_from_a_stratum_does_no_harm() -> None:
    test = logrank([1, 2, 3, 4, 5, 6], np.ones(6), [0, 1, 0, 1, 0, 0], strata=[0, 0, 0, 0, 1, 1])
    alone = logrank([1, 2, 3, 4], np.ones(4), [0, 1, 0, 1])
    np.testing.assert_allclose(test.z, alone.z, rtol=ROUNDING)


def test_groups_in_separate_strata_lower_the_degrees_of_freedom() -> None:
    """Groups 0 and 1 meet in one stratum, 2 and 3 in another: two comparisons, not three."""
    t = trial(8, 80, strata=2)
    test = logrank(t.time, t.event, t.arm + 2 * t.stratum, strata=t.stratum)
    parts = [logrank(t.time[t.stratum == s], t.event[t.stratum == s], t.arm[t.stratum == s]) for s in (0, 1)]
    assert test.df == 2
    np.testing.assert_allclose(test.chi2, parts[0].chi2 + parts[1].chi2, rtol=SUMMATION)


def test_the_table_names_the_groups_and_the_alternative() -> None:
    frame = logrank([1, 2, 3, 4], [1, 1, 1, 0], [0, 1, 0, 1], alternative="benefit").to_frame()
    assert frame.columns == ["group", "observed", "expected", "z", "chi2", "df", "p", "alternative"]
    assert frame["alternative"].to_list() == ["benefit", "benefit"]


@given(trials())
def test_a_tested_ratio_of_one_is_the_test_of_no_difference_to_the_bit(t: Trial) -> None:
    plain = logrank(t.time, t.event, t.arm, strata=t.stratum)
    at_one = logrank(t.time, t.event, t.arm, strata=t.stratum, hazard_ratio_null=1.0)
    risk = risk_table(t.time, t.event, group=t.arm, strata=t.stratum)
    d, n = risk.events.sum(axis=1), risk.at_risk.sum(axis=1)
    share = risk.at_risk[:, 1] / n
    by_the_textbook = 0.0
    for row in np.flatnonzero(d):
        by_the_textbook += float(risk.events[row, 1] - d[row] * share[row])
    assert (plain.z, plain.score, plain.information) == (at_one.z, at_one.score, at_one.information)
    assert plain.score == -by_the_textbook


def test_four_subjects_against_a_margin_by_hand() -> None:
    """Events at 1 (control, 2 on 2 at risk), 2 (experimental, 1 on 2), 3 (control, 1 on 1); m = 2."""
    test = logrank([1, 2, 3, 4], [1, 1, 1, 0], [0, 1, 0, 1], hazard_ratio_null=2.0)
    p = np.array([4 / 6, 4 / 5, 2 / 3])
    np.testing.assert_allclose(test.score, p.sum() - 1, rtol=ROUNDING)
    np.testing.assert_allclose(test.information, (p * (1 - p)).sum(), rtol=ROUNDING)
    np.testing.assert_allclose(
        test.hazard_ratio, 2.0 * np.exp(-(p.sum() - 1) / (p * (1 - p)).sum()), rtol=ROUNDING
    )
    assert "hazard ratio of 1 over 0 below 2" in repr(test)


@given(trials())
def test_a_wider_margin_is_easier_to_stay_below(t: Trial) -> None:
    scores = [
        logrank(t.time, t.event, t.arm, strata=t.stratum, hazard_ratio_null=m).score
        for m in (0.5, 0.8, 1.0, 1.3, 2.0)
    ]
    assert all(a < b for a, b in pairwise(scores))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"hazard_ratio_null": 0.0}, "hazard_ratio_null must be above 0"),
        ({"hazard_ratio_null": 1.3, "weight": FlemingHarrington(0, 1)}, "must be 1 with a weight"),
        ({"hazard_ratio_null": 1.3, "group": [0, 1, 2, 1]}, "must be 1 with 3 groups"),
    ],
)
def test_a_margin_that_cannot_be_tested_is_refused(more: dict[str, object], words: str) -> None:
    given_ = {"group": [0, 1, 0, 1], **more}
    with pytest.raises(ArgumentError, match=words):
        logrank([1, 2, 3, 4], [1, 1, 1, 0], **given_)
