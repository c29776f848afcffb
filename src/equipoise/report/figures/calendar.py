"""Patients and events over calendar time: as planned, and as they came."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise.numerics.time_units import DAYS_PER_UNIT
from equipoise.report import numbers
from equipoise.report.dates import written_date
from equipoise.report.figures._style import BLACK, BLUE, GREY, SMALL, WIDTH, styled
from equipoise.report.figures.figure import Figure, draw

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from equipoise.design.trial_design import Design

Points = tuple[np.ndarray[Any, np.dtype[np.float64]], np.ndarray[Any, np.dtype[np.float64]]]
PANEL = 1.45
"""Inches of each panel's height."""


def plot_calendar(
    design: Design,
    *,
    randomised: Sequence[date] = (),
    events: Sequence[date] = (),
    cutoff: date | None = None,
    title: str = "Patients and events over calendar time",
) -> Figure:
    """Cumulative patients and events, planned dashed and observed solid; planned looks marked on the events.

    Parameters
    ----------
    design : its accrual and its looks; the planned line of events joins the looks.
    randomised, events : dates as observed.
    cutoff : where observation ends; without it, the last date.

    Time runs from the plan's first date where it has one, else in its unit.
    """
    origin = design.protocol.accrual.start_date if design.protocol.accrual else None
    unit = design.protocol.trial.time_unit
    days = DAYS_PER_UNIT[unit]
    plan = _planned(design)
    seen = [_observed(dates, origin, days, cutoff) for dates in (randomised, events)]
    end = max([k.time for k in design.looks] + [float(x[-1]) for x, _ in seen if len(x)]) * 1.04
    height = 0.45 + 2 * PANEL + 0.35
    with styled():
        figure = draw(WIDTH, height)
        for i, (name, color) in enumerate((("Patients randomised", BLACK), ("Events", BLUE))):
            bottom = 0.45 + (1 - i) * (PANEL + 0.3)
            axes: Axes = figure.add_axes(
                (0.62 / WIDTH, bottom / height, (WIDTH - 1.5) / WIDTH, PANEL / height)
            )
            _panel(axes, plan[i], seen[i], name, color)
            axes.set_xlim(0.0, end)
            if i == 1:
                for k in design.looks:
                    axes.plot([k.time], [k.events], "D", color=color, mfc="white", ms=4, mew=1.0, zorder=4)
                    axes.annotate(
                        f"look {k.look}",
                        (k.time, k.events),
                        xytext=(-5, 4),
                        textcoords="offset points",
                        fontsize=SMALL,
                        ha="right",
                    )
            ticks, words = time_ticks(end, origin, days)
            axes.set_xticks(ticks, words if i == 1 else [""] * len(ticks))
            if i == 1:
                axes.set_xlabel(
                    "1 January of" if origin else f"{unit.capitalize()} since the first patient", labelpad=2
                )
    return Figure(figure, title, _alternative(design, len(randomised), len(events), cutoff))


def _planned(design: Design) -> tuple[Points, Points]:
    accrual = design.protocol.accrual
    last = max(k.time for k in design.looks)
    grid = np.linspace(0.0, last, 200)
    patients = np.zeros_like(grid)
    if accrual is not None:
        planned = design.patients if accrual.patients is None else float(accrual.patients)
        patients = np.minimum(np.asarray(accrual.piecewise().cumulative(grid)), planned)
    times = np.array([0.0, *(k.time for k in design.looks)])
    return (grid, patients), (times, np.array([0.0, *(float(k.events) for k in design.looks)]))


def _observed(dates: Sequence[date], origin: date | None, days: float, cutoff: date | None) -> Points:
    if not dates:
        return np.empty(0), np.empty(0)
    ordered = sorted(dates)
    start = origin or ordered[0]
    x = np.array([(d - start).days / days for d in ordered])
    end = ((cutoff or ordered[-1]) - start).days / days
    return np.append(x, max(end, float(x[-1]))), np.append(np.arange(1.0, len(x) + 1.0), float(len(x)))


def _panel(axes: Axes, planned: Points, seen: Points, name: str, color: str) -> None:
    highest = float(planned[1].max())
    axes.plot(*planned, color=GREY, lw=1.0, ls=(0, (4, 2)), zorder=2)
    _beside(axes, planned, "planned", GREY, 4)
    if len(seen[0]):
        axes.step(*seen, where="post", color=color, lw=1.4, zorder=3)
        _beside(axes, seen, f"observed, {numbers.count(float(seen[1][-1]))}", color, -9)
        highest = max(highest, float(seen[1][-1]))
    axes.set_ylabel(name)
    axes.set_ylim(0.0, 1.12 * highest)
    ticks = [t for t in axes.get_yticks() if t <= 1.12 * highest]
    axes.set_yticks(ticks, [numbers.count(t) for t in ticks])


def _beside(axes: Axes, line: Points, words: str, color: str, lift: float) -> None:
    end = (float(line[0][-1]), float(line[1][-1]))
    axes.annotate(
        words,
        end,
        xytext=(5, lift),
        textcoords="offset points",
        fontsize=SMALL,
        color=color,
        annotation_clip=False,
    )


def time_ticks(end: float, origin: date | None, days: float) -> tuple[list[float], list[str]]:
    """The first of January of each year where there are dates, else whole units of time."""
    if origin is None:
        step = max(1, math.ceil(end / 8))
        times = [float(t) for t in range(0, int(end) + 1, step)]
        return times, [numbers.decimal(t, 0) for t in times]
    last = origin + timedelta(days=math.floor(end * days))
    years = range(origin.year + 1, last.year + 1)
    return [(date(y, 1, 1) - origin).days / days for y in years], [str(y) for y in years]


def _alternative(design: Design, randomised: int, events: int, cutoff: date | None) -> str:
    looks = "; ".join(
        f"look {k.look} at {numbers.count(k.events)} events"
        + (f", expected {written_date(k.date)}" if k.date else "")
        for k in design.looks
    )
    told = f"Cumulative patients and events over calendar time. Planned: {looks}."
    if randomised:
        until = f" by {written_date(cutoff)}" if cutoff else ""
        told += f" Observed{until}: {numbers.count(randomised)} patients, {numbers.count(events)} events."
    return told
