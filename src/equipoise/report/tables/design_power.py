"""Power of a design by the true hazard ratio, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.design.from_protocol_by_statistic import is_another_test
from equipoise.report import numbers
from equipoise.report.design_curves import POWER
from equipoise.report.document import Column, DisplayTable, Span, TableRow
from equipoise.report.view import View

if TYPE_CHECKING:
    from equipoise.design.trial_design import Design
    from equipoise.report.results_table import ResultsTable


def design_power_table(design: Design, results: ResultsTable) -> DisplayTable:
    """One row a hazard ratio: power, stops before the final analysis, events expected at stopping."""
    interim = len(design.looks) > 1
    futile = any(numbers.known(k.futility_z) for k in design.looks[:-1])
    columns = [
        Column("True hazard ratio", numeric=False),
        Column("Power"),
        *((Column("efficacy", over="Stops early for"),) if interim else ()),
        *((Column("futility", over="Stops early for"),) if futile else ()),
        *((Column("Expected events at stopping"),) if interim else ()),
    ]
    rows = []
    for found in results.where(analysis=POWER, population=design.hypothesis.id, statistic="power"):
        view = View(results, POWER, design.hypothesis.id, item=found.item)
        cells: list[Span] = [found.item.removeprefix("hazard ratio "), view.cell(numbers.percent, "power")]
        cells += [view.cell(numbers.percent, "efficacy_early")] if interim else []
        cells += [view.cell(numbers.percent, "futility_early")] if futile else []
        cells += [view.cell(numbers.count, "expected_events")] if interim else []
        rows.append(TableRow(tuple(cells)))
    foot = (
        (
            "The planned events observed, z in proportion to the mean log hazard ratio"
            if is_another_test(design.hypothesis)
            else "One hazard ratio throughout, the planned events observed, Schoenfeld's formula"
        )
        + (", every futility stop obeyed." if futile else "."),
    )
    return DisplayTable("table-power", "Power by the true hazard ratio", tuple(columns), tuple(rows), foot)
