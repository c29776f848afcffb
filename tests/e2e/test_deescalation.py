"""The de-escalation example: what it states in words is what its numbers give, and it runs from the shell."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from equipoise.design import Design, design_trial
from equipoise.protocol import Protocol, read_protocol

if TYPE_CHECKING:
    from collections.abc import Callable

EXAMPLE = Path(__file__).parents[2] / "examples" / "deescalation"


@pytest.fixture(scope="module")
def protocol() -> Protocol:
    return read_protocol(EXAMPLE / "protocol.toml")


@pytest.fixture(scope="module")
def design(protocol: Protocol) -> Design:
    return design_trial(protocol)


def disease_free(protocol: Protocol, hazard_ratio: float) -> float:
    """Three-year survival of all patients at a hazard ratio over the control arm."""
    hazards = [(s.prevalence, protocol.control_hazard("DFS", s.id)) for s in protocol.stratum]
    return sum(share * math.exp(-hazard_ratio * float(h.cumulative(3.0))) for share, h in hazards)


def test_the_margin_means_what_its_text_says(protocol: Protocol) -> None:
    h = protocol.hypothesis[0]
    said = [float(x) for x in re.findall(r"(\d+\.\d+) %", h.text)]
    assert said == [round(100 * disease_free(protocol, r), 1) for r in (1.0, h.margin)]
    assert f"hazard ratio of {h.margin:g}" in h.text
    assert protocol.control_hazard("DFS", "SR-Average").cumulative(3.0) == pytest.approx(-math.log(0.975))
    assert protocol.control_hazard("DFS", "SR-High").cumulative(3.0) == pytest.approx(-math.log(0.941))


def test_every_clinical_value_says_how_well_it_is_known(protocol: Protocol) -> None:
    for path in (
        "hypothesis[0].margin",
        "hypothesis[0].alpha",
        "effect[0].hazard_ratio",
        "assumption[0].milestones",
        "accrual.patients",
        "accrual.rates",
        "dropout.rate",
        "monitoring.futility",
    ):
        found = protocol.status(path)
        assert found is not None, path
        assert found.status == "assumed", path
        assert found.source, path


def test_the_planned_events_come_though_few_children_have_one(protocol: Protocol, design: Design) -> None:
    assert design.events == 104
    assert 0.99 < design.probability_events_come < 1.0
    assert design.looks[-1].hazard_ratio == pytest.approx(
        1.75 * math.exp(-design.looks[-1].efficacy_z / math.sqrt(104 / 4)), rel=1e-9
    )
    fewer = protocol.model_copy(update={"accrual": protocol.accrual.model_copy(update={"patients": 1900})})
    assert design_trial(fewer).probability_events_come < 0.7


def test_the_shell_checks_designs_and_simulates_it(equipoise: Callable) -> None:
    file = str(EXAMPLE / "protocol.toml")
    assert "no mistake found" in equipoise("check", file).stdout
    assert "hazard ratio 1.00" in equipoise("design", file).stdout
    played = equipoise("simulate", file, "--trials", "200", "--quiet").stdout
    assert "At the margin 1.75" in played
    assert "Shows a hazard ratio below 1.75" in played
    assert "No effect" not in played
    grid = equipoise(
        "simulate", file, "--scenarios", str(EXAMPLE / "scenarios.toml"), "--trials", "100", "--quiet"
    )
    assert "truth: hazard_ratio 1.3" in grid.stdout
