"""Protocols whose hypothesis is tested by a weighted log-rank, MaxCombo, restricted-mean or milestone test."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

import tolerances
from equipoise.design import Design, design_trial
from equipoise.design.crossing_by_look import LookMoments
from equipoise.errors import DesignError, ProtocolError
from equipoise.protocol import parse_protocol

EXAMPLE = (Path(__file__).parents[3] / "examples" / "aall1731" / "protocol.toml").read_text(encoding="utf-8")
FH = 'test = "weighted-logrank"\nweight = { family = "Fleming-Harrington", gamma = 1 }'
NONE = 'test = "weighted-logrank"\nweight = { family = "log-rank" }'
MODEST = 'test = "weighted-logrank"\nweight = { family = "Magirr-Burman", delay = 1.0 }'
RMST = 'test = "rmst"\nhorizon = 1.5'
MILESTONE = 'test = "milestone"\nhorizon = 2.0\nscale = "log-log"'
COMBO = 'test = "maxcombo"\nweights = [{ family = "log-rank" }, { family = "Fleming-Harrington", gamma = 1 }]'


@cache
def designed(test: str, *, power: float = 0.8, monitored: bool = True) -> Design:
    text = EXAMPLE.replace('test = "stratified-logrank"', test).replace("power = 0.9", f"power = {power}")
    if not monitored:
        text = text[: text.index("[monitoring]")] + text[text.index("[analyses]") :]
    return design_trial(parse_protocol(text))


@pytest.mark.parametrize("test", [FH, MODEST, NONE])
def test_the_power_is_reached_with_no_event_to_spare(test: str) -> None:
    found = designed(test)
    assert 0.8 <= found.power < 0.81
    assert sum(k.efficacy_under_effect for k in found.looks) == pytest.approx(found.power)
    assert found.looks[-1].events == found.events
    assert [round(k.events / found.events, 1) for k in found.looks] == [0.2, 0.4, 0.6, 0.8, 1.0]


def test_alpha_is_spent_by_events_and_kept_with_the_tests_own_information() -> None:
    """G(0, 1) has seen much less of its information than of its events: events would join its looks too closely."""
    found = designed(FH)
    events = np.array([k.information_fraction for k in found.looks])
    joined = found.boundaries.information_fraction
    assert (joined[:-1] < events[:-1]).all()
    null = LookMoments.canonical(np.zeros(5), joined)
    crossed = np.cumsum(null.crossing(found.boundaries.efficacy_z).efficacy)
    np.testing.assert_allclose(crossed[2:], 0.025 * events[2:] ** 2, atol=tolerances.ITERATION)
    closely = LookMoments.canonical(np.zeros(5), events).crossing(found.boundaries.efficacy_z).efficacy.sum()
    assert closely < 0.0245


def test_without_weight_it_is_nearly_the_log_rank_design() -> None:
    weighted, plain = designed(NONE), designed('test = "stratified-logrank"')
    assert abs(weighted.events - plain.events) <= 3
    assert weighted.power == pytest.approx(plain.power_by_score, abs=0.02)


@pytest.mark.parametrize("test", [MILESTONE, RMST])
def test_curves_are_compared_at_one_look(test: str) -> None:
    found = designed(test, power=0.5, monitored=False)
    assert 0.5 <= found.power < 0.52
    assert found.looks[0].efficacy_z == pytest.approx(1.959964, abs=1e-6)
    assert found.looks[0].hazard_ratio == np.inf


def test_maxcombo_at_one_look() -> None:
    found = designed(COMBO, monitored=False)
    assert 0.8 <= found.power < 0.81
    assert found.looks[0].efficacy_under_null == pytest.approx(0.025)


@pytest.mark.parametrize(
    ("test", "monitored", "message"),
    [
        (COMBO, True, "its bounds over several are no single z"),
        ('test = "rmst"\nhorizon = 40.0', False, "come the power is 0"),
        ('test = "milestone"\nhorizon = 3.0', True, "come the power is"),
    ],
)
def test_what_cannot_be_planned_is_refused(test: str, message: str, *, monitored: bool) -> None:
    with pytest.raises(DesignError, match=message):
        designed(test, power=0.9, monitored=monitored)


@pytest.mark.parametrize(
    ("test", "message"),
    [
        ('test = "weighted-logrank"', "needs weight"),
        ('test = "maxcombo"', "needs weights"),
        ('test = "rmst"', "needs horizon"),
        ('test = "logrank"\nhorizon = 2.0', r"horizon: goes with test = 'rmst' or 'milestone'"),
        ('test = "rmst"\nhorizon = 2.0\nscale = "log-log"', "scale: goes with test = 'milestone'"),
        ('test = "rmst"\nhorizon = 2.0\nmargin = 1.3', "margin = 1.3: is a hazard ratio"),
        (COMBO.replace('{ family = "log-rank" }, ', ""), "must hold two weights or more"),
        (FH.replace("gamma = 1", "gamma = -1"), "gamma"),
        (FH.replace("Fleming-Harrington", "log-rank"), "gamma = 1: goes with family = 'Fleming-Harrington'"),
        (MODEST.replace(", delay = 1.0", ""), "must give either delay or least_survival"),
        (FH.replace("gamma = 1", "delay = 1"), "goes with family = 'Magirr-Burman'"),
    ],
)
def test_tests_without_what_they_need_are_named(test: str, message: str) -> None:
    with pytest.raises(ProtocolError, match=message):
        designed(test)
