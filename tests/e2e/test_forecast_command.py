"""A forecast from the shell."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FORECAST = ("forecast", "protocol.toml", "--adam", "adam", "--cutoff", "2020-10-31")


def test_a_forecast_is_a_table_and_a_figure(equipoise: Callable, trial: Path) -> None:
    done = equipoise(*FORECAST, "--out", "forecast")
    assert done.returncode == 0, done.stderr
    assert "when the events will come" in done.stdout
    assert "patients to come; arms together" in done.stdout
    assert sorted(p.name for p in (trial / "forecast").iterdir()) == ["forecast.csv", "forecast.svg"]


def test_it_is_the_same_for_the_same_seed_and_told_as_json(equipoise: Callable) -> None:
    one, two, other = (equipoise(*FORECAST, "--json", "--seed", s).stdout for s in ("1", "1", "2"))
    assert one == two != other
    rows = json.loads(one)
    assert [r["look"] for r in rows] == [1, 2]
    assert rows[0]["lower_80"] <= rows[0]["median"] <= rows[0]["upper_80"]
    assert rows[0]["never"] == 1.0 - rows[0]["probability"]


def test_where_nothing_is_to_come_it_says_so(equipoise: Callable) -> None:
    done = equipoise("forecast", "protocol.toml", "--adam", "adam", "--cutoff", "2021-12-31")
    assert done.returncode == 0, done.stderr
    assert "nothing is to come" in done.stdout


def test_too_few_events_are_said(equipoise: Callable) -> None:
    done = equipoise("forecast", "protocol.toml", "--adam", "adam", "--cutoff", "2020-03-01")
    assert done.returncode == 2
    assert "a forecast needs 2" in done.stderr
