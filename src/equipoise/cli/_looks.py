"""What `monitor` and `meeting` share: how a look came about, and the looks before it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.errors import ArgumentError

if TYPE_CHECKING:
    from equipoise.design import Design
    from equipoise.monitoring import InformationLedger, LookResult, Occasion
    from equipoise.records import Snapshot, TrialRecords

Adam = Annotated[Path, typer.Option("--adam", help="Folder of ADaM files: adsl, adtte, adae.")]
Cutoff = Annotated[str, typer.Option("--cutoff", "--as-of", help="Date of the data cut (2024-06-30).")]
PlannedLook = Annotated[
    int | None, typer.Option("--look", min=1, help="Planned look; else the last that is due.")
]
HypothesisOption = Annotated[
    str | None, typer.Option("--hypothesis", help="Id of the hypothesis; the monitored one unless given.")
]
LedgerOption = Annotated[Path | None, typer.Option("--ledger", help="Ledger of the looks held (.jsonl).")]
Unplanned = Annotated[bool, typer.Option("--unplanned", help="A look beside those planned.")]
Final = Annotated[bool, typer.Option("--final", help="The last analysis, however few events there are.")]
Overrun = Annotated[bool, typer.Option("--overrun", help="More data of a trial that has stopped.")]
TimedByEffect = Annotated[
    bool, typer.Option("--timed-by-effect", help="Its time depended on the effect seen: reports will warn.")
]


def day_of(name: str, text: str) -> dt.date:
    """A date as typed."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ArgumentError(name, text, "must be a date", "Write it as 2024-06-30.") from None


def kept_ledger(path: Path | None) -> InformationLedger | None:
    """The ledger, where it has been begun."""
    from equipoise.monitoring import read_ledger

    return read_ledger(path) if path is not None and path.exists() else None


def looks_before(
    design: Design,
    records: TrialRecords,
    data: Snapshot,
    look: int | None,
    *,
    ledger: Path | None,
) -> tuple[LookResult, ...]:
    """The looks of the ledger; without one, earlier looks read again from the data when they were due."""
    from equipoise.monitoring import look_due, past_looks

    if ledger is not None:
        kept = kept_ledger(ledger)
        return kept.history if kept else ()
    return past_looks(design, records, look or look_due(design, data), until=data.cutoff)


def occasion_of(
    look: int | None,
    ledger: Path | None,
    *,
    unplanned: bool,
    final: bool,
    overrun: bool,
    timed_by_effect: bool,
) -> Occasion:
    """How the look came about; without a ledger it is the one after those read again."""
    from equipoise.monitoring import Occasion

    return Occasion(
        planned_look=look if ledger is not None else None,
        unplanned=unplanned,
        final=final,
        overrun=overrun,
        timed_by_effect=timed_by_effect,
    )
