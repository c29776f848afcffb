"""The information ledger as a table: what happened, in order, who entered it, and what the committee did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.report import numbers
from equipoise.report.dates import written_date
from equipoise.report.document import Column, DisplayTable, TableRow

if TYPE_CHECKING:
    from equipoise.monitoring import InformationLedger, LedgerEntry, LookResult


def ledger_table(ledger: InformationLedger) -> DisplayTable:
    """One row an entry, in order."""
    columns = (
        Column("Entry"),
        Column("Recorded", numeric=False),
        Column("What", numeric=False),
        Column("Data cut-off", numeric=False),
        Column("Events"),
        Column("z"),
        Column("Efficacy boundary"),
        Column("Alpha spent"),
        Column("The rule implies", numeric=False),
        Column("The committee", numeric=False),
        Column("By", numeric=False),
    )
    rows = [row for number, entry in enumerate(ledger.entries, start=1) for row in _rows(number, entry)]
    foot: tuple[str, ...] = (
        f"{len(ledger.entries)} entries, head {ledger.head}.",
        "Each entry holds the hash of the one before. Keep the head: it shows whether the past was changed.",
    )
    several = len(ledger.hypotheses) > 1
    title = f"Ledger of {ledger.trial}, hypothes{'es' if several else 'is'} {', '.join(ledger.hypotheses)}"
    if several:
        foot = ("Boundary and alpha spent are those at the level in force at the meeting.", *foot)
    return DisplayTable("table-ledger", title, columns, tuple(rows), foot)


def _rows(number: int, entry: LedgerEntry) -> list[TableRow]:
    """One row; of a meeting that read several hypotheses one for each."""
    if not entry.standings:
        k = entry.look
        what = f"look {k.look}, {k.label}" if k else entry.kind
        bound, spent = (k.efficacy_z, k.alpha_spent) if k else (None, None)
        implied = entry.status or "; ".join(entry.consequences)
        return [_row(number, entry, what, k, bound=bound, spent=spent, implied=implied)]
    return [
        _row(
            number,
            entry,
            f"{s.hypothesis}: look {s.look.look}, {s.look.label}" if s.look else f"{s.hypothesis}: not read",
            s.look,
            bound=s.efficacy_z if s.look else None,
            spent=s.alpha_spent if s.look else None,
            implied=s.status,
        )
        for s in entry.standings
    ]


def _row(
    number: int,
    entry: LedgerEntry,
    what: str,
    k: LookResult | None,
    *,
    bound: float | None,
    spent: float | None,
    implied: str,
) -> TableRow:
    dash = numbers.NOT_APPLICABLE
    action = (
        f"{entry.action}: {entry.reason}" if entry.action and entry.reason else entry.action or entry.reason
    )
    return TableRow(
        (
            str(number),
            entry.when[:16].replace("T", " "),
            what,
            written_date(entry.cutoff) if entry.cutoff else dash,
            numbers.count(k.events) if k else dash,
            numbers.boundary_z(k.z) if k else dash,
            dash if bound is None else numbers.boundary_z(bound),
            dash if spent is None else numbers.decimal(spent, 4),
            implied or dash,
            action or dash,
            entry.by,
        )
    )
