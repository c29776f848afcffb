"""Scaled Schoenfeld residuals by time with a smooth curve: how each effect of a Cox model changes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from equipoise import _check
from equipoise.numerics.time_units import DAYS_PER_UNIT
from equipoise.report import numbers
from equipoise.report.figures._style import BLACK, BLUE, GREY, SIZE, WIDTH, styled
from equipoise.report.figures._text import wrapped
from equipoise.report.figures.figure import Figure, draw

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

    from equipoise.survival import SchoenfeldResiduals

_TALL, _HEAD, _FOOT, _LEFT, _GAP = 1.7, 0.28, 0.42, 0.72, 0.5
"""Inches of a panel, over it, under it, left of it, and between panels."""
_POINTS = 121


def plot_schoenfeld(
    residuals: SchoenfeldResiduals,
    *,
    unit: str = "days",
    labels: Mapping[str, str] | None = None,
    since: str = "time origin",
    level: float = 0.95,
    title: str = "Effect over time: scaled Schoenfeld residuals",
) -> Figure:
    """One panel a covariate: residuals, a spline of the log hazard ratio over time, its limits, their mean.

    Parameters
    ----------
    residuals : of a fitted model, `fit.schoenfeld()`, with times in days.
    unit : of the horizontal axis.
    labels : names of the covariates, in the order drawn; without it, their own.
    since : what time runs from, for the axis.
    level : of the pointwise limits of the spline.
    """
    days = DAYS_PER_UNIT[_check.one_of("unit", unit, DAYS_PER_UNIT)]
    named = dict(labels) if labels else {name: name for name in residuals.names}
    width_of_band = float(ndtri(0.5 + _check.probability("level", level) / 2.0))
    time = residuals.time / days
    at = np.linspace(float(time.min()), float(time.max()), _POINTS)
    trend = residuals.trend(at * days)
    columns = len(named) if len(named) < 4 else 2 if len(named) == 4 else 3
    lines = math.ceil(len(named) / columns)
    width = (WIDTH - _LEFT - 0.12 - _GAP * (columns - 1)) / columns
    height = lines * (_TALL + _HEAD + _FOOT)
    told = [
        f"Scaled Schoenfeld residuals of {len(time)} events by {unit}, with a smooth curve and its limits."
    ]
    with styled():
        figure = draw(WIDTH, height)
        for i, (name, label) in enumerate(named.items()):
            j = residuals.names.index(_check.one_of("labels", name, residuals.names))
            row, column = divmod(i, columns)
            bottom = height - (row + 1) * (_HEAD + _TALL) - row * _FOOT
            left = _LEFT + column * (width + _GAP)
            axes: Axes = figure.add_axes((left / WIDTH, bottom / height, width / WIDTH, _TALL / height))
            points, curve = residuals.scaled[:, j], trend.value[:, j]
            half = width_of_band * trend.std_err[:, j]
            mean = float(points.mean())
            axes.plot(time, points, "o", ms=1.8, mfc="none", mec=GREY, mew=0.4, alpha=0.8)
            axes.fill_between(at, curve - half, curve + half, color=BLUE, alpha=0.15, lw=0)
            axes.plot(at, curve, color=BLUE, lw=1.4)
            axes.axhline(mean, color=BLACK, lw=0.8, ls=(0, (4, 2)))
            low = min(float(points.min()), float((curve - half).min()))
            high = max(float(points.max()), float((curve + half).max()))
            axes.set_ylim(low - 0.05 * (high - low), high + 0.05 * (high - low))
            axes.set_title(wrapped(label, width), loc="left", fontsize=SIZE, pad=5)
            axes.xaxis.set_major_formatter(lambda x, _: numbers.count(x) if abs(x) >= 1000 else f"{x:g}")
            if column == 0:
                axes.set_ylabel("Log hazard ratio")
            if i + columns >= len(named):
                axes.set_xlabel(f"{unit.capitalize()} since {since}", labelpad=2)
            ends = ", ".join(
                f"{numbers.decimal(float(curve[k]), 2)} at {float(at[k]):.3g}" for k in (0, _POINTS // 2, -1)
            )
            told.append(f"{label}: fitted {numbers.decimal(mean, 2)}; over time {ends}.")
    return Figure(figure, title, " ".join(told))
