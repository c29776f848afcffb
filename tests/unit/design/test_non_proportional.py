"""Weighted log-rank, MaxCombo, restricted-mean, milestone and one-sample designs: identities and refusals."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import tolerances
from equipoise.design import (
    Accrual,
    FlemingHarrington,
    GivenZ,
    LanDeMetsOBrienFleming,
    MagirrBurman,
    OBrienFleming,
    PiecewiseConstant,
    Stratum,
    expected_hazard_ratio,
    expected_milestone,
    expected_one_sample_logrank,
    expected_rmst,
    expected_score,
    expected_weighted_logrank,
    maxcombo_design,
    sequential_test,
)
from equipoise.design.score_moments import score_moments
from equipoise.errors import ArgumentError, DesignError
from equipoise.numerics.logrank_weights import Gehan, PetoPeto

STRATA = [
    Stratum(
        0.7,
        PiecewiseConstant((0.0, 18.0), (0.02, 0.01)),
        PiecewiseConstant((0.0, 6.0), (1.0, 0.5)),
        0.004,
        0.006,
    ),
    Stratum(0.3, 0.06, PiecewiseConstant((0.0, 6.0), (1.0, 0.6)), 0.004, 0.006),
]
ACCRUAL = Accrual(PiecewiseConstant((0.0, 6.0), (10.0, 30.0)), 20.0)
AT = [18.0, 30.0, 48.0]
OBF = LanDeMetsOBrienFleming()


def mirrored(strata: list[Stratum]) -> list[Stratum]:
    """The arms changing places."""
    return [
        Stratum(
            s.prevalence,
            s.experimental_hazard,
            PiecewiseConstant(s.hazard_ratio.starts, tuple(1.0 / r for r in s.hazard_ratio.rates)),
            s.experimental_dropout,
            s.control_dropout,
        )
        for s in strata
    ]


def test_without_weight_it_is_the_log_rank_test() -> None:
    found = expected_weighted_logrank(STRATA, ACCRUAL, at=AT, weight=None, ratio=2.0)
    moments = score_moments(STRATA, ACCRUAL, at=AT, ratio=2.0)
    np.testing.assert_allclose(found.mean, moments.mean, rtol=tolerances.SUMMATION)
    np.testing.assert_allclose(found.sd, moments.sd, rtol=tolerances.SUMMATION)
    np.testing.assert_allclose(found.correlation, moments.correlation, rtol=tolerances.SUMMATION)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (FlemingHarrington(0, 0), None),
        (MagirrBurman(least_survival=1.0), None),
        (MagirrBurman(delay=0.0), None),
        (PetoPeto(), FlemingHarrington(1, 0)),
    ],
)
def test_weights_that_are_one_another(one: object, other: object) -> None:
    a = expected_weighted_logrank(STRATA, ACCRUAL, at=AT, weight=one)
    b = expected_weighted_logrank(STRATA, ACCRUAL, at=AT, weight=other)
    for name in ("mean", "sd", "correlation", "information"):
        np.testing.assert_allclose(
            getattr(a, name), getattr(b, name), rtol=tolerances.SUMMATION, err_msg=name
        )


def test_swapping_the_arms_turns_the_sign() -> None:
    for weight in (None, FlemingHarrington(0, 1), MagirrBurman(delay=6.0)):
        there = expected_weighted_logrank(STRATA, ACCRUAL, at=AT, weight=weight)
        back = expected_weighted_logrank(mirrored(STRATA), ACCRUAL, at=AT, weight=weight)
        np.testing.assert_allclose(there.mean, -back.mean, rtol=tolerances.SUMMATION)
    there, back = (expected_rmst(s, ACCRUAL, at=AT, tau=12.0) for s in (STRATA, mirrored(STRATA)))
    np.testing.assert_allclose(there.mean, -back.mean, rtol=tolerances.SUMMATION)
    there, back = (
        expected_milestone(s, ACCRUAL, at=AT, milestone=12.0, scale="log-log")
        for s in (STRATA, mirrored(STRATA))
    )
    np.testing.assert_allclose(there.mean, -back.mean, rtol=tolerances.SUMMATION)


def test_more_patients_leave_the_spread_as_it_is() -> None:
    one = expected_weighted_logrank(STRATA, ACCRUAL, at=AT, weight=FlemingHarrington(0, 1)).scaled(3.0)
    three = expected_weighted_logrank(STRATA, ACCRUAL.scaled(3.0), at=AT, weight=FlemingHarrington(0, 1))
    for name in ("mean", "sd", "correlation", "patients", "events"):
        np.testing.assert_allclose(
            getattr(one, name), getattr(three, name), rtol=tolerances.SUMMATION, err_msg=name
        )


def test_one_stratum_cut_in_two_alike_is_one() -> None:
    whole = [Stratum(1.0, 0.05, PiecewiseConstant((0.0, 4.0), (1.0, 0.5)))]
    halves = [Stratum(0.5, 0.05, PiecewiseConstant((0.0, 4.0), (1.0, 0.5))) for _ in range(2)]
    a = expected_weighted_logrank(whole, ACCRUAL, at=AT, weight=FlemingHarrington(0, 1))
    b = expected_weighted_logrank(halves, ACCRUAL, at=AT, weight=FlemingHarrington(0, 1))
    np.testing.assert_allclose(a.mean, b.mean, rtol=tolerances.SUMMATION)
    pooled = expected_weighted_logrank(
        halves, ACCRUAL, at=AT, weight=FlemingHarrington(0, 1), stratified=False
    )
    np.testing.assert_allclose(a.sd, pooled.sd, rtol=tolerances.SUMMATION)


def test_the_average_hazard_ratio_of_a_constant_one_is_it() -> None:
    strata = [Stratum(0.4, 0.03, 0.7), Stratum(0.6, 0.08, 0.7)]
    found = expected_hazard_ratio(strata, ACCRUAL, at=AT)
    np.testing.assert_allclose(found.by_events, 0.7, rtol=tolerances.ROUNDING)
    np.testing.assert_allclose(found.by_information, 0.7, rtol=tolerances.ROUNDING)
    score = expected_score(STRATA, ACCRUAL, at=AT)
    late = expected_hazard_ratio(STRATA, ACCRUAL, at=AT)
    np.testing.assert_allclose(late.by_score, score.hazard_ratio, rtol=tolerances.SUMMATION)
    np.testing.assert_allclose(late.by_events, np.exp(score.log_hazard_ratio), rtol=tolerances.SUMMATION)
    assert (np.diff(late.by_events) < 0.0).all()
    assert late.to_frame().columns == ["time", "events", "by_events", "by_information", "by_score"]


def test_no_effect_has_mean_zero_and_spread_one() -> None:
    """Under the null every statistic is standard normal, but for what a log-log milestone's errors do."""
    null = [Stratum(1.0, 0.05, 1.0, 0.01, 0.01)]
    for found in (
        expected_weighted_logrank(null, ACCRUAL, at=AT, weight=FlemingHarrington(0, 1)),
        expected_rmst(null, ACCRUAL, at=AT, tau=12.0),
        expected_milestone(null, ACCRUAL, at=AT, milestone=12.0),
        expected_milestone(null, ACCRUAL, at=AT, milestone=12.0, scale="log-log"),
        expected_one_sample_logrank(0.05, 0.05, ACCRUAL, at=AT, dropout=0.01),
    ):
        np.testing.assert_allclose(found.mean, 0.0, atol=tolerances.SUMMATION)
        np.testing.assert_allclose(found.sd, 1.0, rtol=tolerances.NULL_SPREAD)
        canonical = np.sqrt(found.information_fraction[:-1] / found.information_fraction[1:])
        np.testing.assert_allclose(found.correlation, canonical, rtol=tolerances.NULL_SPREAD)


