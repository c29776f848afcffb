"""Group-sequential hypotheses in a graph: rejections, bounds in force, and their agreement with the stepwise test."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.design import (
    At,
    GraphicalProcedure,
    HeldLooks,
    HypothesisGraph,
    KimDeMets,
    LanDeMetsOBrienFleming,
    LanDeMetsPocock,
    fallback,
    holm,
)
from equipoise.errors import ArgumentError, DesignError
from tolerances import ROUNDING

POCOCK = LanDeMetsPocock()
PAIR = GraphicalProcedure.of(holm(("A", "B")), 0.025, POCOCK)


def test_a_hypothesis_that_receives_is_read_at_its_larger_level_at_every_look_held() -> None:
    """B at 0.0125 misses both its bounds; once A is rejected B stands at 0.025 and its first look crosses."""
    at_half = PAIR.bounds("B", 0.0125, (0.5, 1.0)).efficacy_z
    at_whole = PAIR.bounds("B", 0.025, (0.5, 1.0)).efficacy_z
    assert (at_whole < at_half).all()
    b = HeldLooks((0.5, 1.0), (0.5 * (at_half[0] + at_whole[0]), 1.0))
    alone = PAIR.test({"A": HeldLooks((0.5,), (1.0,)), "B": b})
    assert alone.rejected == ()
    assert alone.crossed_at("B") is None
    together = PAIR.test({"A": HeldLooks((0.5, 1.0), (1.0, 3.0)), "B": b})
    assert together.rejected == ("A", "B")
    assert (together.crossed_at("A"), together.crossed_at("B")) == (2, 1)
    assert together.remaining is None
    np.testing.assert_allclose(dict(together.bounds)["B"].efficacy_z, at_whole, atol=ROUNDING)


def test_what_is_not_rejected_stands_at_what_it_has_received() -> None:
    found = PAIR.test({"A": HeldLooks((0.4,), (3.5,))})
    assert found.rejected == ("A",)
    assert found.remaining is not None
    assert found.remaining.weights == (1.0,)
    assert found.test.level("B") == 0.025
    table = found.to_frame()
    assert table.filter(hypothesis="B")["look"].to_list() == [None]
    assert table.filter(hypothesis="A").select("look", "crossed_at", "rejected").row(0) == (1, 1, True)


def test_each_hypothesis_has_its_own_spending_looks_and_end() -> None:
    graph = fallback(("PFS", "OS"), (0.2, 0.8))
    rules = {"PFS": At(KimDeMets(rho=2.0), (2,)), "OS": LanDeMetsOBrienFleming()}
    procedure = GraphicalProcedure.of(graph, 0.025, rules)
    assert procedure.levels("OS") == pytest.approx((0.02, 0.025), abs=ROUNDING)
    held = HeldLooks((0.5, 0.9), (9.0, 1.0), final=True)
    # PFS was not read at its first look, whatever its z; its last look, at 0.005, is not crossed.
    assert procedure.test({"PFS": held}).rejected == ()
    bound = float(procedure.bounds("PFS", 0.005, (0.5, 0.9), final=True).efficacy_z[-1])
    crossed = procedure.test({"PFS": HeldLooks((0.5, 0.9), (0.0, bound + 1e-6), final=True)})
    assert crossed.rejected == ("PFS",)


def stepwise(procedure: GraphicalProcedure, looks: dict[str, HeldLooks]) -> set[str]:
    """Reject whatever crosses any bound at its level, pass on, solve again, until nothing more crosses."""
    graph: HypothesisGraph | None = procedure.graph
    rejected: set[str] = set()
    while graph is not None:
        for name, weight in zip(graph.hypotheses, graph.weights, strict=True):
            rule = procedure.spending[procedure.graph.index(name)]
            if weight > 0.0 and name in looks:
                z, b = (
                    np.asarray(looks[name].z),
                    looks[name].bounds(rule, weight * procedure.alpha).efficacy_z,
                )
                if (z >= b).any():
                    rejected.add(name)
                    graph = graph.reject(name)
                    break
        else:
            return rejected
    return rejected


TRIPLE = GraphicalProcedure.of(
    HypothesisGraph.of(
        {"A": 0.4, "B": 0.4, "all": 0.2},
        {"A": {"B": 0.5, "all": 0.5}, "B": {"A": 0.5, "all": 0.5}, "all": {"A": 0.5, "B": 0.5}},
    ),
    0.05,
    {"A": POCOCK, "B": KimDeMets(rho=2.0), "all": LanDeMetsOBrienFleming()},
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0.5, 3.5), min_size=9, max_size=9), st.integers(0, 3), st.integers(1, 3))
def test_the_graph_on_sequential_p_values_is_the_stepwise_procedure(
    z: list[float], of_a: int, of_b: int
) -> None:
    t = (0.3, 0.7, 1.0)
    looks = {"B": HeldLooks(t[:of_b], z[:of_b]), "all": HeldLooks(t, z[6:])}
    if of_a:
        looks["A"] = HeldLooks(t[:of_a], z[3 : 3 + of_a])
    assert set(TRIPLE.test(looks).rejected) == stepwise(TRIPLE, looks)


def test_what_is_rejected_stays_rejected_as_looks_are_added() -> None:
    first = PAIR.test({"A": HeldLooks((0.4,), (3.5,))})
    later = PAIR.test({"A": HeldLooks((0.4, 0.8), (3.5, -1.0))})
    assert first.rejected == later.rejected == ("A",)


def test_wrong_procedures_are_refused() -> None:
    graph = holm(("A", "B"))
    with pytest.raises(ArgumentError, match="must hold 'B' too"):
        GraphicalProcedure.of(graph, 0.025, {"A": POCOCK})
    with pytest.raises(ArgumentError, match="must be one of 'A', 'B'"):
        GraphicalProcedure.of(graph, 0.025, {"A": POCOCK, "B": POCOCK, "C": POCOCK})
    with pytest.raises(ArgumentError, match="for each of 2 hypotheses"):
        GraphicalProcedure(graph, 0.025, (POCOCK,))
    with pytest.raises(ArgumentError, match="alpha must lie strictly between 0 and 1"):
        GraphicalProcedure.of(graph, 25, POCOCK)
    with pytest.raises(ArgumentError, match="must be one of 'A', 'B'"):
        PAIR.test({"C": HeldLooks((1.0,), (2.0,))})
    with pytest.raises((ArgumentError, DesignError), match="must be a spending function"):
        GraphicalProcedure.of(graph, 0.025, {"A": POCOCK, "B": 2.0}).bounds("B", 0.0125, (1.0,))  # type: ignore[dict-item]
