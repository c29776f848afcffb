"""A design over the hazard ratio and over the calendar: power, patients and events expected by month."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise.design.expected_events import expected_events
from equipoise.design.from_protocol_by_statistic import is_another_test
from equipoise.design.protocol_population import hypothesis_accrual, hypothesis_ratio, hypothesis_strata
from equipoise.report import numbers
from equipoise.report.results_table import ResultRow, ResultsTable, result_row
from equipoise.report.tabulate_design import design_table, planned_drift

if TYPE_CHECKING:
    from collections.abc import Iterator

    from equipoise._check import FloatArray
    from equipoise.design.trial_design import Design

POWER = "design power"
CALENDAR = "design calendar"
MONTH_DAYS = 30.4375
STEP = 0.05
MOST_MONTHS = 600


def design_results(design: Design) -> ResultsTable:
    """Every number of a design, its power over the hazard ratio, its patients and events month by month."""
    more = ResultsTable((*power_rows(design), *calendar_rows(design)))
    return design_table(design) + more.with_hashes(design.protocol.hash)


def drift_at(design: Design, hazard_ratio: FloatArray) -> FloatArray:
    """Expected z at the final analysis under hazard ratios: its distance from the design's, times root V.

    Of another test than the log-rank test z is taken as in proportion to the mean log hazard ratio.
    """
    if is_another_test(design.hypothesis):
        return np.asarray(planned_drift(design) * np.log(hazard_ratio) / design.log_hazard_ratio)
    away = design.log_hazard_ratio - np.log(hazard_ratio)
    return np.asarray(planned_drift(design) + away * math.sqrt(design.information))


def hazard_ratios(design: Design, step: float = STEP) -> FloatArray:
    """Hazard ratios from well beyond the assumed one to somewhat above the null, in whole steps."""
    assumed = math.exp(design.log_hazard_ratio)
    null = design.hypothesis.margin
    first = math.floor(assumed**1.6 / null**0.6 / step + 1e-9)
    last = math.ceil(null * 1.1 / step - 1e-9)
    return np.arange(max(first, 1), last + 1) * step


def power_rows(design: Design) -> Iterator[ResultRow]:
    """Power, chance of stopping early and events expected at stopping, over the hazard ratio."""
    ratios = hazard_ratios(design)
    exits = design.boundaries.crossing(drift_at(design, ratios))
    events = exits.stop @ np.array([float(k.events) for k in design.looks])
    method = "Schoenfeld's formula with the planned information, futility obeyed"
    if is_another_test(design.hypothesis):
        method = "z in proportion to the mean log hazard ratio, futility obeyed"
    for i, ratio in enumerate(ratios.tolist()):
        item = f"hazard ratio {numbers.decimal(ratio, 2)}"
        values = {
            "power": float(exits.efficacy[i].sum()),
            "efficacy_early": float(exits.efficacy[i, :-1].sum()),
            "futility_early": float(exits.futility[i, :-1].sum()),
        }
        about = {"population": design.hypothesis.id, "item": item}
        for name, value in values.items():
            yield result_row(POWER, name, value, unit="proportion", method=method, **about)
        yield result_row(POWER, "expected_events", float(events[i]), unit="events", method=method, **about)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Patients entered and events expected by the ends of months.

    Attributes
    ----------
    months : the last day of each calendar month, or the number of months since the first patient.
    time : the same in the protocol's unit since the first patient, shape (T,).
    patients : entered by then, shape (T,).
    control, experimental : events by then, shape (T,).
    """

    months: tuple[dt.date | int, ...]
    time: FloatArray
    patients: FloatArray
    control: FloatArray
    experimental: FloatArray

    @property
    def events(self) -> FloatArray:
        """Events in all, shape (T,)."""
        return self.control + self.experimental


def design_calendar(design: Design) -> Calendar:
    """Expected patients and events by arm at the end of each month, until after the final analysis."""
    protocol, h = design.protocol, design.hypothesis
    days = protocol.trial.days_per_unit
    end = max(k.time for k in design.looks) * days
    start = protocol.accrual.start_date if protocol.accrual else None
    count = min(math.ceil(end / MONTH_DAYS - 1e-9) + 1, MOST_MONTHS)
    months: tuple[dt.date | int, ...]
    if start is not None and start.year + count // 12 + 1 < dt.MAXYEAR:
        months = _month_ends(start, count, end)
        time = np.array([((m - start).days + 1) / days for m in months if isinstance(m, dt.date)])
    else:
        months = tuple(range(1, count + 1))
        time = np.array([m * MONTH_DAYS / days for m in range(1, count + 1)])
    found = expected_events(
        hypothesis_strata(protocol, h),
        hypothesis_accrual(protocol, h),
        at=time,
        ratio=hypothesis_ratio(protocol, h),
    )
    return Calendar(months, time, found.patients, found.control.sum(axis=1), found.experimental.sum(axis=1))


def calendar_rows(design: Design) -> Iterator[ResultRow]:
    """Patients and events by arm, month by month."""
    calendar = design_calendar(design)
    arms = {"control": design.protocol.control.id, "experimental": design.hypothesis.experimental}
    for i, month in enumerate(calendar.months):
        item = f"month {month}" if isinstance(month, int) else month.isoformat()
        about = {"population": design.hypothesis.id, "item": item}
        method = "expected by the end of this day" if isinstance(month, dt.date) else "expected by its end"
        patients = float(calendar.patients[i])
        yield result_row(CALENDAR, "patients", patients, unit="subjects", method=method, **about)
        for name, arm in arms.items():
            events = float(getattr(calendar, name)[i])
            yield result_row(CALENDAR, "events", events, unit="events", group=arm, method=method, **about)


def _month_ends(start: dt.date, count: int, end: float) -> tuple[dt.date, ...]:
    """Last days of calendar months, from the first patient's month to that of the final analysis."""
    ends: list[dt.date] = []
    year, month = start.year, start.month
    while len(ends) <= count and (not ends or (ends[-1] - start).days + 1 < end):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        ends.append(dt.date(year, month, 1) - dt.timedelta(days=1))
    return tuple(ends)