def test_maxcombo_bounds_lie_between_one_test_and_bonferroni() -> None:
    one = sequential_test(
        expected_weighted_logrank(STRATA, ACCRUAL, at=[48.0], weight=None), alpha=0.025, efficacy=OBF
    )
    combo = maxcombo_design(
        STRATA, ACCRUAL, at=[48.0], weights=[None, FlemingHarrington(0, 1)], alpha=0.025, efficacy=OBF
    )
    assert one.sequential.efficacy_z[0] < combo.efficacy_z[0] < 2.2414
    assert combo.alpha_spent[0] == pytest.approx(0.025, abs=tolerances.SUMMATION)
    assert combo.crossing(null=True).efficacy[0] == pytest.approx(0.025, abs=tolerances.SUMMATION)


def test_maxcombo_with_looks_spends_its_error_and_reaches_its_power() -> None:
    found = maxcombo_design(
        STRATA,
        ACCRUAL,
        at=AT,
        weights=[None, FlemingHarrington(0, 1)],
        alpha=0.025,
        efficacy=OBF,
        futility=GivenZ(0.0),
        power=0.9,
    )
    fraction = found.expected.events / found.expected.events[-1]
    np.testing.assert_allclose(found.alpha_spent, OBF.spent(fraction, 0.025), atol=tolerances.LATTICE)
    assert found.power == pytest.approx(0.9, abs=tolerances.LATTICE)
    table = found.to_frame()
    assert table["look"].to_list() == [1, 2, 3]
    assert table["efficacy_assumed"].sum() + table["futility_assumed"].sum() == pytest.approx(1.0, abs=1e-9)
    assert found.patients == pytest.approx(ACCRUAL.patients * found.factor)


