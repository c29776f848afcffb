"""What a closed session reads beside the boundary: late effects, letters, disposition, deaths, currency, news."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from equipoise.analysis.baseline import BaselineFactor, baseline_rows
from equipoise.analysis.currency import follow_up_currency
from equipoise.design import Design, design_trial
from equipoise.errors import DataError
from equipoise.monitoring import (
    closed_meeting,
    late_effect,
    lettered,
    monitor,
    open_meeting,
    past_looks,
)
from equipoise.monitoring.disposition import deaths, disposition
from equipoise.monitoring.hypothesis_test import hypothesis_data
from equipoise.protocol import parse_protocol
from equipoise.records import Snapshot, TrialRecords, cut, snapshot, trial_records
from equipoise.survival import cox, logrank, rmst
from small_trial import PROTOCOL, adam_tables
from tolerances import SUMMATION

TEXT = PROTOCOL.replace(
    "[analyses]\nmilestones = [6]",
    "[analyses]\nmilestones = [4, 8]\nrmst_horizon = 10\nrisk_table_times = [0, 6]",
)


@pytest.fixture(scope="module")
def design() -> Design:
    return design_trial(parse_protocol(TEXT))


@pytest.fixture(scope="module")
def records() -> TrialRecords:
    tables = adam_tables()
    dead = pl.Series([dt.date(2020, 12, 1) if i % 4 == 2 else None for i in range(40)], dtype=pl.Date)
    adsl = tables["adsl"].with_columns(DTHDT=dead, EOSSTT=pl.Series(["DISCONTINUED", "ONGOING"] * 20))
    return trial_records(adsl, tables["adtte"], tables["adae"], synthetic=True)


@pytest.fixture(scope="module")
def data(records: TrialRecords) -> Snapshot:
    return cut(records, "2021-12-31")


def test_a_late_effect_is_looked_at_by_the_survival_rooms_own_estimates(
    design: Design, data: Snapshot
) -> None:
    found = hypothesis_data(design, data)
    late = late_effect(design, found)
    arm = (found.arm == "B").to_numpy().astype(float)[:, None]
    days = 30.4375
    first = late.periods[0]
    assert (first.start, first.end) == (0.0, 6.0)
    assert late.periods[-1].end == math.inf
    time, event = found.time, found.event
    early = cox(np.minimum(time, 6 * days), event & (time <= 6 * days), arm, strata=found.stratum)
    assert first.hazard_ratio == pytest.approx(float(np.exp(early.coef[0])), rel=SUMMATION)
    assert first.events == int((event & (time <= 6 * days)).sum())
    assert sum(p.events for p in late.periods) == int(event.sum())
    mean = rmst(time, event, found.arm, control="A", tau=10 * days)
    assert late.rmst_difference == pytest.approx(mean.difference, rel=SUMMATION)
    assert late.milestone_time == 8
    whole = cox(time, event, arm, strata=found.stratum).proportional_hazards_test()
    assert late.proportionality_p == pytest.approx(float(whole.p[0]), rel=SUMMATION)
    plain = logrank(time, event, found.arm, control="A", strata=found.stratum)
    assert late.late_weighted_z != plain.z


def test_what_the_data_do_not_allow_is_left_open(design: Design, data: Snapshot) -> None:
    """A horizon beyond the last times, and no event at all."""
    found = hypothesis_data(design, data)
    far = design_trial(parse_protocol(TEXT.replace("rmst_horizon = 10", "rmst_horizon = 1000")))
    assert late_effect(far, found).rmst_difference is None
    nobody = replace(found, event=np.zeros(len(found.time), dtype=bool))
    late = late_effect(design, nobody)
    assert late.proportionality_p is None
    assert all(p.hazard_ratio is None for p in late.periods)


def test_letters_hide_the_arms_and_nothing_else(design: Design, data: Snapshot) -> None:
    hidden = lettered(design.protocol, data)
    assert sorted(hidden.letters.values()) == ["A", "B"]
    assert hidden.protocol.hash == design.protocol.hash
    assert hidden.snapshot.data_hash == data.data_hash
    assert [a.label for a in hidden.protocol.arm] == ["Arm A", "Arm B"]
    control = hidden.letters["A"]
    before = (data.subjects["TRT01P"] == "A").to_list()
    assert (hidden.snapshot.subjects["TRT01P"] == control).to_list() == before
    assert lettered(design.protocol, data).letters == hidden.letters


def test_letters_give_the_same_numbers(design: Design, records: TrialRecords, data: Snapshot) -> None:
    history = past_looks(design, records, 2)
    hidden = closed_meeting(design, data, history=history)
    named = closed_meeting(design, data, history=history, unblinded=True)
    assert hidden.result == named.result
    one, other = (m.analysis.endpoints[0].comparisons[0] for m in (hidden, named))
    assert one.hazard_ratio == pytest.approx(other.hazard_ratio, rel=SUMMATION)
    assert one.logrank.p == pytest.approx(other.logrank.p, rel=SUMMATION)
    assert named.letters == {}
    assert {d.arm for d in hidden.disposition} == {"A", "B"}


def test_what_is_new_since_the_look_before_adds_up(
    design: Design, records: TrialRecords, data: Snapshot
) -> None:
    history = past_looks(design, records, 2)
    meeting = closed_meeting(design, data, history=history, unblinded=True)
    assert sum(n.events for n in meeting.new) == meeting.result.current.events - history[0].events
    assert sum(n.patients for n in meeting.new) == 40 - sum(c.subjects for c in history[0].by_arm)
    assert closed_meeting(design, data).new == ()


def test_patients_and_deaths_are_counted_by_arm_and_stratum(design: Design, data: Snapshot) -> None:
    rows = disposition(design.protocol, data)
    assert sum(r.randomised for r in rows) == 40
    assert sum(r.died or 0 for r in rows) == 10
    assert sum(r.withdrawn or 0 for r in rows) == 20
    assert all(r.not_treated is None for r in rows), "the data hold no first date of treatment"
    listed = deaths(design.protocol, data)
    assert len(listed) == 10
    start = data.subjects.filter(pl.col("USUBJID") == listed[0].subject)["RANDDT"][0]
    assert listed[0].day == (listed[0].date - start).days + 1
    early = cut(data, "2020-11-30")
    assert deaths(design.protocol, early) == ()


def test_currency_counts_who_was_seen_of_late(design: Design, data: Snapshot) -> None:
    found = hypothesis_data(design, data)
    current = follow_up_currency(found, data.cutoff, found.arm)
    assert list(current.groups) == ["A", "B"]
    assert (current.c < 1.0).all()
    assert (current.contacted[:, 0] <= current.contacted[:, 1]).all()
    undated = replace(found, baseline=found.baseline.drop("start"))
    with pytest.raises(DataError, match="no start dates"):
        follow_up_currency(undated, data.cutoff)


def test_baseline_counts_every_level_and_what_is_missing() -> None:
    table = pl.DataFrame({"SEX": ["F", "M", None, "F"], "AGE": [1, 2, 3, 4]})
    factors = [BaselineFactor("SEX", "Sex", ("M",)), BaselineFactor("RACE", "Race")]
    rows = baseline_rows(table, factors, pl.Series(["a", "a", "b", "b"]))
    assert [(r.level, r.group, r.n, r.total) for r in rows] == [
        ("M", "a", 1, 2),
        ("M", "b", 0, 2),
        ("F", "a", 1, 2),
        ("F", "b", 1, 2),
        ("missing", "a", 0, 2),
        ("missing", "b", 1, 2),
    ]
    assert {r.group for r in baseline_rows(table, factors)} == {"all"}


def test_an_open_session_pools_everything(design: Design, data: Snapshot) -> None:
    meeting = open_meeting(design.protocol, data)
    summary = meeting.summary
    assert summary.patients == 40
    assert {s.stratum: s.total for s in summary.enrolment.strata} == {"low": 20, "high": 20}
    assert sum(y.total for y in summary.enrolment.years) == 40
    whole = next(e for e in summary.events if e.stratum == "all")
    assert whole.events == monitor(design, snapshot_of(data)).current.events
    sepsis = next(a for a in summary.adverse_events if a.term == "Sepsis")
    assert (sepsis.any_grade, sepsis.severe, sepsis.evaluable) == (5, 3, 40)


def snapshot_of(data: Snapshot) -> Snapshot:
    return data if isinstance(data, Snapshot) else snapshot(data)
