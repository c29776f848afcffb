"""What `design` and `monitor` say where a graph shares one alpha between several hypotheses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.cli._looks import day_of
from equipoise.cli._shell import say

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from equipoise.cli._looks import Recording
    from equipoise.cli._shell import Shown
    from equipoise.design import GraphicalDesign
    from equipoise.monitoring import InformationLedger, InterimResult, MonitoredHypotheses, Occasion
    from equipoise.numerics.hypothesis_graph import HypothesisGraph
    from equipoise.protocol import Protocol
    from equipoise.protocol.endpoints import Hypothesis
    from equipoise.records import TrialRecords


def say_hypotheses(
    protocol: Protocol, *, json: bool, folder: Path | None, step: Callable[[str], None]
) -> None:
    """The graph, and each hypothesis' bounds at every level that may be passed to it; figure and rows."""
    from equipoise.design import design_hypotheses
    from equipoise.report import hypotheses_text, plot, tabulate

    planned = design_hypotheses(protocol)
    table = tabulate(planned)
    say(table.to_json().rstrip() if json else hypotheses_text(planned))
    if folder is not None:
        step(f"wrote {table.write(folder / 'hypotheses.csv')}")
        step(f"wrote {plot(planned).save(folder / 'graph.svg')}")


def say_standing(
    protocol: Protocol,
    records: TrialRecords,
    cutoff: str,
    recording: Recording,
    *,
    only: Sequence[str],
    occasion: Occasion,
    shown: Shown,
) -> None:
    """Where every hypothesis stands by a date: what is rejected, the bounds in force; figure and rows."""
    from equipoise.design import design_hypotheses
    from equipoise.monitoring import monitor_several, read_hypotheses
    from equipoise.report import monitored_text, plot, tabulate

    planned = design_hypotheses(protocol)
    kept = recording.of(planned, shown.step)
    results = read_hypotheses(
        planned,
        records,
        day_of("--cutoff", cutoff),
        held=None if recording.ledger is None else kept.held if kept else {},
        only=only,
        occasion=occasion,
    )
    found = monitor_several(planned, results)
    table = tabulate(found)
    say(table.to_json().rstrip() if shown.json else monitored_text(found))
    for s in found.standings:
        if s.not_read and recording.ledger is not None:
            shown.step(f"note: {s.hypothesis} is not read: {s.not_read}.")
    if shown.folder is not None:
        shown.step(f"wrote {table.write(shown.folder / 'hypotheses.csv')}")
        shown.step(f"wrote {plot(found).save(shown.folder / 'graph.svg')}")
    recording.write(planned, found, shown.step)


def shown_hypothesis(
    protocol: Protocol, records: TrialRecords, cutoff: dt.date, kept: InformationLedger
) -> tuple[str, int | None, str]:
    """Of several in one ledger the one that a report is of, the look that is due, or why none is.

    The first whose look is due; else the first that has been looked at, whose last status then stands.
    """
    from equipoise.design import design_hypotheses
    from equipoise.monitoring import read_hypotheses

    read = read_hypotheses(design_hypotheses(protocol), records, cutoff, held=kept.held)
    due = next((r for r in read if not r.not_read), None)
    if due is not None:
        return due.hypothesis, due.current.planned_look, ""
    shown = next((r for r in read if r.looks), read[0])
    return shown.hypothesis, None, shown.not_read


def all_hypotheses(
    protocol: Protocol,
    records: TrialRecords,
    cutoff: dt.date | str | None,
    interim: InterimResult,
    kept: InformationLedger | None = None,
) -> tuple[GraphicalDesign, MonitoredHypotheses]:
    """The plan of all hypotheses, and where they stand: one by the look given, the others by those due."""
    from equipoise.design import design_hypotheses
    from equipoise.monitoring import monitor_several, read_hypotheses

    planned = design_hypotheses(protocol)
    held = kept.held if kept is not None and not kept.hypothesis else None
    read = read_hypotheses(planned, records, cutoff, held=held)
    others = [r for r in read if r.hypothesis != interim.hypothesis]
    return planned, monitor_several(planned, [interim, *others])


def level_words(graph: HypothesisGraph, hypothesis: Hypothesis) -> str:
    """At which level a hypothesis is read by itself, and that this may not be the level in force."""
    begins = "that it begins with" if graph.weight(hypothesis.id) > 0.0 else "that it may at most be passed"
    return (
        f"{hypothesis.id} by itself is read at the level {begins}, {hypothesis.alpha:.4g}; which level is in "
        "force follows from all hypotheses together: leave --hypothesis out."
    )
