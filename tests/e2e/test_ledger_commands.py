"""A trial carried from look to look in the shell: dry runs, recording, verifying, amending."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LOOK = ("monitor", "protocol.toml", "--adam", "adam", "--ledger", "ledger.jsonl")
RECORD = ("--record", "--action", "continue", "--by", "A. Statistician")


@pytest.fixture
def carried(equipoise: Callable, trial: Path) -> Path:
    """A ledger of both looks."""
    assert equipoise(*LOOK, "--cutoff", "2020-11-13", *RECORD).returncode == 0
    assert equipoise(*LOOK, "--cutoff", "2021-12-31", *RECORD).returncode == 0
    return trial / "ledger.jsonl"


def test_a_look_is_read_without_a_trace_until_it_is_recorded(equipoise: Callable, trial: Path) -> None:
    dry = equipoise(*LOOK, "--cutoff", "2020-11-13")
    assert dry.returncode == 0
    assert "Conditional power, planned effect" in dry.stdout
    assert "is not there yet: the look is read as the first of its ledger" in dry.stderr
    assert "a dry run; after the meeting --record writes it" in dry.stderr
    assert not (trial / "ledger.jsonl").exists()
    done = equipoise(*LOOK, "--cutoff", "2020-11-13", *RECORD)
    assert "recorded entry 2 in ledger.jsonl; head " in done.stderr
    before = (trial / "ledger.jsonl").read_bytes()
    assert equipoise(*LOOK, "--cutoff", "2021-12-31").returncode == 0
    assert (trial / "ledger.jsonl").read_bytes() == before


def test_the_second_look_follows_the_recorded_first(equipoise: Callable, carried: Path) -> None:
    shown = json.loads(equipoise("ledger", "show", "ledger.jsonl", "--json").stdout)
    assert [e["kind"] for e in shown["entries"]] == ["opened", "look", "look"]
    assert [e["events"] for e in shown["entries"]] == [None, 10, 20]
    assert shown["entries"][2]["alpha_spent"] == pytest.approx(0.025, abs=1e-9)
    text = equipoise("ledger", "show", "ledger.jsonl").stdout
    assert "look 2, final analysis" in text
    assert shown["head"] in text
    again = equipoise(*LOOK, "--cutoff", "2021-12-31")
    assert "No test: 20 events, look 2 had 20: no information is new" in again.stdout
    assert carried.exists()


def test_verifying_says_what_is_known_and_what_is_not(equipoise: Callable, carried: Path) -> None:
    head = json.loads(equipoise("ledger", "show", "ledger.jsonl", "--json").stdout)["head"]
    bare = equipoise("ledger", "verify", "ledger.jsonl")
    assert bare.returncode == 0
    assert "Not known" in bare.stdout
    whole = equipoise("ledger", "verify", "ledger.jsonl", "--head", head, "--entries", "3")
    assert (whole.returncode, "Not known" in whole.stdout) == (0, False)
    lines = carried.read_text().splitlines(keepends=True)
    carried.write_text("".join(lines[:2]))
    cut = equipoise("ledger", "verify", "ledger.jsonl", "--head", head)
    assert cut.returncode == 1
    assert "NOT SOUND" in cut.stdout
    assert not json.loads(equipoise("ledger", "verify", "ledger.jsonl", "--head", head, "--json").stdout)[
        "sound"
    ]


def test_an_amendment_lists_its_consequences_and_then_counts(equipoise: Callable, trial: Path) -> None:
    assert equipoise(*LOOK, "--cutoff", "2020-11-13", *RECORD).returncode == 0
    amended = (trial / "protocol.toml").read_text().replace("{ events = 20 }", "{ events = 40 }")
    (trial / "amended.toml").write_text(amended)
    amend = ("ledger", "amend", "ledger.jsonl", "--from", "protocol.toml", "--to", "amended.toml")
    dry = equipoise(*amend)
    assert "final events 20 becomes 40" in dry.stdout
    what_if = equipoise("monitor", "amended.toml", *LOOK[2:], "--cutoff", "2021-12-31")
    assert what_if.returncode == 0
    assert "which is not in force" in what_if.stderr
    refused = equipoise("monitor", "amended.toml", *LOOK[2:], "--cutoff", "2021-12-31", *RECORD)
    assert refused.returncode == 2
    assert "Record the amendment first" in refused.stderr
    done = equipoise(*amend, "--record", "--by", "A", "--reason", "events come slowly")
    assert "recorded entry 3" in done.stdout
    after = equipoise("monitor", "amended.toml", *LOOK[2:], "--cutoff", "2021-12-31", "--look", "2", *RECORD)
    assert after.returncode == 0
    assert "WARNING  The planned final events changed" in after.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--record", "--by", "A"), "--action must be given with --record"),
        (("--record", "--action", "continue"), "--by must be given with --record"),
        (("--action", "continue"), "--action goes with --record"),
        (("--only", "primary"), "--only goes with hypotheses that share alpha"),
        (("--overrun",), "no look has stopped the trial"),
        (("--look", "9"), "not planned"),
    ],
)
def test_what_cannot_be_read_or_recorded_is_said(
    equipoise: Callable, arguments: tuple[str, ...], message: str
) -> None:
    done = equipoise(*LOOK, "--cutoff", "2021-12-31", *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_recording_without_a_ledger_is_refused(equipoise: Callable) -> None:
    done = equipoise("monitor", "protocol.toml", "--adam", "adam", "--cutoff", "2021-12-31", *RECORD)
    assert done.returncode == 2
    assert "--ledger must be given with --record" in done.stderr


def test_a_look_far_from_its_plan_is_asked_about(equipoise: Callable) -> None:
    early = equipoise(*LOOK, "--cutoff", "2020-06-30", "--look", "1")
    assert "planned at 10 events, the data hold" in early.stderr
    assert "--unplanned" in early.stderr


def test_between_looks_the_last_status_stands_until_a_look_is_asked_for(
    equipoise: Callable, trial: Path
) -> None:
    assert equipoise(*LOOK, "--cutoff", "2020-11-13", *RECORD).returncode == 0
    before = (trial / "ledger.jsonl").read_bytes()
    between = ("--cutoff", "2021-05-04")
    met = equipoise(*LOOK, *between)
    assert "No test: look 2, final analysis, is not due yet. The status of look 1 stands" in met.stdout
    assert "--look reads it early" in met.stderr
    assert "at 16 of 20 events" in equipoise(*LOOK, *between, "--look", "2").stdout
    assert equipoise(*LOOK, *between, *RECORD).returncode == 2
    assert (trial / "ledger.jsonl").read_bytes() == before
    written = equipoise(
        "meeting", "protocol.toml", "--adam", "adam", "--ledger", "ledger.jsonl", *between, "--out", "m"
    )
    assert written.returncode == 0, written.stderr
    assert "The status of look 1 stands" in (trial / "m" / "closed.html").read_text(encoding="utf-8")


def test_data_cut_before_the_last_look_say_so(equipoise: Callable, carried: Path) -> None:
    done = equipoise(*LOOK, "--cutoff", "2020-06-30")
    assert done.returncode == 0
    assert "the data are cut before that look's, of 2021-12-31" in " ".join(done.stdout.split())
    assert carried.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("verify", "ledger.jsonl", "--head", "xyz"), "--head must be a hash"),
        (("show", "adam/adsl.csv"), "line 1 is no entry"),
        (("show", "none.jsonl"), "cannot be read"),
        (
            ("amend", "ledger.jsonl", "--from", "protocol.toml", "--to", "protocol.toml"),
            "--to must be another version",
        ),
        (
            ("amend", "ledger.jsonl", "--from", "protocol.toml", "--to", "protocol.toml", "--record"),
            "--by must be given with --record",
        ),
    ],
)
@pytest.mark.usefixtures("carried")
def test_what_is_mistyped_is_no_finding(
    equipoise: Callable, arguments: tuple[str, ...], message: str
) -> None:
    done = equipoise("ledger", *arguments)
    assert done.returncode == 2, done.stdout
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_recorded_bounds_are_solved_again_from_the_plan(equipoise: Callable, carried: Path) -> None:
    asked = ("ledger", "verify", "ledger.jsonl", "--protocol", "protocol.toml")
    done = equipoise(*asked)
    assert done.returncode == 0, done.stderr
    assert "2 looks solved again from the plan: every bound, exit and rejection follows." in done.stdout
    assert json.loads(equipoise(*asked, "--json").stdout)["replay"] == {
        "looks": 2,
        "other_protocol": 0,
        "faults": [],
    }
    assert carried.exists()
