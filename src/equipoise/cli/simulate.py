"""equipoise simulate: operating characteristics of a protocol."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from equipoise._files import write_atomically
from equipoise.cli._progress import counted
from equipoise.cli._shell import Json, ProtocolFile, Quiet, Shown, output_folder, say, stepwise
from equipoise.errors import ArgumentError

if TYPE_CHECKING:
    from equipoise.protocol import Protocol
    from equipoise.simulation import Scenario


def simulate(
    protocol: ProtocolFile,
    *,
    trials: Annotated[int, typer.Option("--trials", min=1, help="Trials under each truth.")] = 10_000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the random numbers.")] = 1,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="Threads or processes; else all.")
    ] = None,
    scenarios: Annotated[
        Path | None,
        typer.Option("--scenarios", help="TOML file of [scenario.NAME] tables; else the protocol's own."),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the table and the figures.")] = None,
    replicates: Annotated[
        Path | None, typer.Option("--replicates", help="Parquet file for every trial, one row each.")
    ] = None,
    estimates: Annotated[
        bool, typer.Option("--estimates", help="Bias and coverage of the estimates at the stop, too.")
    ] = False,
    keep: Annotated[
        Path | None, typer.Option("--keep", help="Folder in which trials are kept as they are done.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on from the trials kept in the folder of --keep.")
    ] = False,
    dask: Annotated[
        bool, typer.Option("--dask", help="Use processes of a local Dask cluster, one for each worker.")
    ] = False,
    scheduler: Annotated[
        str | None, typer.Option("--scheduler", help="Address of a Dask scheduler, tcp://HOST:8786.")
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Simulate the trial under no effect and the assumed one, or a grid of scenarios: exits, power, duration.

    The same seed gives the same numbers, whatever the number of workers. A file of scenarios holds tables
    such as: [scenario.effect] hazard_ratio = [0.5, 0.6, 0.7] delay = [0, 0.5, 1]

    Where several hypotheses share one alpha by a [graph], all of them are played on the same subjects: how
    often each is rejected, at which look, and the familywise error.

    Example:  equipoise simulate examples/aall1731/protocol.toml --trials 10000
    """
    from equipoise.design import design_trial
    from equipoise.protocol import read_protocol
    from equipoise.report import plot, tabulate
    from equipoise.report.figures.operating_characteristics import figures_of
    from equipoise.report.text import simulation_text
    from equipoise.simulation import read_scenarios
    from equipoise.simulation import simulate as run_trials

    step = stepwise(quiet or json)
    plan = read_protocol(protocol)
    chosen = None if scenarios is None else read_scenarios(scenarios, plan)
    folder = None if out is None else output_folder(out)
    if plan.graph is not None:
        _require_one(
            {
                "--replicates": replicates,
                "--estimates": estimates,
                "--keep": keep,
                "--resume": resume,
                "--dask": dask,
                "--scheduler": scheduler,
            }
        )
        shown = Shown(json, folder, step)
        _say_rejections(plan, chosen, trials=trials, seed=seed, workers=workers, shown=shown, quiet=quiet)
        return
    if len(plan.monitoring) > 1 and plan.leading_hypothesis is not None:
        step(f"note: {plan.leading_hypothesis.id} alone is simulated: no [graph] joins the hypotheses.")
    with counted("simulating", "trials", quiet=quiet or json) as progress:
        found = run_trials(
            plan,
            trials=trials,
            seed=seed,
            scenarios=chosen,
            workers=workers,
            progress=progress,
            per_replicate=replicates is not None,
            backend="dask" if dask or scheduler is not None else "threads",
            scheduler=scheduler,
            keep=keep,
            resume=resume,
            estimates=estimates,
        )
    table = tabulate(found)
    if json:
        say(table.to_json().rstrip())
    else:
        say(simulation_text(found, design_trial(plan)))
    if replicates is not None and found.replicates is not None:
        file = BytesIO()
        found.replicates.write_parquet(file)
        step(f"wrote {write_atomically(replicates, file.getvalue())}")
    if folder is not None:
        step(f"wrote {table.write(folder / 'operating-characteristics.csv')}")
        if chosen is not None or plan.scenario:
            rows = found.summary().write_csv()
            step(f"wrote {write_atomically(folder / 'scenarios.csv', rows)}")
        for show, name in figures_of(found).items():
            step(f"wrote {plot(found, show=show).save(folder / name)}")


def _require_one(options: dict[str, Any]) -> None:
    """Refuse what is there for one hypothesis alone."""
    for name, value in options.items():
        if value:
            raise ArgumentError(
                name,
                value,
                "goes with one hypothesis, and this protocol has several in a [graph]",
                "Leave it out.",
            )


def _say_rejections(
    plan: Protocol,
    scenarios: tuple[Scenario, ...] | None,
    *,
    trials: int,
    seed: int,
    workers: int | None,
    shown: Shown,
    quiet: bool,
) -> None:
    """Play all hypotheses on the same subjects; say what is rejected, and write it."""
    from equipoise.report import simulated_hypotheses_text
    from equipoise.report.tabulate_simulation import graph_simulations_table
    from equipoise.simulation import rejections_by_scenario, simulate_hypotheses

    with counted("simulating", "trials", quiet=quiet or shown.json) as progress:
        found = simulate_hypotheses(
            plan, trials=trials, seed=seed, scenarios=scenarios, workers=workers, progress=progress
        )
    table = graph_simulations_table(found)
    say(table.to_json().rstrip() if shown.json else simulated_hypotheses_text(found))
    if shown.folder is not None:
        shown.step(f"wrote {table.write(shown.folder / 'operating-characteristics.csv')}")
        if scenarios is not None or plan.scenario:
            rows = rejections_by_scenario(found).write_csv()
            shown.step(f"wrote {write_atomically(shown.folder / 'scenarios.csv', rows)}")
