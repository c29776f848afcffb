"""Competing causes by arm: first events, and cumulative incidence at the milestones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from equipoise.report import numbers
from equipoise.report.document import Column, DisplayTable, Span, TableRow
from equipoise.report.tabulate_analysis import CAUSES
from equipoise.report.tabulate_endpoint import at_time
from equipoise.report.view import View

if TYPE_CHECKING:
    from collections.abc import Mapping

    from equipoise.report.results_table import ResultsTable
    from equipoise.survival import CumulativeIncidence


def causes_table(
    incidence: CumulativeIncidence,
    results: ResultsTable,
    times: tuple[str, tuple[float, ...]],
    arms: Mapping[Any, str],
    causes: Mapping[Any, str],
) -> DisplayTable:
    """One row a cause: events and incidence at each milestone, by arm."""
    unit, milestones = times
    columns = [Column("First event", numeric=False)]
    for label in arms.values():
        columns.append(Column("Events", over=label))
        columns += [
            Column(
                f"{numbers.milestone_name(t, unit)} incidence ({numbers.confidence(incidence.level)})",
                over=label,
            )
            for t in milestones
        ]
    rows = []
    for cause, name in causes.items():
        cells: list[Span] = [name]
        for arm in arms:
            view = View(results, CAUSES, "all", str(arm), str(cause))
            cells.append(view.cell(numbers.count, "events"))
            cells += [
                view.of(item=f"{cause} {at_time(t, unit)}").cell(_incidence, "incidence", "lower", "upper")
                for t in milestones
            ]
        rows.append(TableRow(tuple(cells)))
    foot = (
        "Population: all subjects analysed. Aalen–Johansen; every other cause competes.",
        f"Errors by the {incidence.variance} method, {incidence.ci} limits.",
    )
    return DisplayTable("table-causes", "First events by cause", tuple(columns), tuple(rows), foot)


def _incidence(x: float | None, low: float | None, high: float | None) -> str:
    if not numbers.known(x):
        return numbers.NOT_ESTIMABLE
    ends = [None if v is None else 100.0 * v for v in (low, high)]
    return f"{numbers.percent(x)} ({numbers.interval(ends[0], ends[1], 1)})"
