"""Several hypotheses under one alpha: the graph, the bounds at each level, where each stands by now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.report.document import Block, FigureBlock, Paragraph, Section
from equipoise.report.figures.hypothesis_graph import plot_graphical_design, plot_monitored_hypotheses
from equipoise.report.tables.hypotheses import hypotheses_table, standing_table

if TYPE_CHECKING:
    from equipoise.design import GraphicalDesign
    from equipoise.monitoring import MonitoredHypotheses
    from equipoise.report.results_table import ResultsTable


def hypotheses_section(
    design: GraphicalDesign, standing: MonitoredHypotheses | None, results: ResultsTable
) -> Section:
    """The graph as planned with its bounds; then, where looks were held, what they reject."""
    planned = FigureBlock("figure-graph", "The graph as planned", plot_graphical_design(design))
    blocks: list[Block] = [
        Paragraph(
            (
                f"{len(design.designs)} hypotheses share one alpha. ",
                "Each is tested at its level; what is rejected passes its level on, along the arrows.",
            ),
            "lead",
        ),
        planned,
        hypotheses_table(design, results),
    ]
    if standing is not None:
        drawn = plot_monitored_hypotheses(standing)
        blocks += [
            Paragraph((_all_together(standing),)),
            FigureBlock("figure-graph-now", "The graph after the looks held", drawn),
            standing_table(standing, results),
        ]
    return Section("hypotheses", "Several hypotheses", tuple(blocks))


def standing_words(standing: MonitoredHypotheses, hypothesis: str, alpha: float) -> str:
    """What the rule implies of all hypotheses, beside a boundary that was read for one of them by itself."""
    return f"That boundary is of {hypothesis} by itself, at level {alpha:.4g}. {_all_together(standing)}"


def _all_together(standing: MonitoredHypotheses) -> str:
    told = "; ".join(f"{n}: {standing.status(n)}" for n in standing.found.test.graph.hypotheses)
    return f"Of all hypotheses together the rule implies: {told}."
