"""Kaplan-Meier curves with numbers at risk under the axis, limits, censor marks, and the test in a corner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from equipoise import _check
from equipoise.numerics.time_units import DAYS_PER_UNIT
from equipoise.report import numbers
from equipoise.report.figures._broken_axis import break_point, mark_break, percent_axis
from equipoise.report.figures._curves import StepCurve, survival_curves, tick_segments
from equipoise.report.figures._style import SIZE, SMALL, WIDTH, stroke, styled
from equipoise.report.figures._text import spread, width_of, wrapped
from equipoise.report.figures.figure import Figure, draw
from equipoise.report.words import free_of_event

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from matplotlib.axes import Axes

    from equipoise.analysis.results import EndpointAnalysis
    from equipoise.survival import KaplanMeier

LINE = 0.145
"""Inches from one line of text to the next."""
LABEL_LIMIT = 1.15
TEXT, TEXT_LINE = SMALL + 0.5, 0.15
Corner: TypeAlias = tuple[float, float, str]


def plot_kaplan_meier(
    curves: KaplanMeier,
    *,
    unit: str = "days",
    title: str = "Kaplan–Meier curves",
    ylabel: str = "Survival, %",
    labels: Mapping[Any, str] | None = None,
    risk_times: Sequence[float] | None = None,
    corner: Sequence[str] = (),
    since: str = "time origin",
    size: tuple[float, float] = (WIDTH, 4.3),
) -> Figure:
    """Kaplan-Meier curves of one or more groups.

    Parameters
    ----------
    curves : estimates with times in days.
    unit : of the horizontal axis and of `risk_times`.
    labels : names of the groups, in the order drawn; without it, their own.
    risk_times : where numbers at risk are printed and ticks stand; without it, about six round times.
    corner : lines of text for a free corner: test, hazard ratio, values at milestones ("At 3 years:", then
        lines after an em space). Where the curves leave no room, all milestones but the first, then all of
        them, then everything, stay out.
    since : what time runs from, for the axis.
    """
    days = DAYS_PER_UNIT[_check.one_of("unit", unit, DAYS_PER_UNIT)]
    named = dict(labels) if labels else {g: str(g) for g in curves.groups}
    steps = survival_curves(curves.to_frame(), named, days)
    end = max(float(c.time[-1]) for c in steps)
    ticks = np.asarray(_round_times(end) if risk_times is None else risk_times, dtype=np.float64)
    at_risk = curves.at_risk(ticks * days)[[list(curves.groups).index(g) for g in named]]
    with styled():
        figure = draw(*size)
        axes = _axes(figure, size, [c.label for c in steps])
        span = max(end, float(ticks[-1])) * 1.01
        axes.set_xlim(0.0, span)
        lines, corner_at = _scale(axes, steps, corner, span)
        _draw_curves(axes, steps, span)
        axes.set_xticks(ticks.tolist(), [numbers.decimal(t, _digits(ticks)) for t in ticks.tolist()])
        axes.set_xlabel(f"{unit.capitalize()} since {since}", labelpad=2)
        axes.set_ylabel(ylabel)
        _label_curves(axes, steps, span)
        _numbers_at_risk(axes, [c.label for c in steps], ticks, at_risk)
        if corner_at is not None:
            x, y, va = corner_at
            words = "\n".join(lines)
            axes.text(x, y, words, transform=axes.transAxes, va=va, fontsize=TEXT, linespacing=1.35, zorder=6)
    return Figure(figure, title, _alternative(steps, ticks, at_risk, f"{ylabel} by {unit}", corner))


def plot_endpoint(
    analysis: EndpointAnalysis,
    *,
    unit: str = "days",
    since: str = "randomisation",
    title: str | None = None,
    size: tuple[float, float] = (WIDTH, 4.3),
) -> Figure:
    """Curves of an endpoint by arm with its planned numbers at risk, hazard ratio, test and milestones."""
    labels = {a.arm: a.label for a in analysis.arms}
    corner = corner_lines(analysis, unit)
    return plot_kaplan_meier(
        analysis.curves,
        unit=unit,
        title=title or f"{analysis.label}, {analysis.population_label}",
        ylabel=f"{free_of_event(analysis.label)}, %",
        labels=labels,
        risk_times=analysis.risk_times,
        corner=corner,
        since=since,
        size=size,
    )


def band_note(analysis: EndpointAnalysis) -> str:
    """What the bands are, and where they end, for the foot of the figure."""
    level = numbers.confidence(analysis.curves.level)
    return f"Bands: {level}, shown while a tenth of the arm and 10 subjects are at risk. Ticks: censored."


def corner_lines(analysis: EndpointAnalysis, unit: str) -> tuple[str, ...]:
    """Hazard ratio, test, and survival at the milestones, as they stand in the figure's corner."""
    lines: list[str] = []
    several = len(analysis.comparisons) > 1
    for c in analysis.comparisons:
        who = f"{_label_of(analysis, c.experimental)}: " if several else ""
        lines.append(f"{who}Hazard ratio {numbers.ratio_with_interval(c.hazard_ratio, c.lower, c.upper)}")
    stratified = "Stratified log-rank" if analysis.test_strata else "Log-rank"
    test = analysis.overall or (analysis.comparisons[0].logrank if analysis.comparisons else None)
    if test is not None:
        side = "two-sided" if test.alternative == "two-sided" else f"one-sided, {test.alternative}"
        lines.append(f"{stratified} {numbers.p_phrase(test.p)}, {side}")
    peto = analysis.curves.se == "peto"
    for time in dict.fromkeys(m.time for m in analysis.milestones):
        values = [m for m in analysis.milestones if m.time == time]
        shown = [
            f"{m.label} "
            + (
                numbers.percent_with_error(m.survival, m.std_err)
                if peto
                else numbers.percent_with_interval(m.survival, m.lower, m.upper)
            )
            for m in values
        ]
        lines.append(
            f"At {numbers.decimal(time, 0 if time == int(time) else 1)} {unit}"
            + (" (± Peto error):" if peto else ":")
        )
        lines += [f"\u2003{s}" for s in shown]
    return tuple(lines)


