"""equipoise monitor: one look, read against its boundary."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli._shell import Json, Quiet, output_folder, say, stepwise


def monitor(
    protocol: Annotated[Path, typer.Argument(help="Protocol file (TOML).", show_default=False)],
    *,
    adam: Annotated[Path, typer.Option("--adam", help="Folder of ADaM files: adsl, adtte, adae.")],
    cutoff: Annotated[str, typer.Option("--cutoff", "--as-of", help="Date of the data cut (2024-06-30).")],
    look: Annotated[
        int | None, typer.Option("--look", min=1, help="Planned look; else the last that is due.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for the boundary figure and results.")
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Read a look: the test statistic against the boundary at the information observed. Nothing is recorded.

    Earlier looks are read again from the data, at the dates when their planned events were reached.

    Example:  equipoise monitor protocol.toml --adam cohort/ --cutoff 2024-06-30
    """
    from equipoise.analysis import trial_data
    from equipoise.design import design_trial
    from equipoise.monitoring import look_due, past_looks
    from equipoise.monitoring import monitor as read_look
    from equipoise.protocol import read_protocol
    from equipoise.records import cut
    from equipoise.report import plot, tabulate
    from equipoise.report.text import interim_text

    step = stepwise(quiet or json)
    plan = read_protocol(protocol)
    design = design_trial(plan)
    records = trial_data(plan, adam)
    folder = None if out is None else output_folder(out)
    data = cut(records, cutoff)
    history = past_looks(design, records, look or look_due(design, data), until=data.cutoff)
    result = read_look(design, data, history=history)
    table = tabulate(result)
    if json:
        say(table.to_json().rstrip())
    else:
        say(interim_text(result))
    if folder is not None:
        step(f"wrote {table.write(folder / 'interim.csv')}")
        step(f"wrote {plot(result).save(folder / 'boundary.svg')}")
