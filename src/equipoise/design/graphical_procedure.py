"""Several group-sequential hypotheses under one alpha: a graph passes it on, and bounds are solved again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise import _check
from equipoise.design.graphical_test import GraphicalTest, graphical_test
from equipoise.design.sequential_p_value import HeldLooks, require_growing, sequential_p_value
from equipoise.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from equipoise._check import FloatArray
    from equipoise.design.interim_boundary import InterimBounds
    from equipoise.design.rules import At, Rule
    from equipoise.numerics.hypothesis_graph import HypothesisGraph


@dataclass(frozen=True, slots=True, eq=False)
class GraphicalProcedure:
    """A graph whose hypotheses are tested group-sequentially, each by its own spending and looks.

    Each hypothesis H_i is tested at level w_i alpha with bounds that its spending function gives at that
    level. When one is rejected, the graph is updated and the bounds of those that receive are solved again at
    their larger level, **at every look they have held**: a look already passed that crosses the new bound
    rejects then. The rejections are those of the graph applied to the sequential p-values, and those of the
    closed test of all intersections; the familywise error is at most alpha, whatever the correlation between
    the hypotheses and however their looks fall together. What is rejected stays so; no futility stop is
    counted on.

    Parameters
    ----------
    graph
        Weights and transitions.
    alpha
        Familywise error, one-sided.
    spending
        Spending function of each hypothesis in the graph's order, at some looks only if it is an `At`.

    Raises
    ------
    ArgumentError
        A rule missing, or one that is no spending function.

    References
    ----------
    Maurer, Bretz (2013), Statistics in Biopharmaceutical Research 5:311-320.

    """

    graph: HypothesisGraph
    alpha: float
    spending: tuple[Rule | At, ...]

    def __post_init__(self) -> None:
        """Check the parts."""
        _check.probability("alpha", self.alpha, "The familywise error, such as 0.025.")
        m = len(self.graph.hypotheses)
        if len(self.spending) != m:
            raise ArgumentError(
                "spending", self.spending, f"must hold a spending function for each of {m} hypotheses"
            )

    @classmethod
    def of(
        cls, graph: HypothesisGraph, alpha: float, spending: Mapping[str, Rule | At] | Rule
    ) -> GraphicalProcedure:
        """With one spending function for all hypotheses, or one for each by name."""
        if not isinstance(spending, Mapping):
            return cls(graph, alpha, (spending,) * len(graph.hypotheses))
        for name in spending:
            graph.index(name)
        for name in graph.hypotheses:
            if name not in spending:
                raise ArgumentError("spending", tuple(spending), f"must hold {name!r} too", "Each needs one.")
        return cls(graph, alpha, tuple(spending[name] for name in graph.hypotheses))

    def levels(self, hypothesis: str) -> tuple[float, ...]:
        """Every level at which a hypothesis may come to be tested, rising."""
        return self.graph.levels(hypothesis, self.alpha)

    def bounds(
        self,
        hypothesis: str,
        level: float,
        information_fraction: Sequence[float] | FloatArray,
        *,
        final: bool = False,
    ) -> InterimBounds:
        """Efficacy bounds of a hypothesis at one level, at the information fractions given."""
        looks = HeldLooks(information_fraction, np.zeros(len(information_fraction)), final=final)
        rule = self.spending[self.graph.index(hypothesis)]
        require_growing(looks, rule, self.alpha)
        return looks.bounds(rule, level)

    def test(self, looks: Mapping[str, HeldLooks]) -> SequentialGraphicalTest:
        """What the looks held so far reject.

        Parameters
        ----------
        looks
            Of each hypothesis; one that has not been looked at yet is left out.

        """
        for name in looks:
            self.graph.index(name)
        rules = dict(zip(self.graph.hypotheses, self.spending, strict=True))
        p = dict.fromkeys(self.graph.hypotheses, 1.0)
        p |= {name: sequential_p_value(held, rules[name]) for name, held in looks.items()}
        found = graphical_test(self.graph, p, self.alpha)
        in_force = {name: found.level(name) for name in looks}
        bounds = {name: looks[name].bounds(rules[name], a) for name, a in in_force.items() if a > 0.0}
        return SequentialGraphicalTest(
            test=found,
            looks=tuple(looks.items()),
            bounds=tuple(bounds.items()),
        )


@dataclass(frozen=True, slots=True, eq=False)
class SequentialGraphicalTest:
    """What a graph of group-sequential hypotheses rejects by now, and the bounds in force.

    Parameters
    ----------
    test
        The graph on the sequential p-values: rejections in order, adjusted p, the graph that remains.
    looks
        Looks held of each hypothesis, by id.
    bounds
        Efficacy bounds of the looks held, at the level at which the hypothesis was rejected or stands now;
        none where that level is 0.
    """

    test: GraphicalTest
    looks: tuple[tuple[str, HeldLooks], ...]
    bounds: tuple[tuple[str, InterimBounds], ...]

    @property
    def rejected(self) -> tuple[str, ...]:
        """Ids in the order of rejection."""
        return self.test.rejected

    @property
    def remaining(self) -> HypothesisGraph | None:
        """The graph of what is not rejected; None where all are."""
        return self.test.remaining

    def crossed_at(self, hypothesis: str) -> int | None:
        """The first look, from 1, whose bound in force is crossed; None where none is."""
        held, bounds = dict(self.looks).get(hypothesis), dict(self.bounds).get(hypothesis)
        if held is None or bounds is None or hypothesis not in self.rejected:
            return None
        crossed = np.flatnonzero(np.asarray(held.z) >= bounds.efficacy_z)
        # A statistic on the bound itself may fall beside it by a rounding error.
        return int(crossed[0]) + 1 if crossed.size else len(held.z)

    def to_frame(self) -> pl.DataFrame:
        """One row a hypothesis and look held: level in force, bound, z, sequential and adjusted p, status.

        A hypothesis without looks has one row with nothing in look, fraction, z and bound.
        """
        import polars as pl

        held, in_force = dict(self.looks), dict(self.bounds)
        cells: dict[str, list[float | None]] = {
            "look": [],
            "information_fraction": [],
            "z": [],
            "efficacy_z": [],
        }
        place: list[int] = []
        for i, name in enumerate(self.test.graph.hypotheses):
            looks, bounds = held.get(name), in_force.get(name)
            count = 0 if looks is None else len(looks.z)
            place += [i] * max(1, count)
            nothing: list[float | None] = [None] * max(1, count)
            cells["look"] += nothing if looks is None else range(1, count + 1)
            cells["information_fraction"] += nothing if looks is None else list(looks.information_fraction)
            cells["z"] += nothing if looks is None else list(looks.z)
            cells["efficacy_z"] += nothing if bounds is None else bounds.efficacy_z.tolist()
        crossed = [self.crossed_at(name) for name in self.test.graph.hypotheses]
        table = self.test.to_frame().rename({"p_value": "sequential_p"})
        return table.with_columns(pl.Series("crossed_at", crossed, dtype=pl.Int64))[place].with_columns(
            pl.Series(name, values, dtype=pl.Int64 if name == "look" else pl.Float64)
            for name, values in cells.items()
        )
