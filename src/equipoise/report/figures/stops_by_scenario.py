"""Where simulated trials stop, one bar a scenario: for many scenarios beside one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.report import numbers
from equipoise.report.figures._style import BLUE, GREY, SMALL, VERMILLION, WIDTH, styled
from equipoise.report.figures._text import width_of
from equipoise.report.figures.figure import Figure, draw
from equipoise.report.scenario_words import scenario_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from equipoise.simulation import OperatingCharacteristics, ScenarioCharacteristics

ROW, BELOW, ABOVE, RIGHT = 0.19, 0.42, 0.36, 0.62
LONGEST = 2.7
NARROWEST = 5.0
_KINDS = (
    ("efficacy", BLUE, ""),
    ("end", "#ffffff", ""),
    ("futility", VERMILLION, "////"),
    ("harm", GREY, "xxxx"),
)
_KEY = (("efficacy", BLUE, ""), ("end, no boundary crossed", "#ffffff", ""), ("futility", VERMILLION, "////"))


def plot_stops_by_scenario(
    found: OperatingCharacteristics, *, title: str = "Where simulated trials stop"
) -> Figure:
    """Stacked shares of each exit at each look, numbered by look; the rejection rate at the right."""
    names = [_name(found, s) for s in found.scenarios]
    left = min(LONGEST, max(width_of(n, SMALL) for n in names) + 0.15)
    n = len(names)
    height = BELOW + ABOVE + ROW * n
    with styled():
        figure = draw(WIDTH, height)
        axes: Axes = figure.add_axes(
            (left / WIDTH, BELOW / height, (WIDTH - left - RIGHT) / WIDTH, ROW * n / height)
        )
        for i, s in enumerate(found.scenarios):
            _bar(axes, n - 1 - i, s)
        axes.set_xlim(0.0, 100.0)
        axes.set_ylim(-0.5, n - 0.5)
        axes.set_yticks(range(n - 1, -1, -1), names, fontsize=SMALL)
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel("Trials, %; the number in a bar is the look", labelpad=2)
        axes.text(101.5, n - 0.4, "rejects", fontsize=SMALL, va="bottom", color=GREY)
        _key(axes, n)
    return Figure(figure, title, _alternative(found))


def _name(found: OperatingCharacteristics, s: ScenarioCharacteristics) -> str:
    name = scenario_words(found, s.scenario)
    while width_of(name, SMALL) > LONGEST - 0.15:
        name = name[:-2].rstrip() + "…"
    return name


def _bar(axes: Axes, y: float, s: ScenarioCharacteristics) -> None:
    at = 0.0
    for kind, color, hatch in _KINDS:
        looks = s.looks if kind == "efficacy" else s.looks[::-1]
        for k in looks:
            share = 100.0 * getattr(k, kind).value
            if share <= 0.0:
                continue
            axes.barh(
                y,
                share,
                0.72,
                left=at,
                color="white" if hatch else color,
                edgecolor="white" if color == BLUE else color if color != "#ffffff" else GREY,
                hatch=hatch,
                lw=0.6,
            )
            if share >= NARROWEST and kind != "end":
                axes.text(
                    at + share / 2,
                    y - 0.04,
                    str(k.look),
                    ha="center",
                    va="center",
                    fontsize=SMALL - 1,
                    color="white" if color == BLUE else "black",
                    bbox=None if color == BLUE else {"facecolor": "white", "edgecolor": "none", "pad": 0.6},
                )
            at += share
    axes.text(101.5, y, numbers.percent(s.rejection.value), fontsize=SMALL, va="center")


def _key(axes: Axes, n: int) -> None:
    from matplotlib.patches import Rectangle

    x, y = 0.0, n - 0.5 + 0.16 / ROW
    per_inch = 100.0 / (axes.get_window_extent().width / axes.figure.dpi)
    for words, color, hatch in _KEY:
        swatch = Rectangle(
            (x, y - 0.3),
            0.14 * per_inch,
            0.6,
            clip_on=False,
            facecolor="white" if hatch else color,
            edgecolor=color if color != "#ffffff" else GREY,
            hatch=hatch * 2,
            lw=0.7,
        )
        axes.add_patch(swatch)
        axes.text(x + 0.2 * per_inch, y, words, va="center", fontsize=SMALL)
        x += (0.38 + width_of(words, SMALL)) * per_inch


def _alternative(found: OperatingCharacteristics) -> str:
    told = [f"Shares of {numbers.count(found.trials)} simulated trials that stop at each look, by scenario."]
    for s in found.scenarios:
        parts = [
            f"look {k.look} {kind} {numbers.percent(getattr(k, kind).value)}"
            for k in s.looks
            for kind in ("efficacy", "futility")
            if getattr(k, kind).value > 0.0
        ]
        rejects = numbers.percent(s.rejection.value)
        told.append(f"{_name(found, s)}: rejects in {rejects}; {', '.join(parts) or 'no stop'}.")
    return " ".join(told)
