"""The trial on past dates as a table: what a committee would have read on each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.report import numbers
from equipoise.report.dates import written_date
from equipoise.report.document import Column, DisplayTable, TableRow

if TYPE_CHECKING:
    from equipoise.monitoring import MonitoredOverTime


def over_time_table(found: MonitoredOverTime) -> DisplayTable:
    """One row a date."""
    columns = (
        Column("Data cut-off", numeric=False),
        Column("Look", numeric=False),
        Column("Events"),
        Column("Information fraction"),
        Column("Hazard ratio"),
        Column("z"),
        Column("Efficacy boundary"),
        Column("Futility boundary"),
        Column("Status", numeric=False),
    )
    rows = tuple(
        TableRow(
            (
                written_date(d.date),
                d.look.label if d.planned else "not planned",
                numbers.count(d.look.events),
                numbers.decimal(d.look.information_fraction, 2),
                numbers.ratio(d.look.hazard_ratio),
                numbers.boundary_z(d.look.z),
                numbers.boundary_z(d.look.efficacy_z),
                numbers.boundary_z(d.look.futility_z),
                d.look.exit.sentence,
            )
        )
        for d in found.dates
    )
    foot = (
        "Each date stands for itself, after the planned looks due before it: it spends nothing for the next.",
        "A date not planned is read by the rules of the planned look before it. A dash: not read for it.",
    )
    synthetic = "SYNTHETIC  " if found.synthetic else ""
    title = f"{synthetic}{found.trial}: what the committee would have seen"
    return DisplayTable("table-over-time", title, columns, rows, foot)
