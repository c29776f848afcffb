"""A design over the hazard ratio and over the calendar, and its figures."""

from __future__ import annotations

import datetime as dt
import math
import re
from pathlib import Path

import numpy as np
import pytest
from scipy.special import ndtr

import tolerances
from equipoise.design import HwangShihDeCani, LanDeMetsOBrienFleming, design_trial, group_sequential
from equipoise.design.trial_design import Design
from equipoise.errors import ArgumentError
from equipoise.protocol import read_protocol
from equipoise.report import Figure, plot
from equipoise.report.design_curves import (
    CALENDAR,
    POWER,
    design_calendar,
    design_results,
    drift_at,
    hazard_ratios,
)
from equipoise.report.figures.hazard_ratio_boundary import ratio_bounds
from small_trial import PROTOCOL

EXAMPLE = Path(__file__).parents[3] / "examples" / "aall1731" / "protocol.toml"
EVERY = ("boundary", "hazard-ratio", "spending", "power", "calendar")


@pytest.fixture(scope="module")
def example() -> Design:
    return design_trial(read_protocol(EXAMPLE))


@pytest.fixture(scope="module")
def two_sided(tmp_path_factory: pytest.TempPathFactory) -> Design:
    """Binding futility, no start date."""
    text = PROTOCOL.replace("alpha = 0.025", "alpha = 0.05\nsides = 2").replace("start_date = 2020-01-01", "")
    text = text.replace(
        "look = [{ events = 10 }, { events = 20 }]",
        "look = [{ fraction = 0.5 }, { fraction = 1.0 }]\n"
        'futility = { spending = { family = "Lan-DeMets Pocock" }, binding = true }',
    )
    path = tmp_path_factory.mktemp("two") / "protocol.toml"
    path.write_text(text)
    return design_trial(read_protocol(path))


def told(figure: Figure) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", figure.svg())


def test_at_the_assumed_hazard_ratio_the_curve_is_the_power(example: Design, two_sided: Design) -> None:
    for design in (example, two_sided):
        ratio = math.exp(design.log_hazard_ratio)
        drift = float(drift_at(design, np.array([ratio]))[0])
        assert design.boundaries.power(drift) == pytest.approx(design.power, abs=tolerances.ROUNDING)
    results = design_results(example)
    row = results.get(POWER, "power", population="primary", item="hazard ratio 0.55")
    assert row is not None
    assert row.value == pytest.approx(example.power, abs=tolerances.ROUNDING)


def test_power_without_interim_looks_has_its_closed_form(tmp_path: Path) -> None:
    path = tmp_path / "protocol.toml"
    path.write_text(PROTOCOL[: PROTOCOL.index("[monitoring]")] + PROTOCOL[PROTOCOL.index("[analyses]") :])
    design = design_trial(read_protocol(path))
    for row in design_results(design).where(analysis=POWER, statistic="power"):
        ratio = float(row.item.rpartition(" ")[2])
        root = math.sqrt(design.events / 4.0)
        assert row.value == pytest.approx(ndtr(-math.log(ratio) * root - 1.959963984540054), abs=1e-12)


def test_the_grid_holds_the_null_and_the_effect(example: Design) -> None:
    ratios = hazard_ratios(example)
    assert ratios[0] < 0.55
    assert ratios[-1] > 1.0
    assert np.diff(ratios) == pytest.approx(0.05)


def test_months_are_calendar_months_where_there_is_a_start(example: Design) -> None:
    calendar = design_calendar(example)
    assert calendar.months[:2] == (dt.date(2019, 7, 31), dt.date(2019, 8, 31))
    assert calendar.months[-1] == dt.date(2025, 9, 30)
    assert calendar.time[0] == pytest.approx(31 / 365.25)
    assert calendar.patients[0] == pytest.approx(100 * 31 / 365.25)
    last = np.interp([k.time for k in example.looks], calendar.time, calendar.events)
    assert last == pytest.approx([k.events for k in example.looks], abs=0.05)
    assert (calendar.experimental < calendar.control).all()


def test_months_are_counted_where_there_is_none(two_sided: Design) -> None:
    calendar = design_calendar(two_sided)
    assert calendar.months[:3] == (1, 2, 3)
    assert calendar.time[:3] == pytest.approx([1.0, 2.0, 3.0])
    assert calendar.time[-1] >= two_sided.looks[-1].time


def test_rows_of_months_add_up(example: Design) -> None:
    results, calendar = design_results(example), design_calendar(example)
    last = calendar.months[-1].isoformat()
    by_arm = [
        results.get(CALENDAR, "events", population="primary", group=arm, item=last)
        for arm in ("chemotherapy", "blinatumomab")
    ]
    assert sum(r.value for r in by_arm if r is not None and r.value is not None) == pytest.approx(
        calendar.events[-1], abs=tolerances.ROUNDING
    )


def test_bounds_as_hazard_ratios(example: Design, two_sided: Design) -> None:
    drawn = ratio_bounds(example)
    assert math.isnan(drawn[0].efficacy)
    assert drawn[4].efficacy == pytest.approx(math.exp(-example.looks[4].efficacy_z / math.sqrt(31.75)))
    for b in ratio_bounds(two_sided):
        assert b.harm == pytest.approx(1.0 / b.efficacy)


@pytest.mark.parametrize("what", EVERY)
def test_every_figure_is_drawn_and_described(what: str, example: Design, two_sided: Design) -> None:
    for design in (example, two_sided):
        figure = plot(design, what=what)
        assert len(figure.alternative) > 60
        assert told(figure)


def test_figures_show_the_numbers_of_the_design(example: Design, two_sided: Design) -> None:
    assert {"0.58", "0.64", "0.69", "1.33", "1.23", "assumed 0.55", "no effect"} <= set(
        told(plot(example, what="hazard-ratio"))
    )
    assert {"0.0092", "0.0161", "0.0250", "0.1000"} <= set(told(plot(example, what="spending")))
    assert "assumed 0.55: power 90.1\u202f%" in told(plot(example, what="power"))
    assert {"Chemotherapy, 82", "look 5", "2020", "patients, 1\u202f440"} <= set(
        told(plot(example, what="calendar"))
    )
    assert "Stop for harm" in told(plot(two_sided))
    assert "Stop for harm" in told(plot(two_sided, what="hazard-ratio"))
    assert any(t.startswith("Alpha, both sides: Lan–DeMets") for t in told(plot(two_sided, what="spending")))


def test_a_group_sequential_design_draws_its_spending() -> None:
    design = group_sequential(
        (0.4, 1.0),
        alpha=0.025,
        beta=0.1,
        sides=1,
        efficacy=LanDeMetsOBrienFleming(),
        futility=HwangShihDeCani(-2.0),
        spending_fraction=(0.5, 1.0),
    )
    words = told(plot(design, what="spending"))
    assert words.count("Spending fraction") == 2
    assert "0.0015" in words


def test_another_figure_is_refused(example: Design) -> None:
    with pytest.raises(ArgumentError, match=r"what must be one of 'boundary', 'hazard-ratio'.*got 'pie'"):
        plot(example, what="pie")
