"""Safety beside the rates: who began each course, and each patient's worst grade."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from equipoise.report import numbers
from equipoise.report.document import Column, DisplayTable, Span, TableRow
from equipoise.report.tables.adverse_events import ALL_COURSES, evaluable_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from equipoise.report.tables._cells import Cells
    from equipoise.safety import AdverseEventRates, WorstGrades

GRADES = (0, 1, 2, 3, 4, 5)


def exposure_table(rates: AdverseEventRates, cells: Cells, labels: Mapping[str, str]) -> DisplayTable:
    """Patients who began each course, n/N (%) of those evaluable, by arm."""
    any_event = rates.rates.filter(pl.col("term") == rates.rates["term"][0])
    began = {(r["course"], r["arm"]): r["evaluable"] for r in any_event.iter_rows(named=True)}
    courses = [c for c in any_event["course"].unique(maintain_order=True).to_list() if c != ALL_COURSES]
    rows = []
    for course in courses:
        about = {"analysis": "exposure", "statistic": "began", "item": course, "unit": "patients"}
        shown: list[Span] = [
            cells.share(began[course, a], began[ALL_COURSES, a], group=a, **about)
            if began[course, a]
            else numbers.NOT_APPLICABLE
            for a in rates.arms
        ]
        rows.append(TableRow((course, *shown)))
    columns = (Column("", numeric=False), *(Column(f"{labels.get(a, a)}, n/N (%)") for a in rates.arms))
    foot = (
        "Patients evaluable for safety who began the course, by the table of courses or by an event in it.",
        "A dash: nobody of the arm began it.",
    )
    return DisplayTable("table-exposure", "Courses begun", columns, tuple(rows), foot)


def worst_grades_table(
    found: WorstGrades, rates: AdverseEventRates, cells: Cells, labels: Mapping[str, str]
) -> DisplayTable:
    """Patients by the worst grade that they had of each term, an arm a line."""
    ungraded = found.table.filter(pl.col("grade").is_null() & (pl.col("subjects") > 0)).height > 0
    counts = {(r["term"], r["arm"], r["grade"]): r for r in found.table.iter_rows(named=True)}
    grades: tuple[int | None, ...] = (*GRADES, None) if ungraded else GRADES
    rows: list[TableRow] = []
    for term in found.table["term"].unique(maintain_order=True).to_list():
        rows.append(TableRow((term,), heading=True))
        for arm in found.arms:
            about = {"analysis": "worst grades", "group": arm, "unit": "patients"}
            shown: list[Span] = []
            for g in grades:
                r, name = counts[term, arm, g], "no grade" if g is None else f"grade {g}"
                item = f"{term}: {name}"
                shown.append(
                    cells.cell(numbers.count, r["subjects"], statistic="subjects", item=item, **about)
                )
            rows.append(TableRow((labels.get(arm, arm), *shown, _total(counts, term, arm)), indent=True))
    titles = ["None", *(f"Grade {g}" for g in GRADES[1:]), *(["No grade"] if ungraded else [])]
    columns = (Column("", numeric=False), *(Column(t) for t in titles), Column("Evaluable"))
    foot = (
        "Each patient once a term, at the worst grade; a line adds up to those evaluable.",
        f"Population: {evaluable_words(rates)}. Events of any grade.",
    )
    return DisplayTable("table-worst-grades", "Worst grade of each patient", columns, tuple(rows), foot)


def _total(counts: Mapping[tuple[str, str, int | None], Mapping[str, int]], term: str, arm: str) -> str:
    return numbers.count(counts[term, arm, 0]["evaluable"])
