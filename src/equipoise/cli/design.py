"""equipoise design: boundaries, events, patients and calendar of a protocol."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli._hypotheses import say_hypotheses
from equipoise.cli._shell import Json, ProtocolFile, Quiet, output_folder, say, stepwise


def design(
    protocol: ProtocolFile,
    *,
    hypothesis: Annotated[
        str | None, typer.Option("--hypothesis", help="Id of the hypothesis; the monitored one unless given.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the table and the figure.")] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Design the trial: boundaries, events, patients, calendar, power.

    Where several hypotheses share one alpha by a [graph], the boundaries of each at every level that may be
    passed to it; the whole plan of one with --hypothesis.

    Example:  equipoise design examples/aall1731/protocol.toml
    """
    from equipoise.design import design_trial
    from equipoise.protocol import read_protocol
    from equipoise.report import plot, tabulate
    from equipoise.report.text import design_text

    step = stepwise(quiet or json)
    plan = read_protocol(protocol)
    if plan.graph is not None and hypothesis is None:
        folder = None if out is None else output_folder(out)
        say_hypotheses(plan, json=json, folder=folder, step=step)
        return
    planned = design_trial(plan, hypothesis)
    folder = None if out is None else output_folder(out)
    table = tabulate(planned)
    if json:
        say(table.to_json().rstrip())
    else:
        say(design_text(planned))
    if folder is not None:
        step(f"wrote {table.write(folder / 'design.csv')}")
        step(f"wrote {plot(planned).save(folder / 'boundary.svg')}")
