"""Dot plot of adverse events: rates by arm, and beside them the risk difference with its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from equipoise.report import numbers
from equipoise.report.figures._style import BLACK, GREY, SIZE, SMALL, WIDTH, stroke, styled
from equipoise.report.figures._text import wrapped
from equipoise.report.figures.figure import Figure, draw

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

    from equipoise.safety import AdverseEventRates

ROW, HEAD, FOOT = 0.27, 0.5, 0.55
LEFT, RATES, APART, RIGHT = 1.75, (1.8, 3.9), (4.05, 5.5), 6.66
ALL_COURSES = "All courses"
MOST = 25
SHORT_WORDS = 24
"""Names of arms no longer than this stand under the differences; longer ones would not fit."""


def plot_adverse_events(
    rates: AdverseEventRates,
    *,
    labels: Mapping[str, str] | None = None,
    course: str = ALL_COURSES,
    most: int = MOST,
    title: str = "Adverse events by arm",
) -> Figure:
    """Rates by arm (dots told apart by shape) and risk differences, sorted by difference.

    Parameters
    ----------
    rates : counted by term and arm, with a control.
    labels : names of the arms, drawn in this order where all are named, else the control first.
    course : the course of treatment shown.
    most : terms shown, those with the largest differences.
    """
    named = {a: (labels or {}).get(a, a) for a in _in_order(rates, labels)}
    terms = _terms(rates, course, most)
    height = HEAD + FOOT + ROW * len(terms)
    with styled():
        figure = draw(WIDTH, height)
        left, right = (
            figure.add_axes((a / WIDTH, FOOT / height, (b - a) / WIDTH, ROW * len(terms) / height))
            for a, b in (RATES, APART)
        )
        cells = {
            (r["term"], r["arm"]): r
            for r in rates.rates.filter(pl.col("course") == course).iter_rows(named=True)
        }
        gaps = {
            (r["term"], r["arm"]): r
            for r in rates.differences.filter(pl.col("course") == course).iter_rows(named=True)
        }
        _rates_panel(left, terms, named, cells)
        _difference_panel(right, terms, named, gaps, rates.control)
        for y, term in enumerate(terms):
            figure.text(
                LEFT / WIDTH,
                1.0 - (HEAD + ROW * (y + 0.5)) / height,
                wrapped(term, LEFT - 0.1, SMALL),
                ha="right",
                va="center",
                fontsize=SMALL,
                linespacing=1.05,
            )
        _names(figure, list(named.values()), height)
    return Figure(figure, title, _alternative(terms, named, cells, gaps))


def _in_order(rates: AdverseEventRates, labels: Mapping[str, str] | None) -> list[str]:
    if labels and set(rates.arms) <= set(labels):
        return [a for a in labels if a in rates.arms]
    return sorted(rates.arms, key=lambda a: a != rates.control)


def _terms(rates: AdverseEventRates, course: str, most: int) -> list[str]:
    """Terms by the first difference, the largest excess first; without a control, as counted."""
    rows = rates.differences.filter(pl.col("course") == course)
    if rows.is_empty():
        return rates.rates["term"].unique(maintain_order=True).to_list()[:most]
    first = rows["arm"][0]
    order = rows.filter(pl.col("arm") == first).sort("difference", descending=True, maintain_order=True)
    terms: list[str] = order["term"].to_list()
    if len(terms) > most:
        largest = set(
            order.sort(pl.col("difference").abs(), descending=True, maintain_order=True)["term"][:most]
        )
        terms = [t for t in terms if t in largest]
    return terms


def _panel(axes: Axes, rows: int) -> None:
    axes.set_ylim(rows - 0.5, -0.5)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    for y in range(rows):
        axes.axhline(y, color="#dddddd", lw=0.5, zorder=0)


def _rates_panel(axes: Axes, terms: list[str], named: dict[str, str], cells: dict[Any, Any]) -> None:
    _panel(axes, len(terms))
    top = max((cells[t, a]["proportion"] for t in terms for a in named), default=0.0)
    end = max(100.0 * top * 1.06, 1.0)
    axes.set_xlim(-0.03 * end, end)
    for j, arm in enumerate(named):
        pen = stroke(j)
        x = [100.0 * cells[t, arm]["proportion"] for t in terms]
        axes.plot(
            x,
            range(len(terms)),
            pen.marker,
            color=pen.color,
            ms=4.6,
            mfc="white" if j == 0 else pen.color,
            mew=1.0,
            ls="none",
            zorder=3,
            clip_on=False,
        )
    axes.set_xlabel("Subjects with the event, %", labelpad=2)


def _difference_panel(
    axes: Axes, terms: list[str], named: dict[str, str], gaps: dict[Any, Any], control: str | None
) -> None:
    _panel(axes, len(terms))
    others = [a for a in named if a != control and control is not None]
    values = [100.0 * v for t in terms for a in others for v in (gaps[t, a]["lower"], gaps[t, a]["upper"])]
    low, high = min([*values, -1.0]), max([*values, 1.0])
    axes.set_xlim(low - 0.05 * (high - low), high + 0.05 * (high - low))
    axes.axvline(0.0, color=BLACK, lw=0.7, zorder=1)
    axes.set_xlabel("Risk difference, % points", labelpad=2)
    shift = 0.22 if len(others) > 1 else 0.0
    who = f"{named[others[0]]} minus {named[control or '']}" if len(others) == 1 else ""
    if 0 < len(who) <= SHORT_WORDS:
        axes.set_xlabel(f"{who},\n% points", labelpad=2)
    for i, arm in enumerate(others):
        place = list(named).index(arm)
        pen = stroke(place)
        for y, term in enumerate(terms):
            r = gaps[term, arm]
            at = y + shift * (i - (len(others) - 1) / 2)
            axes.plot([100.0 * r["lower"], 100.0 * r["upper"]], [at, at], color=pen.color, lw=1.0, zorder=2)
            fill = "white" if place == 0 else pen.color
            axes.plot(
                [100.0 * r["difference"]], [at], pen.marker, color=pen.color, mfc=fill, ms=4.2, zorder=3
            )
            if len(others) == 1:
                points = [100.0 * r[k] for k in ("difference", "lower", "upper")]
                words = f"{numbers.decimal(points[0], 1)} ({numbers.interval(points[1], points[2], 1)})"
                axes.text(
                    (RIGHT - APART[0]) / (APART[1] - APART[0]),
                    y,
                    words,
                    transform=axes.get_yaxis_transform(),
                    ha="right",
                    va="center",
                    fontsize=SMALL,
                )


def _names(figure: Any, names: list[str], height: float) -> None:
    x = RATES[0]
    for j, name in enumerate(names):
        pen = stroke(j)
        y = 1.0 - 0.14 / height
        figure.add_artist(_mark((x + 0.05) / WIDTH, y, pen, hollow=j == 0))
        text = figure.text((x + 0.15) / WIDTH, y, name, color=pen.color, va="center", fontsize=SIZE)
        x += 0.15 + text.get_window_extent().width / figure.dpi + 0.25
    if len(names) != 2:
        return
    figure.text(
        RIGHT / WIDTH,
        1.0 - 0.36 / height,
        "Difference (limits)",
        ha="right",
        va="center",
        fontsize=SMALL,
        color=GREY,
    )


def _mark(x: float, y: float, pen: Any, *, hollow: bool) -> Any:
    from matplotlib.lines import Line2D

    return Line2D(
        [x], [y], marker=pen.marker, color=pen.color, ms=4.6, mfc="white" if hollow else pen.color, ls="none"
    )


def _alternative(terms: list[str], named: dict[str, str], cells: dict[Any, Any], gaps: dict[Any, Any]) -> str:
    told = ["Dot plot of subjects with each adverse event by arm, with risk differences."]
    for term in terms:
        by_arm = ", ".join(
            f"{label} {numbers.count_of(cells[term, a]['subjects'], cells[term, a]['evaluable'])}"
            for a, label in named.items()
        )
        apart = [
            f"difference {numbers.decimal(100.0 * r['difference'], 1)} points"
            for a in named
            if (r := gaps.get((term, a)))
        ]
        told.append(f"{term}: {'; '.join([by_arm, *apart])}.")
    return " ".join(told)
