"""Reading a look: the statistic by a rival, the bound at the observed events, what is refused; nothing is written."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace

import numpy as np
import pytest

from equipoise.design import Design, Exit, LanDeMetsOBrienFleming, bounds_at, design_trial, group_sequential
from equipoise.errors import DesignError
from equipoise.monitoring import crossing_table, due_date, first_efficacy_look, monitor, past_looks
from equipoise.protocol import parse_protocol
from equipoise.records import TrialRecords, cut, snapshot, trial_records
from independent.naive_logrank import exact_logrank
from small_trial import PROTOCOL, adam_tables
from tolerances import SUMMATION

LATE = dt.date(2022, 12, 31)


@pytest.fixture(scope="module")
def design() -> Design:
    return design_trial(parse_protocol(PROTOCOL))


@pytest.fixture(scope="module")
def records() -> TrialRecords:
    tables = adam_tables()
    return trial_records(tables["adsl"], tables["adtte"], synthetic=True)


def swapped(records: TrialRecords) -> TrialRecords:
    subjects = records.subjects.with_columns(TRT01P=records.subjects["TRT01P"].replace({"A": "B", "B": "A"}))
    return trial_records(subjects, records.times, synthetic=True)


def test_the_statistic_is_the_stratified_logrank_of_a_rival(design: Design, records: TrialRecords) -> None:
    look = monitor(design, snapshot(records)).current
    table = records.subjects.join(records.times, on="USUBJID", maintain_order="left")
    rival = exact_logrank(
        table["AVAL"].to_list(),
        [c == 0 for c in table["CNSR"]],
        table["TRT01P"].to_list(),
        strata=table["STRATUM"].to_list(),
    )
    assert look.z == pytest.approx(rival.z("B"), rel=SUMMATION)
    assert look.events == 20
    assert look.nominal_p == pytest.approx(0.5 * math.erfc(look.z / math.sqrt(2)), rel=SUMMATION)
    assert look.hazard_ratio == pytest.approx(math.exp(-look.score / look.information), rel=SUMMATION)


def test_swapping_the_arms_flips_the_sign(design: Design, records: TrialRecords) -> None:
    one = monitor(design, snapshot(records)).current
    other = monitor(design, snapshot(swapped(records))).current
    assert other.z == pytest.approx(-one.z, rel=SUMMATION)
    assert other.hazard_ratio == pytest.approx(1 / one.hazard_ratio, rel=SUMMATION)


def test_the_bound_is_that_of_the_observed_events(design: Design, records: TrialRecords) -> None:
    """First look with more events than planned: alpha spent at 10 of 20 events against that at 13 of 20."""
    when = due_date(design, records, 1)
    planned = monitor(design, cut(records, when)).current
    later = monitor(design, cut(records, when + dt.timedelta(days=40))).current
    assert planned.events == 10
    assert later.events > 10
    assert later.efficacy_z < planned.efficacy_z
    alone = group_sequential(
        (later.events / 20, 1.0), alpha=0.025, beta=0.2, sides=1, efficacy=LanDeMetsOBrienFleming()
    )
    assert later.efficacy_z == pytest.approx(float(alone.efficacy_z[0]), abs=1e-9)


def test_the_second_look_counts_what_the_first_has_spent(design: Design, records: TrialRecords) -> None:
    history = past_looks(design, records, 2)
    result = monitor(design, snapshot(records), history=history)
    expected = bounds_at(design.boundaries, [10.0, 20.0], planned=20.0, final=True)
    assert [k.look for k in result.looks] == [1, 2]
    assert result.current.efficacy_z == pytest.approx(float(expected.efficacy_z[1]), abs=1e-9)
    assert result.current.alpha_spent == pytest.approx(0.025, abs=1e-9)
    assert result.current.exit in {Exit.EFFICACY, Exit.END}
    assert result.synthetic


def test_asking_changes_nothing(design: Design, records: TrialRecords) -> None:
    before = records.data_hash
    first, second = (monitor(design, cut(records, LATE)) for _ in range(2))
    assert first == second
    assert records.data_hash == before


def test_a_look_without_new_events_tests_nothing_and_spends_nothing(
    design: Design, records: TrialRecords
) -> None:
    once = monitor(design, cut(records, LATE))
    again = monitor(design, cut(records, LATE + dt.timedelta(days=1)), history=once.looks)
    assert again.looks == once.looks
    assert again.cutoff == LATE + dt.timedelta(days=1)
    assert again.status.startswith("no test: 20 events, look 1 had 20: no information is new")
    fewer = monitor(design, cut(records, due_date(design, records, 1)), history=once.looks)
    assert "the data are cut before that look's, of 2022-12-31" in fewer.status
    more = [replace(once.current, events=25)]
    assert "information has been lost" in monitor(design, cut(records, LATE), history=more).status


def test_a_look_beyond_the_plan_or_before_the_first_event_is_refused(
    design: Design, records: TrialRecords
) -> None:
    early = past_looks(design, records, 2)
    later = due_date(design, records, 1) + dt.timedelta(days=40)
    last = monitor(design, cut(records, later), history=early).looks
    with pytest.raises(DesignError, match="not planned"):
        monitor(design, cut(records, LATE), history=last)
    events = records.times.filter(records.times["CNSR"] == 0)["ADT"]
    censored = records.times.with_columns(CNSR=1)
    nobody = trial_records(records.subjects, censored, synthetic=True)
    assert len(events) == 20
    with pytest.raises(DesignError, match="nothing can be tested"):
        monitor(design, cut(nobody, LATE))
    with pytest.raises(DesignError, match="due at 10 events; the data hold"):
        due_date(design, trial_records(records.subjects[:8], records.times[:8]), 1)


def test_other_plans_read_the_same_look(design: Design, records: TrialRecords) -> None:
    result = monitor(design, snapshot(records))
    table = crossing_table(result, final_events=(20, 40))
    assert {p.final_events for p in table.plans} == {20, 40}
    whole = [p for p in table.plans if p.final_events == 20]
    np.testing.assert_allclose([p.efficacy_z for p in whole], 1.959963984540054, rtol=SUMMATION)
    assert all(p.crossed == (result.current.z >= p.efficacy_z) for p in table.plans)
    assert table.to_frame().height == len(table.plans)


def test_the_first_look_for_efficacy_is_found(design: Design) -> None:
    assert first_efficacy_look(design) == 1
    text = PROTOCOL.replace("{ events = 10 }", "{ events = 10, efficacy = false }")
    assert first_efficacy_look(design_trial(parse_protocol(text))) == 2
