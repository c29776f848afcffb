"""The graph's shortcut rejects what the closed test over all intersections rejects, with the same adjusted p."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.design import (
    GraphicalProcedure,
    HeldLooks,
    KimDeMets,
    LanDeMetsOBrienFleming,
    LanDeMetsPocock,
    graphical_test,
)
from equipoise.numerics.hypothesis_graph import HypothesisGraph
from independent.closed_test_by_enumeration import (
    closed_test_adjusted_p,
    closed_test_of_crossings,
    intersection_weights,
    intersections,
)
from independent.group_sequential_by_tanh_sinh import efficacy_bounds, spent
from tolerances import SUMMATION

if TYPE_CHECKING:
    from collections.abc import Callable


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


def crosses(
    t: tuple[float, ...], z: list[float], family: str, parameter: float | None
) -> Callable[[float], bool]:
    """Whether any look crosses the bound that another quadrature gives at a level."""

    def at(level: float) -> bool:
        bounds = efficacy_bounds(t, [spent(family, parameter, x, level) for x in t], 1)
        return any(a >= b for a, b in zip(z, bounds, strict=True))

    return at


FAMILIES = [
    ("OF", None, LanDeMetsOBrienFleming()),
    ("P", None, LanDeMetsPocock()),
    ("KD", 2.0, KimDeMets(rho=2.0)),
]


@settings(max_examples=40, deadline=None)
@given(graphs(), st.data())
def test_group_sequential_rejections_are_those_of_the_closed_test(
    graph: HypothesisGraph, data: st.DataObject
) -> None:
    """Every intersection is rejected when one of its hypotheses has crossed at its weight in the intersection."""
    m, looks, crossed = len(graph.hypotheses), {}, {}
    t = (0.3, 0.65, 1.0)
    for j, name in enumerate(graph.hypotheses):
        k = data.draw(st.integers(1, 3))
        z = data.draw(st.lists(st.floats(0.0, 4.0), min_size=k, max_size=k))
        looks[name] = HeldLooks(t[:k], z)
        crossed[j] = crosses(t[:k], z, *FAMILIES[j % 3][:2])
    procedure = GraphicalProcedure(graph, 0.05, tuple(FAMILIES[j % 3][2] for j in range(m)))
    wanted = closed_test_of_crossings(
        list(graph.weights), [list(row) for row in graph.transitions], 0.05, crossed
    )
    assert set(procedure.test(looks).rejected) == {graph.hypotheses[j] for j in wanted}
