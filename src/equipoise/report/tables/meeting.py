"""Tables that open and closed reports share in form: patients, follow-up, events, adverse events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from equipoise.report import numbers
from equipoise.report.document import Column, DisplayTable, Span, TableRow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from equipoise.analysis.baseline import BaselineRow
    from equipoise.monitoring.open_summary import OpenSummary, PooledAdverseEvent
    from equipoise.protocol import Protocol
    from equipoise.report.tables._cells import Cells
    from equipoise.survival import Completeness

POOLED = "All arms together"


def baseline_table(rows: Sequence[BaselineRow], cells: Cells, labels: Mapping[str, str]) -> DisplayTable:
    """n/N (%) by factor and level, a column a group."""
    groups = tuple(dict.fromkeys(r.group for r in rows))
    columns = (Column("", numeric=False), *(Column(labels.get(g, POOLED)) for g in groups))
    found = {(r.factor, r.level, r.group): r for r in rows}
    lines: list[TableRow] = []
    for factor in dict.fromkeys(r.factor for r in rows):
        lines.append(TableRow((factor,), heading=True))
        for level in dict.fromkeys(r.level for r in rows if r.factor == factor):
            shown: list[Span] = []
            for g in groups:
                r = found[factor, level, g]
                about = {"analysis": "baseline", "statistic": "patients", "item": f"{factor}: {level}"}
                shown.append(cells.share(r.n, r.total, **about, group=g, unit="patients"))
            lines.append(TableRow((level, *shown), indent=True))
    return DisplayTable(
        "table-baseline", "Patients at baseline", columns, tuple(lines), ("n (%) of the column.",)
    )


def pooled_events_table(summary: OpenSummary, protocol: Protocol, cells: Cells) -> DisplayTable:
    """Events and patients by endpoint and stratum, arms together."""
    rows = []
    for e in summary.events:
        about = {"analysis": e.endpoint, "population": e.stratum, "group": "arms together"}
        label = protocol.endpoint_of(e.endpoint).label
        name = label if e.stratum == "all" else protocol.stratum_of(e.stratum).name
        rows.append(
            TableRow(
                (
                    name,
                    cells.cell(numbers.count, e.events, statistic="events", unit="events", **about),
                    cells.cell(numbers.count, e.patients, statistic="n", unit="patients", **about),
                ),
                indent=e.stratum != "all",
            )
        )
    columns = (Column("", numeric=False), Column("Events"), Column("Patients"))
    foot = ("All arms together; nothing here was computed by arm.",)
    return DisplayTable("table-pooled-events", "Events and patients", columns, tuple(rows), foot)


def currency_table(parts: Sequence[Currency], cells: Cells) -> DisplayTable:
    """Clark's C and the share seen lately, a row a group; a heading over each kind of group."""
    rows: list[TableRow] = []
    for part in parts:
        if part.heading:
            rows.append(TableRow((part.heading,), heading=True))
        rows += _currency_rows(part, cells)
    columns = (
        Column("", numeric=False),
        Column("Patients"),
        Column("Completeness (Clark's C)"),
        Column("Seen within 6 months"),
        Column("Seen within 12 months"),
    )
    foot = (
        "Completeness: follow-up observed over follow-up possible by the cut-off.",
        "Seen: of those without event, last contact within 6 and 12 months of the cut-off.",
        "Events are reported at once, well-being at the next visit: late contacts bias survival downwards.",
    )
    return DisplayTable("table-currency", "Is the follow-up up to date?", columns, tuple(rows), foot)


@dataclass(frozen=True, slots=True)
class Currency:
    """How current the follow-up of some groups is, and what kind of groups they are."""

    found: Completeness
    labels: Mapping[str, str]
    heading: str = ""
    name: str = "follow-up"


def _currency_rows(part: Currency, cells: Cells) -> list[TableRow]:
    found, labels, name = part.found, part.labels, part.name
    rows = []
    for i, g in enumerate(found.groups):
        about = {"analysis": "follow-up currency", "group": str(g), "item": name}
        shown = [
            cells.cell(_percent, float(found.c[i]), statistic="completeness", method="Clark's C", **about)
        ]
        for j, within in enumerate(found.within.tolist()):
            seen = float(found.contacted[i, j])
            shown.append(
                cells.cell(
                    _percent,
                    None if seen != seen else seen,  # noqa: PLR0124 - nan where all had the event
                    statistic=f"seen within {within:g} days",
                    **about,
                )
            )
        label = labels.get(str(g), POOLED)
        rows.append(TableRow((label, numbers.count(int(found.n[i])), *shown), indent=bool(part.heading)))
    return rows


def _percent(x: float) -> str:
    return numbers.percent(x)


def pooled_adverse_events_table(
    events: Sequence[PooledAdverseEvent], protocol: Protocol, cells: Cells, foot: tuple[str, ...]
) -> DisplayTable:
    """n/N (%) of any grade and from the protocol's grade on, arms together."""
    rows = []
    for e in events:
        about = {"analysis": "adverse events, arms together", "item": e.term, "unit": "patients"}
        rows.append(
            TableRow(
                (
                    e.term,
                    cells.share(e.any_grade, e.evaluable, statistic="any grade", **about),
                    cells.share(e.severe, e.evaluable, statistic="severe", **about),
                )
            )
        )
    columns = (
        Column("", numeric=False),
        Column("Any grade"),
        Column(f"Grade {protocol.safety.grade} or more"),
    )
    title = "Adverse events, all arms together"
    return DisplayTable("table-pooled-ae", title, columns, tuple(rows), foot)
