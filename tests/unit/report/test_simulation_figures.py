"""Figures of simulated scenarios: what is drawn against what, and what cannot be."""

from __future__ import annotations

import re

import pytest

from equipoise.errors import ArgumentError
from equipoise.report import plot
from equipoise.report.figures.operating_characteristics import figures_of
from equipoise.report.figures.scenario_settings import by_settings, varied_settings
from equipoise.report.text import simulation_text
from equipoise.simulation import OperatingCharacteristics, Scenario, simulate
from simulation.small_trials import small_trial


def _grid(ratios: tuple[float, ...], delays: tuple[float, ...]) -> list[Scenario]:
    return [
        Scenario(f"hr {r} delay {d}", r, d, settings=(("family", "x"), ("hazard_ratio", r), ("delay", d)))
        for r in ratios
        for d in delays
    ]


@pytest.fixture(scope="module")
def crossed() -> OperatingCharacteristics:
    return simulate(small_trial(), trials=30, seed=1, scenarios=_grid((0.4, 0.7, 1.0), (0.0, 1.0)), workers=1)


def test_settings_that_vary_are_found_and_text_is_not_among_them(crossed: OperatingCharacteristics) -> None:
    assert varied_settings(crossed) == ("hazard_ratio", "delay")
    assert figures_of(crossed) == {"stops": "stopping.svg", "power": "power.svg", "map": "power-map.svg"}


def test_the_grid_is_read_by_both_settings(crossed: OperatingCharacteristics) -> None:
    grid = by_settings(crossed, "hazard_ratio", "delay")
    assert list(grid) == [0.0, 1.0]
    assert list(grid[1.0]) == [0.4, 0.7, 1.0]
    assert grid[1.0][0.7].scenario == "hr 0.7 delay 1.0"
    with pytest.raises(ArgumentError, match="must differ in hazard_ratio"):
        by_settings(crossed, "hazard_ratio", None)


@pytest.mark.parametrize("show", ["stops", "power", "map"])
def test_every_figure_tells_its_numbers_in_words(crossed: OperatingCharacteristics, show: str) -> None:
    figure = plot(crossed, show=show)
    for s in crossed.scenarios:
        share = f"{100 * s.rejection.value:.1f}"
        assert share in figure.alternative.replace("\u202f", " ")
    assert figure.svg() == plot(crossed, show=show).svg()


def test_cells_of_the_map_are_the_rejection_rates(crossed: OperatingCharacteristics) -> None:
    drawing = plot(crossed, show="map").drawing
    cells = [t.get_text() for t in drawing.axes[0].texts]
    assert sorted(cells) == sorted(f"{100 * s.rejection.value:.1f}" for s in crossed.scenarios)


def test_bars_of_a_scenario_add_up_to_all_trials(crossed: OperatingCharacteristics) -> None:
    axes = plot(crossed).drawing.axes[0]
    total: dict[float, float] = {}
    for bar in axes.patches:
        if bar.get_clip_on():
            middle = round(bar.get_y() + bar.get_height() / 2, 6)
            total[middle] = total.get(middle, 0.0) + bar.get_width()
    assert list(total.values()) == pytest.approx([100.0] * 6)


def test_a_simulation_without_settings_has_no_power_curve() -> None:
    found = simulate(small_trial(), trials=20, seed=1, workers=1)
    assert figures_of(found) == {"stops": "stopping.svg"}
    with pytest.raises(ArgumentError, match="must differ in a number"):
        plot(found, show="power")
    with pytest.raises(ArgumentError, match="must differ in two numbers"):
        plot(found, show="map")
    with pytest.raises(ArgumentError, match="show must be one of"):
        plot(found, show="pie")


def test_an_axis_asked_for_must_vary(crossed: OperatingCharacteristics) -> None:
    assert plot(crossed, show="power", x="delay").drawing.axes[0].get_xlabel().startswith("Delay")
    with pytest.raises(ArgumentError, match="x must be a setting with several numbers: 'hazard_ratio'"):
        plot(crossed, show="power", x="dose")


def test_many_scenarios_are_printed_one_a_row(crossed: OperatingCharacteristics) -> None:
    text = simulation_text(crossed)
    for s in crossed.scenarios:
        (line,) = [row for row in text.splitlines() if row.startswith(s.scenario)]
        assert re.search(rf"{100 * s.rejection.value:.2f} ±", line)
    assert "Look by look" not in text
