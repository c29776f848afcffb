"""equipoise design: tables, paragraphs, folder, comparison, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest


def other(trial: Path) -> None:
    text = (trial / "protocol.toml").read_text()
    (trial / "other.toml").write_text(text.replace("alpha = 0.025", "alpha = 0.05"))


def test_text_prints_the_paragraphs(equipoise: Callable) -> None:
    done = equipoise("design", "protocol.toml", "--text")
    assert done.returncode == 0, done.stderr
    assert "There are 2 looks at the data: after 10 and 20 events" in done.stdout
    assert "Planned looks" not in done.stdout


def test_out_leaves_everything(equipoise: Callable, trial: Path) -> None:
    done = equipoise("design", "protocol.toml", "--out", "plan")
    assert done.returncode == 0, done.stderr
    assert "Planned looks" in done.stdout
    names = {p.name for p in (trial / "plan").iterdir()}
    assert {
        "design.csv",
        "design.json",
        "design.html",
        "design.docx",
        "design.tex",
        "protocol-text.txt",
    } <= names
    assert {"boundary.svg", "hazard-ratio.svg", "spending.svg", "power.svg", "calendar.svg"} <= names
    assert done.stderr.count("wrote") == len(names)


def test_json_holds_the_rows(equipoise: Callable) -> None:
    done = equipoise("design", "protocol.toml", "--json")
    found = json.loads(done.stdout)
    assert {a["name"] for a in found["analyses"]} >= {"design", "design power", "design calendar"}


def test_compare_sets_two_side_by_side(equipoise: Callable, trial: Path) -> None:
    other(trial)
    done = equipoise("design", "--compare", "protocol.toml", "other.toml")
    assert done.returncode == 0, done.stderr
    line = next(row for row in done.stdout.splitlines() if row.startswith("Alpha, total"))
    assert line.split()[2:] == ["0.025", "0.050", "≠"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("protocol.toml", "other.toml"),
            "PROTOCOL must be one file, got 2. To set two designs side by side",
        ),
        (("--compare", "protocol.toml"), "PROTOCOL must be two files with --compare, got 1"),
        (("--compare", "protocol.toml", "other.toml", "--json"), "goes without --json, --text and --out"),
        (("--compare", "protocol.toml", "other.toml", "--out", "x"), "goes without --json, --text and --out"),
        (("nothing.toml",), "nothing.toml"),
        (("protocol.toml", "--hypothesis", "second"), "hypothesis must be one of 'primary', got 'second'"),
    ],
)
def test_a_wrong_call_leaves_nothing(
    arguments: tuple[str, ...], said: str, equipoise: Callable, trial: Path
) -> None:
    other(trial)
    before = sorted(trial.iterdir())
    done = equipoise("design", *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert sorted(trial.iterdir()) == before
