"""Cumulative incidence of competing causes: one panel a cause on one scale, arms told apart by line."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise import _check
from equipoise.numerics.time_units import DAYS_PER_UNIT
from equipoise.report import numbers
from equipoise.report.figures._style import SIZE, WIDTH, stroke, styled
from equipoise.report.figures._text import wrapped
from equipoise.report.figures.figure import Figure, draw

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

    from equipoise.survival import CumulativeIncidence


GAP, TALL, FOOT, LEGEND = 0.16, 1.35, 0.4, 0.2
"""Inches between panels, of a panel's height, under it, and for the names of the arms on top."""


def plot_cumulative_incidence(
    incidence: CumulativeIncidence,
    *,
    unit: str = "days",
    labels: Mapping[Any, str] | None = None,
    causes: Mapping[Any, str] | None = None,
    at: Sequence[float] = (),
    title: str = "Cumulative incidence by cause",
) -> Figure:
    """Aalen-Johansen curves, small multiples by cause.

    Parameters
    ----------
    incidence : estimates with times in days.
    unit : of the horizontal axis and of `at`.
    labels, causes : names of the groups and of the causes, in the order drawn.
    at : times at which the text alternative gives values; without it, the last.
    """
    days = DAYS_PER_UNIT[_check.one_of("unit", unit, DAYS_PER_UNIT)]
    table = incidence.to_frame()
    arms = dict(labels) if labels else {g: str(g) for g in incidence.groups}
    panels = dict(causes) if causes else {c: str(c) for c in incidence.causes}
    curves: dict[tuple[Any, Any], tuple[np.ndarray, np.ndarray]] = {}
    for cause in panels:
        for arm in arms:
            rows = table.filter((table["cause"] == cause) & (table["group"] == arm))
            if rows.is_empty():
                curves[cause, arm] = (np.zeros(1), np.zeros(1))
                continue
            moved = rows.filter((rows["incidence"].diff() != 0.0).fill_null(value=True) | _last(rows))
            curves[cause, arm] = (
                np.concatenate(([0.0], moved["time"].to_numpy() / days)),
                np.concatenate(([0.0], moved["incidence"].to_numpy())),
            )
    top = _round_up(max(float(y.max()) for _, y in curves.values()))
    end = max(float(x[-1]) for x, _ in curves.values()) or 1.0
    columns = min(len(panels), 4 if len(panels) in {4, 7, 8} else 3)
    lines = math.ceil(len(panels) / columns)
    width = (WIDTH - 0.55 - 0.08 - GAP * (columns - 1)) / columns
    titles = [wrapped(name, width) for name in panels.values()]
    head = 0.14 * (1 + max(t.count("\n") for t in titles)) + 0.08
    height = LEGEND + (head + TALL + FOOT) * lines
    with styled():
        figure = draw(WIDTH, height)
        for i, (cause, name) in enumerate(zip(panels, titles, strict=True)):
            row, column = divmod(i, columns)
            bottom = height - LEGEND - (head + TALL) * (row + 1) - FOOT * row
            left = 0.55 + column * (width + GAP)
            axes: Axes = figure.add_axes((left / WIDTH, bottom / height, width / WIDTH, TALL / height))
            axes.set_ylim(0.0, top)
            axes.set_xlim(0.0, end)
            whole = _whole(end)
            axes.set_xticks(whole, [numbers.decimal(t, 0) for t in whole])
            axes.set_title(name, loc="left", fontsize=SIZE, pad=5)
            for j, arm in enumerate(arms):
                pen = stroke(j)
                x, y = curves[cause, arm]
                axes.step(x, y, where="post", color=pen.color, lw=pen.width, ls=pen.linestyle)
            ticks = np.linspace(0.0, top, 5 if round(top * 100) % 4 == 0 else 6)
            shown = [numbers.decimal(100.0 * float(t), 0 if top >= 0.05 else 1) for t in np.round(ticks, 6)]
            axes.set_yticks(ticks.tolist(), shown if column == 0 else [""] * len(ticks))
            if column == 0:
                axes.set_ylabel("Incidence, %")
            if i + columns >= len(panels):
                axes.set_xlabel(f"{unit.capitalize()}", labelpad=2)
        _names(figure, list(arms.values()), height)
    return Figure(figure, title, _alternative(incidence, arms, panels, unit, at or (end,)))


def _last(rows: Any) -> Any:
    return rows["time"] == rows["time"].max()


def _names(figure: Any, names: Sequence[str], height: float) -> None:
    """The arms' lines with their names, above the panels."""
    x = 0.55
    for j, name in enumerate(names):
        pen = stroke(j)
        y = 1.0 - 0.1 / height
        figure.add_artist(_segment(x / WIDTH, (x + 0.35) / WIDTH, y, pen))
        text = figure.text((x + 0.42) / WIDTH, y, name, color=pen.color, va="center", fontsize=SIZE)
        x += 0.42 + text.get_window_extent().width / figure.dpi + 0.3


def _segment(x0: float, x1: float, y: float, pen: Any) -> Any:
    from matplotlib.lines import Line2D

    return Line2D([x0, x1], [y, y], color=pen.color, lw=pen.width, ls=pen.linestyle)


def _whole(end: float) -> list[float]:
    """Whole times, at most six of them, from 0 to the end."""
    step = next((k for k in (1, 2, 5, 6, 12, 24, 60, 90, 180, 365, 730) if end / k < 6), math.ceil(end / 5))
    return [float(step * k) for k in range(int(end / step) + 1)]


def _round_up(share: float) -> float:
    """The top of a scale: a round percentage just above."""
    steps = (0.01, 0.02, 0.04, 0.05, 0.08, 0.1, 0.12, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8)
    return next((s for s in steps if share * 1.03 <= s), 1.0)


def _alternative(
    incidence: CumulativeIncidence,
    arms: Mapping[Any, str],
    causes: Mapping[Any, str],
    unit: str,
    at: Sequence[float],
) -> str:
    days = DAYS_PER_UNIT[unit]
    table = incidence.at(np.array(at) * days).to_frame()
    told = ["Step curves of cumulative incidence, one panel a cause."]
    for cause, name in causes.items():
        for time in at:
            rows = table.filter((table["cause"] == cause) & ((table["time"] - time * days).abs() < 1e-9))
            values = {r["group"]: r["incidence"] for r in rows.iter_rows(named=True)}
            shown = ", ".join(f"{label} {numbers.percent(values.get(arm))}" for arm, label in arms.items())
            told.append(f"{name} at {numbers.decimal(time, 1)} {unit}: {shown}.")
    return " ".join(told)
