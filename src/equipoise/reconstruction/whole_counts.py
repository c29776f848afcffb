"""Whole numbers of events by stratum, arm and segment, nearest to the event mass and the facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise.reconstruction.at_risk import split
from equipoise.reconstruction.grid import at_risk_in_bins
from equipoise.reconstruction.mass import KNEE, ProjectionWithin, project_within
from equipoise.reconstruction.rows import rows_of
from equipoise.reconstruction.targets import Statistic

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from equipoise.reconstruction.event_bounds import Bounds
    from equipoise.reconstruction.grid import Grid
    from equipoise.reconstruction.solve import Solution, Solver

    Numbers = NDArray[np.float64]
    Counts = NDArray[np.int64]

_ASKED = 60
_ALIKE = 3
_MOST_PAIRED = 400
_SETTLING = 4
_MOVES = 60


@dataclass(frozen=True, slots=True)
class WholeCounts:
    """Events d[s, a, k], and the mass nearest to the prior that holds them."""

    events: Counts
    mass: Numbers
    cost: float


class CountProblem:
    """The projection with the events of every cell and segment held to whole numbers."""

    def __init__(self, solver: Solver, solution: Solution, bounds: Bounds) -> None:
        strata, arms, _ = solution.mass.shape
        grid = solver.grid
        segments = int(grid.segment.max()) + 1
        self.shape = (strata, arms, segments)
        self.bounds = bounds
        self.solver, self._solution = solver, solution
        self._prior = solver.prior(solution.at_risk).ravel()
        self._group = (np.arange(strata * arms)[:, None] * segments + grid.segment[None, :]).ravel()
        self._warm: Numbers | None = None
        self._moves = _moves(self.shape)
        by_cell = self._moves.reshape(len(self._moves), strata * arms, segments).sum(axis=2)
        self._kinds = np.unique(by_cell, axis=0, return_inverse=True)[1].ravel()
        self.tightness = 1.0
        self.linearise(solution.mass, solution.at_risk)
        self.shift = np.zeros(len(self.rows.target))

    def linearise(self, mass: Numbers, at_risk: Numbers | None = None) -> None:
        """Take the rows at another mass and those at risk with it."""
        solver, solution = self.solver, self._solution
        if at_risk is None:
            at_risk = at_risk_in_bins(
                solver.frame, solver.grid, solution.counts.astype(np.float64), mass, solution.shares
            )
        # Bounds hold the numbers of events: inside them no number is nearer to the facts than another.
        made = rows_of(solver.targets, solver.frame, solver.grid, solution.counts, at_risk, mass)
        self.rows = made.without(Statistic.EVENTS)
        self._flat = np.ascontiguousarray(self.rows.coefficients.reshape(len(self.rows.target), -1))

    def at(self, counts: Counts) -> ProjectionWithin:
        """The mass nearest to the prior with these events."""
        found = project_within(
            self._prior,
            self._group,
            counts.ravel().astype(np.float64),
            self._flat,
            self.rows.target + self.shift,
            np.maximum(self.rows.half_width, 1e-9) * self.tightness,
            self._warm,
            KNEE / self.tightness,
        )
        self._warm = found.multipliers
        return found

    def whole(self, counts: Counts, found: ProjectionWithin) -> WholeCounts:
        """Counts with their mass."""
        return WholeCounts(counts, found.mass.reshape(*self.shape[:2], -1), found.cost)

    def neighbours(self, counts: Counts, found: ProjectionWithin) -> list[tuple[float, Counts]]:
        """Counts that differ by one or two moves of an event, with their costs, best first.

        The quadratic model picks whom to ask: of the moves that change the totals of the cells alike only the
        first few, so that unlike ones get a hearing.
        """
        change = found.predicted(counts.ravel().astype(np.float64), self._moves)
        asked: list[Counts] = []
        heard: dict[int, int] = {}
        for i in np.argsort(change, kind="stable"):
            kind = int(self._kinds[i])
            trial = counts + self._moves[i].astype(np.int64).reshape(self.shape)
            if heard.get(kind, 0) < _ALIKE and self.bounds.allow(trial):
                heard[kind] = heard.get(kind, 0) + 1
                asked.append(trial)
            if len(asked) == _ASKED:
                break
        costs = [self.at(trial).cost for trial in asked]
        return [(costs[i], asked[i]) for i in np.argsort(costs, kind="stable")]


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


def settled(problem: CountProblem, counts: Counts) -> WholeCounts:
    """The mass with these events, the rows taken again at it until both agree."""
    whole = problem.whole(counts, problem.at(counts))
    mass = whole.mass
    for _ in range(_SETTLING):
        problem.linearise(mass)
        whole = problem.whole(counts, problem.at(counts))
        mass = 0.5 * (mass + whole.mass)
    return whole


def whole_counts(problem: CountProblem, start: Counts) -> WholeCounts:
    """Descend from the counts given by one or two moves of an event until none lowers the cost."""
    counts, found = start, problem.at(start)
    for _ in range(_MOVES):
        nearest = problem.neighbours(counts, found)
        if not nearest or nearest[0][0] >= found.cost - 1e-9:
            break
        counts = nearest[0][1]
        found = problem.at(counts)
    return problem.whole(counts, found)
