"""A trial read on past dates from the shell."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

REPLAY = ("replay", "protocol.toml", "--adam", "adam")


def test_a_replay_is_a_table_and_a_figure(equipoise: Callable, trial: Path) -> None:
    done = equipoise(*REPLAY, "--every", "2", "--out", "replay")
    assert done.returncode == 0, done.stderr
    assert "what the committee would have seen" in done.stdout
    assert "look 1" in done.stdout
    assert sorted(p.name for p in (trial / "replay").iterdir()) == ["replay.csv", "replay.svg"]


def test_dates_are_those_asked_for_and_the_planned_looks(equipoise: Callable) -> None:
    rows = json.loads(
        equipoise(*REPLAY, "--from", "2020-09-15", "--to", "2020-12-15", "--every", "1", "--json").stdout
    )
    shown = [r["date"] for r in rows if not r["planned"]]
    assert shown == ["2020-09-15", "2020-10-15", "2020-12-15"], "no event is new on 15 November"
    assert [r["events"] for r in rows if r["planned"]] == [10]


def test_a_wrong_date_is_said(equipoise: Callable) -> None:
    done = equipoise(*REPLAY, "--to", "June")
    assert done.returncode == 2
    assert "--to must be a date, got 'June'" in done.stderr
