"""Moments of the log-rank z: canonical under the null, whatever is tested; and what they say beside it."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.design import Accrual, PiecewiseConstant, Stratum, expected_score, score_moments
from equipoise.errors import ArgumentError

ACCRUAL = Accrual(PiecewiseConstant((0.0, 6.0), (8.0, 16.0)), 36.0)
AT = [20.0, 40.0, 60.0]


def strata(ratio: PiecewiseConstant | float) -> list[Stratum]:
    return [
        Stratum(0.6, PiecewiseConstant((0.0, 12.0), (0.02, 0.01)), ratio, 0.003, 0.01, "low"),
        Stratum(0.4, 0.05, ratio, 0.004, 0.004, "high"),
    ]


@pytest.mark.parametrize("margin", [0.8, 1.0, 1.3])
@pytest.mark.parametrize("ratio", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("by_calendar", [False, True])
def test_under_the_tested_hazard_ratio_z_is_the_canonical_process(
    margin: float, ratio: float, *, by_calendar: bool
) -> None:
    found = score_moments(
        strata(margin), ACCRUAL, at=AT, ratio=ratio, hazard_ratio_null=margin, by_calendar=by_calendar
    )
    assert found.mean == pytest.approx(np.zeros(3), abs=1e-10)
    assert found.sd == pytest.approx(np.ones(3), rel=1e-9)
    canonical = np.sqrt(found.information[:-1] / found.information[1:])
    assert found.correlation == pytest.approx(canonical, rel=1e-9)


def test_score_and_information_are_the_expected_ones() -> None:
    effect = PiecewiseConstant((0.0, 4.0), (1.0, 0.5))
    found = score_moments(strata(effect), ACCRUAL, at=AT)
    expected = expected_score(strata(effect), ACCRUAL, at=AT)
    assert found.score == pytest.approx(expected.score, rel=1e-12)
    assert found.mean == pytest.approx(expected.drift, rel=1e-12)
    assert found.to_frame()["correlation"].to_list()[1:] == found.correlation.tolist()
    assert found.looks.crossing([2.0, 2.0, 2.0]).stop.sum() == pytest.approx(1.0, abs=1e-10)


def test_moments_do_not_depend_on_the_number_of_patients_but_for_the_mean() -> None:
    few, many = (score_moments(strata(0.6), ACCRUAL.scaled(f), at=AT) for f in (1.0, 4.0))
    assert many.mean == pytest.approx(2.0 * few.mean, rel=1e-12)
    assert many.sd == pytest.approx(few.sd, rel=1e-12)
    assert many.correlation == pytest.approx(few.correlation, rel=1e-12)


def test_pooling_unlike_strata_dilutes_the_mean() -> None:
    stratified, pooled = (score_moments(strata(0.6), ACCRUAL, at=AT, stratified=s) for s in (True, False))
    assert (pooled.mean < stratified.mean).all()
    alike = [Stratum(0.5, 0.03, 0.6, name="a"), Stratum(0.5, 0.03, 0.6, name="b")]
    one = score_moments([Stratum(1.0, 0.03, 0.6)], ACCRUAL, at=AT)
    for way in (True, False):
        two = score_moments(alike, ACCRUAL, at=AT, stratified=way)
        assert two.mean == pytest.approx(one.mean, rel=1e-12)
        assert two.sd == pytest.approx(one.sd, rel=1e-10)


def test_few_events_among_many_patients_vary_as_coins() -> None:
    """Var z tends to 4 q (1 - q), q = HR / (1 + HR) the share of the events on the experimental arm."""
    rare = score_moments([Stratum(1.0, 1e-5, 0.5)], ACCRUAL, at=AT)
    assert rare.sd**2 == pytest.approx(np.full(3, 4.0 * (1.0 / 3.0) * (2.0 / 3.0)), rel=2e-3)


@pytest.mark.parametrize(
    "given", [{"at": [0.0, 1.0]}, {"at": []}, {"at": [2.0, 1.0]}, {"ratio": 0.0}, {"hazard_ratio_null": -1.0}]
)
def test_refuses(given: dict[str, object]) -> None:
    with pytest.raises(ArgumentError):
        score_moments(strata(0.6), ACCRUAL, **({"at": AT} | given))
