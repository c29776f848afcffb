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

_STEPS = 60
_LARGEST_EXPONENT = 200.0
_SMALLEST_STEP = 1e-9
_AT_REST = 1e-10
_NEAR_REST = 1e-5
_WIDER = (100.0, 10.0, 1.0)
KNEE = 10.0


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

        sum m log(m / q) - m + q  +  sum rho((A m - b) / spread)

    with prior q, shape (n,), rows A, shape (r, n), target b and spread, shape (r,). The price of a miss is
    Huber's: rho(u) = u^2/2 up to |u| = 10, then straight, so that of facts that contradict each other some
    are given up and the others kept.

    Its dual is smooth and convex in one multiplier y a row, |y| <= 10/spread, with m = q exp(-A'y):
    sum q exp(-A'y) + b'y + 1/2 sum (spread y)^2. Projected Newton steps find the one minimum.

    References
    ----------
    Csiszár (1975), Annals of Probability 3:146-158. Huber (1964), Annals of Mathematical Statistics
    35:73-101. Bertsekas (1982), SIAM Journal on Control and Optimization 20:221-246.
    """

    def value(y: Numbers, spread: Numbers) -> tuple[float, Numbers]:
        m = tilted(prior, rows, y, _LARGEST_EXPONENT)
        return float(m.sum() + target @ y + 0.5 * spread**2 @ y**2), m

    def derivatives(y: Numbers, m: Numbers, spread: Numbers) -> tuple[Numbers, Numbers]:
        gradient = target - first_moments(rows, m) + spread**2 * y
        return gradient, second_moments(rows, m) + np.diag(spread**2)

    y, m, least = _Dual(value, derivatives, KNEE).minimise(_start(start, target), spread)
    return Projection(m, y, float(prior.sum() - least))


def project_within(  # noqa: PLR0917 - one problem, its data
    prior: Numbers,
    group: Counts,
    totals: Numbers,
    rows: Numbers,
    target: Numbers,
    spread: Numbers,
    start: Numbers | None = None,
    knee: float = KNEE,
) -> ProjectionWithin:
    """The same with the mass of group g held at totals[g]: m = d q exp(-A'y) / Z(y), Z its sum in the group.

    `knee` is the |u| from which on the price of a miss is straight.

    The dual is sum d log Z(y) + b'y + 1/2 sum (spread y)^2, its Hessian the covariance of A within groups.
    In d the cost has the slope log d - log Z and the curvature 1/d + a'H^-1 a, a the mean of A by group, H
    over the multipliers that are free.
    """
    groups = len(totals)

    def value(y: Numbers, spread: Numbers) -> tuple[float, Numbers]:
        share, log_z = shares_within(prior, rows, y, group, groups)
        return float(totals @ log_z + target @ y + 0.5 * spread**2 @ y**2), share * totals[group]

    def derivatives(y: Numbers, m: Numbers, spread: Numbers) -> tuple[Numbers, Numbers]:
        gradient = target - first_moments(rows, m) + spread**2 * y
        mean = group_moments(rows, m, group, groups)
        between = (mean / np.where(totals > 0.0, totals, 1.0)) @ mean.T
        return gradient, second_moments(rows, m) - between + np.diag(spread**2)

    y, m, least = _Dual(value, derivatives, knee).minimise(_start(start, target), spread)
    _, hessian = derivatives(y, m, spread)
    share, log_z = shares_within(prior, rows, y, group, groups)
    free = np.abs(y) < knee / spread
    mean = group_moments(rows, share, group, groups)[free]
    return ProjectionWithin(
        mass=m,
        multipliers=y,
        cost=float(_entropy(totals).sum() + prior.sum() - least),
        slope=-log_z,
        bend=mean.T @ np.linalg.solve(hessian[np.ix_(free, free)], mean),
    )


def _entropy(totals: Numbers) -> Numbers:
    """D log d - d, 0 at 0."""
    return np.asarray(totals * np.log(np.where(totals > 0.0, totals, 1.0)) - totals)


def _start(start: Numbers | None, target: Numbers) -> Numbers:
    return start.copy() if start is not None and len(start) == len(target) else np.zeros(len(target))


@dataclass(frozen=True, slots=True)
class _Dual:
    """A convex function of multipliers with |y| <= most: value and mass, gradient and Hessian at them."""

    value: Callable[[Numbers, Numbers], tuple[float, Numbers]]
    derivatives: Callable[[Numbers, Numbers, Numbers], tuple[Numbers, Numbers]]
    knee: float

    def minimise(self, y: Numbers, spread: Numbers) -> tuple[Numbers, Numbers, float]:
        """The minimum, from y; where Newton's method stalls, from 0 over wider and narrower spreads."""
        y, settled = self._newton(y, spread)
        if not settled:
            y = np.zeros_like(y)
            for factor in _WIDER:
                y, _ = self._newton(y, factor * spread)
        value, mass = self.value(y, spread)
        return y, mass, value

    def _newton(self, y: Numbers, spread: Numbers) -> tuple[Numbers, bool]:
        """Projected Newton steps, each halved until it descends enough; whether they came to rest."""
        most = self.knee / spread
        y = np.clip(y, -most, most)
        value, m = self.value(y, spread)
        slope = np.inf
        if y.any() and (cold := self.value(np.zeros_like(y), spread))[0] < value:
            y, (value, m) = np.zeros_like(y), cold
        for _ in range(_STEPS):
            gradient, hessian = self.derivatives(y, m, spread)
            held = ((y >= most) & (gradient < 0.0)) | ((y <= -most) & (gradient > 0.0))
            free = np.flatnonzero(~held)
            step = np.zeros_like(y)
            if len(free):
                inner = hessian[np.ix_(free, free)] + 1e-14 * np.eye(len(free))
                step[free] = np.linalg.solve(inner, gradient[free])
            slope = float(gradient @ step)
            if slope < _AT_REST * (1.0 + abs(value)):
                return y, True
            size = 1.0
            while True:
                trial = np.clip(y - size * step, -most, most)
                trial_value, trial_m = self.value(trial, spread)
                if trial_value <= value - 1e-4 * float(gradient @ (y - trial)) or size < _SMALLEST_STEP:
                    break
                # The parabola through both values and the slope has its minimum here.
                rise = max(trial_value - value + slope * size, 1e-300)
                size *= min(0.5, max(0.1, 0.5 * slope * size / rise))
            if trial_value >= value:
                break
            y, m, value = trial, trial_m, trial_value
        return y, slope < _NEAR_REST * (1.0 + abs(value))
