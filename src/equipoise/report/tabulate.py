"""One verb for every number: `tabulate(result)` turns a result into rows of the results table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from equipoise.errors import ArgumentError
from equipoise.report.tabulate_analysis import analysis_table
from equipoise.report.tabulate_design import design_table
from equipoise.report.tabulate_hypotheses import (
    graphical_design_table,
    graphical_test_table,
    monitored_table,
)
from equipoise.report.tabulate_interim import crossing_rows, interim_table
from equipoise.report.tabulate_reconstruction import reconstruction_table
from equipoise.report.tabulate_simulation import graph_simulation_table, simulation_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from equipoise.report.results_table import ResultsTable

_TABLES: dict[str, Callable[[Any], ResultsTable]] = {
    "CrossingTable": crossing_rows,
    "Design": design_table,
    "GraphCharacteristics": graph_simulation_table,
    "GraphicalDesign": graphical_design_table,
    "GraphicalTest": graphical_test_table,
    "InterimResult": interim_table,
    "MonitoredHypotheses": monitored_table,
    "OperatingCharacteristics": simulation_table,
    "Reconstruction": reconstruction_table,
    "TrialAnalysis": analysis_table,
}


def tabulate(result: Any) -> ResultsTable:
    """Every number of a result as one row, with its population, method and hashes.

    Raises
    ------
    ArgumentError
        There are no rows for this type.
    """
    name = type(result).__name__
    if name not in _TABLES:
        raise ArgumentError("result", name, f"must be one of {', '.join(sorted(_TABLES))}")
    return _TABLES[name](result)
