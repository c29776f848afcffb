"""`equipoise simulate` from the shell: scenarios from a file, every trial as a row, files that are left."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl

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
