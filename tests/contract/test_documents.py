"""The documents say what there is: every command, every public name, links that lead somewhere, pages up to date."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer

import equipoise
from equipoise.cli.app import app

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
WRITTEN = [page for page in PAGES if {"reference", "validation"}.isdisjoint(page.relative_to(ROOT).parts)]
VALIDATION = sorted(page.stem for page in (ROOT / "docs" / "validation").glob("*.md"))
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCED = re.compile(r"```.*?```", re.DOTALL)


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def heading_ids(page: Path) -> set[str]:
    """Anchors of a page's headings as GitHub makes them."""
    text = FENCED.sub("", page.read_text(encoding="utf-8"))
    titles = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False, env=os.environ
    )


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    for target in LINK.findall(FENCED.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        to = (page.parent / path).resolve() if path else page
        assert to.exists(), target
        assert not anchor or anchor in heading_ids(to), target


@pytest.mark.parametrize("command", sorted(typer.main.get_command(app).commands))
def test_every_command_is_shown_in_a_written_page(command: str) -> None:
    """In a page that somebody wrote, not in the generated reference alone."""
    shown = re.compile(rf"equipoise {re.escape(command)}\b")
    assert any(shown.search(page.read_text(encoding="utf-8")) for page in WRITTEN)


@pytest.mark.parametrize("name", equipoise.__all__)
def test_every_public_name_is_mentioned(name: str) -> None:
    mentioned = re.compile(rf"(?<![\w.]){re.escape(name)}\b|equipoise\.{re.escape(name)}\b")
    assert any(mentioned.search(page.read_text(encoding="utf-8")) for page in PAGES)


def test_the_generated_reference_is_up_to_date() -> None:
    done = run("tools/write_reference.py", "--check")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_page_can_be_reached_from_the_first_one(page: Path) -> None:
    """README leads to docs/index.md, and that to every page."""
    if page == PAGES[0]:
        return
    index = ROOT / "docs" / "index.md"
    linked = {
        (start.parent / target.partition("#")[0]).resolve()
        for start in (ROOT / "README.md", index)
        for target in LINK.findall(start.read_text(encoding="utf-8"))
    }
    assert page in linked


def test_every_page_of_the_generator_is_there() -> None:
    source = (ROOT / "tools" / "write_validation.py").read_text(encoding="utf-8")
    assert sorted(re.findall(r'^        "([\w-]+)": ', source, flags=re.MULTILINE)) == VALIDATION


def test_the_pages_of_known_differences_and_safety_are_what_the_generator_computes() -> None:
    """The quick pages; mend with python tools/write_validation.py."""
    done = run("tools/write_validation.py", "--check", "known-differences", "safety")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.long
def test_every_validation_page_is_what_the_generator_computes() -> None:
    done = run("tools/write_validation.py", "--check")
    assert done.returncode == 0, done.stdout + done.stderr
