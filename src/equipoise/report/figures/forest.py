"""Forest plot: hazard ratios by level of each baseline factor, with events, subjects and interaction P."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from equipoise.report import numbers
from equipoise.report.figures._style import BLACK, BLUE, GREY, SIZE, SMALL, WIDTH, styled
from equipoise.report.figures._text import wrapped
from equipoise.report.figures.figure import Figure, draw

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

    from equipoise.survival import Subgroup, SubgroupAnalysis

ROW = 0.178
"""Inches from row to row."""
FOOT = 0.72
NAME = 0.95
EVENTS, PLOT, RATIO, P = 2.2, (3.22, 4.82), 6.16, 6.66
"""Inches from the left: the right edges of the columns of text, and the ends of the axis."""


@dataclass(frozen=True, slots=True)
class _Line:
    label: str
    row: Subgroup | None = None
    p: str = ""
    overall: bool = False


def plot_forest(
    analysis: SubgroupAnalysis,
    *,
    labels: Mapping[str, str] | None = None,
    factors: Mapping[str, str] | None = None,
    title: str = "Hazard ratio by subgroup",
) -> Figure:
    """Hazard ratio of each level on a log axis, squares by information.

    Parameters
    ----------
    analysis : control first, then the experimental arm.
    labels : names of the arms.
    factors : names of the factors.
    """
    named = {str(g): (labels or {}).get(str(g), str(g)) for g in analysis.groups}
    control, experimental = (named[str(g)] for g in analysis.groups)
    lines = _lines(analysis, factors or {})
    head = 0.3 + 0.12 * max(wrapped(name, NAME, SMALL).count("\n") + 1 for name in named.values())
    height = head + FOOT + ROW * len(lines)
    low, high = _range([line.row for line in lines if line.row])
    with styled():
        figure = draw(WIDTH, height)
        axes: Axes = figure.add_axes(
            (PLOT[0] / WIDTH, FOOT / height, (PLOT[1] - PLOT[0]) / WIDTH, ROW * len(lines) / height)
        )
        axes.set_xscale("log")
        axes.set_xlim(low, high)
        axes.set_ylim(len(lines) - 0.5, -0.5)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        ticks = [
            t for t in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0) if low <= t <= high
        ]
        axes.set_xticks(ticks, [f"{t:g}" for t in ticks])
        axes.set_xticks([], minor=True)
        axes.axvline(1.0, color=BLACK, lw=0.7, zorder=1)
        if numbers.known(analysis.overall.hazard_ratio) and analysis.overall.hazard_ratio > 0:
            axes.axvline(analysis.overall.hazard_ratio, color=BLUE, lw=0.7, ls=(0, (3, 2)), zorder=1)
        _head(axes, experimental, control, analysis.level)
        most = max(_information(line.row) for line in lines if line.row)
        for y, line in enumerate(lines):
            _write(axes, y, line)
            if line.row is not None:
                _interval(axes, y, line.row, most, overall=line.overall)
        _favours(axes, experimental, control)
    return Figure(figure, title, _alternative(lines, experimental, control))


def _lines(analysis: SubgroupAnalysis, factors: Mapping[str, str]) -> list[_Line]:
    lines = [_Line("All subjects", analysis.overall, overall=True)]
    for test in analysis.interactions:
        p = numbers.p_value(test.likelihood_ratio.p) if test.likelihood_ratio else numbers.NOT_APPLICABLE
        lines.append(_Line(factors.get(test.factor, test.factor), p=p))
        lines += [_Line(str(s.level), s) for s in analysis.subgroups if s.factor == test.factor]
    return lines


def _information(row: Subgroup) -> float:
    """1 / variance of the log hazard ratio by its interval; 0 where there is none."""
    if not (numbers.known(row.lower) and numbers.known(row.upper) and row.lower > 0.0):
        return 0.0
    return float(1.0 / max(math.log(row.upper / row.lower), 1e-6) ** 2)


def _range(rows: Sequence[Subgroup]) -> tuple[float, float]:
    """Ends of the axis: all estimates and most limits within, never more than a hundredfold."""
    points = [r.hazard_ratio for r in rows if numbers.known(r.hazard_ratio) and r.hazard_ratio > 0.0]
    limits = [v for r in rows for v in (r.lower, r.upper) if numbers.known(v) and v > 0.0]
    low = max(min([*limits, *points, 0.5]) * 0.9, min([*points, 0.5]) / 3.0)
    high = min(max([*limits, *points, 2.0]) * 1.1, max([*points, 1.3]) * 3.0)
    return max(low, 0.02), min(max(high, 2.0), 50.0)


def _x(inches: float) -> float:
    """Inches from the figure's left as a share of the axes' width."""
    return (inches - PLOT[0]) / (PLOT[1] - PLOT[0])


def _at(axes: Axes, inches: float, y: float, text: str, **style: object) -> None:
    axes.text(
        _x(inches),
        y,
        text,
        transform=axes.get_yaxis_transform(),
        va="center",
        fontsize=SIZE - 0.3,
        **style,  # type: ignore[arg-type]
    )


def _head(axes: Axes, experimental: str, control: str, level: float) -> None:
    """Titles of the columns, standing on one line above the first row."""
    for edge, name in ((EVENTS, experimental), (PLOT[0] - 0.1, control)):
        _title(axes, edge, f"{wrapped(name, NAME, SMALL)}\nevents/n", "right")
    _title(axes, 0.04, "Subgroup", "left", weight="bold")
    _title(axes, RATIO, f"Hazard ratio\n({numbers.confidence(level)})", "right")
    _title(axes, P, "P inter-\naction", "right")


def _title(axes: Axes, inches: float, text: str, ha: str, weight: str = "normal") -> None:
    axes.text(
        _x(inches),
        -0.75,
        text,
        transform=axes.get_yaxis_transform(),
        ha=ha,
        va="bottom",
        fontsize=SMALL,
        weight=weight,
        linespacing=1.15,
    )


def _write(axes: Axes, y: int, line: _Line) -> None:
    if line.row is None:
        _at(axes, 0.04, y, line.label, ha="left", weight="bold")
        _at(axes, P, y, line.p, ha="right")
        return
    weight = "bold" if line.overall else "normal"
    row = line.row
    _at(axes, 0.04 if line.overall else 0.16, y, line.label, ha="left", weight=weight)
    _at(
        axes,
        EVENTS,
        y,
        f"{numbers.count(row.events_experimental)}/{numbers.count(row.n_experimental)}",
        ha="right",
        weight=weight,
    )
    _at(
        axes,
        PLOT[0] - 0.1,
        y,
        f"{numbers.count(row.events_control)}/{numbers.count(row.n_control)}",
        ha="right",
        weight=weight,
    )
    shown = numbers.NOT_ESTIMABLE
    if numbers.known(row.hazard_ratio) and row.hazard_ratio > 0.0:
        shown = f"{numbers.ratio(row.hazard_ratio)} ({numbers.ratio_interval(row.lower, row.upper)})"
    _at(axes, RATIO, y, shown, ha="right", weight=weight)


def _interval(axes: Axes, y: int, row: Subgroup, most: float, *, overall: bool) -> None:
    if not (numbers.known(row.hazard_ratio) and row.hazard_ratio > 0.0):
        return
    low, high = axes.get_xlim()
    color = BLUE if overall else BLACK
    left, right = max(row.lower, low), min(row.upper, high)
    axes.plot([left, right], [y, y], color=color, lw=1.0, solid_capstyle="butt", zorder=2)
    for beyond, at, mark in ((row.lower < low, low, "<"), (row.upper > high, high, ">")):
        if beyond:
            axes.plot([at], [y], mark, color=color, ms=4, clip_on=False, zorder=3)
    share = _information(row) / most if most else 1.0
    axes.plot(
        [row.hazard_ratio],
        [y],
        "D" if overall else "s",
        color=color,
        ms=2.2 + 5.2 * math.sqrt(share),
        mew=0,
        zorder=3,
    )


def _favours(axes: Axes, experimental: str, control: str) -> None:
    below = -0.27 * axes.figure.dpi / axes.get_window_extent().height
    for x, ha, words in (
        (0.0, "left", f"← favours\n{wrapped(experimental, 0.9, SMALL)}"),
        (1.0, "right", f"favours →\n{wrapped(control, 0.9, SMALL)}"),
    ):
        axes.text(x, below, words, transform=axes.transAxes, ha=ha, va="top", fontsize=SMALL, color=GREY)


def _alternative(lines: Sequence[_Line], experimental: str, control: str) -> str:
    told = [f"Forest plot of hazard ratios, {experimental} over {control}; below 1 is fewer events."]
    for line in lines:
        if line.row is None:
            told.append(f"{line.label}, interaction P {line.p}:")
        else:
            r = line.row
            told.append(
                f"{line.label} {numbers.ratio_with_interval(r.hazard_ratio, r.lower, r.upper)}, "
                f"{r.events_experimental}/{r.n_experimental} against {r.events_control}/{r.n_control}."
            )
    return " ".join(told)
