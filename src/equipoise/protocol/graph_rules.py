"""Mistakes in the graph of hypotheses: names, weights, edges, and levels that do not follow from it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from equipoise.errors import Problem
from equipoise.numerics.hypothesis_graph import MOST_ENUMERATED
from equipoise.protocol._document import Document, ids, one_or_many, section, tables
from equipoise.protocol.hypothesis_graph import graph_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from equipoise.numerics.hypothesis_graph import HypothesisGraph

# Thirds are written with some digits only.
SPARE = 1e-6


def graph_mistakes(document: Document) -> Iterator[Problem]:
    """Every mistake in [graph], and in hypotheses and monitoring that it cannot go with."""
    plan = section(document, "graph")
    if not plan:
        return
    weights, edges = section(plan, "weights"), section(plan, "transitions")
    if len(weights) > MOST_ENUMERATED:
        rule = f"holds {len(weights)} hypotheses, more than the {MOST_ENUMERATED} whose levels can be listed"
        yield Problem("graph.weights", None, rule, "Ask fewer questions.")
    yield from _names(document, weights, edges)
    yield from _shares("graph.weights", weights, "Alpha is shared out once.")
    for start, row in edges.items():
        if not isinstance(row, dict):
            continue
        path = f"graph.transitions.{start}"
        yield from _shares(path, row, "A rejected hypothesis passes its alpha on once.")
        if row.get(start):
            yield Problem(f"{path}.{start}", row[start], "is an edge to itself", "Leave it out.")
    yield from _only_one_sided(document)
    found = graph_of(document)
    if found is not None:
        yield from _levels(document, *found)


def _names(document: Document, weights: Document, edges: Document) -> Iterator[Problem]:
    known = ids(document, "hypothesis")
    way_out = f"Known: {', '.join(known) or 'none'}."
    places = [(f"graph.weights.{name}", name) for name in weights]
    for start, row in edges.items():
        places.append((f"graph.transitions.{start}", start))
        places += [(f"graph.transitions.{start}.{to}", to) for to in (row if isinstance(row, dict) else ())]
    for path, name in places:
        if name not in known:
            yield Problem(path, name, "is no hypothesis of this protocol", way_out)
        elif name not in weights:
            yield Problem(path, name, "has no weight", f"Add it to graph.weights, with 0: {name} = 0.0.")
    for name in known:
        if name not in weights:
            yield Problem(
                "graph.weights",
                None,
                f"says nothing of hypothesis {name}, which would be tested outside the total alpha",
                "Name every hypothesis, with 0 where it only receives.",
            )


def _shares(path: str, row: Document, remedy: str) -> Iterator[Problem]:
    values = [v for v in row.values() if isinstance(v, int | float)]
    if math.fsum(values) > 1.0 + SPARE:
        yield Problem(path, None, f"must add up to 1 at most, not {math.fsum(values):.6g}", remedy)


def _only_one_sided(document: Document) -> Iterator[Problem]:
    for i, table in enumerate(tables(document, "hypothesis")):
        if table.get("sides", 1) != 1:
            rule = "must be 1 in a graph: after a two-sided rejection the direction is not controlled"
            yield Problem(f"hypothesis[{i}].sides", table["sides"], rule, "Test for benefit.")
    for path, plan in one_or_many(document, "monitoring"):
        if section(plan, "futility").get("binding") is True:
            rule = (
                "must be false in a graph: a hypothesis tested again at a larger alpha cannot count on stops"
            )
            yield Problem(f"{path}.futility.binding", True, rule)  # noqa: FBT003 - the value as it stands there


def _levels(document: Document, graph: HypothesisGraph, alpha: float) -> Iterator[Problem]:
    for i, table in enumerate(tables(document, "hypothesis")):
        name, own = table.get("id"), table.get("alpha")
        if not isinstance(name, str) or name not in graph.hypotheses:
            continue
        path, levels = f"hypothesis[{i}].alpha", graph.levels(name, alpha)
        if not levels:
            rule = f"leaves {name} without alpha, whatever is rejected"
            yield Problem(f"graph.weights.{name}", graph.weight(name), rule, "Give it a weight or an edge.")
        elif isinstance(own, int | float):
            weight = graph.weight(name)
            allowed = (weight * alpha,) if weight > 0.0 else levels
            if not any(math.isclose(own, x, rel_tol=SPARE) for x in allowed):
                listed = " or ".join(f"{x:.6g}" for x in allowed)
                rule = f"must be {listed}, its weight {weight:.6g} in the graph of total alpha {alpha:.6g}"
                yield Problem(path, own, rule, "Leave it out: it follows from the graph.")
