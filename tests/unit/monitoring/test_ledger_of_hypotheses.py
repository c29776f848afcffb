"""One ledger for hypotheses that share one alpha: a meeting is one entry, and what it says follows again."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from equipoise._chain import verify_chain
from equipoise.design import GraphicalDesign, design_hypotheses, design_trial
from equipoise.errors import ArgumentError, DataError, DesignError
from equipoise.monitoring import (
    InformationLedger,
    MonitoredHypotheses,
    Occasion,
    amendment_of_graph,
    monitor,
    monitor_several,
    open_ledger,
    read_hypotheses,
    read_ledger,
)
from equipoise.protocol import parse_protocol
from equipoise.records import TrialRecords, cut, trial_records
from small_trial import PROTOCOL, adam_tables
from unit.monitoring.test_several_hypotheses import SEVERAL

if TYPE_CHECKING:
    from pathlib import Path

NOON = dt.datetime(2021, 5, 1, 12, 0, tzinfo=dt.UTC)
BEFORE, AFTER = PROTOCOL.partition("[[hypothesis]]")[0], PROTOCOL[PROTOCOL.index("[data]") :]
TEXT = BEFORE + SEVERAL + AFTER
MEETINGS = ("2020-11-30", "2021-03-31", "2022-12-31")


@pytest.fixture(scope="module")
def design() -> GraphicalDesign:
    return design_hypotheses(parse_protocol(TEXT))


@pytest.fixture(scope="module")
def records() -> TrialRecords:
    """The small trial, where the events of the new arm come so late that each hypothesis may be rejected."""
    tables = adam_tables()
    return trial_records(tables["adsl"], tables["adtte"], synthetic=True)


def meeting(
    design: GraphicalDesign, records: TrialRecords, when: str, ledger: InformationLedger
) -> MonitoredHypotheses:
    return monitor_several(design, read_hypotheses(design, records, when, held=ledger.held))


@pytest.fixture
def ledger(tmp_path: Path, design: GraphicalDesign, records: TrialRecords) -> InformationLedger:
    kept = open_ledger(tmp_path / "ledger.jsonl", design, by="A. Statistician", when=NOON)
    for when in MEETINGS:
        found = meeting(design, records, when, kept)
        kept = kept.record(found, committee_action="continue", by="A. Statistician", when=NOON)
    return kept


def test_a_meeting_is_one_entry_and_comes_back_to_the_bit(
    ledger: InformationLedger, design: GraphicalDesign
) -> None:
    again = read_ledger(ledger.path)
    assert again == ledger
    assert [e.kind for e in again.entries] == ["opened", *["meeting"] * len(MEETINGS)]
    assert again.hypotheses == design.procedure.graph.hypotheses == ("low", "high", "all")
    assert verify_chain(ledger.path, head=ledger.head, entries=4).sound
    assert open_ledger(ledger.path, design, by="A") == ledger


def test_every_look_is_spent_once_at_its_own_meeting(ledger: InformationLedger) -> None:
    read = [
        (number, s.hypothesis, s.look.planned_look, s.look.events)
        for number, e in enumerate(ledger.entries, start=1)
        for s in e.standings
        if s.look is not None
    ]
    for name in ledger.hypotheses:
        mine = [r for r in read if r[1] == name]
        assert [k.events for k in ledger.held[name]] == [r[3] for r in mine]
        assert len({r[2] for r in mine}) == len(mine)
        assert len({r[0] for r in mine}) == len(mine)
    assert len(read) >= 5


def test_what_an_entry_says_follows_again_from_the_looks_before_it(
    ledger: InformationLedger, design: GraphicalDesign, records: TrialRecords
) -> None:
    """Levels, bounds and rejections of each meeting, from the plan, the events and z that were recorded."""
    held: dict[str, list] = {name: [] for name in ledger.hypotheses}
    blank = {r.hypothesis: r for r in read_hypotheses(design, records, "2022-12-31")}
    for entry in ledger.entries[1:]:
        for s in entry.standings:
            if s.look is not None:
                held[s.hypothesis].append(s.look)
        found = monitor_several(
            design, [replace(blank[n], looks=tuple(looks)) for n, looks in held.items() if looks]
        )
        for was, now in zip(entry.standings, found.standings, strict=True):
            assert (was.level, was.rejected, was.status) == (now.level, now.rejected, now.status)
            if was.look is not None:
                assert (was.efficacy_z, was.alpha_spent) == (now.efficacy_z, now.alpha_spent)


def test_alpha_passed_on_is_in_the_entry(
    tmp_path: Path, design: GraphicalDesign, records: TrialRecords
) -> None:
    """Low is rejected at the second meeting: high is read at three quarters of alpha, and low no more."""
    kept = open_ledger(tmp_path / "passed.jsonl", design, by="A", when=NOON)
    first = meeting(design, records, MEETINGS[0], kept)
    kept = kept.record(first, committee_action="continue", by="A", when=NOON)
    results = read_hypotheses(design, records, MEETINGS[1], held=kept.held)
    low = next(r for r in results if r.hypothesis == "low")
    strong = replace(low, looks=(*low.looks[:-1], replace(low.current, z=5.0)))
    found = monitor_several(design, [strong if r is low else r for r in results])
    kept = kept.record(found, committee_action="low: stop", by="A", when=NOON)
    standing = {s.hypothesis: s for s in kept.entries[-1].standings}
    assert standing["low"].rejected
    assert standing["high"].level == pytest.approx(0.0375)
    assert standing["all"].level == pytest.approx(0.0125)
    table = kept.to_frame().filter(entry=3)
    assert table["hypothesis"].to_list() == ["low", "high", "all"]
    assert table["level"].to_list() == [s.level for s in kept.entries[-1].standings]
    assert table["efficacy_z"].to_list() == [
        s.efficacy_z if s.look is not None else None for s in kept.entries[-1].standings
    ]
    later = meeting(design, records, MEETINGS[2], kept)
    after = {s.hypothesis: s for s in later.standings}
    assert after["low"].look is None
    assert after["low"].not_read == "it has been rejected"
    assert after["low"].rejected
    look = after["high"].look
    assert look is not None
    assert after["high"].efficacy_z < look.efficacy_z
    assert after["high"].alpha_spent > look.alpha_spent
    kept.record(later, committee_action="stop", by="A", when=NOON)


def test_nothing_due_reads_nothing_and_spends_nothing(
    ledger: InformationLedger, design: GraphicalDesign, records: TrialRecords
) -> None:
    before = ledger.held
    found = meeting(design, records, MEETINGS[-1], ledger)
    assert all(s.look is None for s in found.standings)
    assert {s.not_read for s in found.standings} == {
        "10 events, and final analysis is planned at 12",
        "20 events, and final analysis is planned at 24",
    }
    again = ledger.record(found, committee_action="continue", by="A", when=NOON)
    assert again.held == before


def test_what_is_not_due_is_said_and_may_be_asked_for(
    tmp_path: Path, design: GraphicalDesign, records: TrialRecords
) -> None:
    kept = open_ledger(tmp_path / "asked.jsonl", design, by="A", when=NOON)
    kept = kept.record(
        meeting(design, records, MEETINGS[0], kept), committee_action="continue", by="A", when=NOON
    )
    later = "2021-01-10"
    waiting = [s for s in meeting(design, records, later, kept).standings if s.look is None]
    assert any("is planned at" in s.not_read for s in waiting)
    one = next(s.hypothesis for s in waiting if "is planned at" in s.not_read)
    asked = read_hypotheses(design, records, later, held=kept.held, only=[one])
    read = next(r for r in asked if r.hypothesis == one)
    assert len(read.looks) == len(kept.held[one]) + 1 or read.not_read.endswith("no information is new")
    added = read_hypotheses(design, records, later, held=kept.held, occasion=Occasion(unplanned=True))
    assert any(r.current.unplanned for r in added if not r.not_read)
    last = read_hypotheses(design, records, later, held=kept.held, occasion=Occasion(final=True))
    assert all(r.current.final for r in last if not r.not_read)
    kept = kept.record(monitor_several(design, last), committee_action="stop", by="A", when=NOON)
    ended = {name for name, looks in kept.held.items() if looks and looks[-1].final}
    assert ended
    over = {s.hypothesis: s for s in meeting(design, records, MEETINGS[-1], kept).standings}
    assert {over[name].not_read for name in ended} <= {"its last look has been held", "it has been rejected"}


def test_what_does_not_belong_is_refused(
    ledger: InformationLedger, design: GraphicalDesign, records: TrialRecords
) -> None:
    alone = monitor(design.design_of("low"), cut(records, MEETINGS[0]))
    with pytest.raises(
        DataError, match="belongs to SMALL, hypotheses low, high, all; the look is of SMALL, hyp"
    ):
        ledger.record(alone, committee_action="continue", by="A")
    without = monitor_several(design, read_hypotheses(design, records, MEETINGS[0]))
    with pytest.raises(DataError, match="Read it with this ledger's history"):
        ledger.record(without, committee_action="continue", by="A")
    with pytest.raises(DataError, match="Say of which"):
        _ = ledger.history
    single = design_trial(parse_protocol(PROTOCOL))
    with pytest.raises(DataError, match="Name another file"):
        open_ledger(ledger.path, single, by="A")
    with pytest.raises(ArgumentError, match="must fit every hypothesis"):
        read_hypotheses(design, records, MEETINGS[0], occasion=Occasion(planned_look=1))
    with pytest.raises(ArgumentError, match="must be one of 'low', 'high', 'all'"):
        read_hypotheses(design, records, MEETINGS[0], only=["both"])


def test_one_byte_of_a_meeting_is_missed(ledger: InformationLedger) -> None:
    text = ledger.path.read_text()
    said = json.loads(text.splitlines()[1])
    assert said["said"]["standings"][0]["hypothesis"] == "low"
    ledger.path.write_text(text.replace('"level":0.025', '"level":0.026', 1))
    assert not verify_chain(ledger.path).sound


def test_an_amended_graph_is_listed_and_recorded(ledger: InformationLedger, design: GraphicalDesign) -> None:
    text = TEXT.replace("low = 0.5, high = 0.5, all", "low = 0.6, high = 0.4, all")
    later = design_hypotheses(
        parse_protocol(text.replace("look = [{ events = 12 }, { events = 24 }]", "look = [{ events = 30 }]"))
    )
    change = amendment_of_graph(design, later, ledger.held)
    assert "weights 0.5, 0.5, 0 become 0.6, 0.4, 0" in change.consequences
    assert any("sharing of alpha changes after data were seen" in words for words in change.consequences)
    assert any(words.startswith("all: final events 24 becomes 30") for words in change.consequences)
    kept = ledger.amend(change, by="A", reason="a slow stratum", when=NOON)
    assert kept.protocol_hash == later.protocol.hash
    assert read_ledger(kept.path) == kept
    other = design_hypotheses(
        parse_protocol(TEXT.replace('"all"', '"everybody"').replace("all =", "everybody ="))
    )
    with pytest.raises(DesignError, match="Begin another ledger"):
        amendment_of_graph(design, other)
