"""Both reports of a meeting from the shell: which words each may hold, and that equal data give equal bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MEETING = ("meeting", "protocol.toml", "--adam", "adam", "--cutoff", "2021-12-31")


def test_a_meeting_has_an_open_and_a_closed_report(equipoise: Callable, trial: Path) -> None:
    done = equipoise(*MEETING, "--out", "june")
    assert done.returncode == 0, done.stderr
    names = sorted(p.name for p in (trial / "june").iterdir())
    assert names == ["closed.html", "closed.pdf", "open.html", "open.pdf"]
    opened, closed = ((trial / "june" / f"{n}.html").read_text() for n in ("open", "closed"))
    assert "The rule implies" in closed
    assert "The rule implies" not in opened
    assert "CLOSED" in closed
    assert "OPEN" in opened
    assert "CLOSED" not in opened
    assert (trial / "june" / "closed.pdf").read_bytes().startswith(b"%PDF")


def test_arms_are_letters_until_unblinding_is_asked_for(equipoise: Callable, trial: Path) -> None:
    text = (trial / "protocol.toml").read_text()
    (trial / "protocol.toml").write_text(text.replace('label = "New"', 'label = "Newcomer"'))
    equipoise(*MEETING, "--out", "blind")
    equipoise(*MEETING, "--out", "named", "--unblind")
    blind, named = ((trial / n / "closed.html").read_text() for n in ("blind", "named"))
    assert "Newcomer" not in blind
    assert "Arm A" in blind
    assert "Newcomer" in named
    assert "Arm A" not in named


def test_the_same_meeting_gives_the_same_bytes(equipoise: Callable, trial: Path) -> None:
    equipoise(*MEETING, "--out", "one")
    equipoise(*MEETING, "--out", "two")
    for name in ("open.html", "open.pdf", "closed.html", "closed.pdf"):
        assert (trial / "one" / name).read_bytes() == (trial / "two" / name).read_bytes(), name


def test_the_ledger_is_printed_on_the_closed_report(equipoise: Callable, trial: Path) -> None:
    look = ("monitor", "protocol.toml", "--adam", "adam", "--cutoff", "2020-11-13", "--ledger", "l.jsonl")
    recorded = equipoise(*look, "--record", "--action", "continue", "--by", "A. Statistician")
    head = recorded.stderr.split("head ")[1].strip()
    done = equipoise(*MEETING, "--ledger", "l.jsonl", "--out", "june")
    assert done.returncode == 0, done.stderr
    closed = (trial / "june" / "closed.html").read_text()
    assert f"2 entries, head {head}" in closed
    assert "New since look 1" in closed
    assert head not in (trial / "june" / "open.html").read_text()


def test_the_open_report_alone_asks_for_no_look(equipoise: Callable, trial: Path) -> None:
    done = equipoise(*MEETING, "--out", "june", "--open-only")
    assert done.returncode == 0, done.stderr
    assert sorted(p.name for p in (trial / "june").iterdir()) == ["open.html", "open.pdf"]


def test_a_meeting_that_cannot_be_read_leaves_nothing(equipoise: Callable, trial: Path) -> None:
    done = equipoise(*MEETING, "--out", "june", "--look", "9")
    assert done.returncode == 2
    assert "not planned" in done.stderr
    assert list((trial / "june").iterdir()) == []
