"""Event mass nearest to a prior that meets linear facts: a Kullback-Leibler projection with elastic rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise.reconstruction._mass_kernels import (
    first_moments,
    group_moments,
    second_moments,
    shares_within,
    tilted,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Counts = NDArray[np.int64]

_STEPS = 200
_LARGEST_EXPONENT = 60.0
_SMALLEST_STEP = 1e-9


@dataclass(frozen=True, slots=True)
class Projection:
    """Mass m, the multipliers y of the rows, and the least value of the objective."""

    mass: Numbers
    multipliers: Numbers
    cost: float


@dataclass(frozen=True, slots=True)
class ProjectionWithin:
    """The same with the mass of every group held fixed; also slope and bend of the cost in those masses."""

    mass: Numbers
    multipliers: Numbers
    cost: float
    slope: Numbers
    bend: Numbers

    def predicted(self, totals: Numbers, moves: Numbers) -> Numbers:
        """Change of the cost for each move, shape (moves,): own entropy exactly, the rest to second order."""
        own = _entropy(totals + np.maximum(moves, -totals)) - _entropy(totals)
        curved = 0.5 * ((moves @ self.bend) * moves).sum(axis=1)
        return np.asarray(own.sum(axis=1) + moves @ self.slope + curved)


def project(
    prior: Numbers, rows: Numbers, target: Numbers, spread: Numbers, start: Numbers | None = None
) -> Projection:
    """Minimise over m >= 0

        sum m log(m / q) - m + q  +  1/2 sum ((A m - b) / spread)^2

    with prior q, shape (n,), rows A, shape (r, n), target b and spread, shape (r,).

    Its dual is smooth and strictly convex in one multiplier y a row, with m = q exp(-A'y):
    sum q exp(-A'y) + b'y + 1/2 sum (spread y)^2. Newton's method with halved steps finds the one minimum;
    because every row is elastic, facts that contradict each other cannot blow it up.

    Reference: Csiszár (1975), Annals of Probability 3:146-158.
    """

    def dual(y: Numbers) -> tuple[float, Numbers]:
        m = tilted(prior, rows, y, _LARGEST_EXPONENT)
        return float(m.sum() + target @ y + 0.5 * spread**2 @ y**2), m

    def derivatives(y: Numbers, m: Numbers) -> tuple[Numbers, Numbers]:
        gradient = target - first_moments(rows, m) + spread**2 * y
        return gradient, second_moments(rows, m) + np.diag(spread**2)

    y, m, value = _minimise(dual, derivatives, _start(start, target))
    return Projection(m, y, float(prior.sum() - value))


def project_within(  # noqa: PLR0917 - one problem, its data
    prior: Numbers,
    group: Counts,
    totals: Numbers,
    rows: Numbers,
    target: Numbers,
    spread: Numbers,
    start: Numbers | None = None,
) -> ProjectionWithin:
    """The same with the mass of group g held at totals[g]: m = d q exp(-A'y) / Z(y), Z its sum in the group.

    The dual is sum d log Z(y) + b'y + 1/2 sum (spread y)^2, its Hessian the covariance of A within groups.
    In d the cost has the slope log d - log Z and the curvature 1/d + a'H^-1 a, a the mean of A by group.
    """
    groups = len(totals)

    def dual(y: Numbers) -> tuple[float, Numbers]:
        share, log_z = shares_within(prior, rows, y, group, groups)
        return float(totals @ log_z + target @ y + 0.5 * spread**2 @ y**2), share * totals[group]

    def derivatives(y: Numbers, m: Numbers) -> tuple[Numbers, Numbers]:
        gradient = target - first_moments(rows, m) + spread**2 * y
        mean = group_moments(rows, m, group, groups)
        between = (mean / np.where(totals > 0.0, totals, 1.0)) @ mean.T
        return gradient, second_moments(rows, m) - between + np.diag(spread**2)

    y, m, value = _minimise(dual, derivatives, _start(start, target))
    _, hessian = derivatives(y, m)
    share, log_z = shares_within(prior, rows, y, group, groups)
    mean = group_moments(rows, share, group, groups)
    return ProjectionWithin(
        mass=m,
        multipliers=y,
        cost=float(_entropy(totals).sum() + prior.sum() - value),
        slope=-log_z,
        bend=mean.T @ np.linalg.solve(hessian, mean),
    )


def _entropy(totals: Numbers) -> Numbers:
    """D log d - d, 0 at 0."""
    return np.asarray(totals * np.log(np.where(totals > 0.0, totals, 1.0)) - totals)


def _start(start: Numbers | None, target: Numbers) -> Numbers:
    return start.copy() if start is not None and len(start) == len(target) else np.zeros(len(target))


def _minimise(
    dual: Callable[[Numbers], tuple[float, Numbers]],
    derivatives: Callable[[Numbers, Numbers], tuple[Numbers, Numbers]],
    y: Numbers,
) -> tuple[Numbers, Numbers, float]:
    """Newton's method on a convex function, each step halved until it descends enough."""
    value, m = dual(y)
    for _ in range(_STEPS):
        gradient, hessian = derivatives(y, m)
        step = np.linalg.solve(hessian + 1e-14 * np.eye(len(y)), gradient) if len(y) else y
        slope = float(gradient @ step)
        if slope < 1e-11:
            break
        size = 1.0
        while True:
            trial_value, trial_m = dual(y - size * step)
            if trial_value <= value - 1e-4 * size * slope or size < _SMALLEST_STEP:
                break
            size *= 0.5
        if trial_value >= value:
            break
        y, m, value = y - size * step, trial_m, trial_value
    return y, m, value
