"""Power against a setting of the scenarios, such as the hazard ratio, one line for each value of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.errors import ArgumentError
from equipoise.report import numbers
from equipoise.report.figures._style import LIGHT, SMALL, WIDTH, stroke, styled
from equipoise.report.figures._text import wrapped
from equipoise.report.figures.figure import Figure, draw
from equipoise.report.figures.scenario_settings import by_settings, chosen_setting, setting_words
from equipoise.report.scenario_words import rejection_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from equipoise.simulation import OperatingCharacteristics, ScenarioCharacteristics

HEIGHT = 3.0
LEFT, RIGHT, BELOW, ABOVE = 0.6, 1.35, 0.45, 0.2
MOST_LINES = 6


def plot_power(
    found: OperatingCharacteristics,
    *,
    x: str | None = None,
    by: str | None = None,
    title: str = "Power by scenario",
) -> Figure:
    """Probability of rejecting for benefit, with twice its Monte-Carlo error up and down.

    `x` and `by` name settings of the scenarios; without them the first two that vary.
    """
    across = chosen_setting(found, x, "x", 0)
    if across is None:
        raise ArgumentError("scenarios", len(found.scenarios), "must differ in a number to be drawn against")
    along = chosen_setting(found, by, "by", 1 if across == chosen_setting(found, None, "x", 0) else 0)
    lines = by_settings(found, across, along)
    if len(lines) > MOST_LINES:
        raise ArgumentError("by", along, f"has {len(lines)} values, more than {MOST_LINES} lines show")
    with styled():
        figure = draw(WIDTH, HEIGHT)
        axes: Axes = figure.add_axes(
            (
                LEFT / WIDTH,
                BELOW / HEIGHT,
                (WIDTH - LEFT - RIGHT) / WIDTH,
                (HEIGHT - BELOW - ABOVE) / HEIGHT,
            )
        )
        for i, (value, row) in enumerate(lines.items()):
            _line(axes, row, i, "" if value is None else f"{value:g}")
        _frame(axes, sorted({v for row in lines.values() for v in row}), setting_words(found, across))
        axes.set_ylabel(f"{rejection_words(found)}, %")
        if along is not None:
            _key(axes, setting_words(found, along))
    return Figure(figure, title, _alternative(found, across, along))


def _line(axes: Axes, row: dict[float, ScenarioCharacteristics], i: int, label: str) -> None:
    s = stroke(i + 1)
    values = [100.0 * one.rejection.value for one in row.values()]
    errors = [200.0 * one.rejection.error for one in row.values()]
    axes.errorbar(
        list(row),
        values,
        yerr=errors,
        color=s.color,
        linestyle=s.linestyle,
        lw=s.width,
        marker=s.marker,
        ms=3.5,
        mfc="white",
        elinewidth=0.8,
        capsize=1.5,
        label=label,
    )


def _frame(axes: Axes, ticks: Sequence[float], words: str) -> None:
    axes.set_ylim(0.0, 100.0)
    axes.set_yticks(range(0, 101, 20))
    axes.grid(visible=True, axis="y", color=LIGHT, lw=0.5)
    axes.set_axisbelow(True)
    if len(ticks) <= 12:
        axes.set_xticks(list(ticks), [f"{t:g}" for t in ticks])
    axes.set_xlabel(words, labelpad=3)


def _key(axes: Axes, words: str) -> None:
    """Which line is which, beside the axes."""
    axes.legend(
        loc="upper left",
        bbox_to_anchor=(1.01, 1.0),
        title=wrapped(words, RIGHT - 0.15, SMALL),
        title_fontsize=SMALL,
        fontsize=SMALL,
        frameon=False,
        alignment="left",
        borderaxespad=0.0,
        handlelength=3.2,
    )


def _alternative(found: OperatingCharacteristics, across: str, along: str | None) -> str:
    told = [f"Probability of rejecting for benefit against {across}."]
    for value, row in by_settings(found, across, along).items():
        where = "" if value is None else f"{along} {value:g}: "
        told.append(
            where + "; ".join(f"{v:g}: {numbers.percent(s.rejection.value)}" for v, s in row.items()) + "."
        )
    return " ".join(told)
