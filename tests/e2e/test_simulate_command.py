"""`equipoise simulate` from the shell: scenarios from a file, every trial as a row, files that are left."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from equipoise.protocol import read_protocol
from equipoise.simulation import simulate_hypotheses

QUESTIONS = Path(__file__).parents[2] / "examples" / "aall1731" / "two_questions.toml"
GRID = "[scenario.effect]\nhazard_ratio = [0.4, 1.0]\ndelay = [0, 0.5]\n"


def test_a_grid_is_simulated_printed_and_drawn(trial: Path, equipoise: Callable) -> None:
    (trial / "grid.toml").write_text(GRID)
    options = ("--scenarios", "grid.toml", "--trials", "30", "--out", "sim")
    done = equipoise("simulate", "protocol.toml", *options)
    assert done.returncode == 0, done.stderr
    assert "effect: hazard_ratio 0.4, delay 0.5" in done.stdout
    table = pl.read_csv(trial / "sim" / "scenarios.csv")
    assert table["hazard_ratio"].to_list() == [0.4, 0.4, 1.0, 1.0]
    assert table["delay"].to_list() == [0.0, 0.5, 0.0, 0.5]
    assert {f.name for f in (trial / "sim").iterdir()} == {
        "operating-characteristics.csv",
        "scenarios.csv",
        "stopping.svg",
        "power.svg",
        "power-map.svg",
    }


def test_a_mistake_in_the_scenarios_is_told_with_its_place(trial: Path, equipoise: Callable) -> None:
    (trial / "grid.toml").write_text("[scenario.x]\ndropout.rat = 0.1\n")
    done = equipoise("simulate", "protocol.toml", "--scenarios", "grid.toml", "--trials", "30")
    assert done.returncode == 2
    assert "dropout.rat = 0.1: is not a known key. Did you mean rate?" in done.stderr


def test_every_trial_can_be_had_as_a_row(trial: Path, equipoise: Callable) -> None:
    done = equipoise(
        "simulate", "protocol.toml", "--trials", "40", "--seed", "3", "--replicates", "trials.parquet"
    )
    assert done.returncode == 0, done.stderr
    rows = pl.read_parquet(trial / "trials.parquet")
    assert rows.height == 2 * 40
    assert rows["replicate"].to_list() == 2 * list(range(40))
    share = rows.group_by("scenario").agg((pl.col("exit") == "efficacy").mean()).sort("scenario")
    assert all(f"{100 * p:.2f} ±" in done.stdout for p in share["exit"])


def test_several_hypotheses_are_played_together(trial: Path, equipoise: Callable) -> None:
    asked = ("simulate", str(QUESTIONS), "--trials", "60", "--seed", "3", "--workers", "2")
    done = equipoise(*asked, "--out", "sim")
    assert done.returncode == 0, done.stderr
    null, assumed = simulate_hypotheses(read_protocol(QUESTIONS), trials=60, seed=3)
    rows = pl.read_csv(trial / "sim" / "operating-characteristics.csv")
    at = rows.filter(group="alternative", population="both", statistic="rejected", item="look 1")
    assert at["value"].to_list() == [assumed["both"].at_look[0].value]
    error = rows.filter(group="null", statistic="familywise_error")
    assert error["value"].to_list() == [null.familywise_error.value]
    (line,) = [one for one in done.stdout.splitlines() if one.startswith("Rejects a true hypothesis")]
    assert f"{100 * null.familywise_error.value:.2f} ±" in line
    assert "3, final analysis" in done.stdout
    assert {f.name for f in (trial / "sim").iterdir()} == {"operating-characteristics.csv"}
    printed = json.loads(equipoise(*asked, "--json").stdout)
    assert sum(len(a["results"]) for a in printed["analyses"]) == rows.height


def test_scenarios_of_several_hypotheses_leave_a_row_each(trial: Path, equipoise: Callable) -> None:
    (trial / "grid.toml").write_text("[scenario.effect]\nhazard_ratio = [0.4, 0.6, 0.8, 1.0]\n")
    asked = ("simulate", str(QUESTIONS), "--trials", "20", "--scenarios", "grid.toml", "--out", "sim")
    done = equipoise(*asked)
    assert done.returncode == 0, done.stderr
    assert "effect: hazard_ratio 0.6" in done.stdout
    assert pl.read_csv(trial / "sim" / "scenarios.csv")["hazard_ratio"].to_list() == [0.4, 0.6, 0.8, 1.0]
    (trial / "grid.toml").write_text("[scenario.more]\naccrual.patients = 2000\n")
    refused = equipoise(*asked)
    assert refused.returncode == 2
    assert "changes accrual.patients, which is planned" in refused.stderr


@pytest.mark.parametrize(
    "option",
    [
        ("--dask",),
        ("--scheduler", "tcp://nowhere:8786"),
        ("--resume",),
        ("--keep", "kept"),
        ("--estimates",),
        ("--replicates", "trials.parquet"),
    ],
)
def test_what_is_for_one_hypothesis_is_refused_of_several(
    trial: Path, equipoise: Callable, option: tuple[str, ...]
) -> None:
    done = equipoise("simulate", str(QUESTIONS), "--trials", "60", *option)
    assert done.returncode == 2
    assert f"{option[0]} goes with one hypothesis, and this protocol has several in a [graph]" in done.stderr
    assert not done.stdout
    assert not (trial / "kept").exists()


def test_of_hypotheses_without_a_graph_the_first_is_simulated_and_that_is_said(
    trial: Path, equipoise: Callable
) -> None:
    text = (trial / "protocol.toml").read_text()
    one = text[text.index("[[hypothesis]]") : text.index("[monitoring]")]
    two = one.replace('"primary"', '"low"') + 'population = ["low"]\n'
    plan = text[text.index("[monitoring]") : text.index("[analyses]")]
    plans = plan.replace("[monitoring]", "[[monitoring]]")
    low = plans.replace('"primary"', '"low"')
    (trial / "protocol.toml").write_text(text.replace(one, one + two).replace(plan, plans + low))
    done = equipoise("simulate", "protocol.toml", "--trials", "20")
    assert done.returncode == 0, done.stderr
    assert "note: primary alone is simulated: no [graph] joins the hypotheses." in done.stderr


def test_what_comes_after_the_stop_is_printed_and_written(trial: Path, equipoise: Callable) -> None:
    with (trial / "protocol.toml").open("a") as file:
        file.write("[simulation.after_stop]\noverrun = 3.0\n")
    done = equipoise("simulate", "protocol.toml", "--trials", "30", "--out", "sim")
    assert done.returncode == 0, done.stderr
    rows = pl.read_csv(trial / "sim" / "operating-characteristics.csv")
    (events,) = rows.filter(group="alternative", statistic="after_stop_events")["value"].to_list()
    (line,) = [one for one in done.stdout.splitlines() if one.startswith("Events that overrun, mean")]
    assert f"{events:.1f} ±" in line
