"""The foretold dates of the looks to come, and how each model is weighed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.report import numbers
from equipoise.report.dates import written_date
from equipoise.report.document import Column, DisplayTable, TableRow

if TYPE_CHECKING:
    import datetime as dt

    from equipoise.monitoring import EventForecast


def forecast_table(found: EventForecast) -> DisplayTable:
    """One row a look to come."""
    levels = [level for level, _, _ in found.looks[0].intervals] if found.looks else []
    columns = (
        Column("Look", numeric=False),
        Column("Events"),
        Column("Events ever come"),
        Column("Median date", numeric=False),
        *(Column(f"{numbers.percent(level, 0)} interval", numeric=False) for level in levels),
    )
    rows = tuple(
        TableRow(
            (
                f"{k.look}, {k.label}",
                numbers.count(k.events),
                numbers.chance(k.probability),
                _date(k.median),
                *(f"{_date(low)} to {_date(high)}" for _, low, high in k.intervals),
            )
        )
        for k in found.looks
    )
    then = written_date(found.cutoff)
    arms = "each arm by itself" if found.by_arm else "arms together"
    foot = (
        f"From {numbers.count(found.events)} events in {numbers.count(found.patients)} patients by {then}.",
        f"{numbers.count(found.patients_to_come)} patients to come; {arms}.",
        *(_weights(group, weights) for group, weights in found.weights.items()),
        "Never: so large a share of the futures does not reach these events within 15 years.",
    )
    synthetic = "SYNTHETIC  " if found.synthetic else ""
    return DisplayTable(
        "table-forecast", f"{synthetic}{found.trial}: when the events will come", columns, rows, foot
    )


def _weights(group: str, weights: dict[str, float]) -> str:
    which = "Models" if group == "all" else f"Models, {group}"
    listed = ", ".join(f"{name} {numbers.percent(w, 0)}" for name, w in weights.items())
    return f"{which}, weighed by what each foretold of the last third: {listed}."


def _date(day: dt.date | None) -> str:
    return "never" if day is None else written_date(day)
