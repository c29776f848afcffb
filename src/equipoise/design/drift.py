"""The drift for which a group-sequential design has its power."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from scipy.special import ndtri

from equipoise.numerics.roots import increasing_root

if TYPE_CHECKING:
    from equipoise.design.boundaries import Boundaries
    from equipoise.design.plan import Plan


def fixed_drift(alpha: float, beta: float, sides: int) -> float:
    """Expected z of the design with one look: z_{1-alpha/sides} + z_{1-beta}."""
    return -float(ndtri(alpha / sides)) - float(ndtri(beta))


def solve_drift(plan: Plan, alpha: float, beta: float) -> tuple[Boundaries, float]:
    """Bounds, and the drift (expected z at information 1) for which they give the power 1 - beta.

    On the probit scale the power of a fixed design is a straight line in the drift; that of a sequential
    design nearly so, and a few secants settle it.
    """
    alone = plan.without_futility()

    def shortfall(drift: float) -> float:
        missed = min(max(plan.with_futility(drift, alone).missed, 1e-300), 1.0 - 1e-16)
        return float(ndtri(beta)) - float(ndtri(missed))

    start = fixed_drift(alpha, beta, plan.sides) * (1.02 / math.sqrt(plan.information[-1]))
    drift = increasing_root(shortfall, start, 1.0, tolerance=1e-11, what="the drift that gives the power")
    return plan.with_futility(drift, alone), drift
