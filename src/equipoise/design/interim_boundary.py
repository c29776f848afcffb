"""Bounds at an interim look: solved at the information observed, honouring what earlier looks have spent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise import _check
from equipoise.design.classical import Shape
from equipoise.design.look_rules import look_rule, require_distance
from equipoise.design.plan import Plan
from equipoise.design.rules import At
from equipoise.errors import ArgumentError, DesignError
from equipoise.numerics import normal
from equipoise.numerics.spending_shapes import LinearSpending

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from equipoise._check import FloatArray
    from equipoise.design.boundaries import Boundaries
    from equipoise.design.group_sequential_design import GroupSequentialDesign
    from equipoise.design.rules import Rule


@dataclass(frozen=True, slots=True, eq=False)
class InterimBounds:
    """Bounds of the looks held so far, the last being the present one.

    Parameters
    ----------
    information_fraction
        Observed over planned information, shape (k,); above 1 where the plan is over-run.
    efficacy_z, futility_z, harm_z
        Bounds as z, shape (k,); None without such a rule.
    nominal_p
        p that the efficacy bound asks for, shape (k,): one-sided with sides=1, two-sided with sides=2.
    alpha_spent
        Probability under the null of having rejected by each look at these bounds and this information,
        shape (k,): on both sides with sides=2.

    """

    information_fraction: FloatArray
    efficacy_z: FloatArray
    futility_z: FloatArray | None
    harm_z: FloatArray | None
    nominal_p: FloatArray
    alpha_spent: FloatArray

    def to_frame(self) -> pl.DataFrame:
        """One row a look."""
        import polars as pl

        k = len(self.efficacy_z)
        nothing = pl.Series([None] * k, dtype=pl.Float64)
        return pl.DataFrame(
            {
                "look": np.arange(1, k + 1),
                "information_fraction": self.information_fraction,
                "efficacy_z": self.efficacy_z,
                "futility_z": nothing if self.futility_z is None else self.futility_z,
                "harm_z": nothing if self.harm_z is None else self.harm_z,
                "nominal_p": self.nominal_p,
                "alpha_spent": self.alpha_spent,
            }
        )


def efficacy_boundary_at(
    information: Sequence[float] | FloatArray,
    *,
    planned: float,
    spending: Rule | At,
    alpha: float,
    sides: int,
    previous: Sequence[float] | FloatArray | None = None,
    spending_fraction: Sequence[float] | FloatArray | None = None,
    final: bool = False,
) -> InterimBounds:
    """Efficacy bound of the present look, at the information observed so far.

    The bound b_k solves P(no earlier crossing, Z_k > b_k) = alpha(t_k) - (what the earlier bounds spend at
    the information observed), t_k = I_k / planned. From t_k = 1 on, or with
    `final`, all that is left is spent.

    Parameters
    ----------
    information
        Cumulative information at each look held, the present one last, rising, shape (k,); any unit.
    planned
        The planned maximum in the same unit.
    spending
        Spending function, or other rule for efficacy.
    alpha
        Total type I error.
    sides
        1 or 2; with 2 the function is applied to alpha/2 on each side.
    previous
        Bounds used at the earlier looks, shape (k - 1,), inf where there was none. Not given: the bounds that
        this rule gives at the information observed.
    spending_fraction
        Spending time where it is not the information, shape (k,).
    final
        The last analysis, however little information there is: all of alpha is spent.

    References
    ----------
    Lan, DeMets (1983), Biometrika 70:659-663; Lan, DeMets (1989), Biometrics 45:1017-1020.

    """
    t, fraction = _observed(information, planned, spending_fraction)
    alpha = _check.probability("alpha", alpha)
    _check.one_of("sides", sides, (1, 2), "1 tests for benefit, 2 for a difference.")
    if isinstance(spending.rule if isinstance(spending, At) else spending, Shape):
        raise DesignError(
            f"{spending!r} needs all planned looks to be solved: use bounds_at with its design."
        )
    rule = look_rule("efficacy", spending, fraction, alpha / sides, looks=None)
    if final:
        rule = rule.spending_all(alpha / sides)
    if previous is not None:
        rule = rule.used_before(_earlier("previous", previous, len(t)))
    plan = Plan(tuple(t.tolist()), rule, None, None, sides, binding=False)
    bounds = plan.without_futility()
    return _interim(plan, bounds)


def bounds_at(
    design: GroupSequentialDesign,
    information: Sequence[float] | FloatArray,
    *,
    planned: float,
    previous: InterimBounds | None = None,
    spending_fraction: Sequence[float] | FloatArray | None = None,
    final: bool = False,
) -> InterimBounds:
    """All bounds of a design at the information observed so far.

    Efficacy and harm as in `efficacy_boundary_at`; futility spends beta under the drift that the design was
    made for, sqrt(planned) apart; a futility rule on another scale speaks of that drift and of the planned
    last bound. A classical efficacy shape spends what it was planned to spend, in straight lines between the
    planned looks. From t_k = 1 on, or with `final`, futility is what is not efficacy.

    Parameters
    ----------
    design
        The design that the trial runs under.
    information
        Cumulative information at each look held, the present one last, rising, shape (k,).
    planned
        The planned maximum in the same unit.
    previous
        Bounds used at the k - 1 earlier looks. Not given: those that the design's rules give at the
        information observed.
    spending_fraction
        Spending time where it is not the information, shape (k,).
    final
        The last analysis, however little information there is: all of alpha is spent.

    """
    t, fraction = _observed(information, planned, spending_fraction)
    sides, k = design.sides, len(t)
    end = final or bool(fraction[-1] >= 1.0)
    alpha = design.alpha / sides
    up = look_rule("efficacy", planned_efficacy(design), fraction, alpha, design.looks)
    down_error = design.harm_alpha if sides == 1 else alpha
    down = None if design.harm is None else look_rule("harm", design.harm, fraction, down_error, design.looks)
    idle = (
        None
        if design.futility is None
        else look_rule("futility", design.futility, fraction, design.beta, design.looks)
    )
    if idle is not None:
        idle = idle.at_drift(t.tolist(), design.drift, float(design.efficacy_z[-1]))
    if final:
        up = up.spending_all(alpha)
        down = None if down is None or down_error is None else down.spending_all(down_error)
    if previous is not None:
        up = up.used_before(_earlier("previous", previous.efficacy_z, k))
        if down is not None and previous.harm_z is not None:
            down = down.used_before(_earlier("previous", previous.harm_z, k))
        if idle is not None and previous.futility_z is not None:
            idle = idle.used_before(_earlier("previous", previous.futility_z, k))
    plan = Plan(tuple(t.tolist()), up, idle, down, sides, design.binding, design.inner, ends=end)
    bounds = plan.with_futility(design.drift, plan.without_futility())
    return _interim(plan, bounds)


def planned_efficacy(design: GroupSequentialDesign) -> Rule | At:
    """The design's rule; of a classical shape the error that its bounds spend look by look."""
    rule = design.efficacy.rule if isinstance(design.efficacy, At) else design.efficacy
    if not isinstance(rule, Shape):
        return design.efficacy
    spent = design.alpha_spent
    if design.sides == 2 and design.harm is not None:
        spent = np.cumsum(design.crossing(0.0, futility=design.binding).efficacy)
    spending = spending_of(design.information_fraction, spent)
    return At(spending, design.efficacy.looks) if isinstance(design.efficacy, At) else spending


