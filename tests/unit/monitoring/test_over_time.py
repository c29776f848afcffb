"""Past dates, strata as recorded, scheduled follow-up: what is read, and that nothing later leaks into it."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from equipoise.design import Design, design_trial
from equipoise.errors import ArgumentError, DataError
from equipoise.monitoring import (
    Occasion,
    due_date,
    every_months,
    looks_due,
    monitor,
    monitored_over_time,
    next_not_due,
    past_looks,
    period_of,
    scheduled_contact,
    stratification_check,
)
from equipoise.monitoring.hypothesis_test import hypothesis_data
from equipoise.monitoring.scheduled_contact import up_to_scheduled_contact
from equipoise.protocol import parse_protocol
from equipoise.records import TrialRecords, cut, trial_records
from equipoise.survival import logrank
from small_trial import PROTOCOL, adam_tables
from tolerances import SUMMATION

RECORDED = PROTOCOL.replace('stratum = "STRATUM"', 'stratum = "STRATUM"\nstratum_recorded = "STRATV"')
CONTACTS = PROTOCOL.replace("milestones = [6]", "milestones = [6]\ncontact_interval = 3")


@pytest.fixture(scope="module")
def design() -> Design:
    return design_trial(parse_protocol(PROTOCOL))


@pytest.fixture(scope="module")
def records() -> TrialRecords:
    tables = adam_tables()
    recorded = tables["adsl"]["STRATUM"].to_list()
    recorded[:3] = ["high", "high", None]
    adsl = tables["adsl"].with_columns(STRATV=pl.Series(recorded))
    return trial_records(adsl, tables["adtte"], synthetic=True)


def test_every_date_is_a_cut_of_its_own(design: Design, records: TrialRecords) -> None:
    dates = every_months(*period_of(records), 2)
    found = monitored_over_time(design, records, dates)
    for d in found.dates:
        events = hypothesis_data(design, cut(records, d.date)).event.sum()
        assert d.look.events == events
    assert [d.date for d in found.dates] == sorted(d.date for d in found.dates)
    assert found.to_frame().height == len(found.dates)
    assert found.synthetic


def test_planned_looks_are_read_as_such_and_no_boundary_stands_before_the_first(
    design: Design, records: TrialRecords
) -> None:
    found = monitored_over_time(design, records, every_months(*period_of(records), 1))
    when = due_date(design, records, 1)
    planned = [d for d in found.dates if d.planned]
    assert planned[0].date == when
    assert planned[0].look == monitor(design, cut(records, when)).current
    assert (
        planned[1].look
        == monitor(design, cut(records, planned[1].date), history=past_looks(design, records, 2)).current
    )
    before = [d.look for d in found.dates if d.date < when]
    assert before
    assert all(k.efficacy_z == math.inf and k.exit.name == "CONTINUE" for k in before)


def test_no_boundary_stands_after_the_last_look(records: TrialRecords) -> None:
    short = design_trial(parse_protocol(PROTOCOL.replace("events = 20", "events = 12")))
    found = monitored_over_time(short, records, every_months(*period_of(records), 1))
    last = due_date(short, records, len(short.looks))
    after = [d.look for d in found.dates if d.date > last]
    assert after
    assert all(k.efficacy_z == math.inf and k.exit.name == "CONTINUE" for k in after)
    assert math.isfinite(next(d.look for d in found.dates if d.date == last).efficacy_z)


def test_before_the_first_look_the_statistic_stands_alone(design: Design, records: TrialRecords) -> None:
    early = cut(records, due_date(design, records, 1) - dt.timedelta(days=40))
    assert looks_due(design, early) == ()
    assert not next_not_due(design, cut(records, due_date(design, records, 1)), ())
    found = monitor(design, early, occasion=Occasion(not_held=next_not_due(design, early, ())))
    assert (found.current.look, found.current.exit.name) == (0, "CONTINUE")
    assert found.current.z == monitor(design, early).current.z
    assert (found.current.efficacy_z, found.current.futility_z) == (math.inf, -math.inf)
    assert found.current.alpha_spent == 0.0
    assert found.status == "no look is held, and no boundary is in force: look 1 is not due yet"


def test_months_are_calendar_months() -> None:
    days = every_months(dt.date(2023, 10, 1), dt.date(2024, 3, 31), 1)
    assert days[-3:] == (dt.date(2024, 1, 31), dt.date(2024, 2, 29), dt.date(2024, 3, 31))
    assert days[0] == dt.date(2023, 10, 31)
    with pytest.raises(ArgumentError, match="1 or more"):
        every_months(dt.date(2023, 1, 1), dt.date(2024, 1, 1), 0)


def test_dates_are_needed(design: Design, records: TrialRecords) -> None:
    with pytest.raises(ArgumentError, match="one date or more"):
        monitored_over_time(design, records, [])
    undated = replace(records, times=records.times.drop("STARTDT")) if records.times is not None else records
    with pytest.raises(DataError, match="no past date"):
        period_of(undated)


def test_strata_as_recorded_are_held_against_the_randomised(records: TrialRecords) -> None:
    design = design_trial(parse_protocol(RECORDED))
    data = cut(records, "2021-12-31")
    found = stratification_check(design, data)
    assert found is not None
    assert sum(m.patients for m in found.misplaced) == 2
    assert {(m.randomised_in, m.recorded_in) for m in found.misplaced} == {("low", "high")}
    assert found.not_recorded == 1
    whole = hypothesis_data(design, data)
    true = [
        "high" if i in {"S00", "S01"} else s
        for i, s in zip(whole.baseline["USUBJID"], whole.stratum, strict=True)
    ]
    rival = logrank(whole.time, whole.event, whole.arm, control="A", strata=true)
    assert found.z_as_recorded == pytest.approx(rival.z, rel=SUMMATION)
    assert found.z_as_randomised == pytest.approx(monitor(design, data).current.z, rel=SUMMATION)
    assert "2 of 40 patients" in found.sentence
    assert found.share == 0.05


def test_without_such_a_column_there_is_nothing_to_check(design: Design, records: TrialRecords) -> None:
    assert stratification_check(design, cut(records, "2021-12-31")) is None
    asked = design_trial(parse_protocol(RECORDED))
    bare = replace(records, subjects=records.subjects.drop("STRATV"))
    with pytest.raises(DataError, match="has no column STRATV"):
        stratification_check(asked, cut(bare, "2021-12-31"))
    odd = replace(records, subjects=records.subjects.with_columns(STRATV=pl.lit("middle")))
    with pytest.raises(DataError, match="'middle' is no stratum"):
        stratification_check(asked, cut(odd, "2021-12-31"))


def test_follow_up_ends_at_the_last_scheduled_contact(records: TrialRecords) -> None:
    design = design_trial(parse_protocol(CONTACTS))
    data = cut(records, "2020-08-31")
    whole = hypothesis_data(design, data)
    days = 3 * 30.4375
    ended = up_to_scheduled_contact(whole, data, days)
    for i, start in enumerate(whole.baseline["start"]):
        limit = math.floor(((dt.date(2020, 8, 31) - start).days + 1) / days) * days
        assert ended.time[i] == min(whole.time[i], limit)
        assert ended.event[i] == (whole.event[i] and whole.time[i] <= limit)
    found = scheduled_contact(design, data)
    assert found is not None
    assert found.events + found.events_left_out == int(whole.event.sum())
    assert found.events_left_out == 1
    rival = logrank(ended.time, ended.event, ended.arm, control="A", strata=ended.stratum)
    assert found.z == pytest.approx(rival.z, rel=SUMMATION)
    assert scheduled_contact(design_trial(parse_protocol(PROTOCOL)), data) is None
    assert np.all(ended.time <= whole.time)
