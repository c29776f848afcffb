"""The design of several hypotheses: levels, the rejections that lead to them, and bounds at each."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from equipoise.design import GraphicalDesign, design_hypotheses, design_trial
from equipoise.errors import ArgumentError, DesignError
from equipoise.protocol import parse_protocol, read_protocol
from tolerances import QUADRATURE, ROUNDING

EXAMPLES = Path(__file__).parents[3] / "examples" / "aall1731"
QUESTIONS = EXAMPLES / "two_questions.toml"


@pytest.fixture(scope="module")
def planned() -> GraphicalDesign:
    return design_hypotheses(read_protocol(QUESTIONS))


def test_each_hypothesis_is_designed_at_the_level_it_begins_with(planned: GraphicalDesign) -> None:
    for name, level in (("SR-Average", 0.01), ("SR-High", 0.01), ("both", 0.005)):
        alone = design_trial(planned.protocol, name)
        assert alone.hypothesis.alpha == pytest.approx(level, abs=ROUNDING)
        assert planned.design_of(name).events == alone.events
        first = planned.levels_of(name)[0]
        assert first.at_start
        np.testing.assert_allclose(first.efficacy_z, [k.efficacy_z for k in alone.looks], atol=QUADRATURE)
        np.testing.assert_allclose(first.hazard_ratio, [k.hazard_ratio for k in alone.looks], atol=QUADRATURE)
        assert first.power == pytest.approx(alone.boundaries.power(_drift(alone)), abs=QUADRATURE)


def _drift(design: object) -> float:
    return -design.log_hazard_ratio * design.information**0.5  # type: ignore[attr-defined]


def test_levels_and_what_leads_to_them_by_hand(planned: GraphicalDesign) -> None:
    """SR-High passes half its 0.4 to each other one: SR-Average 0.6, both 0.4; then the rest to who is left."""
    found = {b.level: set(b.after) for b in planned.levels_of("SR-Average")}
    assert list(found) == pytest.approx([0.01, 0.0125, 0.015, 0.025], abs=ROUNDING)
    assert list(found.values()) == [{()}, {("both",)}, {("SR-High",)}, {("SR-High", "both")}]
    both = {b.level: set(b.after) for b in planned.levels_of("both")}
    assert list(both) == pytest.approx([0.005, 0.01, 0.025], abs=ROUNDING)
    assert list(both.values())[1] == {("SR-Average",), ("SR-High",)}


def test_bounds_fall_and_power_grows_with_the_level(planned: GraphicalDesign) -> None:
    for name in planned.procedure.graph.hypotheses:
        levels = planned.levels_of(name)
        for lower, higher in pairwise(levels):
            assert (higher.efficacy_z < lower.efficacy_z).all()
            assert (higher.hazard_ratio > lower.hazard_ratio).all()
            assert higher.power > lower.power


def test_the_bounds_after_some_rejections(planned: GraphicalDesign) -> None:
    after = planned.level_after("both", "SR-High", "SR-Average")
    assert after is not None
    assert after.level == pytest.approx(0.025, abs=ROUNDING)
    with pytest.raises(ArgumentError, match="must not hold 'both' itself"):
        planned.level_after("both", "both")
    with pytest.raises(ArgumentError, match="must be one of 'SR-Average'"):
        planned.level_after("both", "SR-Low")


def test_a_hypothesis_without_weight_has_no_bound_at_the_start() -> None:
    text = QUESTIONS.read_text().replace("SR-High = 0.4, both = 0.2 }", "SR-High = 0.6, both = 0.0 }")
    planned = design_hypotheses(parse_protocol(text))
    assert planned.level_after("both") is None
    assert planned.design_of("both").hypothesis.alpha == pytest.approx(0.025, abs=ROUNDING)
    assert not planned.levels_of("both")[0].at_start


def test_the_table_has_a_row_for_each_level_and_look(planned: GraphicalDesign) -> None:
    table = planned.to_frame()
    assert len(table) == 3 * (4 + 4 + 3)
    high = table.filter(hypothesis="SR-High", look=3)
    assert high["after"].to_list() == ["start", "both", "SR-Average", "SR-Average + both"]


def test_what_cannot_be_designed_says_which_hypothesis_and_why() -> None:
    with pytest.raises(DesignError, match=r"has no \[graph\]"):
        design_hypotheses(read_protocol(EXAMPLES / "protocol.toml"))
    text = QUESTIONS.read_text().replace("hazard_ratio = [0.45]", "hazard_ratio = [0.6]")
    with pytest.raises(DesignError, match=r"hypothesis SR-Average: .* never"):
        design_hypotheses(parse_protocol(text))


def test_it_shows_itself_in_a_session(planned: GraphicalDesign) -> None:
    said = repr(planned).splitlines()
    assert said[0] == "Graph of 3 hypotheses, familywise alpha 0.025 one-sided"
    assert sum("  level " in line for line in said) == 11
    assert next(line for line in said if "level 0.025" in line).endswith("after SR-High + both")
