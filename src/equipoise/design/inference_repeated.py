"""Repeated confidence intervals and p-values: valid at every look, whether or not the trial stops there."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise import _check
from equipoise.design.classical import HaybittlePeto, Shape
from equipoise.design.interim_boundary import spending_of
from equipoise.design.look_rules import given_bounds, look_rule
from equipoise.design.plan import Plan
from equipoise.design.rules import At, GivenP, GivenZ
from equipoise.errors import ArgumentError, DesignError
from equipoise.numerics.roots import increasing_root

if TYPE_CHECKING:
    import polars as pl

    from equipoise.design.group_sequential_design import GroupSequentialDesign
    from equipoise.design.inference_look import InterimLook
    from equipoise.design.rules import Rule

# p-values are sought between these; 1 / 2 is as large as one side's alpha may be.
SMALLEST_P, LARGEST_P = 1e-12, 0.5
# With half of all paths on either side a two-sided boundary would stop every one at its first look.
LARGEST_OF_TWO = 0.4999


@dataclass(frozen=True, slots=True)
class RepeatedInterval:
    """Interval and p-value at one look of a sequence; `sides` is the p-value's."""

    look: int
    estimate: float
    lower: float
    upper: float
    level: float
    p_value: float
    sides: int

    def to_frame(self) -> pl.DataFrame:
        """One row."""
        import polars as pl

        return pl.DataFrame([{name: getattr(self, name) for name in RepeatedInterval.__slots__}])


def repeated_interval(at: InterimLook, *, level: float | None = None) -> RepeatedInterval:
    """Confidence interval that holds simultaneously with those of all other looks, and its p-value.

    theta lies within estimate -+ c_k / sqrt(I_k), c_k the efficacy bound of the design for the error
    (1 - level) / 2 on a side; over all looks, whenever the trial stops, the interval misses with probability
    of at most 1 - level. At the design's own level c_k is the bound in use.
    The p-value is the alpha (total, of the design's sides) at which z would lie on the bound of this look;
    at most 1/2 on one side, 1 on two. Binding futility bounds are held as they were.

    Parameters
    ----------
    at
        The look (`interim_look`).
    level
        Of confidence; 1 - 2 alpha with one side and 1 - alpha with two, unless given.

    Raises
    ------
    DesignError
        Bounds given as z or p know no other level and have no repeated p-value.

    References
    ----------
    Jennison, Turnbull (1984), Controlled Clinical Trials 5:33-45; (1989), JRSS B 51:305-361.

    """
    if level is None:
        bound = float(at.efficacy_z[at.look - 1])
    else:
        _check.probability("level", level)
        bound = efficacy_bound(at, 0.5 * (1.0 - level))
    if not math.isfinite(bound):
        raise ArgumentError(
            "look", at.look, "is not read for efficacy, so it has no interval", "Ask at a look with a bound."
        )
    half = bound / math.sqrt(at.information)
    return RepeatedInterval(
        look=at.look,
        estimate=at.estimate,
        lower=at.estimate - half,
        upper=at.estimate + half,
        level=at.level if level is None else level,
        p_value=repeated_p_value(at),
        sides=at.design.sides,
    )


def repeated_p_value(at: InterimLook) -> float:
    """The alpha at which z would lie on the efficacy bound of this look, of the design's sides."""
    sides = at.design.sides
    z = at.z if sides == 1 else abs(at.z)

    def excess(probit: float) -> float:
        return z - efficacy_bound(at, _cdf(probit))

    largest = LARGEST_P if sides == 1 else LARGEST_OF_TWO
    if efficacy_bound(at, largest) >= z:
        return LARGEST_P * sides
    if efficacy_bound(at, SMALLEST_P) <= z:
        return SMALLEST_P * sides
    start = -z if z > 0.5 else -0.5
    probit = increasing_root(excess, start, 1.0, tolerance=1e-12, what="the repeated p-value")
    return _cdf(probit) * sides


def _cdf(probit: float) -> float:
    return min(max(0.5 * math.erfc(-probit / math.sqrt(2.0)), 1e-300), LARGEST_P)


def efficacy_bound(at: InterimLook, error: float) -> float:
    """The efficacy bound at the look if one side had this error; binding futility stays as it was."""
    design, k = at.design, at.look
    rule = design.efficacy.rule if isinstance(design.efficacy, At) else design.efficacy
    if isinstance(rule, GivenZ | GivenP | HaybittlePeto) or (isinstance(rule, Shape) and design.binding):
        raise DesignError(
            f"{rule!r} holds for one alpha only: repeated p-values and other levels need a spending "
            "function, or a classical shape without binding futility."
        )
    used: Rule | At = design.efficacy
    if isinstance(rule, Shape):
        planned = design.information_fraction[:k]
        if len(planned) == k and np.allclose(planned, at.information_fraction[:k], rtol=0.0, atol=1e-12):
            return _shape_plan(design, error).without_futility().efficacy[k - 1]
        used = _shape_spending(design, error)
    up = look_rule("efficacy", used, at.spending_fraction, error, looks=None)
    if at.final:
        up = up.spending_all(error)
    held = tuple(at.information_fraction[:k].tolist())
    idle = None
    if design.binding and at.futility_z is not None:
        idle = given_bounds(tuple(at.futility_z[:k].tolist()))
    plan = Plan(held, up, idle, None, design.sides, design.binding, design.inner, ends=False)
    bounds = plan.without_futility() if idle is None else plan.with_futility(0.0, plan.without_futility())
    return bounds.efficacy[-1]


def _shape_spending(design: GroupSequentialDesign, error: float) -> Rule | At:
    """What the design's classical boundary would spend by its planned looks if one side had this error."""
    plan = _shape_plan(design, error)
    spent = np.cumsum(plan.crossed(plan.without_futility()).efficacy)
    spending = spending_of(design.information_fraction, spent)
    return At(spending, design.efficacy.looks) if isinstance(design.efficacy, At) else spending


def _shape_plan(design: GroupSequentialDesign, error: float) -> Plan:
    """The design's classical boundary alone, at its planned looks, with this error on a side."""
    t = design.information_fraction
    shape = look_rule("efficacy", design.efficacy, t, error, looks=None)
    return Plan(tuple(t.tolist()), shape, None, None, design.sides, binding=False)
