"""Whole numbers of events by stratum, arm and segment, nearest to the event mass and the facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise.reconstruction.at_risk import split
from equipoise.reconstruction.mass import Projection, project
from equipoise.reconstruction.solve import TIGHTNESS
from equipoise.reconstruction.targets import Statistic

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from equipoise.reconstruction.grid import Grid
    from equipoise.reconstruction.solve import Solution

    Numbers = NDArray[np.float64]
    Counts = NDArray[np.int64]

_TRIED = 16
_MOVES = 60
_SPREAD_OF_WHOLE = 0.02


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
        self.shape = (*prior.shape[:2], int(grid.segment.max()) + 1)
        self.bounds = bounds
        self._prior = prior.ravel()
        strata, arms, segments = self.shape
        owner = np.arange(strata * arms)[:, None] * segments + grid.segment[None, :]
        whole = (np.arange(strata * arms * segments)[:, None] == owner.ravel()[None, :]).astype(np.float64)
        rows = solution.rows
        # Bounds hold the numbers of events: inside them no number is nearer to the facts than another.
        self.kept = np.array([t.statistic is not Statistic.EVENTS for t in rows.owners], dtype=bool)
        facts = rows.coefficients[self.kept].reshape(int(self.kept.sum()), -1)
        self._rows = np.vstack([facts, whole])
        self._target = rows.target[self.kept]
        self._half = np.maximum(rows.half_width[self.kept], 1e-3)
        self._spread = np.append(self._half * TIGHTNESS, np.full(len(whole), _SPREAD_OF_WHOLE))
        self._warm: Numbers | None = None
        self.owners = tuple(t for t, kept in zip(rows.owners, self.kept, strict=True) if kept)
        self._anchor, self._gain = rows.anchor[self.kept], rows.gain[self.kept]
        self.shift = np.zeros(len(self._target))

    def linear_misses(self, mass: Numbers) -> Numbers:
        """(A m - b) / half-width of each fact's row, before any shift."""
        return np.asarray((self._rows[: len(self._target)] @ mass.ravel() - self._target) / self._half)

    def row_miss(self, index: int, value: float) -> float:
        """The same distance for an exact value: of -log survival, log hazard ratio, information or mean."""
        quantity = self._gain[index] * (value - self._anchor[index])
        return float((quantity - self._target[index]) / self._half[index])

    def at(self, counts: Counts) -> Projection:
        """The mass nearest to the prior with these events."""
        aim = self._target + self.shift * self._half
        target = np.append(aim, counts.ravel().astype(np.float64))
        found = project(self._prior, self._rows, target, self._spread, self._warm)
        self._warm = found.multipliers
        return found

    def neighbours(self, counts: Counts, found: Projection) -> list[Counts]:
        """The most promising counts that differ by one event moved, added or taken, best first.

        The multiplier of a whole-number row is the slope of the cost; 1/d its curvature.
        """
        slope = -found.multipliers[len(self._target) :].reshape(self.shape)
        bend = 0.5 / np.maximum(counts, 0.5)
        ranked: list[tuple[float, int, Counts]] = []
        places = [tuple(int(i) for i in p) for p in np.ndindex(*self.shape)]
        for add in [None, *places]:
            for take in [None, *places]:
                if add == take or (add is not None and take is not None and add[1] != take[1]):
                    continue
                trial, change = counts.copy(), 0.0
                if add is not None:
                    trial[add] += 1
                    change += slope[add] + bend[add]
                if take is not None:
                    trial[take] -= 1
                    change += -slope[take] + bend[take]
                if self.bounds.allow(trial):
                    ranked.append((change, len(ranked), trial))
        ranked.sort(key=lambda item: item[:2])
        return [trial for _, _, trial in ranked[:_TRIED]]


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
        cells = split(cells, total, lower, upper)
        for s in range(strata):
            wanted = real[s] * cells[s] / max(real[s].sum(), 1e-9)
            found[s, a] = split(wanted, int(cells[s]), np.zeros(segments), bounds.most[s, a].astype(float))
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
    shape = (*problem.shape[:2], -1)
    return WholeCounts(counts, found.mass.reshape(shape), found.cost)
