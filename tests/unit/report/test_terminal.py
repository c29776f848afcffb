"""Tables for a terminal: aligned, with shared titles over their columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.report import analysis_text, design_text, interim_text, terminal_table
from equipoise.report.document import Column, DisplayTable, Shown, TableRow

if TYPE_CHECKING:
    from equipoise.report import TrialReport

TABLE = DisplayTable(
    "t",
    "Looks",
    (Column("Look", numeric=False), Column("z", over="Efficacy bound"), Column("P", over="Efficacy bound")),
    (
        TableRow(("Planned",), heading=True),
        TableRow(("1", Shown("2.963", "row"), "0.0015"), indent=True),
        TableRow(("2, a longer name", "—", "1\u202f440")),
    ),
    ("A dash: not read.",),
)


WRITTEN = """\
Looks
                  Efficacy bound
Look                  z        P
────────────────  ─────  ───────
Planned
  1               2.963   0.0015
2, a longer name      —    1 440
  A dash: not read.
"""


def test_a_table_is_written_in_columns() -> None:
    assert terminal_table(TABLE) == WRITTEN


def test_wide_letters_keep_their_columns() -> None:
    table = DisplayTable(
        "t", "", (Column("", numeric=False), Column("n")), (TableRow(("嘔吐", "1")), TableRow(("ab", "10")))
    )
    assert terminal_table(table, notes=False).splitlines()[2:] == ["嘔吐   1", "ab    10"]


def test_the_shell_shows_what_the_page_shows(report: TrialReport) -> None:
    assert report.analysis is not None
    assert report.design is not None
    assert report.interim is not None
    e = report.analysis.endpoints[0]
    text = analysis_text(report.analysis)
    assert text.startswith("SYNTHETIC  AALL1731")
    assert f"{e.arms[0].events}/{e.arms[0].n}" in text
    assert "Population: all randomised" in text
    assert f"{report.design.events} at the final analysis" in design_text(report.design)
    assert report.interim.status in interim_text(report.interim)
    assert "\u202f" not in text
