"""A rule laid out look by look: bounds that are given, or the error that may be used by each look."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from equipoise.design.rules import At, Capped, GivenP, GivenZ, Rule, require_spending
from equipoise.errors import ArgumentError, DesignError

if TYPE_CHECKING:
    from equipoise._check import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class LookRule:
    """What a bound must meet at each look.

    Parameters
    ----------
    target
        Cumulative error that may be used by each look, shape (K,); None where the bounds are given.
    given
        Bounds as z, shape (K,); None where they are to be solved.
    active
        Whether a bound stands at each look.
    cap
        No bound is higher than this z.
    """

    target: tuple[float, ...] | None
    given: tuple[float, ...] | None
    active: tuple[bool, ...]
    cap: float = math.inf

    @property
    def open(self) -> bool:
        """Whether bounds are still to be solved."""
        return self.given is None


def given_bounds(z: tuple[float, ...]) -> LookRule:
    """Bounds that are already known."""
    return LookRule(None, z, (True,) * len(z))


def look_rule(name: str, rule: Rule | At, fractions: FloatArray, error: float | None) -> LookRule:
    """Lay a rule out over the looks.

    Parameters
    ----------
    name
        What the rule is for, as the caller named it.
    rule
        Spending function, given bounds, a cap, or one of these at some looks.
    fractions
        Spending fractions, shape (K,).
    error
        The error to be spent by fraction 1; not needed for given bounds.
    """
    looks = len(fractions)
    if isinstance(rule, At):
        inner = look_rule(name, rule.rule, fractions, error)
        if max(rule.looks) > looks:
            raise ArgumentError(
                f"{name}.looks", rule.looks, f"must name looks of the design, which has {looks}"
            )
        return replace(inner, active=tuple(k + 1 in rule.looks for k in range(looks)))
    everywhere = (True,) * looks
    if isinstance(rule, GivenZ | GivenP):
        return LookRule(None, tuple(rule.bounds(looks).tolist()), everywhere)
    cap = math.inf
    if isinstance(rule, Capped):
        cap, rule = rule.z, rule.spending
    require_spending(name, rule)
    if error is None:
        raise DesignError(f"{name} spends an error, but how much is not said: give {name}_alpha.")
    target = np.asarray(rule.spent(fractions, error), dtype=np.float64)
    check_spent(name, rule, target, error)
    return LookRule(tuple(target.tolist()), None, everywhere, cap)


def check_spent(name: str, rule: object, target: FloatArray, error: float) -> None:
    """A spending function rises from 0 to the error and never above it."""
    bad = np.flatnonzero(~np.isfinite(target))
    if bad.size:
        raise DesignError(f"{name} {rule!r} gives no number at look {bad[0] + 1}.")
    steps = np.diff(target, prepend=0.0)
    if (steps < 0.0).any():
        look = int(np.flatnonzero(steps < 0.0)[0]) + 1
        raise DesignError(
            f"{name} {rule!r} spends less by look {look} than by the look before: it must not fall."
        )
    if target[-1] > error * (1.0 + 1e-12):
        raise DesignError(
            f"{name} {rule!r} spends {target[-1]!r}, more than the {error!r} there is. "
            "A spending function must give the whole error at fraction 1 and no more."
        )
