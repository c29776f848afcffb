"""Whole numbers of events by stratum, arm and segment, nearest to the event mass and the facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise.reconstruction.at_risk import split
from equipoise.reconstruction.mass import ProjectionWithin, project_within
from equipoise.reconstruction.targets import Statistic

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from equipoise.reconstruction.grid import Grid
    from equipoise.reconstruction.solve import Solution

    Numbers = NDArray[np.float64]
    Counts = NDArray[np.int64]

_TRIED = 24
_MOST_PAIRED = 400
_MOVES = 60


@dataclass(frozen=True, slots=True)
class Bounds:
    """Most events of a cell and segment, (S, 2, K); fewest and most by stratum and arm, and by arm."""

    most: Counts
    cell_lower: Counts
    cell_upper: Counts
    arm_lower: Counts
    arm_upper: Counts

    def allow(self, counts: Counts) -> bool:
        """Whether counts (S, 2, K) keep all bounds."""
        cell = counts.sum(axis=2)
        arm = cell.sum(axis=0)
        return bool(
            (counts >= 0).all()
            and (counts <= self.most).all()
            and (cell >= self.cell_lower).all()
            and (cell <= self.cell_upper).all()
            and (arm >= self.arm_lower).all()
            and (arm <= self.arm_upper).all()
        )


@dataclass(frozen=True, slots=True)
class WholeCounts:
    """Events d[s, a, k], and the mass nearest to the prior that holds them."""

    events: Counts
    mass: Numbers
    cost: float


class CountProblem:
    """The projection with the events of every cell and segment held to whole numbers."""

    def __init__(self, grid: Grid, solution: Solution, prior: Numbers, bounds: Bounds) -> None:
        strata, arms, _ = prior.shape
        segments = int(grid.segment.max()) + 1
        self.shape = (strata, arms, segments)
        self.bounds = bounds
        self._prior = prior.ravel()
        self._group = (np.arange(strata * arms)[:, None] * segments + grid.segment[None, :]).ravel()
        rows = solution.rows
        # Bounds hold the numbers of events: inside them no number is nearer to the facts than another.
        kept = np.array([t.statistic is not Statistic.EVENTS for t in rows.owners], dtype=bool)
        self.owners = tuple(t for t, keep in zip(rows.owners, kept, strict=True) if keep)
        self._rows = np.ascontiguousarray(rows.coefficients[kept].reshape(int(kept.sum()), -1))
        self._target, self._anchor, self._gain = rows.target[kept], rows.anchor[kept], rows.gain[kept]
        self._half = np.maximum(rows.half_width[kept], 1e-9)
        self._warm: Numbers | None = None
        self.tightness = 1.0
        self._moves = _moves(self.shape)
        self.shift = np.zeros(len(self._target))

    def linear_misses(self, mass: Numbers) -> Numbers:
        """(A m - b) / half-width of each fact's row, before any shift."""
        return np.asarray((self._rows @ mass.ravel() - self._target) / self._half)

    def row_miss(self, index: int, value: float) -> float:
        """The same distance for an exact value: of -log survival, log hazard ratio, information or mean."""
        quantity = self._gain[index] * (value - self._anchor[index])
        return float((quantity - self._target[index]) / self._half[index])

    def at(self, counts: Counts) -> ProjectionWithin:
        """The mass nearest to the prior with these events."""
        found = project_within(
            self._prior,
            self._group,
            counts.ravel().astype(np.float64),
            self._rows,
            self._target + self.shift * self._half,
            self._half * self.tightness,
            self._warm,
        )
        self._warm = found.multipliers
        return found

    def whole(self, counts: Counts, found: ProjectionWithin) -> WholeCounts:
        """Counts with their mass."""
        return WholeCounts(counts, found.mass.reshape(*self.shape[:2], -1), found.cost)

    def neighbours(self, counts: Counts, found: ProjectionWithin) -> list[Counts]:
        """The most promising counts that differ by one or two moves of an event, best first."""
        change = found.predicted(counts.ravel().astype(np.float64), self._moves)
        ranked: list[Counts] = []
        for i in np.argsort(change, kind="stable"):
            trial = counts + self._moves[i].astype(np.int64).reshape(self.shape)
            if self.bounds.allow(trial):
                ranked.append(trial)
            if len(ranked) == _TRIED:
                break
        return ranked


def _moves(shape: tuple[int, int, int]) -> Numbers:
    """Moves of an event between cells and segments of an arm, additions, removals, and pairs of them."""
    size = int(np.prod(shape))
    arm = np.arange(size) // shape[2] % shape[1]
    unit = np.eye(size)
    moves = [sign * unit[i] for i in range(size) for sign in (1.0, -1.0)]
    moves += [unit[i] - unit[j] for i in range(size) for j in range(size) if i != j and arm[i] == arm[j]]
    single = np.array(moves)
    if len(single) <= _MOST_PAIRED:
        first, second = np.triu_indices(len(single), 1)
        single = np.vstack([single, single[first] + single[second]])
    return np.asarray(np.unique(single[np.abs(single).sum(axis=1) > 0.0], axis=0))


def first_counts(grid: Grid, mass: Numbers, bounds: Bounds) -> Counts:
    """The mass of each cell and segment rounded to whole numbers that keep the bounds."""
    strata, arms, _ = mass.shape
    segments = int(grid.segment.max()) + 1
    found = np.zeros((strata, arms, segments), dtype=np.int64)
    for a in range(arms):
        real = np.array([np.bincount(grid.segment, mass[s, a], minlength=segments) for s in range(strata)])
        cells = np.clip(np.rint(real.sum(axis=1)), bounds.cell_lower[:, a], bounds.cell_upper[:, a])
        total = int(np.clip(np.rint(real.sum()), bounds.arm_lower[a], bounds.arm_upper[a]))
        lower, upper = bounds.cell_lower[:, a].astype(float), bounds.cell_upper[:, a].astype(float)
        cells = split(cells, total, np.stack([lower, upper]))
        for s in range(strata):
            wanted = real[s] * cells[s] / max(real[s].sum(), 1e-9)
            found[s, a] = split(wanted, int(cells[s]), np.stack([np.zeros(segments), bounds.most[s, a]]))
    return found


def whole_counts(problem: CountProblem, start: Counts) -> WholeCounts:
    """Descend from the rounded mass by single moves until none lowers the cost."""
    counts, found = start, problem.at(start)
    for _ in range(_MOVES):
        trials = [(problem.at(t), t) for t in problem.neighbours(counts, found)]
        better = min(trials, key=lambda pair: pair[0].cost, default=None)
        if better is None or better[0].cost >= found.cost - 1e-9:
            break
        found, counts = better
    return problem.whole(counts, found)