def spending_of(t: FloatArray, spent: FloatArray) -> LinearSpending:
    """The spending function through what a boundary has spent by its looks."""
    share = np.minimum(spent / spent[-1], 1.0)
    return LinearSpending((*t[:-1].tolist(), 1.0), (*share[:-1].tolist(), 1.0))


def _observed(
    information: Sequence[float] | FloatArray,
    planned: float,
    spending_fraction: Sequence[float] | FloatArray | None,
) -> tuple[FloatArray, FloatArray]:
    """Information fraction and spending fraction of each look held."""
    way_out = "Were events per look given instead of cumulative events?"
    observed = _check.increasing("information", information, way_out)
    if observed.size == 0 or observed[0] <= 0.0:
        raise ArgumentError("information", tuple(observed.tolist()), "must be above 0 at every look")
    t = observed / _check.positive("planned", planned)
    require_distance("information", t)
    if spending_fraction is None:
        return t, t
    fraction = _check.numbers("spending_fraction", spending_fraction)
    if fraction.size != t.size:
        raise ArgumentError(
            "spending_fraction", fraction.size, f"must hold one fraction for each of {t.size} looks"
        )
    return t, fraction


def _earlier(name: str, bounds: Sequence[float] | FloatArray, looks: int) -> tuple[float, ...]:
    used = np.asarray(bounds, dtype=np.float64)
    if used.shape != (looks - 1,) or np.isnan(used).any():
        raise ArgumentError(
            name,
            bounds,
            f"must hold the {looks - 1} bounds used before this look",
            "inf where there was none.",
        )
    return tuple(used.tolist())


def _interim(plan: Plan, bounds: Boundaries) -> InterimBounds:
    efficacy = np.array(bounds.efficacy)
    return InterimBounds(
        information_fraction=np.array(plan.information),
        efficacy_z=efficacy,
        futility_z=None if plan.futility is None else np.array(bounds.futility),
        harm_z=None if plan.harm is None and plan.sides == 1 else np.array(bounds.harm),
        nominal_p=plan.sides * normal.sf(efficacy),
        alpha_spent=plan.rejected(bounds),
    )
