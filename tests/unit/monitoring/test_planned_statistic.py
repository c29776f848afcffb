"""Looks read by a weighted log-rank, MaxCombo, restricted-mean or milestone test, and what is not played."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace

import mpmath as mp
import numpy as np
import pytest
from scipy.special import ndtr

from equipoise.design import Design, FlemingHarrington, MagirrBurman, design_trial, group_sequential
from equipoise.errors import DataError
from equipoise.monitoring import monitor
from equipoise.monitoring.hypothesis_test import hypothesis_data, hypothesis_test
from equipoise.protocol import parse_protocol
from equipoise.records import TrialRecords, cut, snapshot, trial_records
from equipoise.survival import logrank, maxcombo, milestone, rmst
from independent.naive_cox import CoxData, partial_loglik
from small_trial import PROTOCOL, adam_tables
from tolerances import SUMMATION

DAYS = 30.4375


@pytest.fixture(scope="module")
def plain() -> Design:
    return design_trial(parse_protocol(PROTOCOL))


@pytest.fixture(scope="module")
def records() -> TrialRecords:
    tables = adam_tables()
    return trial_records(tables["adsl"], tables["adtte"], synthetic=True)


def planned(plain: Design, settings: str, information: float = 5.0) -> Design:
    """The small trial's design, as if planned by another test with so much information."""
    hypothesis = parse_protocol(PROTOCOL.replace("power = 0.8\n", f"power = 0.8\n{settings}\n")).hypothesis[0]
    return replace(plain, hypothesis=hypothesis, information=information)


def table(records: TrialRecords) -> tuple[np.ndarray, ...]:
    rows = records.subjects.join(records.times, on="USUBJID", maintain_order="left")
    event = (rows["CNSR"] == 0).to_numpy()
    return rows["AVAL"].to_numpy().astype(float), event, rows["TRT01P"].to_numpy(), rows["STRATUM"].to_numpy()


def test_weighted_log_rank(plain: Design, records: TrialRecords) -> None:
    time, event, arm, strata = table(records)
    for settings, weight in (
        ('weight = { family = "Fleming-Harrington", rho = 0.5, gamma = 1 }', FlemingHarrington(0.5, 1)),
        ('weight = { family = "Magirr-Burman", delay = 6.0 }', MagirrBurman(delay=6.0 * DAYS)),
    ):
        design = planned(plain, f'test = "weighted-logrank"\n{settings}')
        look = monitor(design, snapshot(records)).current
        expected = logrank(time, event, arm, control="A", strata=strata, weight=weight)
        assert look.z == pytest.approx(expected.z, rel=SUMMATION)
        assert look.information == pytest.approx(expected.information, rel=SUMMATION)
        unweighted = logrank(time, event, arm, control="A", strata=strata)
        ratio = math.exp(-unweighted.score / unweighted.information)
        assert look.hazard_ratio == pytest.approx(ratio, rel=SUMMATION)


def test_curves_and_maxcombo(plain: Design, records: TrialRecords) -> None:
    time, event, arm, strata = table(records)
    at = 12.0
    means = rmst(time, event, arm, control="A", tau=at * DAYS)
    design = planned(plain, f'test = "rmst"\nhorizon = {at}')
    look = monitor(design, snapshot(records)).current
    assert look.z == pytest.approx(means.difference / means.std_err, rel=SUMMATION)
    assert look.information == pytest.approx((DAYS / means.std_err) ** 2, rel=SUMMATION), "per month squared"
    assert 0.01 < look.information / design.information < 100.0, "planned and observed in one unit"
    survival = milestone(time, event, arm, control="A", at=at * DAYS)
    look = monitor(planned(plain, f'test = "milestone"\nhorizon = {at}'), snapshot(records)).current
    assert look.z == pytest.approx(survival.z, rel=SUMMATION)
    bent = f'test = "milestone"\nhorizon = {at}\nscale = "log-log"'
    assert monitor(planned(plain, bent), snapshot(records)).current.z == pytest.approx(
        survival.log_log_z, rel=SUMMATION
    )
    weights = '[{ family = "log-rank" }, { family = "Fleming-Harrington", gamma = 1 }]'
    look = monitor(planned(plain, f'test = "maxcombo"\nweights = {weights}'), snapshot(records)).current
    combo = maxcombo(
        time,
        event,
        arm,
        control="A",
        strata=strata,
        weights=[None, FlemingHarrington(0, 1)],
        alternative="benefit",
    )
    assert ndtr(-look.z) == pytest.approx(combo.p, rel=1e-8)


def test_looks_are_joined_by_the_tests_own_information(plain: Design, records: TrialRecords) -> None:
    design = planned(
        plain, 'test = "weighted-logrank"\nweight = { family = "Fleming-Harrington", gamma = 1 }', 2.0
    )
    found = monitor(design, cut(records, dt.date(2021, 3, 1))).current
    assert found.information_fraction == found.events / design.events
    rule = plain.boundaries.efficacy
    alone = group_sequential(
        (found.information / 2.0, 1.0),
        alpha=0.025,
        beta=0.2,
        sides=1,
        efficacy=rule,
        spending_fraction=(found.information_fraction, 1.0),
    )
    assert found.efficacy_z == pytest.approx(alone.efficacy_z[0], rel=1e-8)


def test_too_short_a_follow_up_is_refused(plain: Design, records: TrialRecords) -> None:
    with pytest.raises(DataError, match="Hold the look later"):
        monitor(planned(plain, 'test = "rmst"\nhorizon = 300.0'), snapshot(records))


@pytest.mark.parametrize("coarse", [1, 60])
def test_the_cox_score_test_is_the_slope_of_the_partial_likelihood_at_no_effect(
    plain: Design, records: TrialRecords, coarse: int
) -> None:
    """In 50 digits, Efron's ties; with times in months many are tied. Without ties it is the log-rank test."""
    found = hypothesis_data(plain, snapshot(records))
    found = replace(found, time=np.ceil(found.time / coarse))
    treated = [[1.0 if arm == "B" else 0.0] for arm in found.arm]
    data = CoxData(found.time.tolist(), found.event.tolist(), treated, found.stratum.cast(str).to_list())

    def loglik(beta: mp.mpf) -> mp.mpf:
        return partial_loglik([beta], data, "efron")

    with mp.workdps(50):
        z = float(-mp.diff(loglik, 0) / mp.sqrt(-mp.diff(loglik, 0, 2)))
    test = hypothesis_test(planned(plain, 'test = "cox-score"'), found)
    assert test.z == pytest.approx(z, abs=1e-8)
    plain_z = hypothesis_test(plain, found).z
    assert plain_z is not None
    assert (abs(plain_z - z) < 1e-8) is (coarse == 1)
