"""Simulated trials in one figure: where they stop, by panels or bars, or their power over settings."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from equipoise import _check
from equipoise.errors import ArgumentError
from equipoise.report import numbers
from equipoise.report.figures._style import BLUE, GREY, SMALL, VERMILLION, WIDTH, styled
from equipoise.report.figures.figure import Figure, draw
from equipoise.report.figures.scenario_settings import by_settings, varied_settings
from equipoise.report.figures.simulated_power import plot_power
from equipoise.report.figures.simulated_power_map import plot_power_map
from equipoise.report.figures.stops_by_scenario import plot_stops_by_scenario
from equipoise.report.scenario_words import scenario_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from equipoise.simulation import OperatingCharacteristics, ScenarioCharacteristics

HEIGHT = 2.6
_KINDS = (
    ("efficacy", "efficacy", BLUE, ""),
    ("futility", "futility", VERMILLION, "////"),
    ("end", "end, no boundary crossed", "#ffffff", ""),
)
MOST_PANELS = 3


def plot_operating_characteristics(
    found: OperatingCharacteristics, *, show: str = "stops", **options: Any
) -> Figure:
    """Draw a simulation: where trials stop, or power by the scenarios' settings.

    `show` is "stops" (a panel a scenario; a bar each where there are more than three), "power" (curves over a
    setting, `x`, one for each value of another, `by`) or "map" (cells over both).
    """
    ways = {"stops": _stops, "power": plot_power, "map": plot_power_map}
    _check.one_of("show", show, tuple(ways))
    return ways[show](found, **options)


def figures_of(found: OperatingCharacteristics) -> dict[str, str]:
    """What of a simulation can be drawn, and the file that each figure goes into."""
    names = {"stops": "stopping.svg"}
    varied = varied_settings(found)
    for show, name, axes in (("power", "power.svg", 1), ("map", "power-map.svg", 2)):
        if len(varied) >= axes:
            with suppress(ArgumentError):
                by_settings(found, varied[0], varied[1] if len(varied) > 1 else None)
                names[show] = name
    return names


def _stops(found: OperatingCharacteristics, *, title: str = "Where simulated trials stop") -> Figure:
    """Probability of each exit by look; bars told apart by filling."""
    n = len(found.scenarios)
    if n > MOST_PANELS:
        return plot_stops_by_scenario(found, title=title)
    width = (WIDTH - 0.55 - 0.1 - 0.35 * (n - 1)) / n
    with styled():
        figure = draw(WIDTH, HEIGHT)
        for i, s in enumerate(found.scenarios):
            left = 0.55 + i * (width + 0.35)
            axes: Axes = figure.add_axes(
                (left / WIDTH, 0.44 / HEIGHT, width / WIDTH, (HEIGHT - 0.44 - 0.5) / HEIGHT)
            )
            _panel(axes, s)
            axes.set_title(
                f"{scenario_words(found, s.scenario)}: rejects in {numbers.percent(s.rejection.value)}",
                loc="left",
                pad=16,
            )
            if i == 0:
                axes.set_ylabel("Trials, %")
                _key(axes, any(k.futility.value > 0 for x in found.scenarios for k in x.looks))
    return Figure(figure, title, _alternative(found))


def _panel(axes: Axes, s: ScenarioCharacteristics) -> None:
    axes.set_ylim(0.0, 100.0)
    axes.set_xlim(0.4, len(s.looks) + 0.6)
    axes.set_xticks([k.look for k in s.looks])
    axes.set_xlabel("Look", labelpad=2)
    for k in s.looks:
        shown = [(kind, getattr(k, kind[0]).value) for kind in _KINDS]
        shown = [(kind, v) for kind, v in shown if v > 0.0]
        wide = 0.8 / max(len(shown), 1) if len(shown) > 2 else 0.38
        for j, ((_, _, color, hatch), value) in enumerate(shown):
            x = k.look + (j - (len(shown) - 1) / 2) * wide
            axes.bar(
                x,
                100.0 * value,
                wide * 0.92,
                color="white" if hatch else color,
                edgecolor=color if color != "#ffffff" else GREY,
                hatch=hatch,
                lw=0.7,
            )
            axes.text(
                x,
                100.0 * value + 1.5,
                numbers.decimal(100.0 * value, 1),
                ha="center",
                va="bottom",
                fontsize=SMALL - 0.5,
            )


def _key(axes: Axes, futile: bool) -> None:  # noqa: FBT001 - drawn or not
    x = 0.0
    for name, words, color, hatch in _KINDS:
        if name == "futility" and not futile:
            continue
        y = 1.055
        axes.add_patch(_swatch(x, y - 0.02, color, hatch, axes))
        text = axes.text(x + 0.045, y, words, transform=axes.transAxes, va="center", fontsize=SMALL)
        x += 0.045 + text.get_window_extent().width / axes.get_window_extent().width + 0.05


def _swatch(x: float, y: float, color: str, hatch: str, axes: Axes) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle(
        (x, y),
        0.03,
        0.04,
        transform=axes.transAxes,
        clip_on=False,
        facecolor="white" if hatch else color,
        edgecolor=color if color != "#ffffff" else GREY,
        hatch=hatch * 2,
        lw=0.7,
    )


def _alternative(found: OperatingCharacteristics) -> str:
    told = [f"Bars of the share of {numbers.count(found.trials)} simulated trials that stop at each look."]
    for s in found.scenarios:
        told.append(f"{scenario_words(found, s.scenario)}, rejects in {numbers.percent(s.rejection.value)}:")
        told += [
            f"look {k.look} efficacy {numbers.percent(k.efficacy.value)}, "
            f"futility {numbers.percent(k.futility.value)}."
            for k in s.looks
        ]
    return " ".join(told)
