"""The information ledger as a table: what happened, in order, who entered it, and what the committee did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.report import numbers
from equipoise.report.dates import written_date
from equipoise.report.document import Column, DisplayTable, TableRow

if TYPE_CHECKING:
    from equipoise.monitoring import InformationLedger, LedgerEntry


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
    rows = [_row(number, entry) for number, entry in enumerate(ledger.entries, start=1)]
    foot = (
        f"{len(ledger.entries)} entries, head {ledger.head}.",
        "Each entry holds the hash of the one before. Keep the head: it shows whether the past was changed.",
    )
    title = f"Ledger of {ledger.trial}, hypothesis {ledger.hypothesis}"
    return DisplayTable("table-ledger", title, columns, tuple(rows), foot)


def _row(number: int, entry: LedgerEntry) -> TableRow:
    k = entry.look
    dash = numbers.NOT_APPLICABLE
    what = f"look {k.look}, {k.label}" if k else entry.kind
    implied = entry.status or "; ".join(entry.consequences)
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
            numbers.boundary_z(k.efficacy_z) if k else dash,
            numbers.decimal(k.alpha_spent, 4) if k else dash,
            implied or dash,
            action or dash,
            entry.by,
        )
    )
