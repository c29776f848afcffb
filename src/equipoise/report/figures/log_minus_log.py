"""Log-minus-log survival by log time: curves of proportional hazards run parallel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise import _check
from equipoise.errors import DataError
from equipoise.numerics.time_units import DAYS_PER_UNIT
from equipoise.report import numbers
from equipoise.report.figures._style import SIZE, WIDTH, stroke, styled
from equipoise.report.figures._text import spread, width_of
from equipoise.report.figures.figure import Figure, draw
from equipoise.report.figures.kaplan_meier import plot_kaplan_meier

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

    from equipoise.survival import KaplanMeier


def plot_curves(curves: KaplanMeier, *, what: str = "survival", **options: Any) -> Figure:
    """Kaplan-Meier curves: what = "survival", or "log-minus-log" to see if hazards are proportional."""
    figures = {"survival": plot_kaplan_meier, "log-minus-log": plot_log_minus_log}
    return figures[_check.one_of("what", what, figures)](curves, **options)


def plot_log_minus_log(
    curves: KaplanMeier,
    *,
    unit: str = "days",
    title: str = "Log-minus-log survival by log time",
    labels: Mapping[Any, str] | None = None,
    since: str = "time origin",
    size: tuple[float, float] = (WIDTH, 3.6),
) -> Figure:
    """log(-log S(t)) by log t: the distance between two curves is the log hazard ratio up to t.

    Parameters
    ----------
    curves : estimates with times in days.
    unit : of the horizontal axis, whose ticks are round times on a logarithmic scale.
    labels : names of the groups, in the order drawn; without it, their own.
    since : what time runs from, for the axis.

    Raises
    ------
    DataError
        No group has a survival strictly between 0 and 1 at a time above 0.
    """
    days = DAYS_PER_UNIT[_check.one_of("unit", unit, DAYS_PER_UNIT)]
    named = dict(labels) if labels else {g: str(g) for g in curves.groups}
    steps = _steps(curves, named, days)
    if not any(len(t) for t, _ in steps.values()):
        raise DataError("curves: no survival strictly between 0 and 1 after time 0, so nothing can be drawn.")
    with styled():
        figure = draw(*size)
        side = 0.55 + max(width_of(name) for name in named.values())
        axes: Axes = figure.add_axes(
            (0.62 / size[0], 0.45 / size[1], (size[0] - 0.62 - side) / size[0], (size[1] - 0.57) / size[1])
        )
        axes.set_xscale("log")
        for i, (t, y) in enumerate(steps.values()):
            pen = stroke(i)
            axes.step(t, y, where="post", color=pen.color, lw=pen.width, ls=pen.linestyle)
        _scale(axes, steps)
        axes.set_xlabel(f"{unit.capitalize()} since {since} (logarithmic)", labelpad=2)
        axes.set_ylabel("log(−log survival)")
        _label_ends(axes, steps)
    return Figure(figure, title, _alternative(steps, unit))


def _steps(
    curves: KaplanMeier, labels: Mapping[Any, str], days: float
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    found = {}
    for group, name in labels.items():
        rows = curves.risk.rows_of(list(curves.groups).index(group))
        t, s = curves.risk.time[rows] / days, curves.survival[rows]
        inside = (t > 0.0) & (s > 0.0) & (s < 1.0)
        t, y = t[inside], np.log(-np.log(s[inside]))
        moved = np.flatnonzero(np.diff(y, prepend=-np.inf) > 0.0)
        kept = np.union1d(moved, [len(y) - 1]) if len(y) else moved
        found[name] = (t[kept], y[kept])
    return found


def _scale(axes: Axes, steps: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> None:
    """Round times as ticks, few enough to be read."""
    times = np.concatenate([t for t, _ in steps.values()])
    low, high = float(times.min()), float(times.max())
    axes.set_xlim(low / 1.06, high * 1.06)
    for leading in ((1.0, 2.0, 5.0), (1.0, 3.0), (1.0,)):
        decades = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
        ticks = [m * 10.0**d for d in decades for m in leading if low / 1.06 <= m * 10.0**d <= high * 1.06]
        if len(ticks) <= 9:
            break
    axes.set_xticks(ticks, [f"{t:g}" for t in ticks])
    axes.set_xticks([], minor=True)


def _label_ends(axes: Axes, steps: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> None:
    """Each curve's name at its right end, moved apart where ends are close."""
    to_frame = axes.transAxes.inverted().transform
    drawn = [(i, name, t, y) for i, (name, (t, y)) in enumerate(steps.items()) if len(t)]
    ends = [float(to_frame(axes.transData.transform((t[-1], y[-1])))[1]) for _, _, t, y in drawn]
    height = axes.get_window_extent().height / axes.figure.dpi
    for (i, name, _, _), place in zip(
        drawn, spread(ends, [0.16 / height] * len(ends), 0.0, 1.0), strict=True
    ):
        pen = stroke(i)
        axes.plot(
            (1.015, 1.075),
            (place, place),
            transform=axes.transAxes,
            color=pen.color,
            lw=pen.width,
            ls=pen.linestyle,
            clip_on=False,
        )
        axes.text(1.085, place, name, transform=axes.transAxes, color=pen.color, va="center", fontsize=SIZE)


def _alternative(steps: Mapping[str, tuple[np.ndarray, np.ndarray]], unit: str) -> str:
    told = [f"Step curves of log(-log survival) by {unit} on a logarithmic scale."]
    for name, (t, y) in steps.items():
        if len(t) == 0:
            told.append(f"{name}: survival never lies strictly between 0 and 1.")
            continue
        told.append(
            f"{name}: from {numbers.decimal(float(y[0]), 2)} at {float(t[0]):.3g} to "
            f"{numbers.decimal(float(y[-1]), 2)} at {float(t[-1]):.3g}."
        )
    return " ".join(told)
