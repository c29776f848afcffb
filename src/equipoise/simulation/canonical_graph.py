"""A graph of hypotheses on exactly normal draws: how often each is rejected, and the familywise error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise.design import expected_score
from equipoise.design.protocol_population import (
    hypothesis_accrual,
    hypothesis_ratio,
    hypothesis_strata,
)
from equipoise.errors import ArgumentError, DesignError
from equipoise.numerics import normal
from equipoise.numerics.streams import CANONICAL_SCORES, Stream, scenario_code
from equipoise.simulation.estimates import Estimate, proportion

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import polars as pl

    from equipoise._check import FloatArray
    from equipoise.design import GraphicalDesign, GraphicalProcedure
    from equipoise.design.decision import BoolArray

BLOCK = 50_000


@dataclass(frozen=True, slots=True)
class GraphRejections:
    """How often a graph rejects, over draws; each number with its Monte-Carlo error.

    Parameters
    ----------
    hypotheses
        Ids, in the graph's order.
    true
        Those without an effect in any stratum of their population.
    rejected
        Probability of rejecting each by its last look, alpha passed on.
    alone
        The same at the level that each begins with, nothing passed on.
    familywise_error
        Probability of rejecting any that is true; 0 where none is.
    any_rejected, all_rejected
        Probability of rejecting one or more, and every one.
    trials
        Number of draws.
    """

    hypotheses: tuple[str, ...]
    true: tuple[str, ...]
    rejected: tuple[Estimate, ...]
    alone: tuple[Estimate, ...]
    familywise_error: Estimate
    any_rejected: Estimate
    all_rejected: Estimate
    trials: int

    def to_frame(self) -> pl.DataFrame:
        """One row a hypothesis: hypothesis, true, rejected, rejected_error, alone, alone_error."""
        import polars as pl

        return pl.DataFrame(
            {
                "hypothesis": self.hypotheses,
                "true": [name in self.true for name in self.hypotheses],
                "rejected": [e.value for e in self.rejected],
                "rejected_error": [e.error for e in self.rejected],
                "alone": [e.value for e in self.alone],
                "alone_error": [e.error for e in self.alone],
            }
        )


def graph_rejection_rates(
    design: GraphicalDesign, *, trials: int, seed: int, effect_in: Sequence[str] | None = None
) -> GraphRejections:
    """How often a graph rejects each hypothesis when the log-rank scores are exactly normal.

    The score of each stratum is a Brownian motion in its expected information, with the expected score as
    its mean; that of a hypothesis is the sum over its population, so that hypotheses that share patients are
    correlated: by the root of the share of information where one population holds the other. Looks are held
    at their expected dates, bounds are those at the expected information, every look is held, and no futility
    stop is obeyed.

    Parameters
    ----------
    design
        Of all hypotheses: one endpoint, one pair of arms, stratified log-rank tests for benefit.
    trials, seed
        Number of draws, and the seed that gives them again.
    effect_in
        Strata in which the assumed effect is true, none in the others; in all unless given, () for nowhere.

    Raises
    ------
    DesignError
        Hypotheses whose correlation does not follow from shared patients.
    """
    known = design.protocol.strata_ids
    chosen = known if effect_in is None else tuple(effect_in)
    for stratum in chosen:
        if stratum not in known:
            raise ArgumentError("effect_in", stratum, f"must name strata of {', '.join(map(repr, known))}")
    _require_shared(design)
    scores = _scores(design, chosen)
    procedure, ids = design.procedure, design.procedure.graph.hypotheses
    populations = [design.protocol.population(d.hypothesis) for d in design.designs]
    bounds = _bounds(procedure, dict(zip(ids, scores.information(populations), strict=True)))
    true = tuple(n for n, p in zip(ids, populations, strict=True) if not set(p) & set(chosen))
    first_level = {n: procedure.alpha * procedure.graph.weight(n) for n in ids}
    stream = Stream(seed, scenario_code(f"graph: {', '.join(chosen)}"))
    counts = np.zeros((2, len(ids)), dtype=np.int64)
    families = np.zeros(3, dtype=np.int64)
    for first in range(0, trials, BLOCK):
        size = min(BLOCK, trials - first)
        uniforms = stream.uniforms(CANONICAL_SCORES, size, scores.columns, first=first)
        z = dict(zip(ids, scores.draw(uniforms, populations), strict=True))
        found = _rejected(procedure, bounds, z)
        alone = {n: _crossed(z[n], bounds, n, first_level[n]) for n in ids}
        counts += [[int(found[n].sum()) for n in ids], [int(alone[n].sum()) for n in ids]]
        every = np.array([found[n] for n in ids])
        wrong = np.array([found[n] for n in true]).any(axis=0) if true else np.zeros(size, dtype=bool)
        families += [int(wrong.sum()), int(every.any(axis=0).sum()), int(every.all(axis=0).sum())]
    error, some, whole = (proportion(int(n), trials) for n in families)
    return GraphRejections(
        hypotheses=ids,
        true=true,
        rejected=tuple(proportion(int(n), trials) for n in counts[0]),
        alone=tuple(proportion(int(n), trials) for n in counts[1]),
        familywise_error=error,
        any_rejected=some,
        all_rejected=whole,
        trials=trials,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Scores:
    """Each stratum's score at the times of all looks: information and mean, shape (strata, times)."""

    strata: tuple[str, ...]
    v: FloatArray
    mean: FloatArray
    looks: tuple[tuple[int, ...], ...]
    """Places of each hypothesis' looks among the times."""

    @property
    def columns(self) -> int:
        """Uniform numbers that one draw takes."""
        return self.v.size

    def information(self, populations: Sequence[tuple[str, ...]]) -> list[FloatArray]:
        """Of each hypothesis at its looks."""
        return [
            self.v[self._rows(p)].sum(axis=0)[list(k)] for p, k in zip(populations, self.looks, strict=True)
        ]

    def draw(self, uniforms: FloatArray, populations: Sequence[tuple[str, ...]]) -> list[FloatArray]:
        """Z of each hypothesis at its looks, shape (draws, looks)."""
        steps = np.diff(self.v, axis=1, prepend=0.0)
        noise = normal.upper_quantile(uniforms).reshape(-1, *self.v.shape) * np.sqrt(steps)
        score = np.cumsum(noise, axis=2) + self.mean
        information = self.information(populations)
        return [
            score[:, self._rows(p)].sum(axis=1)[:, list(k)] / np.sqrt(v)
            for p, k, v in zip(populations, self.looks, information, strict=True)
        ]

    def _rows(self, population: tuple[str, ...]) -> list[int]:
        return [self.strata.index(s) for s in population]


