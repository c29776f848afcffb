"""Each command on a small trial, as a new user would call it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest


def test_init_writes_a_protocol_that_checks_and_designs(equipoise: Callable) -> None:
    assert equipoise("init", "new.toml").returncode == 0
    checked = equipoise("check", "new.toml")
    assert checked.returncode == 0
    assert "no mistake found" in checked.stdout
    assert equipoise("design", "new.toml").returncode == 0


def test_check_says_the_hash_that_json_says(equipoise: Callable) -> None:
    found = json.loads(equipoise("check", "protocol.toml", "--json").stdout)
    assert found["ok"] is True
    assert found["hash"] in equipoise("check", "protocol.toml").stdout


def test_check_lists_problems_as_json_too(trial: Path, equipoise: Callable) -> None:
    text = (trial / "protocol.toml").read_text().replace("alpha = 0.025", "alpha = 25")
    (trial / "protocol.toml").write_text(text)
    done = equipoise("check", "protocol.toml", "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["problems"][0]["path"] == "hypothesis[0].alpha"


def test_analyze_prints_and_writes_the_same_numbers(trial: Path, equipoise: Callable) -> None:
    done = equipoise("analyze", "protocol.toml", "--adam", "adam", "--out", "report")
    assert done.returncode == 0, done.stderr
    assert (trial / "report" / "report.html").stat().st_size > 10_000
    rows = pl.read_csv(trial / "report" / "results.csv")
    printed = json.loads(equipoise("analyze", "protocol.toml", "--adam", "adam", "--json").stdout)
    assert sum(len(a["results"]) for a in printed["analyses"]) == rows.height
    assert printed == json.loads((trial / "report" / "results.json").read_text())


def test_a_cut_leaves_fewer_events(equipoise: Callable) -> None:
    def events(*cut: str) -> float:
        found = json.loads(equipoise("analyze", "protocol.toml", "--adam", "adam", "--json", *cut).stdout)
        whole = next(a for a in found["analyses"] if a["id"] == "EFS__all")
        return sum(r["rawValue"] for r in whole["results"] if r["operationId"] == "events")

    assert 0 < events("--cutoff", "2020-09-30") < events() == 20


def test_monitor_reads_the_second_look(equipoise: Callable) -> None:
    done = equipoise("monitor", "protocol.toml", "--adam", "adam", "--cutoff", "2021-12-31", "--look", "2")
    assert done.returncode == 0, done.stderr
    assert "boundary" in done.stdout


def test_before_the_first_look_is_due_no_boundary_is_in_force(equipoise: Callable, trial: Path) -> None:
    early = ("protocol.toml", "--adam", "adam", "--cutoff", "2020-09-30")
    done = equipoise("monitor", *early)
    assert done.returncode == 0
    assert "Before the first look, data cut 30 September 2020: no boundary is in force" in done.stdout
    assert "boundary crossed under" not in done.stdout
    assert "Look 1" in equipoise("monitor", *early, "--look", "1").stdout
    recorded = ("--ledger", "l.jsonl", "--record", "--action", "continue", "--by", "A. Statistician")
    refused = equipoise("monitor", *early, *recorded)
    assert refused.returncode == 2
    assert "look 1 is not due yet" in refused.stderr
    assert "With --look it is held early" in refused.stderr
    assert not (trial / "l.jsonl").exists()
    written = equipoise("meeting", *early, "--out", "early")
    assert written.returncode == 0, written.stderr
    assert "no look is held" in (trial / "early" / "closed.html").read_text(encoding="utf-8").lower()


def test_randomize_is_the_same_for_the_same_seed(equipoise: Callable) -> None:
    calls = [
        equipoise("randomize", "protocol.toml", "--seed", seed, "--per-stratum", "8").stdout for seed in "112"
    ]
    assert calls[0] == calls[1] != calls[2]


def test_screen_says_by_which_rule(trial: Path, equipoise: Callable) -> None:
    rules = '[[screening.eligibility]]\nid = "adult"\nrequire = "AGE >= 18"\n'
    (trial / "protocol.toml").write_text((trial / "protocol.toml").read_text() + rules)
    pl.DataFrame({"USUBJID": ["1", "2", "3"], "AGE": [20, 10, None]}).write_csv(trial / "baseline.csv")
    done = equipoise("screen", "protocol.toml", "--data", "baseline.csv")
    assert done.returncode == 0, done.stderr
    assert "2: not eligible: not met: AGE >= 18  [adult]" in done.stdout
    assert "3: not eligible: AGE is missing" in done.stdout


@pytest.mark.parametrize(
    "command", ["init", "check", "screen", "design", "simulate", "randomize", "analyze", "run"]
)
def test_every_help_shows_an_example(command: str, equipoise: Callable) -> None:
    done = equipoise(command, "--help")
    assert done.returncode == 0
    assert f"equipoise {command}" in done.stdout
    assert "Example:" in done.stdout
