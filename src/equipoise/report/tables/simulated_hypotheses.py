"""Several hypotheses over simulated trials: how often each is rejected, how often wrongly, at which look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.report import numbers
from equipoise.report.document import Column, DisplayTable, Span, TableRow
from equipoise.report.scenario_words import NAMES
from equipoise.report.tables.operating_characteristics import MOST_COLUMNS, simulated_share
from equipoise.report.tabulate_simulation import SIMULATION, scenario_look_item
from equipoise.report.view import View

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise.report.results_table import ResultsTable
    from equipoise.simulation import GraphCharacteristics

TOGETHER = (
    ("Rejects a true hypothesis", "familywise_error"),
    ("Rejects any hypothesis", "any_rejected"),
    ("Rejects all hypotheses", "all_rejected"),
)


def rejections_table(found: Sequence[GraphCharacteristics], results: ResultsTable) -> DisplayTable:
    """Familywise error and rejections by scenario, side by side; one row each where there are many."""
    first, side_by_side = found[0], len(found) <= MOST_COLUMNS
    foot = [
        f"{numbers.count(first.trials)} simulated trials a scenario, seed {first.seed}; ± Monte-Carlo error.",
        f"Familywise alpha {first.alpha:g}, one-sided. A dash: no hypothesis is true in this scenario.",
        "What is rejected passes its level on, as at a meeting that reads all hypotheses together.",
    ]
    title = "Which hypotheses are rejected"
    if not side_by_side:
        columns = (
            Column("Scenario", numeric=False),
            *(Column(name) for name, _ in TOGETHER),
            *(Column(f"Rejects {h.hypothesis}") for h in first.hypotheses),
        )
        rows = [TableRow((_said(one), *_together(one, results), *_each(one, results))) for one in found]
        return DisplayTable("table-rejections", title, columns, tuple(rows), tuple(foot))
    columns = (Column("", numeric=False), *(Column(_said(one)) for one in found))
    cells = zip(*(_together(one, results) for one in found), strict=True)
    rows = [TableRow((name, *line)) for (name, _), line in zip(TOGETHER, cells, strict=True)]
    for h in first.hypotheses:
        views = [View(results, SIMULATION, h.hypothesis, one.scenario) for one in found]
        rows += [
            TableRow((h.hypothesis,), heading=True),
            TableRow(("rejected", *(simulated_share(v, "rejected") for v in views)), indent=True),
            TableRow(
                ("at the level that it begins with", *(simulated_share(v, "alone") for v in views)),
                indent=True,
            ),
            TableRow(
                (f"time of its rejection, {first.time_unit}", *(_time(v, first) for v in views)), indent=True
            ),
        ]
    foot.append("Times are means from the opening of accrual, in trials that reject it.")
    return DisplayTable("table-rejections", title, columns, tuple(rows), tuple(foot))


def rejections_by_look_table(found: Sequence[GraphCharacteristics], results: ResultsTable) -> DisplayTable:
    """One row a hypothesis and look, scenarios side by side: rejections and events."""
    columns = [Column("Look", numeric=False)]
    for one in found:
        columns += [Column(title, over=_said(one)) for title in ("Rejected", "Events, mean")]
    rows: list[TableRow] = []
    for h in found[0].hypotheses:
        rows.append(TableRow((h.hypothesis,), heading=True))
        for k, label in enumerate(h.labels, start=1):
            cells: list[Span] = [f"{k}, {label}" if label else str(k)]
            for one in found:
                view = View(results, SIMULATION, h.hypothesis, one.scenario, scenario_look_item(k))
                cells += [
                    simulated_share(view, "rejected"), view.cell(numbers.decimal, "events_mean", digits=0)
                ]  # fmt: skip
            rows.append(TableRow(tuple(cells), indent=True))
    foot = (
        "Rejected when that look was its latest: by the look, or by alpha passed on before the next one.",
        "Probabilities are of all trials. Every look is held, whatever the others show.",
    )
    return DisplayTable("table-rejections-by-look", "Look by look", tuple(columns), tuple(rows), foot)


def _together(one: GraphCharacteristics, results: ResultsTable) -> list[Span]:
    view = View(results, SIMULATION, group=one.scenario)
    cells: list[Span] = [simulated_share(view, statistic) for _, statistic in TOGETHER]
    if not any(h.true for h in one.hypotheses):
        cells[0] = numbers.NOT_APPLICABLE
    return cells


def _each(one: GraphCharacteristics, results: ResultsTable) -> list[Span]:
    views = (View(results, SIMULATION, h.hypothesis, one.scenario) for h in one.hypotheses)
    return [simulated_share(view, "rejected") for view in views]


def _time(view: View, one: GraphCharacteristics) -> Span:
    if not numbers.known(view.value("time")):
        return numbers.NOT_APPLICABLE
    digits = numbers.time_digits(one.time_unit)
    return view.cell(numbers.decimal_with_error, "time", "time_mc_error", digits=digits + 1)


def _said(one: GraphCharacteristics) -> str:
    return NAMES.get(one.scenario, one.scenario)
