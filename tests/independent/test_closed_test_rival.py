"""The graph's shortcut rejects what the closed test over all intersections rejects, with the same adjusted p."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.design import graphical_test
from equipoise.numerics.hypothesis_graph import HypothesisGraph
from independent.closed_test_by_enumeration import (
    closed_test_adjusted_p,
    intersection_weights,
    intersections,
)
from tolerances import SUMMATION


@st.composite
def graphs(draw: st.DrawFn) -> HypothesisGraph:
    """Any graph of 1 to 5 hypotheses in eighths, with loops, dead ends and weight given up."""
    m = draw(st.integers(1, 5))
    weights = _shares(draw(st.lists(st.integers(0, 8), min_size=m, max_size=m)))
    rows = []
    for i in range(m):
        row = _shares(draw(st.lists(st.integers(0, 8), min_size=m - 1, max_size=m - 1)))
        rows.append((*row[:i], 0.0, *row[i:]))
    return HypothesisGraph(tuple(f"H{i}" for i in range(m)), weights, tuple(rows))


def _shares(eighths: list[int]) -> tuple[float, ...]:
    total = max(8, sum(eighths))
    return tuple(e / total for e in eighths)


@settings(max_examples=300, deadline=None)
@given(graphs(), st.data())
def test_adjusted_p_values_are_those_of_the_closed_test(graph: HypothesisGraph, data: st.DataObject) -> None:
    m = len(graph.hypotheses)
    p = data.draw(st.lists(st.floats(1e-6, 1.0), min_size=m, max_size=m))
    found = graphical_test(graph, dict(zip(graph.hypotheses, p, strict=True)), 0.05)
    wanted = closed_test_adjusted_p(list(graph.weights), [list(row) for row in graph.transitions], p)
    np.testing.assert_allclose(found.adjusted_p, wanted, rtol=SUMMATION, atol=SUMMATION)
    named = {h for h, a in zip(graph.hypotheses, found.adjusted_p, strict=True) if a <= 0.05}
    assert set(found.rejected) == named


@settings(max_examples=200, deadline=None)
@given(graphs())
def test_weights_of_every_intersection_are_those_of_a_random_walk(graph: HypothesisGraph) -> None:
    left = {frozenset(g.hypotheses): g for _, g in graph.remaining()}
    for inside in intersections(len(graph.hypotheses)):
        names = [graph.hypotheses[j] for j in sorted(inside)]
        wanted = intersection_weights(list(graph.weights), [list(r) for r in graph.transitions], inside)
        found = left[frozenset(names)]
        np.testing.assert_allclose(
            [found.weight(n) for n in names], [wanted[j] for j in sorted(inside)], atol=SUMMATION
        )
