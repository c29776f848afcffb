"""Moments of z and chances of crossing as 10^5 played trials have them: six settings, nine statistics, MaxCombo."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

import tolerances
from equipoise.design import (
    Accrual,
    ExpectedStatistic,
    GivenZ,
    PiecewiseConstant,
    Stratum,
    expected_milestone,
    expected_rmst,
    expected_weighted_logrank,
    maxcombo_design,
    time_of_events,
)
from equipoise.design.maxcombo_moments import expected_weighted_tests
from equipoise.numerics.logrank_weights import FlemingHarrington, MagirrBurman
from independent.many_played_statistics import Course
from independent.simulated_courses import SETTINGS

HERE = Path(__file__).parent
WEIGHTS = {
    "fh00": None,
    "fh01": FlemingHarrington(0, 1),
    "fh10": FlemingHarrington(1, 0),
    "fh0505": FlemingHarrington(0.5, 0.5),
    "mb_survival": MagirrBurman(least_survival=0.8),
    "mb_delay": MagirrBurman(delay=6.0),
}
STATISTICS = (*WEIGHTS, "rmst", "milestone", "log_log")
EFFICACY = {2: (2.6, 2.0), 3: (3.0, 2.4, 2.0)}
FUTILITY = {2: (0.0, 2.0), 3: (-0.3, 0.5, 2.0)}
COMBO = (None, FlemingHarrington(0, 1), FlemingHarrington(1, 0))
COMBO_EFFICACY = {2: (2.8, 2.2), 3: (3.2, 2.6, 2.2)}


def recorded(name: str, setting: Course) -> list[dict[str, str]]:
    with (HERE / name).open(newline="") as file:
        return [row for row in csv.DictReader(file) if row["setting"] == setting.name]


def column(rows: list[dict[str, str]], name: str) -> np.ndarray:
    return np.array([float(row[name]) for row in rows])


def assumptions(c: Course) -> tuple[list[Stratum], Accrual, dict[str, object]]:
    strata = [
        Stratum(p, PiecewiseConstant(c.hazard_from, h), PiecewiseConstant(c.hazard_from, r), *c.dropout)
        for p, h, r in zip(c.prevalence, c.hazard, c.hazard_ratio, strict=True)
    ]
    accrual = Accrual(PiecewiseConstant((0.0, *c.accrual_end[:-1]), c.accrual_rate), c.accrual_end[-1])
    accrual = accrual.scaled(c.patients / accrual.patients)
    ratio = float(c.allocation)
    at = list(c.look_times)
    if c.look_events:
        at = time_of_events(strata, accrual, events=c.look_events, ratio=ratio).tolist()
    return strata, accrual, {"at": at, "ratio": ratio, "by_calendar": not c.look_events}


def statistic(c: Course, name: str) -> ExpectedStatistic:
    strata, accrual, rest = assumptions(c)
    if name in WEIGHTS:
        return expected_weighted_logrank(strata, accrual, weight=WEIGHTS[name], **rest)
    if name == "rmst":
        return expected_rmst(strata, accrual, tau=c.tau, **rest)
    scale = "plain" if name == "milestone" else "log-log"
    return expected_milestone(strata, accrual, milestone=c.tau, scale=scale, **rest)


@pytest.mark.parametrize("name", STATISTICS)
@pytest.mark.parametrize("setting", SETTINGS, ids=lambda c: c.name)
def test_moments_and_power(setting: Course, name: str) -> None:
    rows = [row for row in recorded("moments.csv", setting) if row["statistic"] == name]
    found = statistic(setting, name)
    looks = len(rows)
    mean, sd, along = (column(rows, x) for x in ("mean", "sd", "correlation"))
    # At the first look of one setting an arm's curve may have no event left to it: log(-log) is then infinite.
    finite = np.isfinite(mean)
    np.testing.assert_allclose(found.mean[finite], mean[finite], atol=tolerances.STATISTIC_MEAN)
    np.testing.assert_allclose(found.sd[finite], sd[finite], atol=tolerances.STATISTIC_SD)
    known = np.isfinite(along[:-1])
    np.testing.assert_allclose(
        found.correlation[known], along[:-1][known], atol=tolerances.STATISTIC_CORRELATION
    )
    crossed = found.moments.crossing(EFFICACY[looks], FUTILITY[looks]).efficacy
    played = column(rows, "efficacy")
    np.testing.assert_allclose(np.cumsum(crossed), np.cumsum(played), atol=tolerances.STATISTIC_POWER)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda c: c.name)
def test_correlation_over_weights(setting: Course) -> None:
    strata, accrual, rest = assumptions(setting)
    looks = len(rest["at"])
    names = list(WEIGHTS)
    found = expected_weighted_tests(
        strata, accrual, weights=[tuple(WEIGHTS.values())] * looks, **rest
    ).assumed
    for row in recorded("correlations.csv", setting):
        here = (int(row["look"]) - 1) * len(names)
        i, j = here + names.index(row["first"]), here + names.index(row["second"])
        assert found.correlation[i, j] == pytest.approx(
            float(row["correlation"]), abs=tolerances.STATISTIC_CORRELATION
        )


@pytest.mark.parametrize("futile", [False, True])
@pytest.mark.parametrize("setting", SETTINGS, ids=lambda c: c.name)
def test_maxcombo(setting: Course, *, futile: bool) -> None:
    strata, accrual, rest = assumptions(setting)
    looks = len(rest["at"])
    found = maxcombo_design(
        strata,
        accrual,
        weights=COMBO,
        alpha=0.025,
        efficacy=GivenZ(COMBO_EFFICACY[looks]),
        futility=GivenZ(FUTILITY[looks]) if futile else None,
        **rest,
    )
    rows = [row for row in recorded("maxcombo.csv", setting) if row["futility"] == str(futile)]
    played = np.cumsum(column(rows, "efficacy"))
    np.testing.assert_allclose(np.cumsum(found.crossing().efficacy), played, atol=tolerances.STATISTIC_POWER)
