"""equipoise replay: what a committee would have seen on past dates."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli._looks import Adam, HypothesisOption, day_of
from equipoise.cli._shell import Json, Quiet, output_folder, say, say_json, stepwise


def replay(
    protocol: Annotated[Path, typer.Argument(help="Protocol file (TOML).", show_default=False)],
    *,
    adam: Adam,
    every: Annotated[int, typer.Option("--every", min=1, help="Months between the dates.")] = 6,
    start: Annotated[str | None, typer.Option("--from", help="First date (2021-06-30).")] = None,
    end: Annotated[str | None, typer.Option("--to", help="Last date; else the last in the data.")] = None,
    hypothesis: HypothesisOption = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the table and the figure.")] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Read the trial on past dates, each cut to what was known then. Nothing is recorded.

    Example:  equipoise replay protocol.toml --adam cohort/ --every 6 --to 2024-06-30 --out replay/
    """
    from equipoise._files import write_atomically
    from equipoise.analysis import trial_data
    from equipoise.design import design_trial
    from equipoise.monitoring import every_months, monitored_over_time, period_of
    from equipoise.protocol import read_protocol
    from equipoise.report import plot
    from equipoise.report.committee_text import over_time_text

    step = stepwise(quiet or json)
    plan = read_protocol(protocol)
    design = design_trial(plan, hypothesis)
    records = trial_data(plan, adam)
    folder = None if out is None else output_folder(out)
    first, last = period_of(records)
    dates = every_months(
        day_of("--from", start) if start else first, day_of("--to", end) if end else last, every
    )
    found = monitored_over_time(design, records, dates)
    if json:
        say_json(found.to_frame().to_dicts())
    else:
        say(over_time_text(found))
    if folder is not None:
        step(f"wrote {write_atomically(folder / 'replay.csv', found.to_frame().write_csv())}")
        step(f"wrote {plot(found).save(folder / 'replay.svg')}")
