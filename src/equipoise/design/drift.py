"""The drift for which a group-sequential design has its power."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scipy.special import ndtri

from equipoise.design.boundaries import Boundaries, solve_boundaries
from equipoise.design.look_rules import given_bounds
from equipoise.numerics.roots import increasing_root

if TYPE_CHECKING:
    from equipoise.design.look_rules import LookRule


@dataclass(frozen=True, slots=True)
class Plan:
    """What the bounds must meet, laid out look by look."""

    information: tuple[float, ...]
    efficacy: LookRule
    futility: LookRule | None
    harm: LookRule | None
    sides: int
    binding: bool

    @property
    def inner(self) -> bool:
        """Two-sided futility stands between the rejection bounds."""
        return self.sides == 2 and self.futility is not None

    @property
    def mirrored(self) -> bool:
        """A two-sided test without a harm rule of its own."""
        return self.sides == 2 and self.harm is None

    @property
    def no_futility(self) -> tuple[float, ...]:
        """Futility bounds that never stop."""
        return (0.0 if self.inner else -math.inf,) * len(self.information)


def fixed_drift(alpha: float, beta: float, sides: int) -> float:
    """Expected z of the design with one look: z_{1-alpha/sides} + z_{1-beta}."""
    return -float(ndtri(alpha / sides)) - float(ndtri(beta))


def solve_drift(plan: Plan, alpha: float, beta: float) -> tuple[Boundaries, float]:
    """Bounds, and the drift (expected z at information 1) for which they give the power 1 - beta.

    On the probit scale the power of a fixed design is a straight line in the drift; that of a sequential
    design nearly so, and a few secants settle it.
    """
    alone = None if plan.binding else _without_futility(plan)
    reached: dict[float, Boundaries] = {}

    def shortfall(drift: float) -> float:
        bounds = _with_futility(plan, alone, drift)
        reached[drift] = bounds
        missed = min(max(bounds.missed, 1e-300), 1.0 - 1e-16)
        return float(ndtri(beta)) - float(ndtri(missed))

    start = fixed_drift(alpha, beta, plan.sides) * (1.02 / math.sqrt(plan.information[-1]))
    drift = increasing_root(shortfall, start, 1.0, tolerance=1e-11, what="the drift that gives the power")
    return reached.get(drift) or _with_futility(plan, alone, drift), drift


def _without_futility(plan: Plan) -> Boundaries:
    """Efficacy bounds that hold whatever is done about futility, and harm bounds beside them."""
    if plan.sides == 2:
        return solve_boundaries(plan.information, plan.efficacy, harm=plan.harm, mirrored=plan.mirrored)
    bounds = solve_boundaries(plan.information, plan.efficacy)
    if plan.harm is None:
        return bounds
    efficacy = given_bounds(bounds.efficacy)
    return solve_boundaries(plan.information, efficacy, harm=plan.harm)


def _with_futility(plan: Plan, alone: Boundaries | None, drift: float) -> Boundaries:
    efficacy = plan.efficacy if alone is None else given_bounds(alone.efficacy)
    harm = plan.harm if alone is None or plan.harm is None else given_bounds(alone.harm)
    return solve_boundaries(
        plan.information,
        efficacy,
        harm=harm,
        mirrored=plan.mirrored,
        futility=plan.futility,
        inner=plan.inner,
        drift=drift,
    )
