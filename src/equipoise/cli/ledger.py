"""equipoise ledger: what was decided, and whether the past is still what it was."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli._shell import Json, note, say, say_json
from equipoise.errors import ArgumentError

if TYPE_CHECKING:
    from equipoise.monitoring import LedgerReplay

LedgerFile = Annotated[Path, typer.Argument(help="Ledger (.jsonl).", show_default=False)]
ALTERED = 1

ledger = typer.Typer(
    name="ledger",
    help="The ledger of a trial's looks: show it, verify it, record an amendment.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@ledger.command()
def show(file: LedgerFile, *, json: Json = False) -> None:
    """Print every entry, and the head hash that speaks for them.

    Example:  equipoise ledger show ledger.jsonl
    """
    from equipoise.monitoring import read_ledger
    from equipoise.report.committee_text import ledger_text

    found = read_ledger(file)
    if json:
        say_json({"head": found.head, "entries": found.to_frame().to_dicts()})
    else:
        say(ledger_text(found))


@ledger.command()
def verify(
    file: LedgerFile,
    *,
    head: Annotated[
        str | None, typer.Option("--head", help="Hash from a closed report: 8 digits or more.")
    ] = None,
    entries: Annotated[
        int | None, typer.Option("--entries", min=1, help="How many entries that report counted.")
    ] = None,
    protocol: Annotated[
        Path | None, typer.Option("--protocol", help="Solve the recorded bounds again under it (TOML).")
    ] = None,
    json: Json = False,
) -> int:
    """Find alteration, truncation and rewriting; exit status 1 where the past is not what it was.

    With --protocol every recorded bound, exit and rejection is solved again from the plan.

    Example:  equipoise ledger verify ledger.jsonl --head 3f9a60c2
    """
    from dataclasses import asdict

    from equipoise._chain import verify_chain

    if head is not None and (len(head.strip()) < 8 or set(head.strip().lower()) - set("0123456789abcdef")):
        raise ArgumentError("--head", head, "must be a hash", "Give its first 8 digits or more, 0-9 and a-f.")
    found = verify_chain(file, head=head, entries=entries)
    again = _replayed(file, protocol) if found.sound and protocol is not None else None
    follows = again is None or not again.faults
    if json:
        replayed = {} if again is None else {"replay": asdict(again)}
        say_json(asdict(found) | {"sound": found.sound and follows} | replayed)
    elif found.sound:
        say(f"{file}: sound, {found.entries} entries, head {found.head}")
        if found.unknown:
            say(f"Not known: {found.unknown}")
        if again is not None:
            _say_replay(again)
    else:
        say(f"{file}: NOT SOUND. {found.fault}")
        say(f"{found.entries} entries before that follow one another, up to {found.head}")
    return 0 if found.sound and follows else ALTERED


def _replayed(file: Path, protocol: Path) -> LedgerReplay:
    """Every recorded look, solved again."""
    from equipoise.design import design_hypotheses, design_trial
    from equipoise.monitoring import read_ledger, replay_ledger
    from equipoise.protocol import read_protocol

    kept, plan = read_ledger(file), read_protocol(protocol)
    return replay_ledger(
        kept, design_trial(plan, kept.hypothesis) if kept.hypothesis else design_hypotheses(plan)
    )


def _say_replay(again: LedgerReplay) -> None:
    for words in again.faults:
        say(f"DOES NOT FOLLOW  {words}")
    if again.looks and not again.faults:
        say(f"{again.looks} looks solved again from the plan: every bound, exit and rejection follows.")
    if again.other_protocol:
        say(
            f"{again.other_protocol} looks were read under another version of the protocol: not solved again."
        )


@ledger.command()
def amend(
    file: LedgerFile,
    *,
    before: Annotated[Path, typer.Option("--from", help="Protocol in force (TOML).")],
    after: Annotated[Path, typer.Option("--to", help="Amended protocol (TOML).")],
    by: Annotated[str, typer.Option("--by", help="Who records.")] = "",
    reason: Annotated[str, typer.Option("--reason", help="Why the protocol is amended.")] = "",
    record: Annotated[bool, typer.Option("--record", help="Write it into the ledger.")] = False,
) -> None:
    """Say what an amended protocol changes after the looks held; record it with --record.

    Example:  equipoise ledger amend ledger.jsonl --from v1.toml --to v2.toml
    """
    from equipoise.design import design_hypotheses, design_trial
    from equipoise.monitoring import amendment, amendment_of_graph, read_ledger
    from equipoise.protocol import read_protocol

    for name, words, example in (
        ("--by", by.strip(), "'A. Statistician'"),
        ("--reason", reason.strip(), "'events come slowly'"),
    ):
        if record and not words:
            raise ArgumentError(name, None, "must be given with --record", f"For example {name} {example}.")
    kept = read_ledger(file)
    plans = read_protocol(before), read_protocol(after)
    if kept.hypothesis:
        old, new = (design_trial(plan, kept.hypothesis) for plan in plans)
        change = amendment(old, new, kept.history)
    else:
        change = amendment_of_graph(design_hypotheses(plans[0]), design_hypotheses(plans[1]), kept.held)
    if change.before_hash == change.after_hash:
        raise ArgumentError(
            "--to", str(after), "must be another version than --from", "They are one protocol."
        )
    say(f"protocol {change.before_hash[:8]} becomes {change.after_hash[:8]}")
    if change.before_hash != kept.protocol_hash:
        note(f"note: the ledger is under protocol {kept.protocol_hash[:8]}, not under that of --from.")
    for words in change.consequences:
        say(f"  {words}")
    if not record:
        note("note: a dry run; --record writes it, with --by and --reason.")
    else:
        kept = kept.amend(change, by=by, reason=reason)
        say(f"recorded entry {len(kept.entries)} in {file}; head {kept.head}")
