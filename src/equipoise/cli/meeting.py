"""equipoise meeting: the open and the closed report of a committee's meeting."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli._hypotheses import all_hypotheses, shown_hypothesis
from equipoise.cli._looks import (
    Adam,
    Cutoff,
    Final,
    HypothesisOption,
    LedgerOption,
    Overrun,
    PlannedLook,
    TimedByEffect,
    Unplanned,
    day_of,
    kept_ledger,
    looks_before,
    none_due,
    occasion_of,
    require_ledger,
)
from equipoise.cli._shell import Quiet, output_folder, stepwise


def meeting(
    protocol: Annotated[Path, typer.Argument(help="Protocol file (TOML).", show_default=False)],
    *,
    adam: Adam,
    cutoff: Cutoff,
    out: Annotated[Path, typer.Option("--out", help="Folder for the reports.")],
    look: PlannedLook = None,
    hypothesis: HypothesisOption = None,
    ledger: LedgerOption = None,
    unblind: Annotated[
        bool, typer.Option("--unblind", help="Name the arms in the closed report instead of letters.")
    ] = False,
    open_only: Annotated[bool, typer.Option("--open-only", help="Write the open report alone.")] = False,
    unplanned: Unplanned = False,
    final: Final = False,
    overrun: Overrun = False,
    timed_by_effect: TimedByEffect = False,
    quiet: Quiet = False,
) -> None:
    """Write both reports of a meeting, as pages and as PDF: open.html, open.pdf, closed.html, closed.pdf.

    The open report is made of data without arms. Nothing is recorded: after the meeting, see
    `equipoise monitor --record`.

    Example:  equipoise meeting protocol.toml --adam cohort/ --cutoff 2024-06-30 --out june/
    """
    from equipoise._files import write_together
    from equipoise.analysis import trial_data
    from equipoise.design import design_trial
    from equipoise.monitoring import closed_meeting, open_meeting
    from equipoise.protocol import read_protocol
    from equipoise.records import cut
    from equipoise.report.committee_report import closed_report, open_report
    from equipoise.report.write_document import document_file

    step = stepwise(quiet)
    plan = read_protocol(protocol)
    records = trial_data(plan, adam)
    folder = output_folder(out)
    data = cut(records, day_of("--cutoff", cutoff))
    reports = {"open": open_report(open_meeting(plan, data))}
    if not open_only:
        kept = kept_ledger(ledger)
        not_held = ""
        if kept is not None and not kept.hypothesis and hypothesis is None and look is None:
            day = day_of("--cutoff", cutoff)
            hypothesis, look, not_held = shown_hypothesis(plan, records, day, kept)
            step(f"note: the closed report is of {hypothesis}; --hypothesis names another.")
        design = design_trial(plan, hypothesis)
        if kept is not None:
            require_ledger(kept, design, step)
        occasion = occasion_of(
            look, ledger, unplanned=unplanned, final=final, overrun=overrun, timed_by_effect=timed_by_effect
        )
        not_held = not_held or none_due(design, data, look, kept=kept, asked=occasion, step=step)
        found = closed_meeting(
            design,
            data,
            history=looks_before(design, records, data, look, kept=kept, ledger=ledger),
            occasion=replace(occasion, not_held=not_held),
            ledger=kept,
            unblinded=unblind,
        )
        together = None if plan.graph is None else all_hypotheses(plan, records, cutoff, found.result, kept)
        reports["closed"] = closed_report(found, together)
    files = {
        f"{name}{kind}": document_file(document, kind, results)
        for name, (document, results) in reports.items()
        for kind in (".html", ".pdf")
    }
    for path in write_together(folder, files):
        step(f"wrote {path}")
