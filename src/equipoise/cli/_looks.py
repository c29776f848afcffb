"""What `monitor` and `meeting` share: how a look came about, and the looks before it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable

    from equipoise.design import Design, GraphicalDesign
    from equipoise.monitoring import (
        InformationLedger,
        InterimResult,
        LookResult,
        MonitoredHypotheses,
        Occasion,
    )
    from equipoise.records import Snapshot, TrialRecords

Adam = Annotated[Path, typer.Option("--adam", help="Folder of ADaM files: adsl, adtte, adae, adex.")]
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


@dataclass(frozen=True, slots=True)
class Recording:
    """What is to be written into which ledger, and by whom; nothing unless `asked`."""

    ledger: Path | None
    asked: bool
    action: str
    by: str
    reason: str

    def require(self) -> None:
        """Ask for what recording needs before anything is read; refuse what only recording would use."""
        for name, value, example in (
            ("--ledger", self.ledger, "ledger.jsonl"),
            ("--action", self.action.strip(), "'continue'"),
            ("--by", self.by.strip(), "'A. Statistician'"),
        ):
            if self.asked and not value:
                raise ArgumentError(
                    name, None, "must be given with --record", f"For example {name} {example}."
                )
        for name, words in (("--action", self.action), ("--by", self.by), ("--reason", self.reason)):
            if words and not self.asked:
                raise ArgumentError(name, words, "goes with --record", "Nothing is recorded without it.")

    def of(self, design: Design | GraphicalDesign, step: Callable[[str], None]) -> InformationLedger | None:
        """The ledger as it stands; None where there is none yet, which is said."""
        if self.ledger is None:
            return None
        kept = kept_ledger(self.ledger)
        if kept is None:
            step(f"note: {self.ledger} is not there yet: the look is read as the first of its ledger.")
            return None
        require_ledger(kept, design, None if self.asked else step)
        return kept

    def write(
        self,
        design: Design | GraphicalDesign,
        result: InterimResult | MonitoredHypotheses,
        step: Callable[[str], None],
    ) -> None:
        """Record the look, where that was asked for; else say how."""
        from equipoise.monitoring import open_ledger

        if self.ledger is None:
            return
        if not self.asked:
            step("note: a dry run; after the meeting --record writes it, with --action and --by.")
            return
        kept = open_ledger(self.ledger, design, by=self.by)
        kept = kept.record(result, committee_action=self.action, by=self.by, reason=self.reason)
        step(f"recorded entry {len(kept.entries)} in {self.ledger}; head {kept.head}")


def require_ledger(
    kept: InformationLedger, design: Design | GraphicalDesign, step: Callable[[str], None] | None
) -> None:
    """Refuse another trial's ledger; a protocol that is not in force is said, or refused without `step`."""
    from equipoise.design import GraphicalDesign as Several

    trial = design.protocol.trial.name
    of = design.procedure.graph.hypotheses if isinstance(design, Several) else (design.hypothesis.id,)
    only_read = step is not None and set(of) <= set(kept.hypotheses)
    if kept.trial != trial or not (only_read or set(of) == set(kept.hypotheses)):
        raise ArgumentError(
            "--ledger",
            str(kept.path),
            f"must be of {trial}, {' and '.join(of)}",
            f"It is of {kept.trial}, {' and '.join(kept.hypotheses)}. Is it the right file, or --hypothesis?",
        )
    mine, theirs = design.protocol.hash[:8], kept.protocol_hash[:8]
    if mine == theirs:
        return
    if step is None:
        raise ArgumentError(
            "--ledger",
            str(kept.path),
            f"must be under protocol {mine}",
            f"It is under {theirs}. Record the amendment first: `equipoise ledger amend`.",
        )
    step(f"note: the ledger is under protocol {theirs}, this is {mine}, which is not in force.")


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
    kept: InformationLedger | None,
    ledger: Path | None,
) -> tuple[LookResult, ...]:
    """The looks of the ledger; without one, earlier looks read again from the data when they were due."""
    from equipoise.monitoring import look_due, past_looks

    if ledger is not None:
        return () if kept is None else kept.held[design.hypothesis.id]
    return past_looks(design, records, look or look_due(design, data), until=data.cutoff)


def none_due(
    design: Design,
    data: Snapshot,
    look: int | None,
    *,
    kept: InformationLedger | None,
    asked: Occasion,
    step: Callable[[str], None],
) -> str:
    """Why no look is held, where the next one is not due; empty where one is, or one was asked for."""
    from equipoise.monitoring import next_not_due

    if look is not None or asked.unplanned or asked.final or asked.overrun:
        return ""
    held = () if kept is None else kept.held[design.hypothesis.id]
    why = next_not_due(design, data, held)
    if why:
        step(f"note: {why}; --look reads it early, --unplanned reads a look beside those planned.")
    return why


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
