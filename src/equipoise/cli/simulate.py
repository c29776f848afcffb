"""equipoise simulate: operating characteristics of a protocol."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Annotated

import typer

from equipoise._files import write_atomically
from equipoise.cli._progress import counted
from equipoise.cli._shell import Json, ProtocolFile, Quiet, output_folder, say, stepwise


def simulate(
    protocol: ProtocolFile,
    *,
    trials: Annotated[int, typer.Option("--trials", min=1, help="Trials under each truth.")] = 10_000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the random numbers.")] = 1,
    workers: Annotated[int | None, typer.Option("--workers", min=1, help="Threads; else all.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the table and the figure.")] = None,
    replicates: Annotated[
        Path | None, typer.Option("--replicates", help="Parquet file for every trial, one row each.")
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Simulate the trial under no effect and under the assumed one: exits, events, patients, duration.

    The same seed gives the same numbers, whatever the number of workers.

    Example:  equipoise simulate examples/aall1731/protocol.toml --trials 10000
    """
    from equipoise.design import design_trial
    from equipoise.protocol import read_protocol
    from equipoise.report import plot, tabulate
    from equipoise.report.text import simulation_text
    from equipoise.simulation import simulate as run_trials

    step = stepwise(quiet or json)
    plan = read_protocol(protocol)
    folder = None if out is None else output_folder(out)
    with counted("simulating", "trials", quiet=quiet or json) as progress:
        found = run_trials(
            plan,
            trials=trials,
            seed=seed,
            workers=workers,
            progress=progress,
            per_replicate=replicates is not None,
        )
    table = tabulate(found)
    if json:
        say(table.to_json().rstrip())
    else:
        say(simulation_text(found, design_trial(plan)))
    if replicates is not None and found.replicates is not None:
        rows = BytesIO()
        found.replicates.write_parquet(rows)
        step(f"wrote {write_atomically(replicates, rows.getvalue())}")
    if folder is not None:
        step(f"wrote {table.write(folder / 'operating-characteristics.csv')}")
        step(f"wrote {plot(found).save(folder / 'stopping.svg')}")
