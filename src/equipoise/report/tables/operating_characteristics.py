"""Operating characteristics: the whole trial by scenario, then each look beside the formula's value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.report import numbers
from equipoise.report.document import Column, DisplayTable, Shown, Span, TableRow
from equipoise.report.scenario_words import estimate_words, rejection_words, scenario_words
from equipoise.report.tabulate_design import DESIGN, planned_item
from equipoise.report.tabulate_simulation import SIMULATION, scenario_look_item
from equipoise.report.view import View

if TYPE_CHECKING:
    from collections.abc import Callable

    from equipoise.design.trial_design import Design
    from equipoise.report.results_table import ResultsTable
    from equipoise.simulation import OperatingCharacteristics

FORMULA = {"null": "null", "alternative": "effect"}
"""Which of the design's two sets of probabilities belongs to a scenario."""
MOST_COLUMNS = 3
"""Scenarios that stand side by side; of more, each is a row."""


def scenario_rows_table(found: OperatingCharacteristics, results: ResultsTable) -> DisplayTable:
    """One row a scenario: rejection, then means at the stop."""
    unit = found.time_unit
    digits = numbers.time_digits(unit)
    columns = (
        Column("Scenario", numeric=False),
        Column("Rejects (± error)"),
        Column("Events"),
        Column("Patients"),
        Column(f"Duration, {unit}"),
        Column("Hazard ratio"),
        Column("Short of events"),
    )
    rows = []
    for s in found.scenarios:
        view = View(results, SIMULATION, group=s.scenario)
        cells: tuple[Span, ...] = (
            scenario_words(found, s.scenario),
            simulated_share(view, "rejection"),
            view.cell(numbers.decimal, "events_mean", digits=1),
            view.cell(numbers.decimal, "patients_mean", digits=0),
            view.cell(numbers.decimal, "duration_mean", digits=digits),
            view.cell(numbers.ratio, "one_step_hazard_ratio"),
            view.cell(numbers.percent, "short_of_events"),
        )
        rows.append(TableRow(cells))
    foot = (
        f"{numbers.count(found.trials)} simulated trials a scenario, seed {found.seed}; means at the stop.",
        "Each simulated look is read by the statistic, the bounds and the decision rule of a real one.",
        f"Hazard ratio: {estimate_words(found)[1]}.",
        "Short of events: trials in which the planned events of some look never come.",
    )
    return DisplayTable("table-scenarios", "Scenario by scenario", columns, tuple(rows), foot)


def scenarios_table(found: OperatingCharacteristics, results: ResultsTable) -> DisplayTable:
    """The whole trial by scenario, side by side; one row each where there are many."""
    if len(found.scenarios) > MOST_COLUMNS:
        return scenario_rows_table(found, results)
    unit = found.time_unit
    digits, (estimate, how) = numbers.time_digits(unit), estimate_words(found)
    columns = (
        Column("", numeric=False), *(Column(scenario_words(found, s.scenario)) for s in found.scenarios)
    )  # fmt: skip
    lines: list[tuple[str, Callable[[View], Span]]] = [
        (f"{rejection_words(found)} (± Monte-Carlo error)", lambda v: simulated_share(v, "rejection")),
        ("Events at the stop, mean (5–95 %)", lambda v: _spread(v, "events", 0)),
        ("Patients at the stop, mean (5–95 %)", lambda v: _spread(v, "patients", 0)),
        (f"Duration, {unit}, mean (5–95 %)", lambda v: _spread(v, "duration", digits)),
        (estimate, lambda v: v.cell(numbers.ratio, "one_step_hazard_ratio")),
        ("Planned events never come", lambda v: simulated_share(v, "short_of_events")),
    ]
    if any(s.inference is not None for s in found.scenarios):
        lines += _estimate_lines()
    rows = [
        TableRow((title, *(cell(View(results, SIMULATION, group=s.scenario)) for s in found.scenarios)))
        for title, cell in lines
    ]
    foot = (
        f"{numbers.count(found.trials)} simulated trials a scenario, seed {found.seed}.",
        "Each simulated look is read by the statistic, the bounds and the decision rule of a real one.",
        f"Hazard ratio: {how}.",
    )
    return DisplayTable("table-scenarios", "The whole trial", columns, tuple(rows), foot)


