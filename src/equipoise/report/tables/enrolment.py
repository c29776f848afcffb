"""Patients entered against those planned, by stratum and by calendar year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.report import numbers
from equipoise.report.dates import written_date
from equipoise.report.document import Column, DisplayTable, Span, TableRow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from equipoise.monitoring.enrolment import Enrolment, Entered
    from equipoise.protocol import Protocol
    from equipoise.report.tables._cells import Cells

POOLED = "Patients"


def enrolment_table(
    found: Enrolment, protocol: Protocol, cells: Cells, labels: Mapping[str, str]
) -> DisplayTable:
    """Patients of each group and together, and planned by the cut-off where the protocol dates its accrual.

    Parameters
    ----------
    found : pooled, or by arm.
    protocol : for the names of the strata.
    cells : where the rows of results are gathered.
    labels : of the groups.
    """
    planned, several = found.overall.planned is not None, len(found.groups) > 1
    columns = [Column("", numeric=False), *(Column(labels.get(g, POOLED)) for g in found.groups)]
    columns += [Column("All")] if several else []
    columns += [Column("Planned by then")] if planned else []

    def line(e: Entered, name: str, *, indent: bool = True) -> TableRow:
        about = {"analysis": "enrolment", "population": e.stratum or "all", "unit": "patients"}
        about |= {"item": str(e.year)} if e.year else {}
        shown: list[Span] = [
            cells.cell(numbers.count, n, statistic="patients", group=g or "arms together", **about)
            for g, n in zip(found.groups, e.patients, strict=True)
        ]
        if several:
            shown.append(
                cells.cell(numbers.count, e.total, statistic="patients", group="arms together", **about)
            )
        if planned:
            shown.append(cells.cell(_whole, e.planned, statistic="planned", **about))
        return TableRow((name, *shown), indent=indent)

    rows = [line(found.overall, "All", indent=False)]
    rows += [line(s, protocol.stratum_of(s.stratum).name) for s in found.strata]
    if found.years:
        rows.append(TableRow(("By calendar year",), heading=True))
        last = found.years[-1]
        rows += [line(y, _year(y, found) if y is last else str(y.year)) for y in found.years]
    return DisplayTable(
        "table-enrolment",
        "By stratum and calendar year",
        tuple(columns),
        tuple(rows),
        _notes(found, protocol),
    )


def _year(last: Entered, found: Enrolment) -> str:
    """The last year, and up to when it is counted."""
    until = written_date(found.cutoff).rpartition(" ")[0] if found.cutoff else ""
    return f"{last.year}, to {until}" if until and until != "31 December" else str(last.year)


def _notes(found: Enrolment, protocol: Protocol) -> tuple[str, ...]:
    notes = [] if len(found.groups) > 1 else ["All arms together."]
    target = "" if found.target is None else f"{numbers.count(found.target)} patients are planned in all"
    if found.overall.planned is not None and protocol.accrual is not None and protocol.accrual.start_date:
        start = written_date(protocol.accrual.start_date)
        strata = "; strata by their assumed shares" if found.strata else ""
        notes.append(f"{target}; planned by then: the protocol's rates of accrual from {start}{strata}.")
    elif target:
        notes.append(f"{target}; by what dates the protocol does not say.")
    undated = found.overall.total - len(found.dates)
    if undated and found.dates:
        notes.append(f"{numbers.count(undated)} without a date of randomisation are in no year.")
    return tuple(notes)


def _whole(x: float) -> str:
    return numbers.count(round(x))
