"""Sample sizes that are printed in the reference pages of gsDesign 3.10 (nSurv, gsSurv, nSurvival), to their digits.

Lachin and Foulkes is the default there; the pages' two searches for duration were printed by it too.
"""

from __future__ import annotations

import math

import pytest

from equipoise.design import (
    Accrual,
    AccrualDuration,
    AccrualRate,
    BernsteinLagakos,
    Freedman,
    GivenZ,
    HwangShihDeCani,
    KimDeMets,
    LachinFoulkes,
    PiecewiseConstant,
    Schoenfeld,
    Stratum,
    StudyDuration,
    group_sequential,
    time_to_event,
)
from independent.two_variances import Part, multiple_of_accrual

Z = (1.959963984540054, 1.2815515655446004)
FIXED = group_sequential((1.0,), alpha=0.025, beta=0.1, sides=1, efficacy=GivenZ(1.959963984540054))
FOUR = group_sequential(
    (0.25, 0.5, 0.75, 1.0),
    alpha=0.025,
    beta=0.1,
    sides=1,
    efficacy=HwangShihDeCani(-4.0),
    futility=KimDeMets(0.5),
)
MEDIAN_6 = [Stratum(1.0, math.log(2.0) / 6.0, 0.5, 0.001, 0.001)]
ANNUAL = [
    Stratum(
        1.0,
        PiecewiseConstant((0.0, 1.0, 2.0), tuple(-math.log(s) for s in (0.95, 0.97, 0.98))),
        0.5,
        -math.log(0.99),
        -math.log(0.99),
    )
]
RAMP = Accrual(PiecewiseConstant((0.0, 0.25, 0.5), (1.0, 3.0, 6.0)), 2.0)


@pytest.mark.parametrize(
    ("design", "patients", "events"),
    [(FIXED, 1088.8, 91.1), (FOUR, 1451.2, 121.4)],
    ids=["fixed", "four looks"],
)
def test_lachin_foulkes_with_piecewise_hazards_and_a_ramp(design, patients: float, events: float) -> None:  # noqa: ANN001 - a design
    found = time_to_event(design, ANNUAL, RAMP, solve_for=AccrualRate(5.0), convention=LachinFoulkes())
    assert found.patients == pytest.approx(patients, abs=0.08)
    assert found.events == pytest.approx(events, abs=0.05)
    assert found.power == pytest.approx(0.9, abs=1e-9)


def test_lachin_foulkes_by_duration() -> None:
    by_accrual = time_to_event(
        FIXED, MEDIAN_6, Accrual(6.0, 12.0), solve_for=AccrualDuration(12.0), convention=LachinFoulkes()
    )
    assert by_accrual.accrual.duration == pytest.approx(18.243, abs=5e-4)
    by_follow_up = time_to_event(
        FIXED, MEDIAN_6, Accrual(6.0, 25.0), solve_for=StudyDuration(), convention=LachinFoulkes()
    )
    assert by_follow_up.patients == pytest.approx(150.0)
    assert by_follow_up.events == pytest.approx(86.8, abs=0.05)
    assert by_follow_up.study_duration == pytest.approx(25.3, abs=0.05)


@pytest.mark.parametrize(
    ("stratum", "accrual", "end", "patients", "events"),
    [
        (Stratum(1.0, 0.2, 0.5, 0.1, 0.1), 0.5, 2.0, 430, 91),
        (Stratum(1.0, math.log(2.0) / 8.0, 0.7, 0.001, 0.001), 12.0, 28.0, 422, 330),
    ],
)
def test_lachin_foulkes_with_exponential_survival(
    stratum: Stratum, accrual: float, end: float, patients: int, events: int
) -> None:
    """The page rounds up, patients to an even number."""
    found = time_to_event(
        FIXED,
        [stratum],
        Accrual(1.0, accrual),
        solve_for=AccrualRate(end),
        convention=LachinFoulkes(),
    )
    assert 2 * math.ceil(found.patients / 2.0) == patients
    assert math.ceil(found.events) == events


@pytest.mark.parametrize(
    ("convention", "patients", "events", "rate"),
    [(Schoenfeld(), 142.9, 116.6, 5.955), (Freedman(), 154.5, 126.1, 6.437)],
)
def test_other_formulas_with_four_looks(convention, patients: float, events: float, rate: float) -> None:  # noqa: ANN001 - a convention
    found = time_to_event(
        FOUR, MEDIAN_6, Accrual(6.0, 24.0), solve_for=AccrualRate(36.0), convention=convention
    )
    assert found.patients == pytest.approx(patients, abs=0.05)
    assert found.events == pytest.approx(events, abs=0.05)
    assert found.accrual.rates.rates[0] == pytest.approx(rate, abs=5e-4)


def test_bernstein_lagakos_with_two_strata_that_enter_apart() -> None:
    """The package's strata enter alike, so the rival stands in; it is the package's equal where they do."""
    log2 = math.log(2.0)
    parts = [
        Part((5.0, 6.0), (3.0, 6.0), (0.0, 3.0), (log2 / 6, log2 / 12), (log2 / 40, log2 / 50)),
        Part((5.0, 6.0), (5.0, 7.0), (0.0, 3.0), (log2 / 18, log2 / 24), (log2 / 45, log2 / 55)),
    ]
    times, events = multiple_of_accrual(parts, 0.5, 1.0, 18.0, Z)
    assert times * sum(p.patients for p in parts) == pytest.approx(226.8, abs=0.05)
    assert events[0] == pytest.approx((26.517, 16.431), abs=6e-4)
    assert events[1] == pytest.approx((22.980, 12.761), abs=6e-4)
    inflation = (FOUR.drift / FIXED.drift) ** 2
    assert inflation * times * sum(p.patients for p in parts) == pytest.approx(302.4, abs=0.05)


@pytest.mark.parametrize(("convention", "null_factor"), [(BernsteinLagakos(), 1.0), (LachinFoulkes(), 0.75)])
def test_two_variances_with_strata_are_the_rivals(convention, null_factor: float) -> None:  # noqa: ANN001 - a convention
    hazards, dropout = ((0.03, 0.01), (0.06, 0.05)), ((0.002, 0.004), (0.003, 0.0))
    shares = (0.7, 0.3)
    parts = [
        Part((6.0, 20.0), (4.0 * share, 10.0 * share), (0.0, 5.0), h, d)
        for share, h, d in zip(shares, hazards, dropout, strict=True)
    ]
    times, events = multiple_of_accrual(parts, 0.5, null_factor, 40.0, Z)
    strata = [
        Stratum(
            share, *(PiecewiseConstant((0.0, 5.0), h),), 0.5, *(PiecewiseConstant((0.0, 5.0), d),) * 2, str(h)
        )
        for share, h, d in zip(shares, hazards, dropout, strict=True)
    ]
    accrual = Accrual(PiecewiseConstant((0.0, 6.0), (4.0, 10.0)), 20.0)
    found = time_to_event(FIXED, strata, accrual, solve_for=AccrualRate(40.0), convention=convention)
    assert found.patients == pytest.approx(times * sum(p.patients for p in parts), rel=1e-9)
    assert found.events == pytest.approx(sum(map(sum, events)), rel=1e-9)
    looked = time_to_event(FOUR, strata, accrual, solve_for=AccrualRate(40.0), convention=convention)
    assert looked.patients / found.patients == pytest.approx((FOUR.drift / FIXED.drift) ** 2, rel=1e-9)
