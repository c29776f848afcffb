"""The information ledger: what is recorded comes back to the bit, and only what belongs to it is recorded."""

from __future__ import annotations

import datetime as dt
import json
import math
import subprocess
import sys
from typing import TYPE_CHECKING

import polars as pl
import pytest

from equipoise._chain import verify_chain
from equipoise.design import Design, design_trial
from equipoise.errors import ArgumentError, DataError
from equipoise.monitoring import (
    InformationLedger,
    InterimResult,
    amendment,
    due_date,
    monitor,
    open_ledger,
    past_looks_frame,
    past_looks_now,
    read_ledger,
)
from equipoise.protocol import parse_protocol
from equipoise.records import TrialRecords, cut, snapshot, trial_records
from small_trial import PROTOCOL, adam_tables

if TYPE_CHECKING:
    from pathlib import Path

NOON = dt.datetime(2021, 5, 1, 12, 0, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def design() -> Design:
    return design_trial(parse_protocol(PROTOCOL))


@pytest.fixture(scope="module")
def records() -> TrialRecords:
    tables = adam_tables()
    return trial_records(tables["adsl"], tables["adtte"], synthetic=True)


@pytest.fixture
def first(design: Design, records: TrialRecords) -> InterimResult:
    return monitor(design, cut(records, due_date(design, records, 1)))


@pytest.fixture
def ledger(tmp_path: Path, design: Design, first: InterimResult) -> InformationLedger:
    begun = open_ledger(tmp_path / "ledger.jsonl", design, by="A. Statistician", when=NOON)
    return begun.record(first, committee_action="continue", by="A. Statistician", when=NOON)


def test_a_recorded_look_comes_back_to_the_bit(ledger: InformationLedger, first: InterimResult) -> None:
    again = read_ledger(ledger.path)
    assert again == ledger
    assert again.history == first.looks
    assert again.history[0].futility_z == -math.inf
    assert again.head == verify_chain(ledger.path).head


def test_an_entry_says_who_when_what_and_by_how_much(ledger: InformationLedger, first: InterimResult) -> None:
    said = json.loads(ledger.path.read_text().splitlines()[1])["said"]
    assert said["by"] == "A. Statistician"
    assert said["when"] == "2021-05-01T12:00:00+00:00"
    assert said["action"] == "continue"
    assert said["status"] == first.status
    look = said["look"]
    assert look["events"] == 10
    assert look["spending_fraction"] == look["information_fraction"] == 0.5
    assert look["information"] == first.current.information
    assert look["alpha_spent"] == first.current.alpha_spent
    assert sum(cell["events"] for cell in look["by_arm"]) == 10
    assert {(c["stratum"], c["arm"]) for c in look["by_arm"]} == {
        (s, a) for s in ("low", "high") for a in "AB"
    }
    assert sum(c["subjects"] for c in look["by_arm"]) == cut_size(first)
    assert said["data_hash"] == first.data_hash
    assert said["protocol_hash"] == first.protocol_hash


def cut_size(result: InterimResult) -> int:
    return sum(c.subjects for c in result.current.by_arm)


def test_the_next_look_is_read_with_the_history_and_recorded(
    ledger: InformationLedger, design: Design, records: TrialRecords
) -> None:
    second = monitor(design, snapshot(records), history=ledger.history)
    after = ledger.record(second, committee_action="stop randomisation", by="B", reason="as the rule implies")
    assert [k.look for k in read_ledger(after.path).history] == [1, 2]
    assert after.to_frame()["kind"].to_list() == ["opened", "look", "look"]
    assert after.to_frame()["events"].to_list() == [None, 10, 20]


def test_a_look_without_news_is_kept_as_such_and_spends_nothing(
    ledger: InformationLedger, design: Design, records: TrialRecords
) -> None:
    idle = monitor(design, cut(records, due_date(design, records, 1)), history=ledger.history)
    after = ledger.record(idle, committee_action="continue", by="B")
    assert after.entries[-1].kind == "no test"
    assert after.entries[-1].look is None
    assert after.history == ledger.history
    assert read_ledger(after.path) == after


def test_reading_a_look_writes_nothing(
    ledger: InformationLedger, design: Design, records: TrialRecords
) -> None:
    before = ledger.path.read_bytes()
    monitor(design, snapshot(records), history=ledger.history)
    assert ledger.path.read_bytes() == before


def test_what_does_not_belong_to_the_ledger_is_refused(
    ledger: InformationLedger, design: Design, records: TrialRecords, tmp_path: Path
) -> None:
    stranger = monitor(design, snapshot(records))
    with pytest.raises(DataError, match="not the 1 recorded here"):
        ledger.record(stranger, committee_action="stop", by="B")
    other = design_trial(parse_protocol(PROTOCOL.replace('name = "SMALL"', 'name = "OTHER"')))
    with pytest.raises(DataError, match="belongs to SMALL"):
        ledger.record(monitor(other, snapshot(records), history=ledger.history), committee_action="x", by="B")
    with pytest.raises(DataError, match="is the ledger of SMALL"):
        open_ledger(ledger.path, other, by="B")
    changed = design_trial(parse_protocol(PROTOCOL.replace("power = 0.8", "power = 0.85")))
    with pytest.raises(DataError, match="Record the amendment first"):
        ledger.record(
            monitor(changed, snapshot(records), history=ledger.history), committee_action="x", by="B"
        )
    strange = tmp_path / "strange.jsonl"
    strange.write_text("[1]\n")
    with pytest.raises(DataError, match="no entry"):
        read_ledger(strange)


def test_of_two_that_read_the_same_ledger_the_second_is_told(
    ledger: InformationLedger, design: Design, records: TrialRecords
) -> None:
    second = monitor(design, snapshot(records), history=ledger.history)
    ledger.record(second, committee_action="continue", by="A")
    with pytest.raises(DataError, match="changed since it was read"):
        ledger.record(second, committee_action="stop", by="B")
    assert len(read_ledger(ledger.path).history) == 2


@pytest.mark.parametrize(("action", "by"), [("", "A"), (" ", "A"), ("continue", "")])
def test_an_action_and_a_name_must_be_given(
    tmp_path: Path, design: Design, first: InterimResult, action: str, by: str
) -> None:
    begun = open_ledger(tmp_path / "new.jsonl", design, by="A", when=NOON)
    with pytest.raises(ArgumentError, match="must be said"):
        begun.record(first, committee_action=action, by=by)
    with pytest.raises(ArgumentError, match="time zone"):
        begun.record(first, committee_action="x", by="A", when=dt.datetime(2021, 1, 1))  # noqa: DTZ001 - the mistake
    assert read_ledger(begun.path) == begun


def test_an_amendment_is_recorded_with_what_it_changes(
    ledger: InformationLedger, design: Design, records: TrialRecords
) -> None:
    more = design_trial(parse_protocol(PROTOCOL.replace("{ events = 20 }", "{ events = 40 }")))
    change = amendment(design, more, ledger.history)
    assert "final events 20 becomes 40" in change.consequences
    assert any("depend on the effect" in c for c in change.consequences)
    bounds = next(c for c in change.consequences if "bounds to come" in c)
    assert "at 20 events" in bounds
    assert "at 40 events" in bounds
    after = ledger.amend(change, by="A", reason="slow accrual")
    assert after.protocol_hash == more.protocol.hash
    later = after.record(
        monitor(more, snapshot(records), history=after.history), committee_action="continue", by="A"
    )
    assert read_ledger(later.path) == later
    with pytest.raises(DataError, match="begins at protocol"):
        after.amend(change, by="A", reason="twice")


def test_late_corrections_show_past_looks_as_decided_and_as_they_read_now(
    ledger: InformationLedger, design: Design, records: TrialRecords
) -> None:
    same = past_looks_now(design, snapshot(records), ledger.history)[0]
    assert (same.events_now, same.z_now, same.changed) == (same.events, same.z, False)
    late = records.times.with_columns(CNSR=0, EVNTDESC=pl.lit("relapse"))
    corrected = trial_records(records.subjects, late, synthetic=True)
    now = past_looks_now(design, snapshot(corrected), ledger.history)
    assert now[0].events == 10
    assert now[0].events_now > 10
    assert past_looks_frame(now)["events_now"].to_list() == [now[0].events_now]
    assert read_ledger(ledger.path).history == ledger.history


FULL = """
import resource, sys
from equipoise.errors import OutputError
from equipoise.monitoring import read_ledger
from equipoise._chain import append
kept = read_ledger(sys.argv[1])
# As a full disk: no file may grow beyond the ledger's present size.
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
try:
    append(kept.path, {"words": "x" * 10000}, after=kept.head)
except OutputError as error:
    print("refused", error)
"""


def test_a_disk_that_takes_no_more_leaves_every_look_in_place(ledger: InformationLedger) -> None:
    """The operating system itself refuses the bytes."""
    before = ledger.path.read_bytes()
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(ledger.path), str(len(before))],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("refused")
    assert ledger.path.read_bytes() == before
    assert read_ledger(ledger.path) == ledger
    assert {p.name for p in ledger.path.parent.iterdir()} == {"ledger.jsonl", "ledger.jsonl.lock"}


def test_a_ledger_written_anew_is_sound_in_itself_and_missed_by_its_head(
    ledger: InformationLedger, first: InterimResult, design: Design, tmp_path: Path
) -> None:
    """Without a head nobody can know, and that is said; with the head of a report it is found."""
    (tmp_path / "anew").mkdir()
    anew = open_ledger(tmp_path / "anew" / "ledger.jsonl", design, by="Somebody else", when=NOON)
    anew = anew.record(first, committee_action="stop", by="Somebody else", when=NOON)
    ledger.path.write_bytes(anew.path.read_bytes())
    bare = verify_chain(ledger.path)
    assert bare.sound
    assert "written anew" in bare.unknown
    found = verify_chain(ledger.path, head=ledger.head, entries=2)
    assert not found.sound
    assert "the file was written anew" in found.fault
