"""After the stop: events that overrun it, control patients who cross over, and the last analysis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.report import numbers
from equipoise.report.document import Column, DisplayTable, TableRow
from equipoise.report.scenario_words import estimate_words, scenario_words
from equipoise.report.tables.operating_characteristics import MOST_COLUMNS
from equipoise.report.tabulate_simulation import AFTER_STOP, SIMULATION
from equipoise.report.view import View

if TYPE_CHECKING:
    from equipoise.report.document import Span
    from equipoise.report.results_table import ResultsTable
    from equipoise.simulation import OperatingCharacteristics

LINES = (
    ("Events that overrun, mean", "events", 1),
    ("Hazard ratio with them", "hazard_ratio", 3),
    ("z with them still beyond the bound", "confirmed", None),
    ("Control patients who cross over, mean", "crossed", 1),
    ("Hazard ratio at the last analysis, as randomised", "last_hazard_ratio", 3),
    ("Hazard ratio at the last analysis, censored at the offer", "last_hazard_ratio_censored", 3),
)
"""Title, statistic, decimals; None where it is a share."""
FOOT = (
    "± is the Monte-Carlo standard error. The first two are of all trials, the others of stops for efficacy.",
    "The bound is that of overrunning data: it spends what is left at the events then observed.",
    "A dash: not asked for, or no such trial. The decision stands, whatever comes in.",
)


def after_stop_tables(found: OperatingCharacteristics, results: ResultsTable) -> tuple[DisplayTable, ...]:
    """One table where a scenario has what comes after the stop played, none elsewhere.

    Few scenarios stand side by side; of many, each is a row.
    """
    played = [s.scenario for s in found.scenarios if s.after_stop is not None]
    if not played:
        return ()
    by_scenario = {name: _cells(View(results, SIMULATION, group=name)) for name in played}
    said = {name: scenario_words(found, name) for name in played}
    how = f"Hazard ratio: {estimate_words(found)[1]}."
    titles = [title for title, _, _ in LINES]
    if len(found.scenarios) > MOST_COLUMNS:
        columns = (Column("Scenario", numeric=False), *(Column(title) for title in titles))
        rows = tuple(TableRow((said[name], *cells)) for name, cells in by_scenario.items())
    else:
        columns = (Column("", numeric=False), *(Column(said[name]) for name in played))
        rows = tuple(
            TableRow((title, *cells)) for title, *cells in zip(titles, *by_scenario.values(), strict=True)
        )
    return (DisplayTable("table-after-stop", "After the stop", columns, rows, (FOOT[0], how, *FOOT[1:])),)


def _cells(view: View) -> tuple[Span, ...]:
    found: list[Span] = []
    for _, name, digits in LINES:
        statistic = f"{AFTER_STOP}{name}"
        pair = (statistic, f"{statistic}_mc_error")
        if not numbers.known(view.value(statistic)):
            found.append(numbers.NOT_APPLICABLE)
        elif digits is None:
            found.append(view.cell(numbers.percent_with_error, *pair))
        else:
            found.append(view.cell(numbers.decimal_with_error, *pair, digits=digits))
    return tuple(found)
