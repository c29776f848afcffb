"""A vertical axis from 0 to 100 %, broken and marked as such where all the curves run high above 0."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise.report import numbers
from equipoise.report.figures._style import SIZE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FloatArray = np.ndarray[Any, np.dtype[np.float64]]
STUB = 0.09
"""Share of the height that stands for everything below the break."""


def break_point(lowest: float, lowest_limit: float) -> float:
    """Where the axis resumes: 0 (unbroken) unless all curves lie above 80 %, then ten below the lowest."""
    if lowest <= 0.8:
        return 0.0
    return max(0.5, math.floor(min(lowest - 0.05, lowest_limit) * 10.0) / 10.0)


def percent_axis(axes: Axes, resume: float, top: float = 1.0) -> None:
    """Set the axis: ticks in per cent from 0 to `top`, broken between 0 and `resume`."""
    if resume == 0.0:
        axes.set_ylim(0.0, top)
        ticks = np.arange(0.0, top + 1e-9, 0.2)
    else:
        scale = (1.0 - STUB) / (top - resume)

        def forward(y: FloatArray) -> FloatArray:
            y = np.asarray(y, dtype=np.float64)
            return np.where(y < resume, y / resume * STUB, STUB + (y - resume) * scale)

        def backward(h: FloatArray) -> FloatArray:
            h = np.asarray(h, dtype=np.float64)
            return np.where(h < STUB, h / STUB * resume, resume + (h - STUB) / scale)

        axes.set_yscale("function", functions=(forward, backward))
        axes.set_ylim(0.0, top)
        step = 0.05 if top - resume <= 0.21 else 0.1
        ticks = np.concatenate(([0.0], np.arange(resume, top + 1e-9, step)))
    axes.yaxis.set_major_locator(_fixed(ticks))
    axes.yaxis.set_major_formatter(_labels(ticks))
    axes.yaxis.set_minor_locator(_fixed(np.array([])))


def _fixed(ticks: FloatArray) -> Any:
    from matplotlib.ticker import FixedLocator

    return FixedLocator(ticks.tolist())


def _labels(ticks: FloatArray) -> Any:
    from matplotlib.ticker import FixedFormatter

    return FixedFormatter([numbers.decimal(100.0 * float(t), 0) for t in np.round(ticks, 6)])


def mark_break(axes: Axes) -> None:
    """Two slanted strokes across the axis, and the words."""
    at, rise, run = STUB / 2, 0.012, 0.009
    frame = axes.transAxes
    axes.plot(
        [0, 0], [at - 0.009, at + 0.009], color="white", lw=2.5, transform=frame, clip_on=False, zorder=5
    )
    for shift in (-0.011, 0.011):
        axes.plot(
            [-run, run],
            [at + shift - rise, at + shift + rise],
            color="#333333",
            lw=0.7,
            transform=frame,
            clip_on=False,
            zorder=6,
        )
    axes.text(
        0.014, at, "axis broken", transform=frame, fontsize=SIZE - 1, style="italic", va="center", zorder=6
    )
