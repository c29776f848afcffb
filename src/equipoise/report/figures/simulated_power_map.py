"""Power over two settings of the scenarios at once: a map of shaded cells, each with its number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.errors import ArgumentError
from equipoise.report import numbers
from equipoise.report.figures._style import SMALL, WIDTH, styled
from equipoise.report.figures.figure import Figure, draw
from equipoise.report.figures.scenario_settings import by_settings, chosen_setting, setting_words
from equipoise.report.scenario_words import rejection_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from equipoise.simulation import OperatingCharacteristics, ScenarioCharacteristics

ROW, LEFT, RIGHT, BELOW, ABOVE = 0.3, 0.75, 0.2, 0.5, 0.28
WIDEST_CELL = 0.75
DARK = 0.55
# From white to a dark blue by lightness alone, so that it reads the same in grey.
PALE, DEEP = (0.97, 0.98, 1.0), (0.03, 0.25, 0.45)


def plot_power_map(
    found: OperatingCharacteristics,
    *,
    x: str | None = None,
    by: str | None = None,
    title: str = "Power over two settings",
) -> Figure:
    """Per cent of trials that reject for benefit by two settings; without names the first two that vary."""
    across = chosen_setting(found, x, "x", 0)
    up = chosen_setting(found, by, "by", 1)
    if across is None or up is None or across == up:
        raise ArgumentError("scenarios", len(found.scenarios), "must differ in two numbers to be mapped")
    rows = by_settings(found, across, up)
    columns = sorted({v for row in rows.values() for v in row})
    cell = min(WIDEST_CELL, (WIDTH - LEFT - RIGHT) / len(columns))
    height = BELOW + ABOVE + ROW * len(rows)
    with styled():
        figure = draw(WIDTH, height)
        wide = cell * len(columns)
        axes: Axes = figure.add_axes((LEFT / WIDTH, BELOW / height, wide / WIDTH, ROW * len(rows) / height))
        for j, row in enumerate(rows.values()):
            for i, value in enumerate(columns):
                if value in row:
                    _cell(axes, i, j, row[value])
        axes.set_xlim(0, len(columns))
        axes.set_ylim(0, len(rows))
        axes.set_xticks([i + 0.5 for i in range(len(columns))], [f"{v:g}" for v in columns])
        axes.set_yticks([j + 0.5 for j in range(len(rows))], [f"{v:g}" for v in rows])
        axes.tick_params(length=0)
        for side in ("left", "bottom"):
            axes.spines[side].set_visible(False)
        axes.set_xlabel(setting_words(found, across), labelpad=3)
        axes.set_ylabel(_two_lines(setting_words(found, up), ROW * len(rows)))
        axes.set_title(f"{rejection_words(found)}, %", loc="left", fontsize=SMALL, pad=4)
    return Figure(figure, title, _alternative(found, across, up))


def _two_lines(words: str, room: float) -> str:
    """An axis' name broken at its comma where the axis is short."""
    return words.replace(", ", ",\n", 1) if room < 0.075 * len(words) else words


def _cell(axes: Axes, i: int, j: int, s: ScenarioCharacteristics) -> None:
    from matplotlib.patches import Rectangle

    share = s.rejection.value
    shade = tuple(p + share * (d - p) for p, d in zip(PALE, DEEP, strict=True))
    axes.add_patch(Rectangle((i, j), 1, 1, facecolor=shade, edgecolor="white", lw=1.0))
    axes.text(
        i + 0.5,
        j + 0.5,
        numbers.decimal(100.0 * share, 1),
        ha="center",
        va="center",
        fontsize=SMALL,
        color="white" if share > DARK else "black",
    )


def _alternative(found: OperatingCharacteristics, across: str, up: str) -> str:
    told = [f"Probability of rejecting for benefit by {across} and {up}."]
    for value, row in by_settings(found, across, up).items():
        cells = "; ".join(f"{v:g}: {numbers.percent(s.rejection.value)}" for v, s in row.items())
        told.append(f"{up} {value:g}: {cells}.")
    return " ".join(told)
