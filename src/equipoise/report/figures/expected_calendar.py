"""Accrual and expected events by arm over the calendar, month by month, with the planned looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise.report import numbers
from equipoise.report.dates import written_date
from equipoise.report.design_curves import design_calendar
from equipoise.report.figures._style import BLACK, GREY, SMALL, WIDTH, Stroke, stroke, styled
from equipoise.report.figures._text import spread, wrapped
from equipoise.report.figures.calendar import PANEL, time_ticks
from equipoise.report.figures.figure import Figure, draw

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from equipoise._check import FloatArray
    from equipoise.design.trial_design import Design
    from equipoise.report.design_curves import Calendar

BESIDE = 1.6
"""Inches for the names beside the lines."""


def plot_expected_calendar(design: Design, *, title: str = "Accrual and expected events by month") -> Figure:
    """Patients entered above; events expected on each arm and in all below, looks where they are due."""
    found = design_calendar(design)
    protocol = design.protocol
    origin = protocol.accrual.start_date if protocol.accrual else None
    unit, days = protocol.trial.time_unit, protocol.trial.days_per_unit
    end = float(found.time[-1])
    height = 0.45 + PANEL + 0.3 + 1.35 * PANEL + 0.15
    with styled():
        figure = draw(WIDTH, height)
        left, width = 0.62 / WIDTH, (WIDTH - 0.62 - 1.75) / WIDTH
        above: Axes = figure.add_axes((left, (0.45 + 1.35 * PANEL + 0.3) / height, width, PANEL / height))
        below: Axes = figure.add_axes((left, 0.45 / height, width, 1.35 * PANEL / height))
        _accrual(above, found)
        _events(below, design, found)
        ticks, words = time_ticks(end, origin, days)
        for axes in (above, below):
            axes.set_xlim(0.0, end * 1.01)
            axes.set_xticks(ticks, words if axes is below else [""] * len(ticks))
        below.set_xlabel(
            "1 January of" if origin else f"{unit.capitalize()} since the first patient", labelpad=2
        )
    return Figure(figure, title, _alternative(design, found))


def _accrual(axes: Axes, found: Calendar) -> None:
    _scale(axes, float(found.patients[-1]))
    _lines(axes, found, [("patients", found.patients, Stroke(BLACK, (), "", 1.1))], PANEL)
    axes.set_ylabel("Patients entered")


def _events(axes: Axes, design: Design, found: Calendar) -> None:
    protocol = design.protocol
    experimental = protocol.arm_of(design.hypothesis.experimental)
    _scale(axes, float(found.events[-1]))
    lines = [
        ("both arms", found.events, Stroke(GREY, (), "", 1.2)),
        (protocol.control.label, found.control, stroke(0)),
        (experimental.label, found.experimental, stroke(1)),
    ]
    _lines(axes, found, lines, 1.35 * PANEL)
    for k in design.looks:
        axes.plot([k.time], [k.events], "D", color=BLACK, mfc="white", ms=4, mew=1.0, zorder=4)
        axes.annotate(
            f"look {k.look}",
            (k.time, k.events),
            xytext=(-5, 4),
            textcoords="offset points",
            fontsize=SMALL,
            ha="right",
        )
    axes.set_ylabel("Events expected")


def _lines(axes: Axes, found: Calendar, lines: list[tuple[str, FloatArray, Stroke]], height: float) -> None:
    """Lines with their names and last numbers beside their ends, `height` inches between the axes' limits."""
    top = axes.get_ylim()[1]
    words = [
        wrapped(f"{name}, {numbers.count(float(values[-1]))}", BESIDE, SMALL) for name, values, _ in lines
    ]
    ends = [float(values[-1]) / top * height for _, values, _ in lines]
    gaps = [1.25 * SMALL / 72.0 * (1 + text.count("\n")) for text in words]
    places = spread(ends, gaps, 0.0, height)
    x = np.append(0.0, found.time)
    for (_, values, look), text, place in zip(lines, words, places, strict=True):
        axes.plot(x, np.append(0.0, values), color=look.color, lw=look.width, ls=look.linestyle, zorder=3)
        axes.annotate(
            text,
            (float(x[-1]), place / height * top),
            xytext=(6, 0),
            textcoords="offset points",
            fontsize=SMALL,
            color=look.color,
            va="center",
            annotation_clip=False,
        )


def _scale(axes: Any, highest: float) -> None:
    axes.set_ylim(0.0, 1.1 * highest)
    ticks = [t for t in axes.get_yticks() if t <= 1.1 * highest]
    axes.set_yticks(ticks, [numbers.count(t) for t in ticks])


def _alternative(design: Design, found: Calendar) -> str:
    last = found.months[-1]
    when = f"after {last} months" if isinstance(last, int) else f"by {written_date(last)}"
    looks = "; ".join(f"look {k.look} at {numbers.count(k.events)} events" for k in design.looks)
    return (
        f"Patients entered and events expected month by month. Expected {when}: "
        f"{numbers.count(found.patients[-1])} patients, {numbers.count(found.control[-1])} events "
        f"on the control arm and {numbers.count(float(found.experimental[-1]))} on the experimental arm. "
        f"Planned: {looks}."
    )
