"""equipoise analyze: the analysis that a protocol plans, on real data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli._shell import Json, Quiet, output_folder, say, stepwise
from equipoise.errors import InputError


def analyze(
    protocol: Annotated[Path, typer.Argument(help="Protocol file (TOML).", show_default=False)],
    *,
    adam: Annotated[
        Path | None, typer.Option("--adam", help="Folder of ADaM files: adsl, adtte, adae.")
    ] = None,
    data: Annotated[
        Path | None, typer.Option("--data", help="One flat table, as data in the protocol says.")
    ] = None,
    cutoff: Annotated[
        str | None, typer.Option("--cutoff", help="Cut the data at this date (2024-06-30).")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the report and the results.")] = None,
    adtte: Annotated[
        Path | None,
        typer.Option("--adtte", help="Write the times as analysed, with the reason of each date (CSV)."),
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Analyse a trial's data as its protocol plans: Kaplan-Meier, log-rank, Cox, adverse events.

    Example:  equipoise analyze examples/cdiscpilot01/protocol.toml --adam adam/ --out report/
    """
    from equipoise._files import write_atomically
    from equipoise.analysis import analyze as analyze_data
    from equipoise.analysis import times_as_analyzed, trial_data
    from equipoise.protocol import read_protocol
    from equipoise.records import cut, snapshot
    from equipoise.records.writers.csv import csv_bytes
    from equipoise.report import TrialReport, render, tabulate
    from equipoise.report.text import analysis_text

    if (adam is None) == (data is None):
        raise InputError("give the data with either --adam FOLDER or --data FILE.")
    step = stepwise(quiet or json)
    plan = read_protocol(protocol)
    records = trial_data(plan, adam or data or Path())
    folder = None if out is None else output_folder(out)
    known = snapshot(records) if cutoff is None else cut(records, cutoff)
    analysis = analyze_data(plan, known)
    table = tabulate(analysis)
    if json:
        say(table.to_json().rstrip())
    else:
        say(analysis_text(analysis))
    if adtte is not None:
        written = write_atomically(adtte, csv_bytes(times_as_analyzed(plan, known), "ADTTE"))
        step(f"wrote {written}")
    if folder is not None:
        step(f"wrote {table.write(folder / 'results.csv')}")
        step(f"wrote {table.write(folder / 'results.json')}")
        step(f"wrote {render(TrialReport(plan, analysis=analysis), folder / 'report.html')}")
