"""Expected weighted log-rank, restricted-mean, milestone and one-sample statistics against plain quadrature."""

from __future__ import annotations

import math

import numpy as np
import pytest

import tolerances
from equipoise.design import Accrual, PiecewiseConstant, Stratum
from equipoise.design.milestone_design import expected_milestone
from equipoise.design.one_sample_logrank_design import expected_one_sample_logrank
from equipoise.design.rmst_design import expected_rmst
from equipoise.design.weighted_logrank_design import expected_weighted_logrank
from equipoise.numerics.logrank_weights import FlemingHarrington, MagirrBurman
from independent.expected_statistics import (
    Group,
    Trial,
    milestone,
    pooled_survival,
    restricted_mean,
    weighted_logrank,
    wu,
)

GROUPS = (
    Group(0.7, ((0.0, 0.02), (18.0, 0.01)), ((0.0, 0.01), (6.0, 0.016), (18.0, 0.01)), 0.004, 0.012),
    Group(0.3, ((0.0, 0.08), (6.0, 0.05)), ((0.0, 0.05), (6.0, 0.04)), 0.004, 0.012),
)
ACCRUAL = ((10.0, 20.0), (20.0, 40.0))
STRATA = tuple(
    Stratum(
        g.share,
        PiecewiseConstant(*zip(*g.control, strict=True)),
        PiecewiseConstant(tuple(c), tuple(r)),
        g.dropout_control,
        g.dropout_experimental,
    )
    for g, (c, r) in zip(
        GROUPS, (((0.0, 6.0, 18.0), (0.5, 0.8, 1.0)), ((0.0, 6.0), (0.625, 0.8))), strict=True
    )
)
ENTERING = Accrual(PiecewiseConstant((0.0, 10.0), (20.0, 40.0)), 20.0)


def trial(calendar: float) -> Trial:
    return Trial(GROUPS, ACCRUAL, 2.0 / 3.0, calendar)


@pytest.mark.parametrize("calendar", [7.0, 15.0, 34.0])
@pytest.mark.parametrize(
    "weight",
    [
        None,
        FlemingHarrington(0, 1),
        FlemingHarrington(1, 0.5),
        MagirrBurman(delay=6.0),
        MagirrBurman(least_survival=0.75),
    ],
)
def test_weighted_score_and_variance(calendar: float, weight: object) -> None:
    at = trial(calendar)

    def weigh(g: Group, t: float) -> float:
        s = pooled_survival(at, g, t)
        match weight:
            case FlemingHarrington(rho=rho, gamma=gamma):
                return s**rho * (1.0 - s) ** gamma
            case MagirrBurman(delay=float(delay)):
                return 1.0 / max(s, pooled_survival(at, g, min(delay, calendar)))
            case MagirrBurman(least_survival=float(least)):
                return 1.0 / max(s, least)
            case _:
                return 1.0

    score, variance = weighted_logrank(at, weigh)
    found = expected_weighted_logrank(STRATA, ENTERING, at=[calendar], weight=weight, ratio=2.0)
    assert found.information[0] == pytest.approx(variance, rel=tolerances.RIVAL_STATISTIC)
    assert found.effect[0] == pytest.approx(score / variance, rel=tolerances.RIVAL_STATISTIC)


@pytest.mark.parametrize("calendar", [15.5, 22.0, 36.0])
def test_milestone_and_restricted_mean(calendar: float) -> None:
    at, tau = trial(calendar), 15.0
    (s0, g0), (s1, g1) = milestone(at, 0, tau), milestone(at, 1, tau)
    plain = expected_milestone(STRATA, ENTERING, at=[calendar], milestone=tau, ratio=2.0)
    assert plain.effect[0] == pytest.approx(s1 - s0, rel=tolerances.RIVAL_STATISTIC)
    assert plain.information[0] == pytest.approx(
        1.0 / (s0**2 * g0 + s1**2 * g1), rel=tolerances.RIVAL_STATISTIC
    )
    bent = expected_milestone(STRATA, ENTERING, at=[calendar], milestone=tau, scale="log-log", ratio=2.0)
    effect = math.log(-math.log(s0)) - math.log(-math.log(s1))
    assert bent.effect[0] == pytest.approx(effect, rel=tolerances.RIVAL_STATISTIC)
    variance = g0 / math.log(s0) ** 2 + g1 / math.log(s1) ** 2
    assert bent.information[0] == pytest.approx(1.0 / variance, rel=tolerances.RIVAL_STATISTIC)


def test_restricted_mean() -> None:
    one = STRATA[1]
    at = Trial((GROUPS[1]._replace(share=1.0),), ACCRUAL, 2.0 / 3.0, 22.0)
    alone = Stratum(1.0, one.control_hazard, one.hazard_ratio, one.control_dropout, one.experimental_dropout)
    (m0, v0), (m1, v1) = restricted_mean(at, 0, 12.0), restricted_mean(at, 1, 12.0)
    found = expected_rmst([alone], ENTERING, at=[22.0], tau=12.0, ratio=2.0)
    assert found.effect[0] == pytest.approx(m1 - m0, rel=tolerances.RIVAL_STATISTIC)
    assert found.information[0] == pytest.approx(1.0 / (v0 + v1), rel=tolerances.RIVAL_STATISTIC)


@pytest.mark.parametrize("calendar", [9.0, 30.0])
def test_one_sample(calendar: float) -> None:
    reference, hazard = ((0.0, 0.06), (8.0, 0.03)), ((0.0, 0.04), (5.0, 0.02))
    score, expected, events, variance = wu(reference, hazard, Trial((), ACCRUAL, 1.0, calendar))
    found = expected_one_sample_logrank(
        PiecewiseConstant((0.0, 8.0), (0.06, 0.03)),
        PiecewiseConstant((0.0, 5.0), (0.04, 0.02)),
        ENTERING,
        at=[calendar],
        studentized=False,
        by_calendar=True,
    )
    assert found.events is not None
    assert found.events[0] == pytest.approx(events, rel=tolerances.RIVAL_STATISTIC)
    assert found.information[0] == pytest.approx(expected, rel=tolerances.RIVAL_STATISTIC)
    assert found.mean[0] == pytest.approx(score / math.sqrt(expected), rel=tolerances.RIVAL_STATISTIC)
    # Wu takes every patient as entered when the look is held; before accrual ends some are still to come.
    patients = np.array([600.0 - found.patients[0]])
    if patients[0] == 0.0:
        assert found.sd[0] == pytest.approx(math.sqrt(variance / expected), rel=tolerances.RIVAL_STATISTIC)