def _label_of(analysis: EndpointAnalysis, arm: str) -> str:
    return next((a.label for a in analysis.arms if a.arm == arm), arm)


def _axes(figure: Any, size: tuple[float, float], labels: Sequence[str]) -> Axes:
    width, height = size
    names = [wrapped(label, LABEL_LIMIT) for label in labels]
    side = max(width_of(n) for n in names) + 0.12
    left = max(side + 0.12, width_of("Numbers at risk", SIZE, "bold") + 0.2)
    rows = sum(max(n.count("\n") + 1, 1) * LINE for n in names) + 0.04 * len(names)
    bottom = rows + 0.36 + LINE * 1.25
    axes: Axes = figure.add_axes(
        (
            left / width,
            bottom / height,
            (width - left - side - 0.05) / width,
            (height - bottom - 0.12) / height,
        )
    )
    return axes


def _scale(
    axes: Axes, steps: Sequence[StepCurve], corner: Sequence[str], span: float
) -> tuple[Sequence[str], Corner | None]:
    """Set the vertical axis, and find where the corner's text has room, or at least its tests."""
    lowest, limit = (
        min(float(np.nanmin(v)) for v in values)
        for values in ([c.value for c in steps], [c.lower for c in steps])
    )
    resume = break_point(lowest, limit)
    heads = [i for i, line in enumerate(corner) if line.startswith("At ")]
    tests = corner[: heads[0]] if heads else corner
    for lines in (corner, corner[: heads[1]]) if len(heads) > 1 else (corner,):
        for start in (resume, resume - 0.1) if resume > 0.55 else (resume,):
            percent_axis(axes, start)
            found = _free_corner(axes, steps, lines, span) if lines else None
            if found is not None:
                return lines, found
    percent_axis(axes, resume)
    return tests, _free_corner(axes, steps, tests, span) if tests else None


def _draw_curves(axes: Axes, steps: Sequence[StepCurve], span: float) -> None:
    broken = axes.get_yscale() != "linear"
    if broken:
        mark_break(axes)
    height = 0.02 * (1.0 - (axes.get_yticks()[1] if broken else 0.0))
    for i, c in enumerate(steps):
        pen = stroke(i)
        axes.fill_between(c.time, c.lower, c.upper, step="post", color=pen.color, alpha=0.10, lw=0)
    for i, c in enumerate(steps):
        pen = stroke(i)
        axes.step(c.time, c.value, where="post", color=pen.color, lw=pen.width, ls=pen.linestyle, zorder=3)
        x, y = tick_segments(c, height, span / 200.0)
        axes.plot(x, y, color=pen.color, lw=0.35, zorder=3)


