"""Rows of simulated operating characteristics, by scenario and look, with Monte-Carlo errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.report.results_table import ResultRow, ResultsTable, result_row

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from equipoise.simulation import GraphCharacteristics, OperatingCharacteristics

SIMULATION = "operating characteristics"
REJECTIONS = ("rejected", "alone")
AFTER_STOP = "after_stop_"
"""How statistics begin that are about what comes after the stop."""


def simulation_table(found: OperatingCharacteristics) -> ResultsTable:
    """Every simulated number, with its Monte-Carlo error as a row of its own."""
    return ResultsTable(tuple(_rows(found))).with_hashes(found.protocol_hash)


def graph_simulation_table(found: GraphCharacteristics) -> ResultsTable:
    """The same of several hypotheses under one scenario; those that are true there are marked."""
    return graph_simulations_table((found,))


def graph_simulations_table(found: Sequence[GraphCharacteristics]) -> ResultsTable:
    """The same under several scenarios of one protocol."""
    rows = tuple(
        row for one in found for row in _rows(one, frozenset(h.hypothesis for h in one.hypotheses if h.true))
    )
    return ResultsTable(rows).with_hashes(found[0].protocol_hash)


def _rows(
    found: OperatingCharacteristics | GraphCharacteristics, true: frozenset[str] = frozenset()
) -> Iterator[ResultRow]:
    method = f"{found.trials} simulated trials, seed {found.seed}"
    for r in found.to_frame().iter_rows(named=True):
        item = "" if r["look"] is None else scenario_look_item(r["look"])
        hypothesis, name = r.get("hypothesis") or "", r["statistic"]
        about = {
            "population": hypothesis,
            "group": r["scenario"],
            "item": item,
            "method": method,
            "unit": _unit(name, found.time_unit),
        }
        if hypothesis in true and name in REJECTIONS:
            about["note"] = "true in this scenario: to reject it is an error"
        value = float("nan") if r["value"] is None else r["value"]
        yield result_row(SIMULATION, name, value, **about)
        if r["mc_error"] is not None:
            yield result_row(SIMULATION, f"{name}_mc_error", r["mc_error"], **about)


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
