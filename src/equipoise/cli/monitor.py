"""equipoise monitor: one look, read against its boundary; recorded only when asked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli._hypotheses import level_words, say_standing
from equipoise.cli._looks import (
    Adam,
    Cutoff,
    Final,
    HypothesisOption,
    LedgerOption,
    Overrun,
    PlannedLook,
    Recording,
    TimedByEffect,
    Unplanned,
    day_of,
    looks_before,
    none_due,
    occasion_of,
)
from equipoise.cli._shell import Json, Quiet, Shown, output_folder, say, stepwise
from equipoise.errors import ArgumentError

if TYPE_CHECKING:
    from equipoise.design.trial_design import PlannedLook as Planned
    from equipoise.monitoring import LookResult, Occasion
    from equipoise.protocol import Protocol
    from equipoise.records import TrialRecords

Record = Annotated[
    bool, typer.Option("--record", help="Write the look into the ledger, with --action and --by.")
]


def monitor(
    protocol: Annotated[Path, typer.Argument(help="Protocol file (TOML).", show_default=False)],
    *,
    adam: Adam,
    cutoff: Cutoff,
    look: PlannedLook = None,
    hypothesis: HypothesisOption = None,
    ledger: LedgerOption = None,
    record: Record = False,
    action: Annotated[str, typer.Option("--action", help="What the committee did, with --record.")] = "",
    by: Annotated[str, typer.Option("--by", help="Who records, with --record.")] = "",
    reason: Annotated[str, typer.Option("--reason", help="Why, with --record.")] = "",
    only: Annotated[
        list[str] | None,
        typer.Option("--only", help="Of several hypotheses: this one alone, due or not. May be repeated."),
    ] = None,
    unplanned: Unplanned = False,
    final: Final = False,
    overrun: Overrun = False,
    timed_by_effect: TimedByEffect = False,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for the boundary figure and results.")
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Read a look: the test statistic against the boundary at the information observed.

    A dry run: nothing is recorded without --record. With --ledger the earlier looks are those recorded there;
    without it they are read again from the data, at the dates when their planned events were reached. Where
    several hypotheses share one alpha by a [graph], all of them are read together, those whose look is due,
    and recorded as one entry; unless --hypothesis names one: its bounds are then those of the level that it
    begins with.

    Example:  equipoise monitor protocol.toml --adam cohort/ --cutoff 2024-06-30 --ledger ledger.jsonl
    """
    from equipoise.analysis import trial_data
    from equipoise.protocol import read_protocol

    step = stepwise(quiet or json)
    recording = Recording(ledger, record, action, by, reason)
    recording.require()
    plan = read_protocol(protocol)
    shown = Shown(json, None if out is None else output_folder(out), step)
    asked = occasion_of(
        look, ledger, unplanned=unplanned, final=final, overrun=overrun, timed_by_effect=timed_by_effect
    )
    if plan.graph is not None and hypothesis is None:
        _of_all(look, overrun)
        say_standing(
            plan, trial_data(plan, adam), cutoff, recording, only=only or (), occasion=asked, shown=shown
        )
        return
    if only:
        raise ArgumentError(
            "--only", only, "goes with hypotheses that share alpha by a [graph]", "Leave it out."
        )
    _say_look(
        plan,
        trial_data(plan, adam),
        cutoff,
        recording,
        look=look,
        hypothesis=hypothesis,
        occasion=asked,
        shown=shown,
    )


def _say_look(
    plan: Protocol,
    records: TrialRecords,
    cutoff: str,
    recording: Recording,
    *,
    look: int | None,
    hypothesis: str | None,
    occasion: Occasion,
    shown: Shown,
) -> None:
    """Read one hypothesis' look and say what it is; written down where that was asked for."""
    from equipoise.design import design_trial
    from equipoise.monitoring import interim_inference, past_looks_now
    from equipoise.monitoring import monitor as read_look
    from equipoise.records import cut
    from equipoise.report import plot, tabulate
    from equipoise.report.committee_text import meeting_text
    from equipoise.report.tabulate_inference import inference_table, past_table

    design = design_trial(plan, hypothesis)
    if plan.graph is not None:
        shown.step(f"note: {level_words(plan.graph.graph(), design.hypothesis)}")
    kept = recording.of(design, shown.step)
    data = cut(records, day_of("--cutoff", cutoff))
    history = looks_before(design, records, data, look, kept=kept, ledger=recording.ledger)
    why = none_due(design, data, look, kept=kept, asked=occasion, step=shown.step)
    occasion = replace(occasion, not_held=why)
    if why and recording.asked:
        remedy = "With --look it is held early, with --unplanned as a look beside those planned."
        raise ArgumentError("--record", cutoff, f"must be of a look, and {why}", remedy)
    result = read_look(design, data, history=history, occasion=occasion)
    inference = interim_inference(design, result)
    past = past_looks_now(design, data, history) if kept is not None else ()
    planned = design.looks[result.current.planned_look - 1]
    usual = not (occasion.unplanned or occasion.final or occasion.overrun or result.not_read)
    if recording.ledger is not None and usual and _far(result.current, planned):
        shown.step(
            f"note: {planned.label} is planned at {planned.events} events, the data hold "
            f"{result.current.events}. Is it another look (--look), or an unplanned one (--unplanned)?"
        )
    table = tabulate(result)
    table = table + (
        inference_table(inference, result.hypothesis) + past_table(past, result.hypothesis)
    ).with_hashes(result.protocol_hash, result.data_hash)
    say(table.to_json().rstrip() if shown.json else meeting_text(result, inference, past))
    if shown.folder is not None:
        shown.step(f"wrote {table.write(shown.folder / 'interim.csv')}")
        shown.step(f"wrote {plot(result).save(shown.folder / 'boundary.svg')}")
    recording.write(design, result, shown.step)


def _of_all(look: int | None, overrun: bool) -> None:  # noqa: FBT001 - as typed
    """Refuse what is asked of one look where all hypotheses are read together."""
    if look is not None or overrun:
        raise ArgumentError(
            "--hypothesis",
            None,
            "must name one hypothesis for --look or --overrun: the protocol has several",
            "Each has its own looks; with --only ID one is read before its events have come.",
        )


def _far(held: LookResult, planned: Planned) -> bool:
    """Whether a look planned by events is held at less than half of them, or twice."""
    return not planned.by_calendar and not 0.5 <= held.events / planned.events <= 2.0
