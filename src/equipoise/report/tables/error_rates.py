"""Simulated error rates beside the design's: by how much the log-rank test departs from its normal theory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.report import numbers
from equipoise.report.document import Column, DisplayTable, TableRow
from equipoise.report.results_table import ResultsTable, result_row
from equipoise.report.tabulate_simulation import SIMULATION
from equipoise.report.view import View

if TYPE_CHECKING:
    from equipoise.design.trial_design import Design
    from equipoise.simulation import OperatingCharacteristics

TITLES = {
    "nominal": "Type I error: nominal, one side",
    "boundaries": "Type I error: by the boundaries, futility obeyed",
    "schoenfeld": "Power: Schoenfeld's formula",
    "expected_score": "Power: by the score's moments",
}


def error_rate_rows(found: OperatingCharacteristics, design: Design) -> ResultsTable:
    """What theory gives for each scenario's rejection rate, and the simulated rate less that."""
    rows = []
    for scenario, name, value in _theory(design):
        simulated = next((s.rejection for s in found.scenarios if s.scenario == scenario), None)
        if simulated is None:
            continue
        about = {"group": scenario, "item": name, "unit": "proportion", "method": TITLES[name]}
        rows.append(result_row(SIMULATION, "rejection_in_theory", value, **about))
        rows.append(result_row(SIMULATION, "rejection_difference", simulated.value - value, **about))
        rows.append(result_row(SIMULATION, "rejection_difference_mc_error", simulated.error, **about))
    return ResultsTable(tuple(rows)).with_hashes(found.protocol_hash)


def error_rates_table(found: OperatingCharacteristics, design: Design, results: ResultsTable) -> DisplayTable:
    """One row a theory: its value, the simulated one, the difference with its error."""
    rows = []
    known = {s.scenario for s in found.scenarios}
    for scenario, name, _ in _theory(design):
        if scenario not in known:
            continue
        theory = View(results, SIMULATION, group=scenario, item=name)
        whole = View(results, SIMULATION, group=scenario)
        rows.append(
            TableRow(
                (
                    TITLES[name],
                    theory.cell(numbers.percent, "rejection_in_theory", digits=2),
                    whole.cell(numbers.percent_with_error, "rejection", "rejection_mc_error", digits=2),
                    theory.cell(
                        numbers.percent_with_error,
                        "rejection_difference",
                        "rejection_difference_mc_error",
                        digits=2,
                    ),
                )
            )
        )
    foot = (
        "Simulated less theory; ± is the Monte-Carlo standard error.",
        "Nothing is tuned to meet the nominal rate: on few events the statistic is nearly a lattice.",
    )
    columns = (
        Column("", numeric=False),
        Column("In theory"),
        Column("Simulated"),
        Column("Difference, % points"),
    )
    return DisplayTable("table-error-rates", "Error rates beside the design's", columns, tuple(rows), foot)


def _theory(design: Design) -> tuple[tuple[str, str, float], ...]:
    """Scenario, theory and its rejection rate."""
    return (
        ("null", "nominal", design.boundaries.alpha / design.boundaries.sides),
        ("null", "boundaries", sum(k.efficacy_under_null for k in design.looks)),
        ("alternative", "schoenfeld", design.power),
        ("alternative", "expected_score", design.power_by_score),
    )
