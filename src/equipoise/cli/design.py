"""equipoise design: boundaries, events, patients and calendar of a protocol."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli._hypotheses import say_hypotheses
from equipoise.cli._shell import Json, Quiet, output_folder, say, stepwise
from equipoise.errors import ArgumentError

ProtocolFiles = Annotated[
    list[Path], typer.Argument(help="Protocol file (TOML); two with --compare.", show_default=False)
]


def design(
    protocols: ProtocolFiles,
    *,
    hypothesis: Annotated[
        str | None, typer.Option("--hypothesis", help="Id of the hypothesis; the monitored one unless given.")
    ] = None,
    compare: Annotated[
        bool, typer.Option("--compare", help="Set the designs of two protocols side by side.")
    ] = False,
    text: Annotated[
        bool, typer.Option("--text", help="Print the paragraphs for a protocol instead of the tables.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help="Folder for results, document (HTML, PDF, Word, LaTeX), text and figures."
        ),
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Design the trial: boundaries, events, patients, calendar, power.

    Where several hypotheses share one alpha by a [graph], the boundaries of each at every level that may be
    passed to it; the whole plan of one with --hypothesis.

    Example:  equipoise design examples/aall1731/protocol.toml --out design
    """
    from equipoise.design import design_trial
    from equipoise.protocol import read_protocol
    from equipoise.report import protocol_text
    from equipoise.report.design_curves import design_results
    from equipoise.report.text import comparison_text, design_text

    _require_files(protocols, compare=compare, alone=not (json or text or out))
    step = stepwise(quiet or json)
    plans = [read_protocol(p) for p in protocols]
    if not compare and plans[0].graph is not None and hypothesis is None:
        if text:
            raise ArgumentError(
                "--text",
                plans[0].trial.name,
                "writes of one hypothesis, and this protocol has several",
                f"Name one with --hypothesis: {', '.join(h.id for h in plans[0].hypothesis)}.",
            )
        say_hypotheses(plans[0], json=json, folder=None if out is None else output_folder(out), step=step)
        return
    planned = [design_trial(p, hypothesis) for p in plans]
    folder = None if out is None else output_folder(out)
    if compare:
        say(comparison_text(*planned))
    elif json:
        say(design_results(planned[0]).to_json().rstrip())
    else:
        say(protocol_text(planned[0]) if text else design_text(planned[0]))
    if folder is not None:
        from equipoise.report.design_document import write_design

        for path in write_design(planned[0], folder):
            step(f"wrote {path}")


def _require_files(protocols: list[Path], *, compare: bool, alone: bool) -> None:
    """One file, or two to be compared and nothing else asked for."""
    if len(protocols) != (2 if compare else 1):
        raise ArgumentError(
            "PROTOCOL",
            len(protocols),
            f"must be {'two files with --compare' if compare else 'one file'}",
            "" if compare else "To set two designs side by side add --compare.",
        )
    if compare and not alone:
        raise ArgumentError(
            "--compare",
            "two protocols",
            "prints one table and goes without --json, --text and --out",
            "Leave them out.",
        )
