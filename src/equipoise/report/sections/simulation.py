"""Operating characteristics: how the design behaves over simulated trials."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.report.document import FigureBlock, Section
from equipoise.report.figures.operating_characteristics import plot_operating_characteristics
from equipoise.report.tables.after_stop import after_stop_tables
from equipoise.report.tables.error_rates import error_rates_table
from equipoise.report.tables.operating_characteristics import scenarios_table, simulated_looks_table

if TYPE_CHECKING:
    from equipoise.design.trial_design import Design
    from equipoise.report.results_table import ResultsTable
    from equipoise.simulation import OperatingCharacteristics


def simulation_section(
    found: OperatingCharacteristics, design: Design | None, results: ResultsTable
) -> Section:
    """The whole trial by scenario, stops by look, beside the formula."""
    return Section(
        "simulation",
        "Operating characteristics",
        (
            scenarios_table(found, results),
            *after_stop_tables(found, results),
            *((error_rates_table(found, design, results),) if design else ()),
            FigureBlock(
                "figure-simulation", "Where simulated trials stop", plot_operating_characteristics(found)
            ),
            simulated_looks_table(found, design, results),
        ),
    )