def test_interim_looks_by_the_log_rank_test_alone() -> None:
    asked = {"at": AT, "weights": [None, FlemingHarrington(0, 1)], "alpha": 0.025, "efficacy": OBF}
    found = maxcombo_design(STRATA, ACCRUAL, interim_weights=[None], **asked)
    both = maxcombo_design(STRATA, ACCRUAL, **asked)
    assert (found.efficacy_z[:2] < both.efficacy_z[:2]).all()
    assert [t.count(",") for t in found.to_frame()["tests"].to_list()][:2] == [0, 0]


HARM = [Stratum(1.0, 0.05, 1.5)]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: expected_weighted_logrank(STRATA, ACCRUAL, at=AT, weight=Gehan()), ArgumentError, "look to look"),
        (lambda: expected_weighted_logrank(STRATA, ACCRUAL, at=[0.0, 3.0], weight=None), ArgumentError, "above 0"),
        (lambda: expected_weighted_logrank(STRATA, ACCRUAL, at=[5.0, 3.0], weight=None), ArgumentError, "increase"),
        (lambda: expected_weighted_logrank([Stratum(1.0, 0.0, 1.0)], ACCRUAL, at=AT, weight=None), DesignError, "no event"),
        (lambda: expected_rmst(STRATA, ACCRUAL, at=[10.0, 20.0], tau=12.0), ArgumentError, "later than the horizon"),
        (lambda: sequential_test(expected_rmst(STRATA, ACCRUAL, at=[40.0, 50.0], tau=12.0), alpha=0.025, efficacy=OBF), DesignError, "look 2 adds nothing"),
        (lambda: expected_rmst(STRATA, ACCRUAL, at=[20.0], tau=0.0), ArgumentError, "horizon must be above 0"),
        (lambda: expected_milestone(STRATA, ACCRUAL, at=[20.0], milestone=12.0, scale="log"), ArgumentError, "scale must be"),
        (lambda: expected_milestone([Stratum(1.0, 0.0, 1.0)], ACCRUAL, at=[20.0], milestone=12.0), DesignError, "nothing to compare"),
        (lambda: expected_one_sample_logrank(0.0, 0.1, ACCRUAL, at=[5.0]), DesignError, "reference expects no event"),
        (lambda: expected_hazard_ratio([Stratum(1.0, 0.0, 1.0)], ACCRUAL, at=[5.0]), DesignError, "no event is expected"),
        (lambda: maxcombo_design(STRATA, ACCRUAL, at=AT, weights=[None], alpha=0.025, efficacy=OBF), ArgumentError, "two different weights"),
        (lambda: maxcombo_design(STRATA, ACCRUAL, at=AT, weights=[None, FlemingHarrington(0, 1)], interim_weights=[], alpha=0.025, efficacy=OBF), ArgumentError, "must hold a weight"),
        (lambda: maxcombo_design(STRATA, ACCRUAL, at=AT, weights=[None, FlemingHarrington(0, 1)], alpha=0.025, efficacy=OBrienFleming()), DesignError, "not for a MaxCombo test"),
        (lambda: maxcombo_design(STRATA, ACCRUAL, at=AT, weights=[None, FlemingHarrington(0, 1)], alpha=0.025, efficacy=OBF, spending_fraction=[1.0]), ArgumentError, "one fraction for each"),
        (lambda: maxcombo_design(HARM, ACCRUAL, at=AT, weights=[None, FlemingHarrington(0, 1)], alpha=0.025, efficacy=OBF, power=0.9), DesignError, "a power needs a benefit"),
        (lambda: maxcombo_design(STRATA, ACCRUAL, at=AT, weights=[None, FlemingHarrington(0, 1)], alpha=0.025, efficacy=OBF, futility=OBF), DesignError, "futility spends an error"),
    ],
)  # fmt: skip
def test_refusals_say_the_way_out(call: Callable[[], object], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()