def simulated_looks_table(
    found: OperatingCharacteristics, design: Design | None, results: ResultsTable
) -> DisplayTable:
    """One row a look and scenario: stops, beside the formula's where there is one, events and time."""
    columns = [
        Column("Look", numeric=False),
        Column("Reached"),
        Column("simulated", over="Stops for efficacy"),
        *((Column("by formula", over="Stops for efficacy"),) if design else ()),
        Column("simulated", over="Stops for futility"),
        *((Column("by formula", over="Stops for futility"),) if design else ()),
        Column("Events, mean"),
        Column(f"Time, {found.time_unit}, mean (5–95 %)"),
    ]
    rows: list[TableRow] = []
    digits = numbers.time_digits(found.time_unit)
    for s in found.scenarios:
        rows.append(TableRow((scenario_words(found, s.scenario),), heading=True))
        for k in s.looks:
            view = View(results, SIMULATION, group=s.scenario, item=scenario_look_item(k.look))
            cells: list[Span] = [
                f"{k.look}, {k.label}" if k.label else str(k.look), view.cell(numbers.percent, "reached")
            ]  # fmt: skip
            for side in ("efficacy", "futility"):
                ended = side == "futility" and k is s.looks[-1] and k.end.value > 0.0
                cells.append(simulated_share(view, "end" if ended else side))
                if design:
                    cells.append(_by_formula(design, results, s.scenario, k.look, side))
            cells += [view.cell(numbers.decimal, "events_mean", digits=0), _spread(view, "time", digits)]
            rows.append(TableRow(tuple(cells), indent=True))
    foot = [
        "Probabilities are of all trials; ± is the Monte-Carlo standard error.",
        "Events and time are of trials that reach the look. At the last look, futility is not rejecting.",
        "The log-rank statistic on few events is not exactly normal: differences are reported as they are.",
    ]
    return DisplayTable("table-simulated-looks", "Look by look", tuple(columns), tuple(rows), tuple(foot))


def _estimate_lines() -> list[tuple[str, Callable[[View], Span]]]:
    """Bias and coverage, of the estimate as it is and as adjusted for the looks."""

    def bias(name: str) -> Callable[[View], Span]:
        def write(value: float | None, error: float | None) -> str:
            if not numbers.known(value):
                return numbers.NOT_APPLICABLE
            return numbers.decimal_with_error(value, error, 3)

        return lambda v: v.cell(write, f"{name}_bias", f"{name}_bias_mc_error")

    return [
        ("Log hazard ratio, as it is: bias", bias("naive")),
        ("Log hazard ratio, as it is: coverage", lambda v: simulated_share(v, "naive_coverage")),
        ("Log hazard ratio, adjusted for the looks: bias", bias("adjusted")),
        (
            "Log hazard ratio, adjusted for the looks: coverage",
            lambda v: simulated_share(v, "adjusted_coverage"),
        ),
    ]


def _by_formula(design: Design, results: ResultsTable, scenario: str, look: int, side: str) -> Span:
    which = FORMULA.get(scenario)
    if which is None:
        return numbers.NOT_APPLICABLE
    view = View(results, DESIGN, design.hypothesis.id, item=planned_item(look))
    return view.cell(numbers.percent, f"{side}_under_{which}", digits=2)


def simulated_share(view: View, statistic: str) -> Shown:
    """A simulated probability with its Monte-Carlo error."""
    return view.cell(numbers.percent_with_error, statistic, f"{statistic}_mc_error", digits=2)


def _spread(view: View, name: str, digits: int) -> Shown:
    def write(mean: float | None, low: float | None, high: float | None) -> str:
        if not numbers.known(mean):
            return numbers.NOT_APPLICABLE
        return f"{numbers.decimal(mean, digits)} ({numbers.interval(low, high, digits)})"

    return view.cell(write, f"{name}_mean", f"{name}_q05", f"{name}_q95")
