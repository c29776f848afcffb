"""equipoise reconstruct: a synthetic cohort that agrees with what was published."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli._shell import Json, Quiet, output_folder, say, say_json, stepwise


def reconstruct(
    published: Annotated[Path, typer.Argument(help="Published results (TOML).", show_default=False)],
    *,
    out: Annotated[Path, typer.Option("--out", help="Folder for the cohort: adsl, adtte, adae, facts.")],
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the random numbers.")] = 1,
    format: Annotated[  # noqa: A002 - the name of the option
        str, typer.Option("--format", help="csv, parquet, xpt or dataset-json.")
    ] = "csv",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Build a synthetic cohort that agrees with published results, and say fact by fact how well it does.

    Example:  equipoise reconstruct examples/aall1731/published.toml --out cohort/
    """
    from equipoise.reconstruction import read_published
    from equipoise.reconstruction import reconstruct as build
    from equipoise.records import write_records
    from equipoise.report import tabulate
    from equipoise.report.text import reconstruction_text

    step = stepwise(quiet or json)
    facts = read_published(published)
    folder = output_folder(out)
    step("building the synthetic cohort ...")
    made = build(facts, seed=seed)
    for path in write_records(made.records(), folder, format=format):
        step(f"wrote {path}")
    table = tabulate(made)
    step(f"wrote {table.write(folder / 'facts.csv')}")
    if json:
        say_json({"agrees": made.agrees, "facts": made.to_frame().to_dicts()})
    elif not quiet:
        say(reconstruction_text(made))
