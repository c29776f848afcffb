"""The design of a protocol: whole events, dates, and what a plan must hold."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from equipoise.design import Accrual, design_trial, expected_events, group_sequential
from equipoise.design.protocol_population import hypothesis_accrual, hypothesis_strata
from equipoise.errors import DesignError, ProtocolError
from equipoise.numerics.spending import KimDeMets, LanDeMetsOBrienFleming
from equipoise.protocol import parse_protocol, read_protocol
from small_trial import PROTOCOL
from tolerances import ROUNDING

EXAMPLE = Path(__file__).parents[3] / "examples" / "aall1731" / "protocol.toml"
FRACTIONS = PROTOCOL.replace("{ events = 10 }, { events = 20 }", "{ fraction = 0.5 }, { fraction = 1.0 }")


def test_events_are_schoenfelds_for_the_drift() -> None:
    """D = d^2 (1 + r)^2 / (r log(HR)^2), d of the same looks; then whole events, bounds solved again."""
    design = design_trial(parse_protocol(FRACTIONS))
    d = group_sequential((0.5, 1.0), alpha=0.025, beta=0.2, sides=1, efficacy=LanDeMetsOBrienFleming()).drift
    assert design.events == math.ceil(4 * d**2 / math.log(0.6) ** 2)
    assert design.looks[0].events == math.ceil(design.events / 2)
    again = group_sequential(
        (design.looks[0].events / design.events, 1.0),
        alpha=0.025,
        beta=0.2,
        sides=1,
        efficacy=LanDeMetsOBrienFleming(),
    )
    assert [k.efficacy_z for k in design.looks] == pytest.approx(again.efficacy_z.tolist(), rel=ROUNDING)
    assert design.power >= 0.8


def test_looks_come_when_their_events_are_expected() -> None:
    protocol = parse_protocol(FRACTIONS)
    design = design_trial(protocol)
    strata = hypothesis_strata(protocol, design.hypothesis)
    accrual = hypothesis_accrual(protocol, design.hypothesis)
    assert isinstance(accrual, Accrual)
    found = expected_events(strata, accrual, at=[k.time for k in design.looks])
    assert found.total.tolist() == pytest.approx([k.events for k in design.looks], rel=1e-9)
    assert found.patients.tolist() == pytest.approx([k.patients for k in design.looks], rel=1e-9)
    assert design.looks[0].date is not None
    assert (design.looks[0].date - protocol.accrual.start_date).days == round(design.looks[0].time * 30.4375)


def test_given_events_are_kept() -> None:
    design = design_trial(parse_protocol(PROTOCOL))
    assert [k.events for k in design.looks] == [10, 20]
    assert design.power < 0.8


def test_looks_by_calendar_hold_the_events_expected_by_then() -> None:
    text = PROTOCOL.replace("{ events = 10 }, { events = 20 }", "{ time = 12 }, { time = 24 }")
    design = design_trial(parse_protocol(text))
    assert [k.time for k in design.looks] == [12, 24]
    assert all(k.by_calendar for k in design.looks)
    dates = PROTOCOL.replace(
        "{ events = 10 }, { events = 20 }", "{ calendar_date = 2020-12-31 }, { calendar_date = 2021-12-31 }"
    )
    by_date = design_trial(parse_protocol(dates))
    assert [k.events for k in by_date.looks] == [k.events for k in design.looks]


def test_the_worked_example_is_read_for_efficacy_from_its_third_look_on() -> None:
    design = design_trial(read_protocol(EXAMPLE))
    assert [math.isfinite(k.efficacy_z) for k in design.looks] == [False, False, True, True, True]
    assert [math.isfinite(k.futility_z) for k in design.looks] == [True, True, False, False, True]
    third = design.looks[2]
    assert third.alpha_spent == pytest.approx(
        float(KimDeMets(rho=2.0).spent(third.events / design.events, 0.025)), rel=1e-9
    )
    assert third.nominal_p == pytest.approx(third.alpha_spent, rel=1e-9)


def test_two_sides_halve_alpha_and_double_the_nominal_p() -> None:
    one = design_trial(parse_protocol(FRACTIONS))
    two = design_trial(parse_protocol(FRACTIONS.replace("alpha = 0.025", "alpha = 0.05\nsides = 2")))
    assert two.events == one.events
    assert [k.efficacy_z for k in two.looks] == pytest.approx([k.efficacy_z for k in one.looks], rel=1e-9)
    assert [k.nominal_p for k in two.looks] == pytest.approx([2 * k.nominal_p for k in one.looks], rel=1e-9)


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("hazard_ratio = [0.6]", "hazard_ratio = [1.0]", "a power needs an effect"),
        ("hazard_ratio = [0.6]", "hazard_ratio = [0.97]", "never expected"),
        ("survival = 0.5 }]", "survival = 0.999 }]\ncure_fraction = 0.9985", "never expected"),
        ("{ fraction = 1.0 }", "{ fraction = 0.9 }", "the final analysis is at 1"),
        (
            "{ fraction = 0.5 }",
            "{ events = 180 }",
            "look 1 is due at 180 events and the final analysis at 12",
        ),
        ("{ fraction = 0.5 }", "{ time = 90 }", "no look comes after the end"),
        ("{ fraction = 0.5 }, { fraction = 1.0 }", "{ time = 30 }, { events = 40 }", "final analysis at 40"),
        ("{ fraction = 1.0 }", "{ fraction = 1.0, efficacy = false }", "must be read for efficacy"),
        ('[[effect]]\nendpoint = "EFS"\narm = "B"\nhazard_ratio = [0.6]\n', "", "nothing is assumed"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(old: str, new: str, word: str) -> None:
    assert old in FRACTIONS
    text = FRACTIONS.replace(old, new, 1)
    if "survival" in old:
        text = text.replace("survival = 0.3 }]", "survival = 0.999 }]\ncure_fraction = 0.9985")
    with pytest.raises((DesignError, ProtocolError), match=word):
        design_trial(parse_protocol(text))
