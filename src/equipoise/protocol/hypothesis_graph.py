"""How several hypotheses share one type I error, and to which of them a rejected one passes its part on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from equipoise.errors import ArgumentError
from equipoise.numerics.hypothesis_graph import MOST_ENUMERATED, HypothesisGraph
from equipoise.protocol._document import section, tables
from equipoise.protocol._section import Fraction, Identifier, Probability, Section

if TYPE_CHECKING:
    from equipoise.protocol._document import Document


class Graph(Section):
    """One type I error for all hypotheses: the graph of Bretz, Maurer, Brannath and Posch (2009)."""

    alpha: Probability
    """Familywise type I error in total, one-sided; each hypothesis begins with its weight times this."""
    weights: dict[Identifier, Fraction]
    """Share of alpha that each hypothesis begins with; together at most 1. 0: only what others pass on."""
    transitions: dict[Identifier, dict[Identifier, Fraction]] = Field(default_factory=dict)
    """Of each hypothesis, once rejected: the share of its alpha that each other one receives."""

    def graph(self) -> HypothesisGraph:
        """The graph itself."""
        return HypothesisGraph.of(self.weights, self.transitions)


def graph_of(document: Document) -> tuple[HypothesisGraph, float] | None:
    """Graph and total alpha of a protocol document; None where there is none, or it is no right one."""
    plan = section(document, "graph")
    weights, edges = section(plan, "weights"), section(plan, "transitions")
    if len(weights) > MOST_ENUMERATED:
        return None
    try:
        return HypothesisGraph.of(weights, edges), float(plan["alpha"])
    except (ArgumentError, ArithmeticError, AttributeError, KeyError, TypeError, ValueError):
        return None


def level_of(graph: HypothesisGraph, hypothesis: str, alpha: float) -> float:
    """The level that a hypothesis is designed at: its own, or without weight the most it may be passed."""
    own = graph.weight(hypothesis) * alpha
    return own if own > 0.0 else max(graph.levels(hypothesis, alpha), default=alpha)


def with_levels(document: Any) -> Any:
    """The document with the alpha that follows from its graph in each hypothesis that states none."""
    found = graph_of(document) if isinstance(document, dict) else None
    if found is None:
        return document
    graph, alpha = found

    def filled(table: Document) -> Document:
        name = table.get("id")
        known = isinstance(name, str) and name in graph.hypotheses and "alpha" not in table
        return {**table, "alpha": level_of(graph, str(name), alpha)} if known else table

    return {**document, "hypothesis": [filled(t) for t in tables(document, "hypothesis")]}
