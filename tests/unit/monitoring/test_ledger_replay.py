"""What a ledger holds is solved again from its plan; a sound chain of wrong numbers is told."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from equipoise.design import Design, Exit, GraphicalDesign, design_hypotheses, design_trial
from equipoise.errors import DataError
from equipoise.monitoring import (
    InformationLedger,
    InterimResult,
    LookResult,
    Occasion,
    amendment,
    monitor,
    monitor_several,
    open_ledger,
    read_hypotheses,
    replay_ledger,
)
from equipoise.protocol import parse_protocol
from equipoise.records import TrialRecords, cut, trial_records
from small_trial import adam_tables
from unit.monitoring.test_ledger_of_hypotheses import MEETINGS, TEXT
from unit.monitoring.test_occasion import FOUR_LOOKS, at_events

if TYPE_CHECKING:
    from pathlib import Path

NOON = dt.datetime(2021, 5, 1, 12, 0, tzinfo=dt.UTC)
# Look as planned, an added one, a left-out one, an end short of the events.
COURSE = (
    (4, Occasion()),
    (6, Occasion(unplanned=True)),
    (14, Occasion(planned_look=3, spending_fraction=0.5)),
    (18, Occasion(final=True)),
)


@pytest.fixture(scope="module")
def design() -> Design:
    return design_trial(parse_protocol(FOUR_LOOKS))


@pytest.fixture(scope="module")
def several() -> GraphicalDesign:
    return design_hypotheses(parse_protocol(TEXT))


@pytest.fixture(scope="module")
def records() -> TrialRecords:
    tables = adam_tables()
    return trial_records(tables["adsl"], tables["adtte"], synthetic=True)


def recorded(kept: InformationLedger, result: InterimResult) -> InformationLedger:
    return kept.record(result, committee_action="continue", by="A", when=NOON)


@pytest.fixture
def ledger(tmp_path: Path, design: Design, records: TrialRecords) -> InformationLedger:
    kept = open_ledger(tmp_path / "ledger.jsonl", design, by="A", when=NOON)
    for events, occasion in COURSE:
        data = cut(records, at_events(design, records, events))
        kept = recorded(kept, monitor(design, data, history=kept.history, occasion=occasion))
    return kept


def test_every_look_however_it_came_about_follows_again(ledger: InformationLedger, design: Design) -> None:
    found = replay_ledger(ledger, design)
    assert (found.looks, found.other_protocol, found.faults) == (len(COURSE), 0, ())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"efficacy_z": 1.5}, "efficacy_z 1.5 is recorded"),
        ({"alpha_spent": 0.001}, "alpha_spent 0.001 is recorded"),
        ({"exit": Exit.EFFICACY}, "'efficacy boundary crossed' is recorded, "),
        ({"futility_z": 0.0}, "futility_z 0 is recorded"),
    ],
)
def test_a_sound_chain_of_wrong_numbers_is_told(
    tmp_path: Path, design: Design, records: TrialRecords, change: dict[str, object], words: str
) -> None:
    kept = open_ledger(tmp_path / "wrong.jsonl", design, by="A", when=NOON)
    data = cut(records, at_events(design, records, 8))
    result = monitor(design, data, occasion=Occasion(planned_look=2))
    wrong: LookResult = replace(result.current, **change)
    kept = recorded(kept, replace(result, looks=(wrong,)))
    faults = replay_ledger(kept, design).faults
    assert any(words in fault for fault in faults), faults
    assert all(fault.startswith("entry 2: look 1 of primary") for fault in faults)


def test_looks_under_another_version_are_counted_and_left(ledger: InformationLedger, design: Design) -> None:
    later = design_trial(parse_protocol(FOUR_LOOKS.replace("{ events = 30 }", "{ events = 60 }")))
    kept = ledger.amend(amendment(design, later, ledger.history), by="A", reason="slow", when=NOON)
    found = replay_ledger(kept, later)
    assert (found.looks, found.other_protocol, found.faults) == (0, len(COURSE), ())


def test_meetings_of_several_hypotheses_follow_again(
    tmp_path: Path, several: GraphicalDesign, records: TrialRecords
) -> None:
    kept = open_ledger(tmp_path / "all.jsonl", several, by="A", when=NOON)
    for when in MEETINGS:
        found = monitor_several(several, read_hypotheses(several, records, when, held=kept.held))
        kept = kept.record(found, committee_action="continue", by="A", when=NOON)
    again = replay_ledger(kept, several)
    assert again.faults == ()
    assert again.looks == sum(len(looks) for looks in kept.held.values())
    last = kept.entries[-1]
    turned = replace(last.standings[0], level=0.05, rejected=True, efficacy_z=0.5)
    wrong = replace(
        kept, entries=(*kept.entries[:-1], replace(last, standings=(turned, *last.standings[1:])))
    )
    faults = " ".join(replay_ledger(wrong, several).faults)
    assert "low: level 0.05 is recorded, not 0.025" in faults
    assert "low: rejected True is recorded, not False" in faults


def test_another_protocol_is_refused(ledger: InformationLedger, several: GraphicalDesign) -> None:
    with pytest.raises(DataError, match="Is it the right protocol"):
        replay_ledger(ledger, several)
