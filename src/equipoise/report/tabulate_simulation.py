"""Rows of simulated operating characteristics, by scenario and look, with Monte-Carlo errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.report.results_table import ResultRow, ResultsTable, result_row

if TYPE_CHECKING:
    from equipoise.simulation import OperatingCharacteristics

SIMULATION = "operating characteristics"
AFTER_STOP = "after_stop_"
"""How statistics begin that are about what comes after the stop."""


def simulation_table(found: OperatingCharacteristics) -> ResultsTable:
    """Every simulated number, with its Monte-Carlo error as a row of its own."""
    rows: list[ResultRow] = []
    method = f"{found.trials} simulated trials, seed {found.seed}"
    for r in found.to_frame().iter_rows(named=True):
        item = "" if r["look"] is None else scenario_look_item(r["look"])
        about = {
            "group": r["scenario"],
            "item": item,
            "method": method,
            "unit": _unit(r["statistic"], found.time_unit),
        }
        value = float("nan") if r["value"] is None else r["value"]
        rows.append(result_row(SIMULATION, r["statistic"], value, **about))
        if r["mc_error"] is not None:
            rows.append(result_row(SIMULATION, f"{r['statistic']}_mc_error", r["mc_error"], **about))
    return ResultsTable(tuple(rows)).with_hashes(found.protocol_hash)


def scenario_look_item(look: int) -> str:
    """How a look is named in the column `item`."""
    return f"look {look}"


def _unit(statistic: str, time_unit: str) -> str:
    name = statistic.removeprefix(AFTER_STOP)
    if "log_hazard_ratio" in name or name.endswith("_bias"):
        return "log ratio"
    if "hazard_ratio" in name:
        return "ratio"
    units = {"events": "events", "patients": "subjects", "crossed": "subjects"}
    units |= {"time": time_unit, "duration": time_unit}
    return units.get(name.split("_", maxsplit=1)[0], "proportion")
