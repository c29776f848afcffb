"""Power over the hazard ratio, with the chances of stopping early for efficacy and for futility."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise.report import numbers
from equipoise.report.design_curves import drift_at, hazard_ratios
from equipoise.report.figures._style import BLACK, BLUE, GREY, SMALL, VERMILLION, WIDTH, styled
from equipoise.report.figures.figure import Figure, draw

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from equipoise._check import FloatArray
    from equipoise.design.trial_design import Design

HEIGHT = 3.2
FINE = 0.01


def plot_power(design: Design, *, title: str = "Power over the hazard ratio") -> Figure:
    """Probability of rejecting, of stopping early for efficacy and for futility, by the true hazard ratio."""
    ratios, margin = hazard_ratios(design, FINE), design.hypothesis.margin
    exits = design.boundaries.crossing(drift_at(design, ratios))
    curves: list[tuple[str, FloatArray, str, Any]] = [
        (
            f"rejects {'for benefit' if margin == 1.0 else 'the margin'}",
            exits.efficacy.sum(axis=1),
            BLACK,
            "-",
        )
    ]
    if len(design.looks) > 1:
        curves.append(("stops early for efficacy", exits.efficacy[:, :-1].sum(axis=1), BLUE, (0, (5, 2))))
        futile = exits.futility[:, :-1].sum(axis=1)
        if futile.max() > 0.0:
            curves.append(("stops early for futility", futile, VERMILLION, (0, (1.5, 1.5))))
    assumed = math.exp(design.log_hazard_ratio)
    with styled():
        figure = draw(WIDTH, HEIGHT)
        axes: Axes = figure.add_axes((0.085, 0.44 / HEIGHT, 0.68, (HEIGHT - 0.44 - 0.15) / HEIGHT))
        axes.set_xlim(float(ratios[0]), float(ratios[-1]))
        axes.set_ylim(0.0, 101.0)
        axes.axvline(assumed, color=GREY, lw=0.6, ls=(0, (4, 2)), zorder=1)
        for _, values, color, style in curves:
            axes.plot(ratios, 100.0 * values, color=color, ls=style, lw=1.4, zorder=3)
        _assumed(axes, assumed, design.power)
        _name_curves(axes, curves)
        axes.set_xlabel("True hazard ratio (experimental over control)", labelpad=2)
        axes.set_ylabel("Probability, %")
    return Figure(figure, title, _alternative(design, ratios, curves))


def _assumed(axes: Axes, assumed: float, power: float) -> None:
    axes.plot([assumed], [100.0 * power], "o", color=BLACK, mfc="white", ms=5, mew=1.2, zorder=4)
    axes.annotate(
        f"assumed {numbers.ratio(assumed)}: power {numbers.percent(power)}",
        (assumed, 100.0 * power),
        xytext=(7, 2),
        textcoords="offset points",
        fontsize=SMALL,
        va="bottom",
        zorder=5,
    )


def _name_curves(axes: Axes, curves: list[tuple[str, FloatArray, str, Any]]) -> None:
    """Names beside the right ends, pushed apart where the curves end close together."""
    lowest = sorted(curves, key=lambda c: float(c[1][-1]))
    at = -math.inf
    for name, values, color, style in lowest:
        at = max(100.0 * float(values[-1]), at + 7.0, 1.0)
        axes.plot(
            [1.015, 1.06],
            [at / 101.0] * 2,
            transform=axes.transAxes,
            color=color,
            ls=style,
            lw=1.4,
            clip_on=False,
        )
        axes.text(1.075, at / 101.0, name, transform=axes.transAxes, color=color, fontsize=SMALL, va="center")


def _alternative(design: Design, ratios: FloatArray, curves: list[tuple[str, FloatArray, str, Any]]) -> str:
    assumed = numbers.ratio(math.exp(design.log_hazard_ratio))
    told = [f"Power over the hazard ratio; at the assumed {assumed} it is {numbers.percent(design.power)}."]
    for name, values, _, _ in curves:
        at = ", ".join(
            f"{numbers.percent(float(np.interp(x, ratios, values)))} at {numbers.ratio(x)}"
            for x in ratios[:: max(1, round(0.1 / FINE))].tolist()
        )
        told.append(f"{name.capitalize()}: {at}.")
    return " ".join(told)
