"""A graph of hypotheses: how much of alpha each may use, and where it goes when one is rejected."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING

from equipoise.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# Thirds and sevenths do not add up to 1 exactly.
SPARE = 1e-9
# 2^12 graphs are enumerated in a fraction of a second.
MOST_ENUMERATED = 12


@dataclass(frozen=True, slots=True)
class HypothesisGraph:
    """Hypotheses as nodes with weights w_i, joined by transitions g_ij.

    H_i is tested at w_i alpha. When it is rejected its weight is passed on, and the graph of the others is

        w_l  <-  w_l + w_i g_il,
        g_lk <-  (g_lk + g_li g_ik) / (1 - g_li g_il)  for k other than l, and 0 if g_li g_il = 1.

    The order of rejections does not change the graph that remains. Weighted Bonferroni tests of all
    intersections with these weights form a closed test, so that the familywise error is at most alpha in the
    strong sense, whatever the correlations are.

    Parameters
    ----------
    hypotheses
        Ids, shape (m,).
    weights
        w_i, each from 0 to 1, together at most 1, shape (m,).
    transitions
        g_ij: the share of H_i's weight that H_j receives when H_i is rejected; 0 to itself, each row together
        at most 1 (what is left is given up), shape (m, m).

    Raises
    ------
    ArgumentError
        Weights or transitions that break these rules.

    References
    ----------
    Bretz, Maurer, Brannath, Posch (2009), Statistics in Medicine 28:586-604.

    """

    hypotheses: tuple[str, ...]
    weights: tuple[float, ...]
    transitions: tuple[tuple[float, ...], ...]

    def __post_init__(self) -> None:
        """Check weights and transitions."""
        m = len(self.hypotheses)
        if m == 0 or len(set(self.hypotheses)) != m:
            raise ArgumentError("hypotheses", self.hypotheses, "must hold one id or more, each once")
        if len(self.weights) != m:
            raise ArgumentError("weights", self.weights, f"must hold one weight for each of {m} hypotheses")
        if len(self.transitions) != m or any(len(row) != m for row in self.transitions):
            raise ArgumentError(
                "transitions", self.transitions, f"must hold {m} rows of {m}", "Row i is where w_i goes."
            )
        _shares("weights", self.weights, "Alpha is shared out once.")
        for i, (name, row) in enumerate(zip(self.hypotheses, self.transitions, strict=True)):
            _shares(f"transitions[{name!r}]", row, "A weight can be passed on once.")
            if row[i] != 0.0:
                raise ArgumentError(
                    f"transitions[{name!r}][{name!r}]", row[i], "must be 0: no edge to itself"
                )

    @classmethod
    def of(
        cls, weights: Mapping[str, float], transitions: Mapping[str, Mapping[str, float]] | None = None
    ) -> HypothesisGraph:
        """A graph by the names of its hypotheses; an edge that is not named is 0.

        Parameters
        ----------
        weights
            Of every hypothesis, in order: {"SR-Average": 0.5, "SR-High": 0.5, "all": 0.0}.
        transitions
            Edges from each: {"SR-Average": {"SR-High": 1.0}}.

        """
        ids, edges = tuple(weights), transitions or {}
        for name in (*edges, *(to for row in edges.values() for to in row)):
            if name not in weights:
                raise ArgumentError("transitions", name, f"must name one of {', '.join(map(repr, ids))}")
        rows = (tuple(float(edges.get(i, {}).get(j, 0.0)) for j in ids) for i in ids)
        return cls(ids, tuple(float(w) for w in weights.values()), tuple(rows))

    def weight(self, hypothesis: str) -> float:
        """Weight of a hypothesis."""
        return self.weights[self.index(hypothesis)]

    def index(self, hypothesis: str) -> int:
        """Place of a hypothesis, from 0."""
        if hypothesis not in self.hypotheses:
            listed = ", ".join(map(repr, self.hypotheses)) or "none is left"
            raise ArgumentError("hypothesis", hypothesis, f"must be one of {listed}")
        return self.hypotheses.index(hypothesis)

    def reject(self, *rejected: str) -> HypothesisGraph | None:
        """The graph of those that remain when these are rejected; None when none does."""
        graph: HypothesisGraph | None = self
        for name in rejected:
            if graph is None:
                raise ArgumentError(
                    "hypothesis", name, "must be one that is not rejected yet", "None is left."
                )
            graph = _without(graph, graph.index(name))
        return graph

    def remaining(self) -> Iterator[tuple[tuple[str, ...], HypothesisGraph]]:
        """What has been rejected, and the graph that remains, for every set but all: 2^m - 1 of them."""
        if len(self.hypotheses) > MOST_ENUMERATED:
            raise ArgumentError(
                "hypotheses", len(self.hypotheses), f"must be {MOST_ENUMERATED} at most to list every graph"
            )
        yield from _remaining(self)

    def levels(self, hypothesis: str, alpha: float) -> tuple[float, ...]:
        """Every level w alpha above 0 at which a hypothesis may come to be tested, rising."""
        self.index(hypothesis)
        found: list[float] = []
        weights = (left.weight(hypothesis) for done, left in self.remaining() if hypothesis not in done)
        for w in sorted(weights):
            if w > SPARE and not (found and math.isclose(found[-1], w * alpha, rel_tol=SPARE)):
                found.append(w * alpha)
        return tuple(found)


@lru_cache(maxsize=16)
def _remaining(graph: HypothesisGraph) -> tuple[tuple[tuple[str, ...], HypothesisGraph], ...]:
    """Every set of rejections but all, fewest first, each graph from one with a rejection less."""
    found: dict[tuple[str, ...], HypothesisGraph] = {(): graph}
    for size in range(1, len(graph.hypotheses)):
        for rejected in combinations(graph.hypotheses, size):
            left = found[rejected[:-1]].reject(rejected[-1])
            assert left is not None  # noqa: S101 - fewer than all are rejected
            found[rejected] = left
    return tuple(found.items())


def _without(graph: HypothesisGraph, i: int) -> HypothesisGraph | None:
    """The graph of the others; None when there is no other."""
    rest = [k for k in range(len(graph.hypotheses)) if k != i]
    if not rest:
        return None
    w, g = graph.weights, graph.transitions
    return HypothesisGraph(
        tuple(graph.hypotheses[k] for k in rest),
        tuple(min(1.0, w[k] + w[i] * g[i][k]) for k in rest),
        tuple(tuple(_passed(g, i, a, b) for b in rest) for a in rest),
    )


def _passed(g: tuple[tuple[float, ...], ...], i: int, a: int, b: int) -> float:
    """Edge from a to b once i is gone."""
    loop = g[a][i] * g[i][a]
    if a == b or loop >= 1.0 - SPARE:
        return 0.0
    return min(1.0, (g[a][b] + g[a][i] * g[i][b]) / (1.0 - loop))


def _shares(name: str, values: Sequence[float], remedy: str) -> None:
    for value in values:
        if not 0.0 <= value <= 1.0:
            raise ArgumentError(name, tuple(values), "must each lie between 0 and 1", remedy)
    if math.fsum(values) > 1.0 + SPARE:
        raise ArgumentError(
            name, tuple(values), f"must add up to 1 at most, not {math.fsum(values):.6g}", remedy
        )
