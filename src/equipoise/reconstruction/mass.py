"""Event mass nearest to a prior that meets linear facts: a Kullback-Leibler projection with elastic rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

_STEPS = 200
_LARGEST_EXPONENT = 40.0


@dataclass(frozen=True, slots=True)
class Projection:
    """Mass m, the rows' values A m, and the least value of the objective."""

    mass: Numbers
    reached: Numbers
    multipliers: Numbers
    cost: float


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
    y = start.copy() if start is not None and len(start) == len(target) else np.zeros(len(target))
    ridge = spread**2

    def mass_at(y: Numbers) -> Numbers:
        return np.asarray(prior * np.exp(np.clip(-(y @ rows), -_LARGEST_EXPONENT, _LARGEST_EXPONENT)))

    def dual(y: Numbers, m: Numbers) -> float:
        return float(m.sum() + target @ y + 0.5 * ridge @ y**2)

    m = mass_at(y)
    value = dual(y, m)
    for _ in range(_STEPS):
        gradient = target - rows @ m + ridge * y
        hessian = (rows * m) @ rows.T + np.diag(ridge + 1e-14)
        step = np.linalg.solve(hessian, gradient)
        slope = float(gradient @ step)
        if slope < 1e-12:
            break
        size = 1.0
        while True:
            trial = y - size * step
            m_trial = mass_at(trial)
            value_trial = dual(trial, m_trial)
            if value_trial <= value - 1e-4 * size * slope or size < 1e-9:
                break
            size *= 0.5
        y, m, value = trial, m_trial, value_trial
    with np.errstate(divide="ignore", invalid="ignore"):
        distance = np.where(m > 0.0, m * np.log(np.where(m > 0.0, m / prior, 1.0)), 0.0) - m + prior
    reached = rows @ m
    cost = float(distance.sum() + 0.5 * (((reached - target) / spread) ** 2).sum())
    return Projection(m, reached, y, cost)
