"""Patients entered against those planned: counted by hand, and planned by the accrual's own integral."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from equipoise.monitoring.enrolment import enrolment, planned_by
from equipoise.protocol import Protocol, parse_protocol
from small_trial import PROTOCOL
from tolerances import SUMMATION

RATES = PROTOCOL.replace("rates = [20]", "starts = [0, 3]\nrates = [10, 40]")


@pytest.fixture(scope="module")
def protocol() -> Protocol:
    return parse_protocol(RATES)


def test_planned_by_is_the_rate_summed_over_days(protocol: Protocol) -> None:
    """10 a month for three months, then 40, up to 200; a month is 30.4375 days."""
    for day in (dt.date(2020, 1, 1), dt.date(2020, 3, 1), dt.date(2020, 6, 15)):
        by_hand = 0.0
        for k in range((day - dt.date(2020, 1, 1)).days + 1):
            end = min(max((3 * 30.4375) - k, 0.0), 1.0)
            by_hand += (end * 10 + (1.0 - end) * 40) / 30.4375
        assert planned_by(protocol, day) == pytest.approx(min(by_hand, 200.0), rel=SUMMATION)
    assert planned_by(protocol, dt.date(2019, 12, 31)) == 0.0
    assert planned_by(protocol, dt.date(2030, 1, 1)) == 200.0


def test_years_and_strata_add_up(protocol: Protocol) -> None:
    entered = pl.Series([dt.date(2020, 2, 1), dt.date(2020, 12, 31), dt.date(2021, 1, 1), None])
    stratum, arm = pl.Series(["low", "high", "low", "low"]), pl.Series(["A", "B", "B", "A"])
    found = enrolment(protocol, entered, stratum, dt.date(2021, 3, 31), arm)
    assert found.groups == ("A", "B")
    assert found.overall.patients == (2, 2)
    assert [(y.year, y.patients) for y in found.years] == [(2020, (1, 1)), (2021, (0, 1))]
    assert [(s.stratum, s.patients) for s in found.strata] == [("low", (2, 1)), ("high", (0, 1))]
    assert sum(y.planned or 0.0 for y in found.years) == pytest.approx(found.overall.planned)
    assert sum(s.planned or 0.0 for s in found.strata) == pytest.approx(found.overall.planned)
    assert len(found.dates) == 3
    assert found.plan[0][0] == dt.date(2020, 1, 1)
    assert found.plan[-1] == (dt.date(2021, 3, 31), found.overall.planned)


def test_a_plan_without_dates_or_number_plans_nothing_by_a_date(protocol: Protocol) -> None:
    undated = parse_protocol(RATES.replace("start_date = 2020-01-01\n", ""))
    assert planned_by(undated, dt.date(2021, 1, 1)) is None
    found = enrolment(undated, pl.Series([dt.date(2020, 2, 1)]), pl.Series(["low"]), None)
    assert (found.overall.planned, found.plan) == (None, ())
    assert found.cutoff == dt.date(2020, 2, 1)
    none = enrolment(protocol, pl.Series([None], dtype=pl.Date), pl.Series(["low"]), dt.date(2020, 2, 1))
    assert (none.overall.total, none.years, none.dates) == (1, (), ())
