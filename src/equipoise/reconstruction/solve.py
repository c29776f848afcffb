"""Event mass and numbers at risk that agree with one another and with the facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise.reconstruction.at_risk import KnownAtRisk, follow_up_shares, known_at_risk, numbers_at_risk
from equipoise.reconstruction.grid import at_risk_in_bins
from equipoise.reconstruction.mass import project
from equipoise.reconstruction.rows import rows_of
from equipoise.reconstruction.targets import Statistic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from equipoise.reconstruction.frame import Frame
    from equipoise.reconstruction.grid import Grid
    from equipoise.reconstruction.rows import Rows
    from equipoise.reconstruction.targets import Target

    Numbers = NDArray[np.float64]

# At the end of its rounding interval a fact costs as much as 5.6 nats of distance to the prior.
TIGHTNESS = 0.3
# Strata may differ in the timing of their accrual by so much (logarithm of the power of the common share).
_SPREAD_OF_ACCRUAL = 0.15
_FIRST_ROUNDS = 25
_NEXT_ROUNDS = 5
_FIRST_STEP = 0.1
_LAST_STEP = 0.01


@dataclass(frozen=True, slots=True)
class Solution:
    """Event mass m[s, a, b], at risk in bins n[s, a, b] and at boundaries R[s, a, k], shares, rows, cost."""

    mass: Numbers
    at_risk: Numbers
    counts: NDArray[np.int64]
    shares: Numbers
    offsets: Numbers
    rows: Rows
    multipliers: Numbers
    cost: float

    @property
    def reached(self) -> Numbers:
        """What the rows come to."""
        return np.asarray(self.rows.coefficients.reshape(len(self.rows.target), -1) @ self.mass.ravel())


def cell_survival(frame: Frame, grid: Grid, mass: Numbers, at_risk: Numbers) -> Numbers:
    """Survival S[s, a, k] of each cell at the boundaries, from event mass over those at risk."""
    fall = np.log1p(-np.minimum(mass / np.maximum(at_risk, 1e-9), 0.9))
    log_survival = np.concatenate([np.zeros((*mass.shape[:2], 1)), np.cumsum(fall, axis=2)], axis=2)
    return np.asarray(np.exp(log_survival[:, :, np.searchsorted(grid.start, frame.first)]))


def row_spread(rows: Rows) -> Numbers:
    """Half-widths of the rows; half an event for a total, which whole numbers meet exactly later."""
    least = [0.5 if t.statistic is Statistic.EVENTS else 1e-9 for t in rows.owners]
    return np.maximum(rows.half_width, least)


class Solver:
    """The trial's facts and prior, to be solved for one or another split of those at risk over the strata.

    hazard is the prior's per day in each bin, (S, 2, B); survival its curve at the boundaries, (S, 2, K).
    """

    def __init__(
        self, frame: Frame, grid: Grid, targets: Sequence[Target], hazard: Numbers, survival: Numbers
    ) -> None:
        self.frame, self.grid, self.targets = frame, grid, targets
        self.hazard, self.survival = hazard, survival
        self.known: KnownAtRisk = known_at_risk(frame, targets)

    def solve(self, offsets: Numbers, start: Solution | None = None) -> Solution:
        """Alternate between those at risk and the projection of the prior until both stand still."""
        survival = self.survival if start is None else self._survival(start)
        mass = np.zeros_like(self.hazard) if start is None else start.mass
        multipliers = np.zeros(0) if start is None else start.multipliers
        shares, counts, at_risk = self._risk(survival, offsets, mass)
        if start is None:
            mass = self.hazard * at_risk * self.grid.width
        rounds = _FIRST_ROUNDS if start is None else _NEXT_ROUNDS
        for step in range(rounds):
            at_risk = at_risk_in_bins(self.frame, self.grid, counts.astype(np.float64), mass, shares)
            rows = rows_of(self.targets, self.frame, self.grid, counts, at_risk, mass)
            flat = np.ascontiguousarray(rows.coefficients.reshape(len(rows.target), -1))
            spread = row_spread(rows) * TIGHTNESS
            found = project(self.prior(at_risk).ravel(), flat, rows.target, spread, multipliers)
            multipliers = found.multipliers
            fresh = found.mass.reshape(mass.shape)
            mass = fresh if step == 0 else 0.5 * (mass + fresh)
            if start is None and step < rounds - _NEXT_ROUNDS:
                survival = 0.5 * (survival + cell_survival(self.frame, self.grid, mass, at_risk))
                shares, counts, at_risk = self._risk(survival, offsets, mass)
        return Solution(mass, at_risk, counts, shares, offsets, rows, multipliers, found.cost)

    def prior(self, at_risk: Numbers) -> Numbers:
        """Expected events in each bin under the prior hazard."""
        return np.maximum(self.hazard * at_risk * self.grid.width, 1e-9)

    def _survival(self, solution: Solution) -> Numbers:
        return cell_survival(self.frame, self.grid, solution.mass, solution.at_risk)

    def _risk(
        self, survival: Numbers, offsets: Numbers, mass: Numbers
    ) -> tuple[Numbers, NDArray[np.int64], Numbers]:
        shares = follow_up_shares(self.frame, self.known, survival, offsets)
        counts = numbers_at_risk(self.frame, self.known, survival, shares)
        return (
            shares,
            counts,
            at_risk_in_bins(self.frame, self.grid, counts.astype(np.float64), mass, shares),
        )


def solve_with_splits(solver: Solver) -> Solution:
    """The solution whose unpublished splits over the strata cost least, unlike accrual included.

    One offset a stratum and boundary is stepped up or down while that lowers the cost, with halved steps.
    """
    strata, segments = len(solver.frame.strata), solver.frame.segments
    best = solver.solve(np.zeros((strata, segments)))
    free = [
        (s, k)
        for k in range(1, segments)
        for s in range(strata - 1)
        if not (solver.known.cell[:, :, k] >= 0).all() and not (solver.known.outer[0, :, :, k] > 0).all()
    ]

    def total(solution: Solution) -> float:
        return solution.cost + 0.5 * float(((solution.offsets / _SPREAD_OF_ACCRUAL) ** 2).sum())

    step = _FIRST_STEP
    while free and step > _LAST_STEP:
        moved = False
        for place in free:
            for sign in (1.0, -1.0):
                offsets = best.offsets.copy()
                offsets[place] += sign * step
                trial = solver.solve(offsets, best)
                if total(trial) < total(best) - 1e-3:
                    best, moved = trial, True
                    break
        if not moved:
            step *= 0.5
    return best
