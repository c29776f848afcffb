"""The design as tables: what is planned in all, and look by look."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from equipoise.design.from_protocol_by_statistic import is_another_test
from equipoise.report import numbers
from equipoise.report.dates import written_date
from equipoise.report.document import Column, DisplayTable, Facts, Span, TableRow, shown
from equipoise.report.rule_words import test_in_words, words_of_rule
from equipoise.report.tabulate_design import DESIGN, planned_item
from equipoise.report.view import View

if TYPE_CHECKING:
    from equipoise.design.group_sequential_design import GroupSequentialDesign
    from equipoise.design.trial_design import Design, PlannedLook
    from equipoise.report.results_table import ResultsTable


def design_facts(design: Design, results: ResultsTable) -> Facts:
    """The plan in its key numbers."""
    view = View(results, DESIGN, design.hypothesis.id)
    unit = design.protocol.trial.time_unit
    h = design.hypothesis
    sides = "one-sided" if h.sides == 1 else "two-sided"
    bounds, tested = design.boundaries, h.margin != 1.0
    items: list[tuple[str, tuple[Span, ...]]] = []
    if h.text:
        items.append(("Hypothesis", (h.text,)))
    items += [
        (
            "Test",
            (
                f"{test_in_words(design)}, {sides}, alpha ",
                view.cell(_digits, "alpha", digits=3),
            ),
        ),
        *([("Margin", ("hazard ratio ", view.cell(numbers.ratio, "margin")))] if tested else []),
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
                " without interim looks; expected at stopping ",
                view.cell(numbers.count, "expected_events_under_null"),
                f" {'at the margin' if tested else 'without effect'}, ",
                view.cell(numbers.count, "expected_events_under_effect"),
                " as assumed",
            ),
        ),
        (
            "Power",
            (
                view.cell(numbers.percent, "power"),
                *(
                    (" by the expected statistic; asked for ",)
                    if is_another_test(h)
                    else (
                        " by Schoenfeld's formula, ",
                        view.cell(numbers.percent, "power_by_score"),
                        " by the score's moments; asked for ",
                    )
                ),
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
            ("with probability ", view.cell(numbers.chance, "probability_events_come"), " as assumed"),
        ),
    ]
    return Facts(tuple(items))


def _futility(bounds: GroupSequentialDesign) -> str:
    return f"{words_of_rule(bounds.futility)}, {'binding' if bounds.binding else 'not binding'}"


def _digits(x: float | None, digits: int) -> str:
    return numbers.decimal(x, digits)


def design_looks_table(design: Design, results: ResultsTable) -> DisplayTable:
    """One row a planned look: events, calendar, patients, bounds as z, P and hazard ratio."""
    unit = design.protocol.trial.time_unit
    dated = any(k.date for k in design.looks)
    sides = _read_sides(design)
    scales = ("z", "P") if is_another_test(design.hypothesis) else ("z", "P", "HR")
    columns = [
        Column("Look", numeric=False),
        Column("Events"),
        Column("Information fraction"),
        Column("Expected date" if dated else f"Expected at, {unit}", numeric=not dated),
        Column("Patients"),
        *(Column(c, over=f"{s.capitalize()} boundary") for s in sides for c in scales),
    ]
    rows = []
    for k in design.looks:
        view = _at(design, results, k)
        calendar = (
            written_date_of(view) if dated else view.cell(_digits, "time", digits=numbers.time_digits(unit))
        )
        cells: list[Span] = [
            _look_name(k),
            view.cell(numbers.count, "events"),
            view.cell(_digits, "information_fraction", digits=2),
            calendar,
            view.cell(numbers.count, "patients"),
        ]
        for s in sides:
            cells.append(view.cell(numbers.boundary_z, f"{s}_z"))
            cells.append(view.cell(numbers.nominal_p, f"{s}_p"))
            cells += [view.cell(numbers.ratio, f"{s}_hazard_ratio")] if "HR" in scales else []
        rows.append(TableRow(tuple(cells)))
    return DisplayTable("table-design", "Planned looks", tuple(columns), tuple(rows), _notes(design))


def design_stopping_table(design: Design, results: ResultsTable) -> DisplayTable:
    """One row a planned look: errors spent by then, probability of stopping there without and with effect."""
    sides = _read_sides(design)
    futile = "futility" in sides
    columns = [
        Column("Look", numeric=False),
        Column("alpha", over="Error spent"),
        *((Column("beta", over="Error spent"),) if futile else ()),
        *(Column(c, over=f"Stop for {s} if") for s in sides for c in (_null(design), "as assumed")),
    ]
    rows = []
    for k in design.looks:
        view = _at(design, results, k)
        cells: list[Span] = [_look_name(k), view.cell(_digits, "alpha_spent", digits=4)]
        cells += [view.cell(_digits, "beta_spent", digits=4)] if futile else []
        cells += [view.cell(numbers.percent, f"{s}_under_{x}") for s in sides for x in ("null", "effect")]
        rows.append(TableRow(tuple(cells)))
    counts_on = design.boundaries.binding or not futile
    foot = (
        "Errors spent are cumulative; alpha is that of the efficacy boundary"
        + ("." if counts_on else " with futility stops passed over.")
        + (" Beta is spent under the effect that gives the power asked for exactly." if futile else ""),
        "Probabilities of stopping are those at each look"
        + (", every futility stop obeyed." if futile else "."),
        *(("At the last look, stopping for futility is not rejecting.",) if futile else ()),
    )
    return DisplayTable(
        "table-stopping", "Errors spent and probability of stopping", tuple(columns), tuple(rows), foot
    )


def _read_sides(design: Design) -> tuple[str, ...]:
    futile = any(numbers.known(k.futility_z) for k in design.looks)
    return ("efficacy", "futility") if futile else ("efficacy",)


def _null(design: Design) -> str:
    return "no effect" if design.hypothesis.margin == 1.0 else "at margin"


def _at(design: Design, results: ResultsTable, look: PlannedLook) -> View:
    return View(results, DESIGN, design.hypothesis.id, item=planned_item(look.look))


def _look_name(look: PlannedLook) -> str:
    return f"{look.look}, {look.label}" if look.label else str(look.look)


def written_date_of(view: View) -> Span:
    """The expected date of a look, or a dash."""
    row = view.row("date")
    return shown(row, written_date(date.fromisoformat(row.text))) if row else numbers.NOT_APPLICABLE


def _notes(design: Design) -> tuple[str, ...]:
    sides = "one-sided" if design.hypothesis.sides == 1 else "two-sided"
    futile = "; at the futility boundary one-sided, for benefit" if "futility" in _read_sides(design) else ""
    formula = "exp(−z/√V)" if design.hypothesis.margin == 1.0 else "margin × exp(−z/√V)"
    return (
        "Bounds from the canonical joint distribution of the statistic over the looks.",
        f"P is nominal, {sides}{futile}.",
        "The planned test is no log-rank test: its bound is no hazard ratio."
        if is_another_test(design.hypothesis)
        else f"HR is the hazard ratio at the bound, {formula}, V the planned information.",
        "Dates and patients are expected under the assumptions. A dash: the look is not read for it.",
    )
