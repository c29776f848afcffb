"""equipoise forecast: when the planned events will come, if they do."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli._looks import Adam, Cutoff, HypothesisOption, day_of
from equipoise.cli._shell import Json, Quiet, Seed, output_folder, say, say_json, stepwise


def forecast(
    protocol: Annotated[Path, typer.Argument(help="Protocol file (TOML).", show_default=False)],
    *,
    adam: Adam,
    cutoff: Cutoff,
    hypothesis: HypothesisOption = None,
    by_arm: Annotated[
        bool, typer.Option("--by-arm", help="Fit each arm by itself; unblinds. Arms together unless given.")
    ] = False,
    seed: Seed = 1,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the table and the figure.")] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Foretell the date of each look to come, with intervals, and whether its events come at all.

    Example:  equipoise forecast protocol.toml --adam cohort/ --cutoff 2023-06-30 --out forecast/
    """
    from equipoise._files import write_atomically
    from equipoise.analysis import trial_data
    from equipoise.design import design_trial
    from equipoise.monitoring import forecast_events
    from equipoise.monitoring.hypothesis_test import hypothesis_data
    from equipoise.protocol import read_protocol
    from equipoise.records import cut
    from equipoise.report import plot
    from equipoise.report.committee_text import forecast_text

    step = stepwise(quiet or json)
    plan = read_protocol(protocol)
    design = design_trial(plan, hypothesis)
    data = cut(trial_data(plan, adam), day_of("--cutoff", cutoff))
    folder = None if out is None else output_folder(out)
    found = forecast_events(data, plan, design=design, by_arm=by_arm, seed=seed)
    if json:
        say_json(found.to_frame().to_dicts())
    else:
        say(forecast_text(found))
    if folder is not None:
        known = hypothesis_data(design, data)
        dates = known.baseline["end"].filter(known.event).to_list()
        step(f"wrote {write_atomically(folder / 'forecast.csv', found.to_frame().write_csv())}")
        step(f"wrote {plot(found, observed=dates).save(folder / 'forecast.svg')}")
