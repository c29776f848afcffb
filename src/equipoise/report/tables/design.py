"""The design as tables: what is planned in all, and look by look."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from equipoise.report import numbers
from equipoise.report.dates import written_date
from equipoise.report.document import Column, DisplayTable, Facts, Span, TableRow, shown
from equipoise.report.rule_words import words_of_rule
from equipoise.report.tabulate_design import DESIGN, planned_item
from equipoise.report.view import View

if TYPE_CHECKING:
    from equipoise.design.group_sequential_design import GroupSequentialDesign
    from equipoise.design.trial_design import Design
    from equipoise.report.results_table import ResultsTable


def design_facts(design: Design, results: ResultsTable) -> Facts:
    """The plan in its key numbers."""
    view = View(results, DESIGN, design.hypothesis.id)
    unit = design.protocol.trial.time_unit
    h = design.hypothesis
    sides = "one-sided" if h.sides == 1 else "two-sided"
    bounds = design.boundaries
    items: list[tuple[str, tuple[Span, ...]]] = []
    if h.text:
        items.append(("Hypothesis", (h.text,)))
    items += [
        (
            "Test",
            (
                f"{h.test.replace('-', ' ').replace('logrank', 'log-rank')}, {sides}, alpha ",
                view.cell(_digits, "alpha", digits=3),
            ),
        ),
        (
            "Effect assumed",
            ("hazard ratio ", view.cell(numbers.ratio, "hazard_ratio"), " (mean over the expected events)"),
        ),
        (
            "Events",
            (
                view.cell(numbers.count, "events"),
                " at the final analysis; ",
                view.cell(numbers.count, "fixed_events"),
                " without interim looks",
            ),
        ),
        (
            "Power",
            (
                view.cell(numbers.percent, "power"),
                " by Schoenfeld's formula, ",
                view.cell(numbers.percent, "power_by_score"),
                " by the expected score; asked for ",
                view.cell(numbers.percent, "power_wanted"),
            ),
        ),
        (
            "Patients",
            (
                view.cell(numbers.count, "patients"),
                " over ",
                view.cell(numbers.duration, "accrual_duration", unit=unit),
            ),
        ),
        ("Efficacy boundary", (words_of_rule(bounds.efficacy),)),
        *([("Futility boundary", (_futility(bounds),))] if bounds.futility is not None else []),
        (
            "Planned events ever come",
            ("with probability ", view.cell(numbers.percent, "probability_events_come"), " as assumed"),
        ),
    ]
    return Facts(tuple(items))


def _futility(bounds: GroupSequentialDesign) -> str:
    return f"{words_of_rule(bounds.futility)}, {'binding' if bounds.binding else 'not binding'}"


def _digits(x: float | None, digits: int) -> str:
    return numbers.decimal(x, digits)


def design_looks_table(design: Design, results: ResultsTable) -> DisplayTable:
    """One row a planned look: events, calendar, bounds, errors spent, probability of stopping."""
    unit = design.protocol.trial.time_unit
    dated = any(k.date for k in design.looks)
    futile = any(numbers.known(k.futility_z) for k in design.looks)
    columns = [
        Column("Look", numeric=False),
        Column("Events"),
        Column("Information fraction"),
        Column("Expected date" if dated else f"Expected at, {unit}", numeric=not dated),
        Column("Patients"),
        Column("z", over="Efficacy boundary"),
        Column("P", over="Efficacy boundary"),
        Column("HR", over="Efficacy boundary"),
        *((Column("z", over="Futility boundary"), Column("HR", over="Futility boundary")) if futile else ()),
        Column("Alpha spent"),
        Column("no effect", over="Stop for efficacy if"),
        Column("as assumed", over="Stop for efficacy if"),
        *(
            (
                Column("no effect", over="Stop for futility if"),
                Column("as assumed", over="Stop for futility if"),
            )
            if futile
            else ()
        ),
    ]
    rows = []
    for k in design.looks:
        view = View(results, DESIGN, design.hypothesis.id, item=planned_item(k.look))
        calendar = _date(view) if dated else view.cell(_digits, "time", digits=numbers.time_digits(unit))
        cells: list[Span] = [
            f"{k.look}, {k.label}" if k.label else str(k.look),
            view.cell(numbers.count, "events"),
            view.cell(_digits, "information_fraction", digits=2),
            calendar,
            view.cell(numbers.count, "patients"),
            view.cell(numbers.boundary_z, "efficacy_z"),
            view.cell(numbers.nominal_p, "efficacy_p"),
            view.cell(numbers.ratio, "efficacy_hazard_ratio"),
        ]
        if futile:
            cells.append(view.cell(numbers.boundary_z, "futility_z"))
            cells.append(view.cell(numbers.ratio, "futility_hazard_ratio"))
        cells.append(view.cell(_digits, "alpha_spent", digits=4))
        sides = ("efficacy", "futility") if futile else ("efficacy",)
        cells += [view.cell(numbers.percent, f"{s}_under_{x}") for s in sides for x in ("null", "effect")]
        rows.append(TableRow(tuple(cells)))
    return DisplayTable("table-design", "Planned looks", tuple(columns), tuple(rows), _notes(design))


def _date(view: View) -> Span:
    row = view.row("date")
    return shown(row, written_date(date.fromisoformat(row.text))) if row else numbers.NOT_APPLICABLE


def _notes(design: Design) -> tuple[str, ...]:
    sides = "one-sided" if design.hypothesis.sides == 1 else "two-sided"
    last = design.looks[-1]
    ends = numbers.known(last.futility_z) and last.futility_z == last.efficacy_z
    return (
        "Bounds by error spending and the canonical joint distribution of the statistic over the looks.",
        f"P is nominal, {sides}. HR is the hazard ratio at the bound, exp(−z/√V), V the planned information.",
        "Dates and patients are expected under the assumptions. A dash: the look is not read for it.",
        *(("At the last look, stopping for futility is not rejecting.",) if ends else ()),
    )