def _label_curves(axes: Axes, steps: Sequence[StepCurve], span: float) -> None:
    """Each curve's name at its right end, moved apart where ends are close."""
    to_height = axes.transData.transform
    frame = axes.transAxes.inverted().transform
    height = axes.get_window_extent().height / axes.figure.dpi
    names = [wrapped(c.label, LABEL_LIMIT) for c in steps]
    ends = [float(frame(to_height((span, c.value[-1])))[1]) for c in steps]
    gaps = [(n.count("\n") + 1) * LINE / height + 0.03 for n in names]
    for i, (name, y) in enumerate(zip(names, spread(ends, gaps, -0.1, 1.06), strict=True)):
        color = stroke(i).color
        axes.text(
            1.015, y, name, color=color, va="center", ha="left", transform=axes.transAxes, fontsize=SIZE
        )


def _numbers_at_risk(axes: Axes, labels: Sequence[str], ticks: np.ndarray, at_risk: np.ndarray) -> None:
    """Rows of counts aligned to the ticks, coloured as the curves."""
    height = axes.get_window_extent().height / axes.figure.dpi
    place = axes.get_xaxis_transform()
    y = -(0.36 + LINE * 0.6) / height
    axes.annotate(
        "Numbers at risk",
        (0, y),
        xycoords=axes.transAxes,
        xytext=(-8, 0),
        textcoords="offset points",
        ha="right",
        va="center",
        fontsize=SIZE,
        weight="bold",
    )
    y -= LINE * 0.65 / height
    for i, label in enumerate(labels):
        name = wrapped(label, LABEL_LIMIT)
        rows = name.count("\n") + 1
        y -= rows * LINE / height / 2
        color = stroke(i).color
        axes.annotate(
            name,
            (0, y),
            xycoords=axes.transAxes,
            xytext=(-12, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            fontsize=SIZE,
            color=color,
        )
        for t, n in zip(ticks.tolist(), at_risk[i].tolist(), strict=True):
            axes.text(
                t, y, numbers.count(n), transform=place, ha="center", va="center", fontsize=SIZE, color=color
            )
        y -= rows * LINE / height / 2 + 0.04 / height


def _free_corner(axes: Axes, steps: Sequence[StepCurve], lines: Sequence[str], span: float) -> Corner | None:
    """The lower left or upper right corner, where the curves and their limits leave it free for the lines."""
    area = axes.get_window_extent()
    dpi = axes.figure.dpi
    tall = len(lines) * TEXT_LINE * dpi / area.height + 0.03
    wide = max(width_of(line, TEXT) for line in lines) * dpi / area.width + 0.04
    base = 0.11 if axes.get_yscale() != "linear" else 0.02
    lowest = min(_extreme(c, 0.0, wide * span, np.nanmin) for c in steps)
    highest = max(_extreme(c, (1.0 - wide) * span, span, np.nanmax) for c in steps)
    corners = axes.transData.transform([(0.0, lowest), (0.0, highest)])
    heights = axes.transAxes.inverted().transform(corners)[:, 1]
    if heights[0] > base + tall:
        return 0.015, base, "bottom"
    return (1.0 - wide + 0.02, 0.995, "top") if heights[1] < 1.0 - tall else None


def _extreme(c: StepCurve, start: float, end: float, of: Callable[..., Any]) -> float:
    """Lowest or highest value of a curve and its limits between two times."""
    first = max(int(np.searchsorted(c.time, start, side="right")) - 1, 0)
    last = int(np.searchsorted(c.time, end, side="right"))
    rows = slice(first, max(last, first + 1))
    return float(of(np.concatenate((c.value[rows], c.lower[rows], c.upper[rows]))))


def _round_times(end: float) -> np.ndarray:
    """About six round times from 0 to the end."""
    raw = end / 6.0
    power = 10.0 ** np.floor(np.log10(raw))
    step = next(m * power for m in (1.0, 2.0, 2.5, 5.0, 10.0) if m * power >= raw)
    return np.arange(0.0, end + 1e-9, step)


def _digits(ticks: np.ndarray) -> int:
    return 0 if np.allclose(ticks, np.round(ticks)) else 1


def _alternative(
    steps: Sequence[StepCurve],
    ticks: np.ndarray,
    at_risk: np.ndarray,
    shown: str,
    corner: Sequence[str],
) -> str:
    parts = [f"Step curves with confidence bands: {shown}."]
    for c, row in zip(steps, at_risk.tolist(), strict=True):
        values = [
            f"{numbers.percent(c.at(t))} at {numbers.decimal(t, _digits(ticks))} ({numbers.count(n)} at risk)"
            for t, n in zip(ticks.tolist(), row, strict=True)
            if t <= c.time[-1]
        ]
        parts.append(f"{c.label}: {', '.join(values)}.")
    return " ".join(parts + [line.strip() + ("" if line.endswith(":") else ".") for line in corner])
