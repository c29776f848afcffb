"""The score test against a margin, beside two rivals: rational sums, and slopes of the partial likelihood."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.errors import DataError
from equipoise.survival import LogrankTest, logrank
from independent.naive_margin_logrank import margin_score, partial_likelihood_slopes
from independent.small_trials import SmallTrial, small_trials
from tolerances import ROUNDING, SUMMATION

MARGINS = st.sampled_from([Fraction(1, 2), Fraction(1), Fraction(13, 10), Fraction(5, 4), Fraction(3)])


def margin_test(trial: SmallTrial, margin: float) -> LogrankTest | None:
    """The library's test; None where there is nothing to compare."""
    x = trial.arrays()
    try:
        return logrank(
            x["time"], x["event"], x["group"], control="A", strata=x["strata"], hazard_ratio_null=margin
        )
    except DataError:
        return None


@given(trial=small_trials(), margin=MARGINS)
def test_score_and_variance_in_rational_numbers(trial: SmallTrial, margin: Fraction) -> None:
    arm = [g == "B" for g in trial.group]
    score, variance = margin_score(trial.time, trial.event, arm, trial.strata, margin)
    ours = margin_test(trial, float(margin))
    if ours is None:
        assert variance == 0
        return
    np.testing.assert_allclose(ours.score, float(score), rtol=ROUNDING, atol=1e-14)
    np.testing.assert_allclose(ours.information, float(variance), rtol=ROUNDING)
    assert ours.z == pytest.approx(float(score) / math.sqrt(variance), rel=ROUNDING, abs=1e-13)
    assert ours.hazard_ratio == pytest.approx(
        float(margin) * math.exp(-float(score / variance)), rel=ROUNDING
    )


@given(trial=small_trials(), margin=MARGINS)
@settings(max_examples=25)
def test_without_ties_it_is_the_score_test_of_the_partial_likelihood(
    trial: SmallTrial, margin: Fraction
) -> None:
    """Times are drawn apart by their place in the list, so that no two events fall together."""
    apart = [float(t) + i / 1000.0 for i, t in enumerate(trial.time)]
    arm = [g == "B" for g in trial.group]
    slope, curvature = partial_likelihood_slopes(apart, trial.event, arm, trial.strata, float(margin))
    x = trial.arrays()
    try:
        ours = logrank(
            apart, x["event"], x["group"], control="A", strata=x["strata"], hazard_ratio_null=float(margin)
        )
    except DataError:
        assert curvature == pytest.approx(0.0, abs=1e-12)
        return
    np.testing.assert_allclose(ours.score, slope, rtol=SUMMATION, atol=1e-12)
    np.testing.assert_allclose(ours.information, curvature, rtol=SUMMATION)


@given(trial=small_trials(), margin=MARGINS)
@settings(max_examples=25)
def test_with_ties_the_score_stays_breslow_s(trial: SmallTrial, margin: Fraction) -> None:
    arm = [g == "B" for g in trial.group]
    slope, curvature = partial_likelihood_slopes(trial.time, trial.event, arm, trial.strata, float(margin))
    ours = margin_test(trial, float(margin))
    if ours is not None:
        np.testing.assert_allclose(ours.score, slope, rtol=SUMMATION, atol=1e-12)
        assert ours.information <= curvature * (1.0 + SUMMATION)


@given(trial=small_trials(), margin=MARGINS)
def test_swapping_the_arms_turns_the_sign_and_the_margin_over(trial: SmallTrial, margin: Fraction) -> None:
    x, ours = trial.arrays(), margin_test(trial, float(margin))
    if ours is None:
        return
    turned = logrank(
        x["time"],
        x["event"],
        x["group"],
        control="B",
        strata=x["strata"],
        hazard_ratio_null=float(1 / margin),
    )
    np.testing.assert_allclose(turned.z, -ours.z, rtol=SUMMATION, atol=1e-12)
