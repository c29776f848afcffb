"""Sequentially rejective test of several hypotheses by a graph, with adjusted p-values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from equipoise import _check
from equipoise.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from equipoise.numerics.hypothesis_graph import HypothesisGraph

# A p that is exactly w alpha rejects, whichever way the division rounds.
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class GraphicalTest:
    """What a graph rejects.

    Parameters
    ----------
    graph
        As before any rejection.
    alpha
        Familywise error, all sides and hypotheses together.
    p_values, adjusted_p
        Of each hypothesis; adjusted_p is the smallest alpha at which the graph rejects it.
    rejected
        Ids in the order of rejection.
    graphs
        The graph after each rejection; None after the last of all.
    """

    graph: HypothesisGraph
    alpha: float
    p_values: tuple[float, ...]
    adjusted_p: tuple[float, ...]
    rejected: tuple[str, ...]
    graphs: tuple[HypothesisGraph | None, ...]

    @property
    def remaining(self) -> HypothesisGraph | None:
        """The graph of what is not rejected; None where all are."""
        return self.graphs[-1] if self.graphs else self.graph

    def level(self, hypothesis: str) -> float:
        """The level at which a hypothesis was rejected, or stands now, w alpha."""
        at = self.rejected.index(hypothesis) if hypothesis in self.rejected else len(self.rejected)
        graph = (self.graph, *self.graphs)[at]
        return self.alpha * graph.weight(hypothesis) if graph is not None else 0.0

    def to_frame(self) -> pl.DataFrame:
        """One row a hypothesis: hypothesis, p_value, adjusted_p, level, rejected, step (null if not)."""
        import polars as pl

        steps = {name: k for k, name in enumerate(self.rejected, start=1)}
        ids = self.graph.hypotheses
        return pl.DataFrame(
            {
                "hypothesis": ids,
                "p_value": self.p_values,
                "adjusted_p": self.adjusted_p,
                "level": [self.level(name) for name in ids],
                "rejected": [name in steps for name in ids],
                "step": pl.Series([steps.get(name) for name in ids], dtype=pl.Int64),
            }
        )


def graphical_test(graph: HypothesisGraph, p_values: Mapping[str, float], alpha: float) -> GraphicalTest:
    """Test several hypotheses by a graph of weighted Bonferroni tests.

    While any p_i / w_i <= alpha, the hypothesis where it is smallest is rejected, and its weight passed on.
    The adjusted p of H_i is the largest of the p / w at the rejections up to its own, at most 1.

    Parameters
    ----------
    graph
        Weights and transitions.
    p_values
        Of every hypothesis, valid by itself: for group-sequential hypotheses the `sequential_p_value`.
    alpha
        Familywise error in total.

    Raises
    ------
    ArgumentError
        A p-value is missing, or none of the graph's, or no probability.

    References
    ----------
    Bretz, Maurer, Brannath, Posch (2009), Statistics in Medicine 28:586-604, algorithms 1 and 2.

    """
    alpha = _check.probability("alpha", alpha, "The familywise error, such as 0.025.")
    p = _by_hypothesis(graph, p_values)
    adjusted = dict.fromkeys(graph.hypotheses, 1.0)
    rejected: list[str] = []
    graphs: list[HypothesisGraph | None] = []
    left: HypothesisGraph | None = graph
    reached = 0.0
    while left is not None:
        ratios = [_over(p[h], w) for h, w in zip(left.hypotheses, left.weights, strict=True)]
        ratio = min(ratios)
        if math.isinf(ratio):
            break
        name = left.hypotheses[ratios.index(ratio)]
        reached = max(reached, ratio)
        adjusted[name] = min(1.0, reached)
        left = left.reject(name)
        if reached <= alpha * (1.0 + ROUNDING):
            rejected.append(name)
            graphs.append(left)
    return GraphicalTest(
        graph=graph,
        alpha=alpha,
        p_values=tuple(p[h] for h in graph.hypotheses),
        adjusted_p=tuple(adjusted[h] for h in graph.hypotheses),
        rejected=tuple(rejected),
        graphs=tuple(graphs),
    )


def _over(p: float, weight: float) -> float:
    return p / weight if weight > 0.0 else math.inf


def _by_hypothesis(graph: HypothesisGraph, given: Mapping[str, float]) -> dict[str, float]:
    for name in given:
        graph.index(name)
    for name in graph.hypotheses:
        if name not in given:
            raise ArgumentError(
                "p_values", tuple(given), f"must hold {name!r} too", "Every hypothesis needs one."
            )
    return {name: _check.fraction(f"p_values[{name!r}]", given[name]) for name in graph.hypotheses}
