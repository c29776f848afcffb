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
