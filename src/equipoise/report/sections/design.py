"""The design: what is planned, look by look, with its boundaries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.report.document import FigureBlock, Section
from equipoise.report.figures.boundary import plot_trial_boundary
from equipoise.report.tables.design import design_facts, design_looks_table

if TYPE_CHECKING:
    from equipoise.design.trial_design import Design
    from equipoise.report.results_table import ResultsTable


def design_section(design: Design, results: ResultsTable) -> Section:
    """Key numbers, planned looks, boundaries."""
    figure = plot_trial_boundary(design)
    return Section(
        "design",
        "Design",
        (
            design_facts(design, results),
            design_looks_table(design, results),
            FigureBlock("figure-design", "Boundaries as planned, with expected dates", figure),
        ),
    )
