"""Simulated characteristics, published against reproduced, the calendar: shown as they are, checks first."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import polars as pl
import pytest

from equipoise.design import At, Capped, GivenP, HwangShihDeCani, KimDeMets, LanDeMetsOBrienFleming
from equipoise.reconstruction.facts import Fact
from equipoise.reconstruction.reconstruct import Reconstruction
from equipoise.report import TrialReport, numbers, plot, reconstruction_text, simulation_text, tabulate
from equipoise.report.figures.calendar import plot_calendar
from equipoise.report.rule_words import words_of_rule
from equipoise.report.tables.operating_characteristics import simulated_looks_table
from equipoise.report.text import design_text
from equipoise.simulation import OperatingCharacteristics, simulate

if TYPE_CHECKING:
    from equipoise.protocol import Protocol


@pytest.fixture(scope="module")
def simulated(protocol: Protocol) -> OperatingCharacteristics:
    return simulate(protocol, trials=40, seed=3, workers=1)


def fact(
    name: str, use: str, printed: str, reached: float | None, *, met: bool, miss: float | None = 0.0
) -> Fact:
    return Fact(
        name=name,
        use=use,
        printed=printed,
        lower=0.0,
        upper=0.0,
        reached=reached,
        unit="",
        met=met,
        miss=miss,
        half_widths=None,
        exact=False,
        status="published",
        source="a paper",
    )


@pytest.fixture(scope="module")
def rebuilt() -> Reconstruction:
    nothing = pl.DataFrame()
    facts = (
        fact("hazard ratio", "input", "0.39", 0.3874, met=True),
        fact("number at risk, day 1095.75, chemotherapy", "input", "221", 221.0, met=True),
        fact("p value, SR-High", "check", "0.0126", 0.0173, met=False, miss=0.0046),
        fact("p value, SR-Average", "check", "0.0019", None, met=False, miss=None),
    )
    prior = pl.DataFrame(
        {
            "arm": ["chemotherapy"],
            "stratum": [None],
            "start": [1.0],
            "hazard": [0.042],
            "status": ["assumed"],
            "source": ["a curve"],
        }
    )
    return Reconstruction(nothing, nothing, nothing, facts, (), prior, 7, "f" * 64)


def test_simulated_numbers_keep_their_monte_carlo_error(simulated: OperatingCharacteristics) -> None:
    table = tabulate(simulated)
    null = simulated["null"]
    value = table.get("operating characteristics", "rejection", group="null")
    error = table.get("operating characteristics", "rejection_mc_error", group="null")
    assert value is not None
    assert error is not None
    assert (value.value, error.value) == tuple(null.rejection)
    shown = numbers.percent_with_error(*null.rejection, digits=2).replace("\u202f", " ")
    assert shown in simulation_text(simulated)


def test_simulated_looks_stand_beside_the_formula(
    report: TrialReport, simulated: OperatingCharacteristics
) -> None:
    design = report.design
    assert design is not None
    results = tabulate(design) + tabulate(simulated)
    table = simulated_looks_table(simulated, design, results)
    assert [c.title for c in table.columns].count("by formula") == 2
    third = [r for r in table.rows if not r.heading][2]
    shown = [c if isinstance(c, str) else c.text for c in third.cells]
    assert numbers.percent(design.looks[2].efficacy_under_null, 2) in shown


def test_stops_are_drawn_for_each_scenario(simulated: OperatingCharacteristics) -> None:
    figure = plot(simulated)
    told = re.findall(r"<text[^>]*>([^<]*)</text>", figure.svg())
    assert any(t.startswith("No effect: rejects in") for t in told)
    assert any(t.startswith("Effect as assumed: rejects in") for t in told)
    assert "look 5 efficacy" in figure.alternative


def test_checks_stand_before_inputs_under_the_right_heading(
    report: TrialReport, rebuilt: Reconstruction
) -> None:
    document = TrialReport(design=report.design, reconstruction=rebuilt).document()
    section = next(s for s in document.sections if s.id == "published")
    lead, _, first, second, prior = section.blocks
    assert lead.spans == ("This table tests the reconstruction, not the trial.",)
    assert first.title == "Not used by the reconstruction, therefore a check"
    assert second.title == "Used as input"
    assert [c if isinstance(c, str) else c.text for c in prior.rows[0].cells] == [
        "Chemotherapy",
        "all",
        "1",
        "0.0420",
        "assumed: a curve",
    ]
    assert document.running.marks == ("SYNTHETIC",)


def test_a_reproduced_number_has_a_digit_more_than_was_printed(
    rebuilt: Reconstruction, protocol: Protocol
) -> None:
    text = reconstruction_text(rebuilt, protocol)
    line = next(row for row in text.splitlines() if "3 years, Chemotherapy" in row)
    assert line.split()[3:6] == ["221", "221", "yes"]
    assert re.search(r"0\.39 +0\.387 +yes", text)
    assert re.search(r"SR-High +0\.0126 +0\.01730 +no: off by 0\.0046", text)
    assert re.search(r"SR-Average +0\.0019 +not estimable +cannot be computed", text)
    assert "0 of 2 agree as printed" in text
    assert "2 of 2 agree as printed" in text


def test_the_calendar_counts_what_was_observed(report: TrialReport) -> None:
    assert report.design is not None
    days = [dt.date(2020, 1, 1), dt.date(2020, 1, 1), dt.date(2021, 3, 5)]
    figure = plot_calendar(report.design, randomised=days, events=days[2:], cutoff=dt.date(2024, 6, 30))
    told = re.findall(r"<text[^>]*>([^<]*)</text>", figure.svg())
    assert "observed, 3" in told
    assert "observed, 1" in told
    assert {"2020", "2024", "look 5"} <= set(told)
    assert "Observed by 30 June 2024: 3 patients, 1 events" in figure.alternative
    steps = figure.drawing.axes[0].lines[1].get_ydata()
    assert list(steps) == [1.0, 2.0, 3.0, 3.0]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (LanDeMetsOBrienFleming(), "Lan–DeMets spending, O'Brien–Fleming type"),
        (HwangShihDeCani(gamma=-4), "Hwang–Shih–DeCani spending, γ = \u22124"),
        (At(KimDeMets(rho=2.0), looks=(3, 4, 5)), "Kim–DeMets spending α·t^ρ, ρ = 2, at looks 3, 4 and 5"),
        (
            Capped(LanDeMetsOBrienFleming(), z=3.0),
            "Lan–DeMets spending, O'Brien–Fleming type, capped at z = 3",
        ),
        (GivenP(0.7664), "one-sided P 0.7664"),
    ],
)
def test_rules_are_said_in_words(rule: object, said: str) -> None:
    assert words_of_rule(rule) == said


def test_the_plan_in_the_shell_says_test_sides_and_rules(report: TrialReport) -> None:
    assert report.design is not None
    text = design_text(report.design)
    assert "stratified log-rank, one-sided, alpha 0.025" in text
    assert "one-sided P 0.7664, at looks 1 and 2, not binding" in text
