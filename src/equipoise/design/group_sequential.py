"""Group-sequential design: bounds by error spending, and the drift that gives the power."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from equipoise import _check
from equipoise.design.crossing import crossing_probabilities
from equipoise.design.drift import fixed_drift, solve_drift
from equipoise.design.group_sequential_design import GroupSequentialDesign
from equipoise.design.look_rules import look_rule, require_distance
from equipoise.design.plan import Plan
from equipoise.design.rules import At, GivenP, GivenZ
from equipoise.errors import ArgumentError, DesignError
from equipoise.numerics import normal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise._check import FloatArray
    from equipoise.design.boundaries import Boundaries
    from equipoise.design.look_rules import LookRule
    from equipoise.design.rules import Rule

MOST_LOOKS = 200


def group_sequential(
    information_fraction: Sequence[float] | FloatArray,
    *,
    alpha: float,
    beta: float,
    sides: int,
    efficacy: Rule | At,
    futility: Rule | At | None = None,
    harm: Rule | At | None = None,
    harm_alpha: float | None = None,
    binding: bool = False,
    inner: bool | None = None,
    spending_fraction: Sequence[float] | FloatArray | None = None,
) -> GroupSequentialDesign:
    """Bounds, errors spent and drift of a trial with looks at the information fractions given.

    Parameters
    ----------
    information_fraction
        t_k = I_k / I_max, rising to 1, shape (K,).
    alpha
        Total type I error; with sides=2 half of it on each side.
    beta
        Type II error: the drift is solved so that the power (crossing for benefit) is 1 - beta.
    sides
        1 tests for benefit, 2 for a difference.
    efficacy
        Spending function or other rule for rejecting.
    futility
        The same for stopping without rejecting; a spending function spends beta under the drift.
    harm
        The same for stopping for harm; a spending function spends `harm_alpha` (sides=1) or alpha/2 (sides=2)
        under the null. With sides=2 and no rule the efficacy bound is mirrored.
    harm_alpha
        Probability under the null of stopping for harm, with sides=1.
    binding
        True if the efficacy (and harm) bounds may count on futility and harm stops being obeyed; False keeps
        alpha whatever the committee does about them.
    inner
        With sides=2, whether futility stops where |z| is below its bound (no difference either way), or
        where z is (no benefit). Unless said: inner for spending functions, on z for bounds given as z or p.
    spending_fraction
        Spending time where it is not the information (calendar, events planned), shape (K,).

    Raises
    ------
    ArgumentError
        An argument that breaks its rule.
    DesignError
        Arguments that are right one by one but give no design.

    References
    ----------
    Lan, DeMets (1983), Biometrika 70:659-663 (alpha spending).
    Pampallona, Tsiatis, Kim (2001), Drug Information Journal 35:1113-1121 (beta spending).
    """
    t = check_fractions("information_fraction", information_fraction)
    alpha = _check.probability("alpha", alpha, "The total type I error, such as 0.025.")
    beta = _check.probability("beta", beta, "The type II error, such as 0.1 for a power of 0.9.")
    _check.one_of("sides", sides, (1, 2), "1 tests for benefit, 2 for a difference.")
    if alpha / sides + beta >= 1.0:
        raise ArgumentError("beta", beta, "must leave a power above the type I error", "Was 1 - beta meant?")
    given = None if spending_fraction is None else _spending_time(spending_fraction, t)
    fraction = t if given is None else given
    rules = (efficacy, futility, harm)
    up, idle, down = _lay_out(rules, fraction, alpha=alpha, harm_alpha=harm_alpha, beta=beta, sides=sides)
    inner = _inner(futility, sides, inner)
    plan = Plan(tuple(t.tolist()), up, idle, down, sides, binding, inner)
    bounds, drift = solve_drift(plan, alpha, beta)
    _require_room(bounds, inner=plan.inner)
    _require_cap(up, bounds.efficacy)
    return _result(plan, bounds, drift, rules, (alpha, beta, harm_alpha), fraction=given)


def check_fractions(name: str, values: Sequence[float] | FloatArray) -> FloatArray:
    """Information fractions: above 0, rising, at most 1, and not too close."""
    t = _check.increasing(name, values, "Fractions of the planned maximum, such as (0.5, 0.75, 1).")
    if not 1 <= t.size <= MOST_LOOKS:
        raise ArgumentError(name, tuple(t.tolist()), f"must hold 1 to {MOST_LOOKS} looks")
    if t[0] <= 0.0:
        raise ArgumentError(name, tuple(t.tolist()), "must be above 0 at every look")
    if t[-1] > 1.0:
        raise ArgumentError(
            name, tuple(t.tolist()), "must not pass 1", "Divide information or events by the planned maximum."
        )
    require_distance(name, t)
    return t


def _inner(futility: Rule | At | None, sides: int, wanted: bool | None) -> bool:  # noqa: FBT001 - as the caller gave it
    if wanted is None:
        rule = futility.rule if isinstance(futility, At) else futility
        return sides == 2 and rule is not None and not isinstance(rule, GivenZ | GivenP)
    if wanted and (sides == 1 or futility is None):
        raise ArgumentError("inner", wanted, "is only for sides=2 with a futility rule", "Leave it out.")
    return wanted


def _spending_time(values: Sequence[float] | FloatArray, t: FloatArray) -> FloatArray:
    fraction = _check.numbers("spending_fraction", values)
    if fraction.size != t.size:
        raise ArgumentError(
            "spending_fraction", fraction.size, f"must hold one fraction for each of {t.size} looks"
        )
    if (np.diff(fraction) < 0.0).any() or fraction.min() < 0.0 or fraction.max() > 1.0:
        raise ArgumentError(
            "spending_fraction", tuple(fraction.tolist()), "must rise from look to look within 0 and 1"
        )
    return fraction


def _lay_out(
    rules: tuple[Rule | At, Rule | At | None, Rule | At | None],
    fraction: FloatArray,
    *,
    alpha: float,
    harm_alpha: float | None,
    beta: float,
    sides: int,
) -> tuple[LookRule, LookRule | None, LookRule | None]:
    efficacy, futility, harm = rules
    if harm_alpha is not None:
        _check.probability("harm_alpha", harm_alpha)
        if sides == 2 or harm is None:
            raise ArgumentError(
                "harm_alpha",
                harm_alpha,
                "is used only with sides=1 and a harm rule",
                "With sides=2 it is alpha/2.",
            )
    looks, down_error = len(fraction), alpha / 2 if sides == 2 else harm_alpha
    up = look_rule("efficacy", efficacy, fraction, alpha / sides, looks)
    if up.given[-1] == math.inf:
        raise DesignError(
            "efficacy has no bound at the last look, so the trial could not reject there. Add it to At."
        )
    idle = None if futility is None else look_rule("futility", futility, fraction, beta, looks)
    down = None if harm is None else look_rule("harm", harm, fraction, down_error, looks)
    return up, idle, down


def _result(
    plan: Plan,
    bounds: Boundaries,
    drift: float,
    rules: tuple[Rule | At, Rule | At | None, Rule | At | None],
    errors: tuple[float, float, float | None],
    *,
    fraction: FloatArray | None,
) -> GroupSequentialDesign:
    alpha, beta, harm_alpha = errors
    t = plan.information
    missed = crossing_probabilities(t, bounds.efficacy, bounds.futility, bounds.harm, drift, inner=plan.inner)
    efficacy_z = np.array(bounds.efficacy)
    return GroupSequentialDesign(
        alpha=alpha,
        beta=beta,
        sides=plan.sides,
        efficacy=rules[0],
        futility=rules[1],
        harm=rules[2],
        harm_alpha=harm_alpha,
        binding=plan.binding,
        information_fraction=_frozen(np.array(t)),
        efficacy_z=_frozen(efficacy_z),
        futility_z=None if plan.futility is None else _frozen(np.array(bounds.futility)),
        harm_z=None if plan.harm is None and plan.sides == 1 else _frozen(np.array(bounds.harm)),
        nominal_p=_frozen(plan.sides * normal.sf(efficacy_z)),
        alpha_spent=_frozen(plan.rejected(bounds)),
        beta_spent=_frozen(np.cumsum(missed.futility + missed.harm)),
        drift=drift,
        inflation=drift**2 / fixed_drift(alpha, beta, plan.sides) ** 2,
        inner=plan.inner,
        spending_fraction=fraction,
    )


def _frozen(values: FloatArray) -> FloatArray:
    values.flags.writeable = False
    return values


def _require_cap(rule: LookRule, efficacy: tuple[float, ...]) -> None:
    """A cap must leave alpha for every look after it."""
    for k, (z, given) in enumerate(zip(efficacy, rule.given, strict=True)):
        if given is None and z > rule.cap:
            raise DesignError(
                f"The cap z = {rule.cap:g} cannot hold: at look {k + 1} it would spend more alpha than is "
                f"left, and the bound is {z:.4g}. Give a higher cap."
            )


def _require_room(bounds: Boundaries, *, inner: bool) -> None:
    """Between the bounds there must be somewhere to go on, or the later looks do not exist."""
    last = len(bounds.efficacy) - 1
    for k, (b, h, a) in enumerate(zip(bounds.efficacy, bounds.harm, bounds.futility, strict=True)):
        low = h if k == last else max(a, -b if inner else h)
        if not low < b:
            raise DesignError(
                f"At look {k + 1} the trial always stops: futility or harm reach {low:.4g}, efficacy starts "
                f"at {b:.4g}. Spend less there, or leave the bound out at that look with At(rule, looks=...)."
            )
