"""equipoise monitor: one look, read against its boundary; recorded only when asked."""

from __future__ import annotations

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
    TimedByEffect,
    Unplanned,
    kept_ledger,
    looks_before,
    occasion_of,
)
from equipoise.cli._shell import Json, Quiet, output_folder, say, stepwise
from equipoise.errors import ArgumentError

if TYPE_CHECKING:
    from equipoise.design.trial_design import PlannedLook as Planned
    from equipoise.monitoring import LookResult

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
    several hypotheses share one alpha by a [graph], all of them are read together, unless --hypothesis names
    one: its bounds are then those of the level that it begins with.

    Example:  equipoise monitor protocol.toml --adam cohort/ --cutoff 2024-06-30 --ledger ledger.jsonl
    """
    from equipoise.analysis import trial_data
    from equipoise.design import design_trial
    from equipoise.monitoring import interim_inference, past_looks_now
    from equipoise.monitoring import monitor as read_look
    from equipoise.protocol import read_protocol
    from equipoise.records import cut
    from equipoise.report import plot, tabulate
    from equipoise.report.committee_text import meeting_text
    from equipoise.report.tabulate_inference import inference_table, past_table

    step = stepwise(quiet or json)
    plan = read_protocol(protocol)
    if plan.graph is not None and hypothesis is None:
        _alone(look, ledger, record, unplanned, final, overrun, timed_by_effect)
        folder = None if out is None else output_folder(out)
        say_standing(plan, trial_data(plan, adam), cutoff, json=json, folder=folder, step=step)
        return
    design = design_trial(plan, hypothesis)
    if plan.graph is not None:
        step(f"note: {level_words(plan.graph.graph(), design.hypothesis)}")
    if record:
        _require(ledger, action, by)
    records = trial_data(plan, adam)
    folder = None if out is None else output_folder(out)
    data = cut(records, cutoff)
    history = looks_before(design, records, data, look, ledger=ledger)
    occasion = occasion_of(
        look,
        ledger,
        unplanned=unplanned,
        final=final,
        overrun=overrun,
        timed_by_effect=timed_by_effect,
    )
    result = read_look(design, data, history=history, occasion=occasion)
    inference = interim_inference(design, result)
    past = past_looks_now(design, data, history) if ledger is not None else ()
    planned = design.looks[result.current.planned_look - 1]
    if ledger is not None and not unplanned and not result.not_read and _far(result.current, planned):
        step(
            f"note: {planned.label} is planned at {planned.events} events, the data hold "
            f"{result.current.events}. Is it another look (--look), or an unplanned one (--unplanned)?"
        )
    table = tabulate(result)
    table = table + (
        inference_table(inference, result.hypothesis) + past_table(past, result.hypothesis)
    ).with_hashes(result.protocol_hash, result.data_hash)
    if json:
        say(table.to_json().rstrip())
    else:
        say(meeting_text(result, inference, past))
    if folder is not None:
        step(f"wrote {table.write(folder / 'interim.csv')}")
        step(f"wrote {plot(result).save(folder / 'boundary.svg')}")
    if record and ledger is not None:
        from equipoise.monitoring import open_ledger

        kept = kept_ledger(ledger) or open_ledger(ledger, design, by=by)
        kept = kept.record(result, committee_action=action, by=by, reason=reason)
        step(f"recorded entry {len(kept.entries)} in {ledger}; head {kept.head}")


def _alone(*options: object) -> None:
    """Refuse what is asked of one look where all hypotheses are read together."""
    if any(options):
        raise ArgumentError(
            "--hypothesis",
            None,
            "must name one hypothesis for a look, an occasion or a ledger: the protocol has several",
            "Each has its own looks and its own ledger.",
        )


def _far(held: LookResult, planned: Planned) -> bool:
    """Whether a look planned by events is held at less than half of them, or twice."""
    return not planned.by_calendar and not 0.5 <= held.events / planned.events <= 2.0


def _require(ledger: Path | None, action: str, by: str) -> None:
    """What recording needs is asked for before anything is read."""
    for name, value, example in (
        ("--ledger", ledger, "ledger.jsonl"),
        ("--action", action.strip(), "'continue'"),
        ("--by", by.strip(), "'A. Statistician'"),
    ):
        if not value:
            raise ArgumentError(name, None, "must be given with --record", f"For example {name} {example}.")