def _scores(design: GraphicalDesign, effect_in: Sequence[str]) -> _Scores:
    protocol, some = design.protocol, design.designs[0].hypothesis
    times = sorted({k.time for d in design.designs for k in d.looks})
    v, mean = [], []
    for stratum in protocol.strata_ids:
        here = some.model_copy(update={"population": (stratum,)})
        expected = expected_score(
            hypothesis_strata(protocol, here),
            hypothesis_accrual(protocol, here),
            at=times,
            ratio=hypothesis_ratio(protocol, here),
        )
        v.append(expected.information)
        mean.append(expected.score if stratum in effect_in else np.zeros(len(times)))
    looks = tuple(tuple(times.index(k.time) for k in d.looks) for d in design.designs)
    return _Scores(protocol.strata_ids, np.array(v), np.array(mean), looks)


def _require_shared(design: GraphicalDesign) -> None:
    first = design.designs[0].hypothesis
    for one in design.designs:
        h = one.hypothesis
        if (h.endpoint, h.experimental) != (first.endpoint, first.experimental):
            raise DesignError(
                f"hypotheses {first.id} and {h.id} are about other endpoints or arms: their correlation does "
                "not follow from shared patients. Draw hypotheses about one endpoint and pair of arms."
            )
        several = len(design.protocol.population(h)) > 1
        stratified = h.test == "stratified-logrank" and "stratum" in h.strata
        if h.margin != 1.0 or not (
            stratified or (not several and h.test in {"stratified-logrank", "logrank"})
        ):
            raise DesignError(
                f"hypothesis {h.id} is no log-rank test for benefit stratified by the strata: its score is "
                "not the sum of theirs."
            )


def _bounds(
    procedure: GraphicalProcedure, information: Mapping[str, FloatArray]
) -> dict[str, list[tuple[float, FloatArray]]]:
    """Efficacy bounds of each hypothesis at each level, at the expected information."""
    return {
        name: [
            (level, procedure.bounds(name, level, v / v[-1], final=True).efficacy_z)
            for level in procedure.levels(name)
        ]
        for name, v in information.items()
    }


def _crossed(
    z: FloatArray, bounds: Mapping[str, list[tuple[float, FloatArray]]], name: str, level: float
) -> BoolArray:
    """Whether any look crosses at a level."""
    if level <= 0.0:
        return np.zeros(len(z), dtype=bool)
    b = min(bounds[name], key=lambda pair: abs(pair[0] - level))[1]
    return np.asarray((z >= b).any(axis=1))


def _rejected(
    procedure: GraphicalProcedure,
    bounds: Mapping[str, list[tuple[float, FloatArray]]],
    z: Mapping[str, FloatArray],
) -> dict[str, BoolArray]:
    """What the graph rejects in each draw."""
    size = len(next(iter(z.values())))
    return rejected_by_graph(procedure, size, lambda name, level: _crossed(z[name], bounds, name, level))


def rejected_by_graph(
    procedure: GraphicalProcedure, size: int, crossed: Callable[[str, float], BoolArray]
) -> dict[str, BoolArray]:
    """The graph, step by step over all draws at once, shape (size,) each.

    Parameters
    ----------
    procedure
        Graph and total alpha.
    size
        Number of draws.
    crossed
        Whether any look of a hypothesis crosses at a level, shape (size,).

    """
    ids = procedure.graph.hypotheses
    done = {name: np.zeros(size, dtype=np.bool_) for name in ids}
    # Sets of rejections come fewest first: who is rejected here stands in a larger set, read later.
    for gone, left in procedure.graph.remaining():
        here = np.all([done[name] == (name in gone) for name in ids], axis=0)
        for name in left.hypotheses:
            now = here & crossed(name, left.weight(name) * procedure.alpha)
            done[name] |= now
            here &= ~now
    return done
