"""Several hypotheses in a protocol: a plan of monitoring each, and one type I error shared by a graph."""

from __future__ import annotations

import pytest

from equipoise.errors import ProtocolError
from equipoise.protocol import Protocol, parse_protocol, protocol_schema
from tolerances import ROUNDING

TWO = """
[[hypothesis]]
id = "low"
endpoint = "EFS"
experimental = "B"
population = ["low"]
power = 0.8
[[hypothesis]]
id = "high"
endpoint = "EFS"
experimental = "B"
population = ["high"]
power = 0.8
[[hypothesis]]
id = "all"
endpoint = "EFS"
experimental = "B"
power = 0.9
[graph]
alpha = 0.025
weights = { low = 0.6, high = 0.4, all = 0.0 }
transitions = { low = { high = 0.5, all = 0.5 }, high = { low = 0.5, all = 0.5 } }
[[monitoring]]
hypothesis = "low"
efficacy = { family = "Kim-DeMets", rho = 2 }
look = [{ fraction = 0.5 }, { fraction = 1.0 }]
[[monitoring]]
hypothesis = "all"
efficacy = { family = "Lan-DeMets Pocock" }
futility = { p_value = 0.5, binding = false }
[[monitoring.look]]
fraction = 0.7
[[monitoring.look]]
fraction = 1.0
"""


@pytest.fixture
def several(small: str) -> str:
    return small.partition("[[hypothesis]]")[0] + TWO


def mistakes(text: str) -> dict[str, str]:
    with pytest.raises(ProtocolError) as caught:
        parse_protocol(text)
    return {p.path: str(p) for p in caught.value.problems}


def test_each_hypothesis_has_the_level_that_the_graph_gives_it(several: str) -> None:
    p = parse_protocol(several)
    assert p.graph is not None
    assert p.graph.graph().weights == (0.6, 0.4, 0.0)
    assert p.hypothesis_of("low").alpha == pytest.approx(0.015, abs=ROUNDING)
    assert p.hypothesis_of("high").alpha == pytest.approx(0.010, abs=ROUNDING)
    # Without weight: the most that can be passed on to it, here all of alpha once both groups are rejected.
    assert p.hypothesis_of("all").alpha == pytest.approx(0.025, abs=ROUNDING)


def test_a_level_may_be_stated_where_it_follows(several: str) -> None:
    stated = several.replace('population = ["low"]', 'population = ["low"]\nalpha = 0.015')
    assert parse_protocol(stated).hypothesis_of("low").alpha == 0.015


def test_each_hypothesis_has_its_own_plan(several: str) -> None:
    p = parse_protocol(several)
    low, whole = p.monitoring_of("low"), p.monitoring_of("all")
    assert low is not None
    assert whole is not None
    assert (low.look[0].fraction, whole.look[0].fraction) == (0.5, 0.7)
    assert p.monitoring_of("high") is None
    assert p.leading_hypothesis == p.hypothesis_of("low")


def test_one_plan_may_be_a_table_or_an_array_of_one(small: str) -> None:
    table = parse_protocol(small)
    array = parse_protocol(small.replace("[monitoring]", "[[monitoring]]"))
    assert array.monitoring == table.monitoring
    assert array.hash == table.hash
    assert isinstance(table.model_dump()["monitoring"], dict)
    assert Protocol.model_validate(table.model_dump()) == table


WRONG = [
    ("high = 0.4,", "high = 0.5,", "graph.weights", "must add up to 1 at most, not 1.1"),
    ("high = 0.4,", "", "graph.weights", "says nothing of hypothesis high"),
    ("all = 0.0 }", "all = 0.0, both = 0.0 }", "graph.weights.both", "is no hypothesis of this protocol"),
    ("high = 0.5, all = 0.5 }", "higher = 1.0 }", "graph.transitions.low.higher", "Known: low, high, all"),
    ("low = { high = 0.5,", "low = { low = 0.5,", "graph.transitions.low.low", "edge to itself"),
    ("low = { high = 0.5,", "low = { high = 0.7,", "graph.transitions.low", "not 1.2"),
    (
        "low = { high = 0.5,",
        "low = { high = -0.5,",
        "graph.transitions.low.high",
        "greater than or equal to 0",
    ),
    ("alpha = 0.025\nweights", "alpha = 25\nweights", "graph.alpha", "less than 1"),
    ('["low"]', '["low"]\nalpha = 0.02', "hypothesis[0].alpha", "must be 0.015, its weight 0.6"),
    ('["high"]', '["high"]\nsides = 2\nalpha = 0.01', "hypothesis[1].sides", "must be 1 in a graph"),
    ("binding = false", "binding = true", "monitoring[1].futility.binding", "cannot count on stops"),
    ('hypothesis = "all"', 'hypothesis = "low"', "monitoring[1].hypothesis", "a plan of monitoring already"),
    ('hypothesis = "all"', 'hypothesis = "every"', "monitoring[1].hypothesis", "Known: low, high, all"),
    ("fraction = 0.7", "fraction = 1.0", "monitoring[1].look[1].fraction", "above the look before (1.0)"),
    ('"Kim-DeMets", rho = 2', '"Kim-DeMets"', "monitoring[0].efficacy.rho", "Kim-DeMets needs it"),
    ('"Lan-DeMets Pocock"', '"Pocock"', "monitoring[1].efficacy.family", "must be one of"),
]


@pytest.mark.parametrize(("right", "wrong", "path", "word"), WRONG, ids=[f"{w[2]}: {w[3]}" for w in WRONG])
def test_each_mistake_names_path_value_and_rule(
    several: str, right: str, wrong: str, path: str, word: str
) -> None:
    assert right in several
    found = mistakes(several.replace(right, wrong, 1))
    assert path in found, found
    assert word in found[path]


def test_a_hypothesis_that_nothing_reaches_is_refused(several: str) -> None:
    cut = several.replace("high = 0.5, all = 0.5", "high = 1.0").replace("low = 0.5, all = 0.5", "low = 1.0")
    assert "leaves all without alpha" in mistakes(cut)["graph.weights.all"]


def test_without_a_graph_each_hypothesis_states_its_level(several: str) -> None:
    alone = several.replace("[graph]\nalpha = 0.025\n", "").replace("weights = {", "# weights = {")
    alone = alone.replace("transitions = {", "# transitions = {")
    assert {"hypothesis[0].alpha", "hypothesis[2].alpha"} <= set(mistakes(alone))


def test_editors_are_told_that_the_level_may_be_left_out() -> None:
    assert "alpha" not in protocol_schema()["$defs"]["Hypothesis"]["required"]


def test_more_hypotheses_than_can_be_listed_are_refused(several: str) -> None:
    many = ", ".join(f"h{i} = 0.01" for i in range(13))
    found = mistakes(several.replace("weights = { ", f"weights = {{ {many}, "))
    assert "16 hypotheses, more than the 12" in found["graph.weights"]
