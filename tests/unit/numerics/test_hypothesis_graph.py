"""The graph of hypotheses: its rules, and what remains after a rejection."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import pytest

from equipoise.errors import ArgumentError
from equipoise.numerics.hypothesis_graph import HypothesisGraph
from tolerances import ROUNDING

TWO_DOSES = HypothesisGraph(
    ("H1", "H2", "H3", "H4"),
    (0.5, 0.5, 0.0, 0.0),
    ((0, 0.5, 0.5, 0), (0.5, 0, 0, 0.5), (0, 1, 0, 0), (1, 0, 0, 0)),
)


def test_what_remains_after_one_rejection_by_hand() -> None:
    """H1 goes: H2 gets 1/4 and H3 1/4; H2 -> H3 is 1/2 * 1/2 / (1 - 1/4), H4 -> H2 and H4 -> H3 are 1/2."""
    left = TWO_DOSES.reject("H1")
    assert left is not None
    assert left.hypotheses == ("H2", "H3", "H4")
    assert left.weights == (0.75, 0.25, 0.0)
    third = float(Fraction(1, 3))
    assert left.transitions[0] == pytest.approx((0.0, third, 2 * third), abs=ROUNDING)
    assert left.transitions[1] == (1.0, 0.0, 0.0)
    assert left.transitions[2] == (0.5, 0.5, 0.0)


def test_a_closed_loop_has_nowhere_to_go() -> None:
    pair = HypothesisGraph.of({"A": 0.5, "B": 0.5, "C": 0.0}, {"A": {"B": 1.0}, "B": {"A": 1.0}})
    left = pair.reject("A")
    assert left is not None
    assert left.weights == (1.0, 0.0)
    assert left.transitions == ((0.0, 0.0), (0.0, 0.0))


def test_the_order_of_rejections_does_not_matter() -> None:
    ends = [TWO_DOSES.reject(*order) for order in permutations(("H1", "H2", "H4"))]
    for end in ends:
        assert end is not None
        assert end.weights == pytest.approx(ends[0].weights, abs=ROUNDING)  # type: ignore[union-attr]
    assert TWO_DOSES.reject("H1", "H2", "H3", "H4") is None


def test_levels_are_every_alpha_that_a_hypothesis_may_reach() -> None:
    assert TWO_DOSES.levels("H2", 0.04) == pytest.approx((0.02, 0.03, 0.04), abs=ROUNDING)
    # H3 has no weight at first: a level of 0 is none.
    assert max(TWO_DOSES.levels("H3", 0.04)) == pytest.approx(0.04, abs=ROUNDING)
    assert min(TWO_DOSES.levels("H3", 0.04)) > 0.0
    assert len(list(TWO_DOSES.remaining())) == 2**4 - 1


def test_edges_by_name_are_the_same_graph() -> None:
    named = HypothesisGraph.of(
        {"H1": 0.5, "H2": 0.5, "H3": 0, "H4": 0},
        {"H1": {"H2": 0.5, "H3": 0.5}, "H2": {"H1": 0.5, "H4": 0.5}, "H3": {"H2": 1}, "H4": {"H1": 1}},
    )
    assert named == TWO_DOSES


@pytest.mark.parametrize(
    ("weights", "transitions", "said"),
    [
        ({}, {}, "one id or more"),
        ({"A": 0.7, "B": 0.7}, {}, "must add up to 1 at most, not 1.4"),
        ({"A": -0.1}, {}, "each lie between 0 and 1"),
        ({"A": 1.0}, {"A": {"A": 0.5}}, "no edge to itself"),
        ({"A": 1.0, "B": 0.0, "C": 0}, {"A": {"B": 0.7, "C": 0.7}}, r"transitions\['A'\] must add up to 1"),
        ({"A": 1.0}, {"A": {"B": 1.0}}, "must name one of 'A'"),
        ({"A": 1.0, "B": 0.0}, {"A": {"B": float("nan")}}, "each lie between 0 and 1"),
    ],
)
def test_a_graph_that_cannot_be_is_refused(weights: dict, transitions: dict, said: str) -> None:
    with pytest.raises(ArgumentError, match=said):
        HypothesisGraph.of(weights, transitions)


def test_only_what_is_there_can_be_rejected() -> None:
    with pytest.raises(ArgumentError, match="must be one of 'H1', 'H2'"):
        TWO_DOSES.reject("H5")
    with pytest.raises(ArgumentError, match="must be one of 'H2', 'H3'"):
        TWO_DOSES.reject("H1", "H1")
    with pytest.raises(ArgumentError, match="one weight for each of 1"):
        HypothesisGraph(("A",), (), ((0.0,),))
    with pytest.raises(ArgumentError, match="1 rows of 1"):
        HypothesisGraph(("A",), (1.0,), ())
