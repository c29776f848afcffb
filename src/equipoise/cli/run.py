"""equipoise run: the whole life of a trial, from its protocol to its report."""

from __future__ import annotations

import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise._files import write_atomically
from equipoise.cli._hypotheses import all_hypotheses
from equipoise.cli._progress import counted
from equipoise.cli._shell import Quiet, note, output_folder, say
from equipoise.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from equipoise.analysis import TrialAnalysis
    from equipoise.design import Design
    from equipoise.monitoring import InterimResult
    from equipoise.report import TrialReport


def run(
    protocol: Annotated[Path, typer.Argument(help="Protocol file (TOML).", show_default=False)],
    *,
    out: Annotated[Path, typer.Option("--out", help="Folder for everything that is made.")],
    published: Annotated[
        Path | None,
        typer.Option("--published", help="Published results; else published.toml beside the protocol."),
    ] = None,
    adam: Annotated[Path | None, typer.Option("--adam", help="ADaM files, in place of a cohort.")] = None,
    cutoff: Annotated[str | None, typer.Option("--cutoff", help="Date of the committee's look.")] = None,
    look: Annotated[
        int | None, typer.Option("--look", min=1, help="Planned look; the first for efficacy unless given.")
    ] = None,
    trials: Annotated[int, typer.Option("--trials", min=1, help="Trials under each truth.")] = 20_000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the random numbers.")] = 1,
    quiet: Quiet = False,
) -> None:
    """Run a trial's whole life: design, simulation, cohort, committee's look, analysis, report.

    Example:  equipoise run examples/aall1731/protocol.toml --out demo/
    """
    from equipoise.analysis import analyze, trial_data
    from equipoise.design import design_trial
    from equipoise.monitoring import crossing_table, first_efficacy_look, monitor, past_looks
    from equipoise.protocol import read_protocol
    from equipoise.reconstruction import Published, read_published, reconstruct
    from equipoise.records import TrialRecords, cut, snapshot
    from equipoise.report import TrialReport
    from equipoise.report.text import interim_text
    from equipoise.simulation import simulate

    if adam is not None and published is not None:
        raise InputError("give either --adam (real data) or --published (a synthetic cohort), not both.")
    plan = read_protocol(protocol)
    facts_file = published or protocol.parent / "published.toml"
    if adam is None and not facts_file.is_file():
        raise InputError(
            f"there are no patients to analyse: {facts_file} does not exist. "
            "Give published results with --published, or data with --adam."
        )
    source = read_published(facts_file) if adam is None else trial_data(plan, adam)
    folder = output_folder(out)
    step = _Steps(6, quiet=quiet)
    with step("design"):
        design = design_trial(plan)
    with step(f"simulation of 2 x {trials} trials"), counted("simulating", "trials", quiet=quiet) as progress:
        characteristics = simulate(plan, trials=trials, seed=seed, progress=progress)
    with step("patients"):
        if isinstance(source, TrialRecords):
            made, records = None, source
        else:
            made = reconstruct(source, seed=seed)
            records = made.records()
    with step("committee's look"):
        date = cutoff or (source.cutoff.date if isinstance(source, Published) else None)
        data = snapshot(records) if date is None else cut(records, date)
        history = past_looks(design, records, look or first_efficacy_look(design), until=data.cutoff)
        interim = monitor(design, data, history=history)
    together = (None, None) if plan.graph is None else all_hypotheses(plan, records, date, interim)
    with step("analysis"):
        report = TrialReport(
            plan,
            analysis=analyze(plan, data),
            design=design,
            operating_characteristics=characteristics,
            interim=interim,
            crossing=crossing_table(interim),
            reconstruction=made,
            snapshot=data,
            published=source if isinstance(source, Published) else None,
            hypotheses=together[0],
            standing=together[1],
        )
    with step("report"):
        page = _leave(folder, report)
    say(interim_text(interim))
    if made is not None:
        aimed = [f for f in made.facts if f.use == "input"]
        say(
            f"\nThe cohort is SYNTHETIC: {len(aimed) - len(made.unmet)} of {len(aimed)} published facts "
            "that it was built from print as published; the report has them one by one."
        )
    say(f"\nThe report: {page}")


def _leave(folder: Path, report: TrialReport) -> Path:
    """Write everything that a run leaves; the path of the page."""
    from equipoise.records import write_records
    from equipoise.report import render
    from equipoise.report.text import design_text

    if report.design is not None:
        write_atomically(folder / "design.txt", design_text(report.design) + "\n")
    if report.reconstruction is not None:
        write_records(report.reconstruction.records(), folder / "cohort")
    results = report.results()
    results.write(folder / "results.csv")
    results.write(folder / "results.json")
    if report.analysis is not None and report.interim is not None and report.design is not None:
        _draw(folder / "figures", report.analysis, report.interim, report.design)
    return render(report, folder / "report.html")


def _draw(folder: Path, analysis: TrialAnalysis, interim: InterimResult, design: Design) -> None:
    """The figures of the report as files of their own."""
    from equipoise.report import plot

    labels = {a.id: a.label for a in analysis.protocol.arm}
    unit = analysis.protocol.trial.time_unit
    figures = {f"{e.endpoint}-{e.population}": plot(e, unit=unit) for e in analysis.endpoints}
    figures["boundary"] = plot(interim, planned=design)
    if analysis.subgroups is not None:
        figures["subgroups"] = plot(analysis.subgroups, labels=labels)
    for name, figure in figures.items():
        drawn = figure.marked("SYNTHETIC") if analysis.synthetic else figure
        drawn.save(folder / f"{name.lower().replace(' ', '-')}.svg")


class _Steps:
    """Says what begins, and how long it took."""

    def __init__(self, count: int, *, quiet: bool) -> None:
        self.count, self.quiet, self.number = count, quiet, 0

    @contextmanager
    def __call__(self, what: str) -> Iterator[None]:
        """One step."""
        self.number += 1
        began = time.perf_counter()
        if not self.quiet:
            note(f"[{self.number}/{self.count}] {what} ...")
        yield
        if not self.quiet:
            note(f"      {time.perf_counter() - began:.1f} s")
