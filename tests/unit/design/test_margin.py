"""Designs that test a hazard ratio other than 1: events, bounds and refusals relative to the margin."""

from __future__ import annotations

import math

import pytest

from equipoise.design import design_trial, group_sequential, on_scales
from equipoise.errors import DesignError
from equipoise.numerics.spending import LanDeMetsOBrienFleming
from equipoise.protocol import parse_protocol
from small_trial import PROTOCOL
from tolerances import ROUNDING


def planned(margin: float, hazard_ratio: float) -> str:
    """The small trial with a margin and an assumed hazard ratio, and a thousand patients."""
    changes = (
        ("{ events = 10 }, { events = 20 }", "{ fraction = 0.5 }, { fraction = 1.0 }"),
        ("patients = 200\nrates = [20]", "patients = 2000\nrates = [200]"),
        ("alpha = 0.025", f"alpha = 0.025\nmargin = {margin}"),
        ("hazard_ratio = [0.6]", f"hazard_ratio = [{hazard_ratio}]"),
    )
    text = PROTOCOL
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize(("margin", "hazard_ratio"), [(1.3, 1.0), (1.4, 1.1), (1.2, 0.9), (0.9, 0.7)])
def test_events_go_by_the_distance_from_the_margin(margin: float, hazard_ratio: float) -> None:
    design = design_trial(parse_protocol(planned(margin, hazard_ratio)))
    d = group_sequential((0.5, 1.0), alpha=0.025, beta=0.2, sides=1, efficacy=LanDeMetsOBrienFleming()).drift
    assert design.events == math.ceil(4 * d**2 / math.log(margin / hazard_ratio) ** 2)
    assert math.exp(design.log_hazard_ratio) == pytest.approx(hazard_ratio, rel=ROUNDING)
    for look in design.looks:
        bound = margin * math.exp(-look.efficacy_z / math.sqrt(look.events / 4.0))
        assert look.hazard_ratio == pytest.approx(bound, rel=ROUNDING)
        assert look.hazard_ratio < margin


def test_a_margin_of_one_is_the_design_for_benefit() -> None:
    plain = design_trial(parse_protocol(planned(1.0, 0.6).replace("margin = 1.0\n", "")))
    stated = design_trial(parse_protocol(planned(1.0, 0.6)))
    assert (plain.looks, plain.events, plain.power) == (stated.looks, stated.events, stated.power)
    assert plain.protocol.hash == stated.protocol.hash


@pytest.mark.parametrize(
    ("margin", "hazard_ratio", "words"),
    [
        (1.2, 1.2, "a power needs one below 1.2"),
        (1.2, 1.5, "assumed mean hazard ratio is 1.5"),
        (0.8, 0.9, "Give a hazard ratio below 0.8"),
        (1.05, 1.0, "never expected"),
    ],
)
def test_an_assumption_beyond_the_margin_is_refused(margin: float, hazard_ratio: float, words: str) -> None:
    with pytest.raises(DesignError, match=words):
        design_trial(parse_protocol(planned(margin, hazard_ratio)))


def test_bounds_on_the_scale_of_the_hazard_ratio_are_relative_to_the_margin() -> None:
    """The design's own table, and the scales that a committee asks for, from the same bounds."""
    design = design_trial(parse_protocol(planned(1.4, 1.0)))
    scaled = on_scales(design.boundaries, planned=design.information, hazard_ratio_null=1.4)
    ratios = [b.hazard_ratio for b in scaled.bounds if b.bound == "efficacy"]
    assert ratios == pytest.approx([k.hazard_ratio for k in design.looks], rel=1e-9)
    plain = on_scales(design.boundaries, planned=design.information)
    assert [b.hazard_ratio for b in plain.bounds] == pytest.approx(
        [b.hazard_ratio / 1.4 for b in scaled.bounds], rel=ROUNDING
    )
