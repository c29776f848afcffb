"""The foretold dates of the looks to come, and how each model is weighed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.report import numbers
from equipoise.report.dates import written_date
from equipoise.report.document import Column, DisplayTable, TableRow

if TYPE_CHECKING:
    import datetime as dt

    from equipoise.monitoring import EventForecast, LookForecast
    from equipoise.report.document import Span
    from equipoise.report.tables._cells import Cells


def forecast_table(found: EventForecast, cells: Cells | None = None) -> DisplayTable:
    """One row a look to come.

    Parameters
    ----------
    found : of `forecast_events`.
    cells : where rows of results are gathered, in a report.
    """
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
                *_chance_and_median(k, len(found.days), cells),
                *(f"{_date(low)} to {_date(high)}" for _, low, high in k.intervals),
            )
        )
        for k in found.looks
    )
    then = written_date(found.cutoff)
    arms = "each arm by itself" if found.by_arm else "arms together"
    foot = (
        f"From {numbers.count(found.events)} events in {numbers.count(found.patients)} patients by {then}.",
        f"{_to_come(found)}; {arms}. {numbers.count(len(found.days))} futures played, seed {found.seed}.",
        *(_weights(group, weights) for group, weights in found.weights.items()),
        *([NEVER] if any(k.median is None or _never(k) for k in found.looks) else []),
    )
    synthetic = "SYNTHETIC  " if found.synthetic else ""
    return DisplayTable(
        "table-forecast", f"{synthetic}{found.trial}: when the events will come", columns, rows, foot
    )


NEVER = "Never: so large a share of the futures does not reach these events within 15 years."


def _never(k: LookForecast) -> bool:
    return any(low is None or high is None for _, low, high in k.intervals)


def _to_come(found: EventForecast) -> str:
    n = found.patients_to_come
    return f"{numbers.count(n)} patients to come" if n else "No patients to come"


def _chance_and_median(k: LookForecast, futures: int, cells: Cells | None) -> tuple[Span, Span]:
    def write(p: float) -> str:
        # Of so many futures, none or all: less or more than half of one.
        return numbers.chance(min(max(p, 0.5 / futures), 1.0 - 0.5 / futures))

    if cells is None:
        return write(k.probability), _date(k.median)
    about = {"analysis": "forecast", "item": f"look {k.look}", "unit": "proportion"}
    comes = cells.cell(write, k.probability, statistic="events ever come", **about)
    return comes, _date(k.median)


def _weights(group: str, weights: dict[str, float]) -> str:
    which = "Models" if group == "all" else f"Models, {group}"
    listed = ", ".join(f"{name} {numbers.percent(w, 0)}" for name, w in weights.items())
    return f"{which}, weighed by what each foretold of the last third: {listed}."


def _date(day: dt.date | None) -> str:
    return "never" if day is None else written_date(day)
