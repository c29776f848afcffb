"""A protocol whose hypotheses share one alpha, from the shell: design, meeting, what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from small_trial import PROTOCOL

SEVERAL = """
[[hypothesis]]
id = "low"
endpoint = "EFS"
experimental = "B"
population = ["low"]
power = 0.8
[[hypothesis]]
id = "high"
endpoint = "EFS"
experimental = "B"
population = ["high"]
power = 0.8
[graph]
alpha = 0.05
weights = { low = 0.5, high = 0.5 }
transitions = { low = { high = 1.0 }, high = { low = 1.0 } }
[[monitoring]]
hypothesis = "low"
efficacy = { family = "Lan-DeMets Pocock" }
look = [{ events = 5 }, { events = 10 }]
[[monitoring]]
hypothesis = "high"
efficacy = { family = "Lan-DeMets Pocock" }
look = [{ events = 5 }, { events = 10 }]
"""


@pytest.fixture
def several(trial: Path) -> Path:
    before, data = PROTOCOL.partition("[[hypothesis]]")[0], PROTOCOL[PROTOCOL.index("[data]") :]
    (trial / "protocol.toml").write_text(before + SEVERAL + data)
    return trial


def test_a_meeting_reads_all_hypotheses_together(several: Path, equipoise: Callable) -> None:
    asked = ("monitor", "protocol.toml", "--adam", "adam", "--cutoff", "2021-06-30")
    done = equipoise(*asked, "--out", "meeting")
    assert done.returncode == 0, done.stderr
    assert "low: not rejected; stands at level 0.025" in done.stdout
    assert "high: " in done.stdout
    assert (several / "meeting" / "graph.svg").read_text().startswith("<?xml")
    rows = pl.read_csv(several / "meeting" / "hypotheses.csv")
    printed = json.loads(equipoise(*asked, "--json").stdout)
    assert sum(len(a["results"]) for a in printed["analyses"]) == rows.height


@pytest.mark.usefixtures("several")
def test_one_hypothesis_by_itself_has_its_own_looks(equipoise: Callable) -> None:
    asked = ("monitor", "protocol.toml", "--adam", "adam", "--cutoff", "2021-06-30")
    alone = equipoise(*asked, "--hypothesis", "high")
    assert alone.returncode == 0, alone.stderr
    assert "of 10 events" in alone.stdout
    assert "high by itself is read at the level that it begins with, 0.025" in alone.stderr
    refused = equipoise(*asked, "--look", "1")
    assert refused.returncode == 2
    assert "--hypothesis must name one hypothesis" in refused.stderr
    unknown = equipoise(*asked, "--hypothesis", "both")
    assert unknown.returncode == 2
    assert "must be one of 'low', 'high'" in unknown.stderr


def test_the_design_shows_every_level_and_draws_the_graph(several: Path, equipoise: Callable) -> None:
    done = equipoise("design", "protocol.toml", "--out", "plan")
    assert done.returncode == 0, done.stderr
    assert "low   weight 0.5, level 0.025; if rejected, passes 1 to high" in done.stdout
    assert "Efficacy boundaries at each level that may be passed on" in done.stdout
    assert (several / "plan" / "graph.svg").read_text().startswith("<?xml")
    rows = pl.read_csv(several / "plan" / "hypotheses.csv")
    printed = json.loads(equipoise("design", "protocol.toml", "--json").stdout)
    assert sum(len(a["results"]) for a in printed["analyses"]) == rows.height
    one = equipoise("design", "protocol.toml", "--hypothesis", "high")
    assert one.returncode == 0
    assert "Planned looks" in one.stdout
    assert "Efficacy boundaries at each level" not in one.stdout


def test_the_closed_report_says_where_all_stand_and_the_open_one_does_not(
    several: Path, equipoise: Callable
) -> None:
    done = equipoise("meeting", "protocol.toml", "--adam", "adam", "--cutoff", "2021-06-30", "--out", "june")
    assert done.returncode == 0, done.stderr
    closed = (several / "june" / "closed.html").read_text()
    assert "That boundary is of low by itself, at level 0.025." in closed
    assert (
        "Of all hypotheses together the rule implies: low: not rejected; stands at level 0.025; high:"
        in closed
    )
    assert "Hypotheses as they stand" in closed
    assert "hypotheses together" not in (several / "june" / "open.html").read_text()


ASKED = ("monitor", "protocol.toml", "--adam", "adam", "--ledger", "all.jsonl")
RECORD = ("--record", "--action", "continue", "--by", "A. Statistician")


@pytest.mark.usefixtures("several")
def test_meetings_of_all_hypotheses_are_kept_in_one_ledger(equipoise: Callable) -> None:
    for when in ("2020-11-30", "2021-06-30"):
        done = equipoise(*ASKED, "--cutoff", when, *RECORD)
        assert done.returncode == 0, done.stderr
    shown = json.loads(equipoise("ledger", "show", "all.jsonl", "--json").stdout)
    assert [(e["entry"], e["hypothesis"]) for e in shown["entries"]][1:] == [
        (2, "low"),
        (2, "high"),
        (3, "low"),
        (3, "high"),
    ]
    text = equipoise("ledger", "show", "all.jsonl").stdout
    assert "Ledger of SMALL, hypotheses low, high" in text
    assert "low: look 1, " in text
    assert shown["head"] in text
    sound = equipoise("ledger", "verify", "all.jsonl", "--head", shown["head"], "--entries", "3")
    assert sound.returncode == 0
    assert "Not known" not in sound.stdout
    again = equipoise(*ASKED, "--cutoff", "2021-06-30")
    assert again.returncode == 0
    assert "is not read: " in again.stderr


@pytest.mark.usefixtures("several")
def test_the_closed_report_takes_the_looks_of_that_ledger(several: Path, equipoise: Callable) -> None:
    assert equipoise(*ASKED, "--cutoff", "2020-11-30", *RECORD).returncode == 0
    done = equipoise("meeting", *ASKED[1:], "--cutoff", "2021-06-30", "--out", "june", "--hypothesis", "low")
    assert done.returncode == 0, done.stderr
    head = json.loads(equipoise("ledger", "show", "all.jsonl", "--json").stdout)["head"]
    assert head[:8] in (several / "june" / "closed.html").read_text()
    due = equipoise("meeting", *ASKED[1:], "--cutoff", "2021-06-30", "--out", "due")
    assert due.returncode == 0, due.stderr
    assert "note: the closed report is of low; --hypothesis names another." in due.stderr
    assert equipoise(*ASKED, "--cutoff", "2021-06-30", *RECORD).returncode == 0
    none = equipoise("meeting", *ASKED[1:], "--cutoff", "2021-06-30", "--out", "none")
    assert none.returncode == 0, none.stderr
    assert "note: the closed report is of low" in none.stderr
    text = (several / "none" / "closed.html").read_text()
    assert "No test: its last look has been held. The status of look" in " ".join(text.split())


@pytest.mark.usefixtures("several")
def test_one_ledger_is_not_taken_for_another(equipoise: Callable) -> None:
    assert equipoise(*ASKED, "--cutoff", "2020-11-30", *RECORD).returncode == 0
    alone = equipoise(*ASKED, "--cutoff", "2021-06-30", "--hypothesis", "low", *RECORD)
    assert alone.returncode == 2
    assert "--ledger must be of SMALL, low" in alone.stderr
    assert "It is of SMALL, low and high." in alone.stderr
    assert not alone.stdout
    own = ("--ledger", "low.jsonl", "--hypothesis", "low")
    assert equipoise(*ASKED[:-2], *own, "--cutoff", "2020-11-30", *RECORD).returncode == 0
    other = equipoise(*ASKED[:-2], "--ledger", "low.jsonl", "--cutoff", "2021-06-30")
    assert other.returncode == 2
    assert "--ledger must be of SMALL, low and high" in other.stderr
    for refused in (("--look", "2"), ("--overrun",), ("--only", "both")):
        done = equipoise(*ASKED, "--cutoff", "2021-06-30", *refused)
        assert done.returncode == 2, refused
        assert "Traceback" not in done.stderr


def test_an_amended_graph_is_listed_and_recorded(several: Path, equipoise: Callable) -> None:
    assert equipoise(*ASKED, "--cutoff", "2020-11-30", *RECORD).returncode == 0
    text = (several / "protocol.toml").read_text()
    (several / "v2.toml").write_text(text.replace("low = 0.5, high = 0.5", "low = 0.6, high = 0.4"))
    amend = ("ledger", "amend", "all.jsonl", "--from", "protocol.toml", "--to", "v2.toml")
    done = equipoise(*amend, "--record", "--by", "A", "--reason", "a slow stratum")
    assert done.returncode == 0, done.stderr
    assert "weights 0.5, 0.5 become 0.6, 0.4" in done.stdout
    assert "recorded entry 3" in done.stdout
