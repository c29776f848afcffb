"""Several hypotheses as tables: bounds at each level that may reach them; where they stand at a meeting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.report import numbers
from equipoise.report.document import Column, DisplayTable, Span, TableRow
from equipoise.report.tabulate_design import planned_item
from equipoise.report.tabulate_hypotheses import GRAPH, level_group
from equipoise.report.view import View

if TYPE_CHECKING:
    from equipoise.design import GraphicalDesign
    from equipoise.monitoring import MonitoredHypotheses
    from equipoise.report.results_table import ResultsTable

MOST_WAYS = 3


def hypotheses_table(design: GraphicalDesign, results: ResultsTable) -> DisplayTable:
    """One row a hypothesis and level, under its planned events: bounds of each look, power."""
    most = max(len(d.looks) for d in design.designs)
    columns = [
        Column("Rejected before", numeric=False),
        Column("Level"),
        *(Column(title, over=f"Look {k}") for k in range(1, most + 1) for title in ("z", "P", "HR")),
        Column("Power"),
    ]
    rows: list[TableRow] = []
    for one in design.designs:
        events = ", ".join(numbers.count(k.events) for k in one.looks)
        looks = "look at" if len(one.looks) == 1 else "looks at"
        rows.append(TableRow((f"{one.hypothesis.id}: {looks} {events} events",), heading=True))
        for bounds in design.levels_of(one.hypothesis.id):
            view = View(results, GRAPH, one.hypothesis.id, group=level_group(bounds.level))
            cells: list[Span] = [ways_in_words(bounds.after), view.cell(_level, "level_reached")]
            for k in range(1, most + 1):
                at = view.of(item=planned_item(k))
                cells += [
                    at.cell(numbers.boundary_z, "efficacy_z"),
                    at.cell(numbers.nominal_p, "efficacy_p"),
                    at.cell(numbers.ratio, "efficacy_hazard_ratio"),
                ]
            cells.append(view.cell(numbers.percent, "power"))
            rows.append(TableRow(tuple(cells), indent=True))
    return DisplayTable(
        "table-hypotheses",
        "Efficacy boundaries at each level that may be passed on",
        tuple(columns),
        tuple(rows),
        (
            f"Familywise alpha {design.procedure.alpha:g}, one-sided; what is rejected passes its level on.",
            "At a larger level the bounds of all looks are solved again, of those already held too.",
            "P is nominal, one-sided. HR is the hazard ratio at the bound.",
            "Power at that level under the assumed effect, by Schoenfeld's formula.",
        ),
    )


def ways_in_words(after: tuple[tuple[str, ...], ...]) -> str:
    """Sets of rejections as a reader says them: none; A; A and B, or C."""
    told = [" and ".join(ids) if ids else "none" for ids in after]
    if len(told) > MOST_WAYS:
        told = [*told[: MOST_WAYS - 1], f"{len(told) - MOST_WAYS + 1} other ways"]
    return ", or ".join(told)


def standing_table(monitored: MonitoredHypotheses, results: ResultsTable) -> DisplayTable:
    """One row a look, held or to come, under its hypothesis' status: statistic and bound now in force."""
    columns = (
        Column("Look", numeric=False),
        Column("Events"),
        Column("Information fraction"),
        Column("z observed"),
        Column("z of the boundary"),
        Column("Status", numeric=False),
    )
    rows: list[TableRow] = []
    for name in monitored.found.test.graph.hypotheses:
        about = View(results, GRAPH, name)
        p = about.value("sequential_p")
        said = f", sequential P {numbers.nominal_p(p)}" if p is not None and p < 1.0 else ""
        rows.append(TableRow((f"{name}: {monitored.status(name)}{said}",), heading=True))
        for bound in (b for b in monitored.bounds if b.hypothesis == name):
            view = about.of(item=planned_item(bound.look))
            mark = "crossed" if bound.crossed else "" if bound.held else "to come"
            rows.append(
                TableRow(
                    (
                        f"{bound.look}, {bound.label}" if bound.label else str(bound.look),
                        view.cell(numbers.count, "events"),
                        view.cell(numbers.decimal, "information_fraction", digits=2),
                        view.cell(numbers.boundary_z, "z"),
                        view.cell(numbers.boundary_z, "efficacy_z"),
                        mark,
                    ),
                    indent=True,
                )
            )
    return DisplayTable(
        "table-standing",
        "Hypotheses as they stand",
        columns,
        tuple(rows),
        (
            f"Familywise alpha {monitored.found.test.alpha:g}, one-sided, shared by the graph.",
            "A level that was passed on holds for the looks already held too.",
            "Looks to come at their planned events; a dash: not held, or not read for efficacy.",
            "What the rule implies; the decision is the committee's.",
        ),
    )


def _level(x: float | None) -> str:
    return numbers.NOT_APPLICABLE if x is None else f"{x:.4g}"
