"""What `design` and `monitor` say where a graph shares one alpha between several hypotheses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.cli._shell import say

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable
    from pathlib import Path

    from equipoise.design import GraphicalDesign
    from equipoise.monitoring import InterimResult, MonitoredHypotheses
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
    *,
    json: bool,
    folder: Path | None,
    step: Callable[[str], None],
) -> None:
    """Where every hypothesis stands by a date: what is rejected, the bounds in force; figure and rows."""
    from equipoise.design import design_hypotheses
    from equipoise.monitoring import monitor_several, read_hypotheses
    from equipoise.report import monitored_text, plot, tabulate

    planned = design_hypotheses(protocol)
    found = monitor_several(planned, read_hypotheses(planned, records, cutoff))
    table = tabulate(found)
    say(table.to_json().rstrip() if json else monitored_text(found))
    if folder is not None:
        step(f"wrote {table.write(folder / 'hypotheses.csv')}")
        step(f"wrote {plot(found).save(folder / 'graph.svg')}")


def all_hypotheses(
    protocol: Protocol, records: TrialRecords, cutoff: dt.date | str | None, interim: InterimResult
) -> tuple[GraphicalDesign, MonitoredHypotheses]:
    """The plan of all hypotheses, and where they stand: one by the look given, the others by those due."""
    from equipoise.design import design_hypotheses
    from equipoise.monitoring import monitor_several, read_hypotheses

    planned = design_hypotheses(protocol)
    others = [r for r in read_hypotheses(planned, records, cutoff) if r.hypothesis != interim.hypothesis]
    return planned, monitor_several(planned, [interim, *others])


def level_words(graph: HypothesisGraph, hypothesis: Hypothesis) -> str:
    """At which level a hypothesis is read by itself, and that this may not be the level in force."""
    begins = "that it begins with" if graph.weight(hypothesis.id) > 0.0 else "that it may at most be passed"
    return (
        f"{hypothesis.id} by itself is read at the level {begins}, {hypothesis.alpha:.4g}; which level is in "
        "force follows from all hypotheses together: leave --hypothesis out."
    )
