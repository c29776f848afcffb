"""Adverse events by arm: subjects with the event among those evaluable, and the risk difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.report import numbers
from equipoise.report.document import Column, DisplayTable, Span, TableRow
from equipoise.report.tabulate_analysis import ae_analysis, ae_item, ae_population
from equipoise.report.view import View

if TYPE_CHECKING:
    from collections.abc import Mapping

    from equipoise.report.results_table import ResultsTable
    from equipoise.safety import AdverseEventRates

ALL_COURSES = "All courses"


def adverse_event_table(
    rates: AdverseEventRates,
    results: ResultsTable,
    labels: Mapping[str, str],
    *,
    stratum: str = "",
    title: str = "Adverse events",
) -> DisplayTable:
    """One row a term over all courses: n/N (%) by arm, difference of each arm from the control."""
    columns = _columns(rates, labels)
    rows = [
        TableRow((term, *_cells(_view(rates, results, stratum), (term, ALL_COURSES), rates)))
        for term in rates.rates["term"].unique(maintain_order=True).to_list()
    ]
    name = f"table-ae-{stratum or 'all'}-{rates.grade or 'any'}".lower()
    return DisplayTable(name, title, columns, tuple(rows), ae_notes(rates, labels))


def adverse_event_course_table(
    rates: AdverseEventRates, results: ResultsTable, labels: Mapping[str, str]
) -> DisplayTable:
    """For each term, one row a course."""
    columns = _columns(rates, labels)
    view, rows = _view(rates, results), list[TableRow]()
    courses = [c for c in rates.rates["course"].unique(maintain_order=True).to_list() if c != ALL_COURSES]
    for term in rates.rates["term"].unique(maintain_order=True).to_list():
        rows.append(TableRow((term,), heading=True))
        rows += [TableRow((course, *_cells(view, (term, course), rates)), indent=True) for course in courses]
    notes = [
        "A course counts the evaluable subjects who began it."
        if rates.exposed
        else "A course counts all evaluable subjects of the arm: the data do not say who began it."
    ]
    if rates.rates["evaluable"].min() == 0:
        nobody = "nobody of the arm began" if rates.exposed else "the arm is never given"
        notes.append(f"A dash: a course that {nobody}.")
    return DisplayTable(
        "table-ae-course",
        "Adverse events by course",
        columns,
        tuple(rows),
        (*notes, *ae_notes(rates, labels)),
    )


def _others(rates: AdverseEventRates) -> list[str]:
    return [a for a in rates.arms if rates.control and a != rates.control]


def _columns(rates: AdverseEventRates, labels: Mapping[str, str]) -> tuple[Column, ...]:
    others = _others(rates)
    columns = [Column("", numeric=False), *(Column(f"{labels.get(a, a)}, n/N (%)") for a in rates.arms)]
    several = len(others) > 1
    limits = numbers.confidence(rates.level)
    columns += [
        Column(f"Risk difference ({limits}), % points" + (f", {labels.get(a, a)}" if several else ""))
        for a in others
    ]
    return tuple(columns)


def _view(rates: AdverseEventRates, results: ResultsTable, stratum: str = "") -> View:
    return View(results, ae_analysis(rates), ae_population(rates, stratum))


def _cells(place: View, which: tuple[str, str], rates: AdverseEventRates) -> list[Span]:
    view = place.of(item=ae_item(*which))

    def share(n: float | None, total: float | None) -> str:
        return numbers.count_of(int(n or 0), int(total)) if total else numbers.NOT_APPLICABLE

    def apart(d: float | None, low: float | None, high: float | None) -> str:
        if d is None:
            return numbers.NOT_APPLICABLE
        points = [None if x is None else 100.0 * x for x in (d, low, high)]
        return f"{numbers.decimal(points[0], 1)} ({numbers.interval(points[1], points[2], 1)})"

    cells: list[Span] = [view.of(group=a).cell(share, "subjects", "evaluable") for a in rates.arms]
    for arm in _others(rates):
        pair = view.of(group=f"{arm} v {rates.control}")
        cells.append(pair.cell(apart, "difference", "difference_lower", "difference_upper"))
    return cells


def evaluable_words(rates: AdverseEventRates) -> str:
    """Who is counted, and by which flag of the data."""
    return f"evaluable for safety ({rates.population} = Y)" if rates.population else "all randomised"


def ae_notes(rates: AdverseEventRates, labels: Mapping[str, str]) -> tuple[str, ...]:
    """Who was counted, which events, how the difference was computed, what is missing."""
    who = evaluable_words(rates)
    least = "any grade" if rates.grade is None else f"grade {rates.grade} or more"
    notes = [f"Population: {who}. Events of {least}; a subject counts once in each row."]
    if rates.control:
        control = labels.get(rates.control, rates.control)
        notes.append(
            f"Risk difference: arm minus {control} by Newcombe's method; above 0 is more on the arm."
        )
    if rates.ungraded:
        notes.append(f"{numbers.count(rates.ungraded)} events without a grade are left out.")
    if rates.not_found:
        names = ", ".join(rates.not_found)
        notes.append(f"Not found in the data: {names}. None occurred, or the spelling differs: check it.")
    return tuple(notes)
