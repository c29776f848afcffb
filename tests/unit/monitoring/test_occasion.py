"""Looks that did not go as planned: left out, added, late, last before their time, after a stop."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace

import numpy as np
import pytest

from equipoise.design import (
    At,
    Design,
    Exit,
    GivenZ,
    KimDeMets,
    bounds_at,
    design_trial,
    efficacy_boundary_at,
    group_sequential,
    looks_as_held,
)
from equipoise.errors import ArgumentError, DesignError
from equipoise.monitoring import LookResult, Occasion, due_date, monitor, past_looks
from equipoise.protocol import parse_protocol
from equipoise.records import TrialRecords, cut, snapshot, trial_records
from small_trial import PROTOCOL, adam_tables

FOUR_LOOKS = PROTOCOL.replace(
    "look = [{ events = 10 }, { events = 20 }]",
    "look = [{ events = 4, efficacy = false }, { events = 8 }, { events = 14 }, { events = 30 }]\n"
    "futility = { p_value = 0.9 }",
)


@pytest.fixture(scope="module")
def design() -> Design:
    return design_trial(parse_protocol(FOUR_LOOKS))


@pytest.fixture(scope="module")
def records() -> TrialRecords:
    tables = adam_tables()
    return trial_records(tables["adsl"], tables["adtte"], synthetic=True)


def at_events(design: Design, records: TrialRecords, events: int) -> dt.date:
    found = records.times.filter(records.times["CNSR"] == 0)["ADT"].sort()
    when: dt.date = found[events - 1]
    assert len(design.looks) == 4
    return when


def test_a_look_left_out_leaves_its_alpha_to_the_next(design: Design, records: TrialRecords) -> None:
    first = monitor(design, cut(records, at_events(design, records, 4))).looks
    third = monitor(
        design,
        cut(records, at_events(design, records, 14)),
        history=first,
        occasion=Occasion(planned_look=3),
    ).current
    assert (third.look, third.planned_look, third.label) == (2, 3, design.looks[2].label)
    alone = efficacy_boundary_at(
        [4.0, 14.0],
        planned=30.0,
        spending=design.boundaries.efficacy.rule,
        alpha=0.025,
        sides=1,
        previous=[math.inf],  # type: ignore[union-attr]
    )
    assert third.efficacy_z == pytest.approx(float(alone.efficacy_z[1]), abs=1e-9)


def test_an_unplanned_look_is_read_by_the_rules_of_the_look_before(
    design: Design, records: TrialRecords
) -> None:
    """The first planned look is not read for efficacy, so no more is an extra one soon after it."""
    first = monitor(design, cut(records, at_events(design, records, 4))).looks
    when = cut(records, at_events(design, records, 6))
    extra = monitor(design, when, history=first, occasion=Occasion(unplanned=True)).current
    assert (extra.look, extra.planned_look, extra.label) == (2, 1, "unplanned look")
    assert extra.efficacy_z == math.inf
    assert extra.alpha_spent == 0.0
    assert math.isfinite(extra.futility_z)
    asked = monitor(design, when, history=first, occasion=Occasion(unplanned=True, planned_look=2)).current
    assert math.isfinite(asked.efficacy_z), "read by the rules of the second look, when asked"


def test_looks_after_an_unplanned_one_follow_their_own_rules(design: Design, records: TrialRecords) -> None:
    history: tuple[LookResult, ...] = ()
    for events, occasion in ((4, Occasion()), (6, Occasion(unplanned=True)), (8, Occasion())):
        data = cut(records, at_events(design, records, events))
        history = monitor(design, data, history=history, occasion=occasion).looks
    assert [k.planned_look for k in history] == [1, 1, 2]
    assert [math.isfinite(k.efficacy_z) for k in history] == [False, False, True]
    total = efficacy_boundary_at(
        [4.0, 6.0, 8.0],
        planned=30.0,
        spending=design.boundaries.efficacy.rule,
        alpha=0.025,
        sides=1,  # type: ignore[union-attr]
        previous=[math.inf, math.inf],
    )
    assert history[-1].efficacy_z == pytest.approx(float(total.efficacy_z[-1]), abs=1e-9)


def test_the_last_look_short_of_information_spends_all(design: Design, records: TrialRecords) -> None:
    """The trial ends with 20 of 30 events."""
    history = past_looks(design, records, 4)
    last = monitor(design, snapshot(records), history=history, occasion=Occasion(final=True)).current
    assert last.events == 20
    assert last.final
    assert last.alpha_spent == pytest.approx(0.025, abs=1e-12)
    assert last.exit in {Exit.EFFICACY, Exit.END}
    early = monitor(design, snapshot(records), history=history[:1], occasion=Occasion(final=True)).current
    assert early.alpha_spent == pytest.approx(0.025, abs=1e-12)


def test_the_calendar_may_spend_instead_of_the_information(design: Design, records: TrialRecords) -> None:
    data = cut(records, at_events(design, records, 8))
    slow = monitor(design, data, occasion=Occasion(planned_look=2, spending_fraction=0.1)).current
    usual = monitor(design, data, occasion=Occasion(planned_look=2)).current
    assert slow.spending_fraction == 0.1
    assert slow.information_fraction == usual.information_fraction == 8 / 30
    assert slow.alpha_spent < usual.alpha_spent
    assert slow.efficacy_z > usual.efficacy_z


def test_data_after_a_stop_change_the_estimate_and_not_the_decision(
    design: Design, records: TrialRecords
) -> None:
    held = monitor(design, cut(records, at_events(design, records, 8)), occasion=Occasion(planned_look=2))
    stopped = (replace(held.current, exit=Exit.EFFICACY),)
    later = monitor(design, snapshot(records), history=stopped, occasion=Occasion(overrun=True))
    assert later.current.overrun
    assert later.current.events == 20
    assert later.status.startswith("efficacy boundary crossed at look 1; read again")
    assert later.current.alpha_spent == pytest.approx(0.025, abs=1e-12), (
        "as if the stop had not been looked at"
    )
    with pytest.raises(DesignError, match="no look has stopped the trial"):
        monitor(design, snapshot(records), history=held.looks, occasion=Occasion(overrun=True))


def test_timing_by_the_effect_is_warned_of_for_good(design: Design, records: TrialRecords) -> None:
    data = cut(records, at_events(design, records, 4))
    first = monitor(design, data, occasion=Occasion(timed_by_effect=True))
    assert "no longer guaranteed" in first.warnings[0]
    after = monitor(design, cut(records, due_date(design, records, 2)), history=first.looks)
    assert "look 1 depended" in after.warnings[0]
    assert monitor(design, data).warnings == ()


def test_looks_added_and_an_early_end_are_warned_of(design: Design, records: TrialRecords) -> None:
    first = monitor(design, cut(records, at_events(design, records, 4)))
    added = monitor(
        design,
        cut(records, at_events(design, records, 6)),
        history=first.looks,
        occasion=Occasion(unplanned=True),
    )
    assert added.warnings == (
        "Look 2 was not planned: the error rates hold only if the time did not depend on the effect seen.",
    )
    again = monitor(
        design,
        cut(records, at_events(design, records, 10)),
        history=added.looks,
        occasion=Occasion(unplanned=True),
    )
    assert "Looks 2, 3 were not planned" in again.warnings[0]
    ended = monitor(
        design,
        cut(records, at_events(design, records, 10)),
        history=first.looks,
        occasion=Occasion(planned_look=4, final=True),
    )
    (warning,) = ended.warnings
    assert warning.startswith("The trial ended at 10 of 30 events: the error rates hold only if")


def test_an_early_end_by_the_effect_is_warned_of_once(design: Design, records: TrialRecords) -> None:
    data = cut(records, at_events(design, records, 10))
    ended = monitor(design, data, occasion=Occasion(planned_look=4, final=True, timed_by_effect=True))
    (warning,) = ended.warnings
    assert "no longer guaranteed" in warning


def test_a_changed_maximum_keeps_what_was_spent_and_is_warned_of(
    design: Design, records: TrialRecords
) -> None:
    more = design_trial(parse_protocol(FOUR_LOOKS.replace("{ events = 30 }", "{ events = 60 }")))
    held = monitor(design, cut(records, at_events(design, records, 8)), occasion=Occasion(planned_look=2))
    later = monitor(more, snapshot(records), history=held.looks)
    assert later.current.information_fraction == 20 / 60
    assert later.current.alpha_spent >= held.current.alpha_spent
    assert "final events changed (30, 60)" in later.warnings[0]


@pytest.mark.parametrize(
    ("occasion", "message"),
    [
        ({"planned_look": 0}, "must be 1 or more"),
        ({"spending_fraction": 1.5}, "between 0 and 1"),
    ],
)
def test_an_impossible_occasion_is_refused(occasion: dict[str, float], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        Occasion(**occasion)  # type: ignore[arg-type]


def test_a_planned_look_is_held_once(design: Design, records: TrialRecords) -> None:
    held = monitor(design, cut(records, at_events(design, records, 8)), occasion=Occasion(planned_look=2))
    for wrong in (1, 2):
        with pytest.raises(DesignError, match="held already"):
            monitor(design, snapshot(records), history=held.looks, occasion=Occasion(planned_look=wrong))
    with pytest.raises(DesignError, match="not planned"):
        monitor(design, snapshot(records), occasion=Occasion(planned_look=5))


def test_a_plan_held_as_planned_is_the_plan() -> None:
    plan = group_sequential((0.5, 0.75, 1.0), alpha=0.025, beta=0.1, sides=1, efficacy=KimDeMets(2.0))
    assert looks_as_held(plan, [0.5], [1]) is plan
    assert looks_as_held(plan, [0.52, 0.7], [1, 2]) is plan


def test_rules_by_look_follow_the_looks_as_held() -> None:
    plan = group_sequential(
        (0.2, 0.4, 0.6, 0.8, 1.0),
        alpha=0.025,
        beta=0.1,
        sides=1,
        efficacy=At(KimDeMets(2.0), (3, 4, 5)),
        futility=GivenZ((-1.0, -0.5, 0.0, 0.5, -math.inf)),
    )
    late = looks_as_held(plan, [0.38], [1])
    assert late.information_fraction == pytest.approx([0.38, 0.6, 0.8, 1.0]), (
        "the second is held with the first"
    )
    assert isinstance(late.efficacy, At)
    assert late.efficacy.looks == (2, 3, 4)
    assert isinstance(late.futility, GivenZ)
    assert late.futility.z == (-1.0, 0.0, 0.5, -math.inf)
    bounds = bounds_at(late, [0.38, 0.6], planned=1.0)
    assert bounds.efficacy_z[0] == math.inf
    assert math.isfinite(bounds.efficacy_z[1])
    ended = looks_as_held(plan, [0.2, 0.3], [1, 2], final=True)
    assert ended.efficacy == GivenZ(math.inf)
    assert np.array_equal(ended.information_fraction, [0.2, 0.3])
    with pytest.raises(ArgumentError, match="do not fall"):
        looks_as_held(plan, [0.2, 0.3], [2, 1])
    with pytest.raises(ArgumentError, match="one planned look for each"):
        looks_as_held(plan, [0.2, 0.3], [1])


def test_a_trial_that_ends_before_its_first_efficacy_look_is_read_for_efficacy(
    design: Design, records: TrialRecords
) -> None:
    """The first planned look is not read for efficacy; a last analysis at its place is."""
    last = monitor(design, cut(records, at_events(design, records, 5)), occasion=Occasion(final=True)).current
    assert (last.planned_look, last.label) == (4, design.looks[3].label)
    assert last.efficacy_z == pytest.approx(1.959964, abs=1e-6), "one look spends all of one-sided 0.025"
    assert last.alpha_spent == pytest.approx(0.025, abs=1e-12)


def test_without_new_data_after_a_stop_there_is_nothing_to_read_again(
    design: Design, records: TrialRecords
) -> None:
    held = monitor(design, cut(records, at_events(design, records, 8)), occasion=Occasion(planned_look=2))
    stopped = (replace(held.current, exit=Exit.EFFICACY),)
    same = monitor(
        design,
        cut(records, at_events(design, records, 8)),
        history=stopped,
        occasion=Occasion(overrun=True),
    )
    assert same.looks == stopped
    assert same.not_read == "8 events, look 1 had 8: no information is new"


def test_a_meeting_without_a_look_spends_nothing(design: Design, records: TrialRecords) -> None:
    first = monitor(design, cut(records, at_events(design, records, 4)))
    later = cut(records, at_events(design, records, 10))
    met = monitor(design, later, history=first.looks, occasion=Occasion(not_held="none is due"))
    assert met.looks == first.looks
    assert met.not_read == "none is due"
    assert met.cutoff == later.cutoff
    alone = monitor(design, later, occasion=Occasion(not_held="none is due"))
    assert (alone.current.look, alone.current.alpha_spent) == (0, 0.0)
