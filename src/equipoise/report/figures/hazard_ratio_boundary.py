"""Stopping boundaries as hazard ratios: the estimate at which each look would stop the trial."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise.report import numbers
from equipoise.report.figures._style import GREY, SMALL, WIDTH, styled
from equipoise.report.figures.boundary import Bound, bounds_of_trial, draw_heads, draw_side
from equipoise.report.figures.figure import Figure, draw

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from equipoise.design.trial_design import Design

_TICKS = (
    0.01,
    0.02,
    0.05,
    0.1,
    0.2,
    0.3,
    0.4,
    0.5,
    0.6,
    0.7,
    0.8,
    1.0,
    1.2,
    1.5,
    2.0,
    3.0,
    5.0,
    10.0,
    20.0,
    50.0,
)
_NONE = math.nan


def plot_ratio_boundary(
    design: Design,
    *,
    title: str = "Stopping boundaries as hazard ratios",
    size: tuple[float, float] = (WIDTH, 3.7),
) -> Figure:
    """Efficacy and futility bounds as hazard ratios (experimental over control) by information fraction."""
    bounds = ratio_bounds(design)
    assumed = math.exp(design.log_hazard_ratio)
    levels = [v for b in bounds for v in (b.efficacy, b.futility, b.harm) if np.isfinite(v)]
    levels.append(design.hypothesis.margin)
    spread = max(*levels, 1.0) / min(*levels, assumed, 1.0)
    room = spread**0.12 * 1.03
    low, high = min(*levels, assumed, 1.0) / room, max(*levels, 1.0) * room
    with styled():
        figure = draw(*size)
        head = 0.2 + 0.125 * max(1 + len(b.when.split("\n")) for b in bounds)
        axes: Axes = figure.add_axes((0.085, 0.42 / size[1], 0.785, (size[1] - 0.42 - head) / size[1]))
        axes.set_yscale("log")
        axes.set_xlim(0.0, 1.06)
        axes.set_ylim(low, high)
        for side, edge in (("harm", high), ("futility", high), ("efficacy", low)):
            draw_side(axes, bounds, side, edge, upward=side != "efficacy")
        _lines(axes, assumed, design.hypothesis.margin)
        draw_heads(axes, bounds)
        ticks = [t for t in _TICKS if low <= t <= high]
        axes.set_yticks(ticks, [f"{t:g}" for t in ticks])
        axes.minorticks_off()
        across = np.arange(0.0, 1.01, 0.2)
        axes.set_xticks(across.tolist(), [numbers.decimal(float(t), 1) for t in across])
        axes.set_xlabel("Information fraction", labelpad=2)
        tested = design.hypothesis.margin != 1.0
        axes.set_ylabel(f"Hazard ratio ({'experimental over control' if tested else 'below 1: benefit'})")
    return Figure(figure, title, _alternative(bounds, assumed))


def ratio_bounds(design: Design) -> tuple[Bound, ...]:
    """The planned looks with their bounds as hazard ratios; nan where a look is not read for it."""
    out = []
    for k, b in zip(design.looks, bounds_of_trial(design), strict=True):
        root = math.sqrt(design.information * k.information_fraction)
        if math.isfinite(b.efficacy):
            harm = k.hazard_ratio * math.exp((b.efficacy - b.harm) / root) if np.isfinite(b.harm) else _NONE
        else:
            harm = _NONE
        out.append(
            Bound(
                b.fraction,
                k.hazard_ratio if math.isfinite(b.efficacy) else _NONE,
                k.futility_hazard_ratio if math.isfinite(b.futility) else _NONE,
                harm,
                b.label,
                b.when,
            )
        )
    return tuple(out)


def _lines(axes: Any, assumed: float, margin: float) -> None:
    """No effect, the margin where there is one, and the effect assumed."""
    lines: list[tuple[float, str, Any]] = [(1.0, "no effect", "-")]
    lines += [(margin, f"margin {numbers.ratio(margin)}", "-")] if margin != 1.0 else []
    if abs(assumed - 1.0) > 1e-9:
        lines.append((assumed, f"assumed {numbers.ratio(assumed)}", (0, (4, 2))))
    for value, words, style in lines:
        axes.axhline(value, color=GREY, lw=0.6, ls=style, zorder=1)
        axes.annotate(
            words,
            (0.01, value),
            xytext=(0, 2),
            textcoords="offset points",
            fontsize=SMALL,
            color=GREY,
            va="bottom",
        )


def _alternative(bounds: Sequence[Bound], assumed: float) -> str:
    told = []
    for b in bounds:
        parts = [f"{b.label} at information fraction {numbers.decimal(b.fraction, 2)}"]
        parts += [
            f"{name} bound {numbers.ratio(getattr(b, name))}"
            for name in ("efficacy", "futility", "harm")
            if np.isfinite(getattr(b, name))
        ]
        told.append(", ".join(parts) + ".")
    first = f"Boundaries as hazard ratios by information fraction; assumed is {numbers.ratio(assumed)}."
    return " ".join([first, *told])
