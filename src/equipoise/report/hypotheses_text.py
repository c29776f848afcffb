"""The terminal's view of several hypotheses: graph, bounds at each level, simulated rejections, standing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.report import numbers
from equipoise.report.tables.hypotheses import hypotheses_table, standing_table
from equipoise.report.tables.operating_characteristics import MOST_COLUMNS
from equipoise.report.tables.simulated_hypotheses import rejections_by_look_table, rejections_table
from equipoise.report.tabulate_hypotheses import graphical_design_table, monitored_table
from equipoise.report.tabulate_simulation import graph_simulations_table
from equipoise.report.terminal import terminal_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise.design import GraphicalDesign, HypothesisGraph
    from equipoise.monitoring import MonitoredHypotheses
    from equipoise.simulation import GraphCharacteristics


def hypotheses_text(design: GraphicalDesign) -> str:
    """The graph in words, then the bounds of every hypothesis at every level."""
    procedure = design.procedure
    table = hypotheses_table(design, graphical_design_table(design))
    return f"{graph_words(procedure.graph, procedure.alpha)}\n\n{terminal_table(table).rstrip()}"


def monitored_text(monitored: MonitoredHypotheses) -> str:
    """Where each hypothesis stands, look by look, and the graph that remains."""
    head = f"{monitored.trial}  protocol {numbers.short_hash(monitored.protocol_hash)}"
    table = terminal_table(standing_table(monitored, monitored_table(monitored))).rstrip()
    left = monitored.remaining
    after = "All hypotheses are rejected."
    if left is not None:
        after = graph_words(left, monitored.found.test.alpha, lead="What remains of the graph")
    return "\n\n".join([("SYNTHETIC  " if monitored.synthetic else "") + head, table, after])


def simulated_hypotheses_text(found: Sequence[GraphCharacteristics]) -> str:
    """How often simulated trials reject each hypothesis, by scenario; of few scenarios look by look."""
    results = graph_simulations_table(found)
    tables = [rejections_table(found, results)]
    if len(found) <= MOST_COLUMNS:
        tables.append(rejections_by_look_table(found, results))
    head = f"{found[0].trial}  protocol {numbers.short_hash(found[0].protocol_hash)}"
    return "\n\n".join([head, *(terminal_table(t).rstrip() for t in tables)])


def graph_words(graph: HypothesisGraph, alpha: float, lead: str = "Graph of hypotheses") -> str:
    """One line a hypothesis: its level, and where that goes when it is rejected."""
    width = max(len(name) for name in graph.hypotheses)
    lines = [f"{lead}, familywise alpha {alpha:g} one-sided:"]
    for name, weight, row in zip(graph.hypotheses, graph.weights, graph.transitions, strict=True):
        passed = [f"{g:.4g} to {to}" for to, g in zip(graph.hypotheses, row, strict=True) if g > 0.0]
        goes = f"; if rejected, passes {', '.join(passed)}" if passed else ""
        lines.append(f"  {name:<{width}}  weight {weight:.4g}, level {weight * alpha:.4g}{goes}")
    return "\n".join(lines)
