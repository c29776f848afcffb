"""A rule laid out look by look: bounds that are given, or the error that may be used by each look."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from equipoise.design.classical import HaybittlePeto, Shape
from equipoise.design.futility_scales import FutilityScale
from equipoise.design.rules import At, Capped, GivenP, GivenZ, Rule, require_spending
from equipoise.errors import ArgumentError, DesignError
from equipoise.numerics import normal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise._check import FloatArray

# Looks closer than this ask for thousands of nodes and mean nothing.
CLOSEST_LOOKS = 1e-5


@dataclass(frozen=True, slots=True, eq=False)
class LookRule:
    """What a bound must meet at each look.

    Parameters
    ----------
    given
        The bound as z at each look, None where it is to be solved, shape (K,).
    target
        Cumulative error that may be used by each look, shape (K,); empty where no bound is to be solved.
    cap
        No solved bound is further from 0 than this z, as far as the error allows.
    error
        The whole error that there is to be spent.
    shape
        A classical boundary, whose constant is still to be solved.
    scale
        A futility rule that follows from the drift and the last efficacy bound.
    unadjusted
        The last bound is that of a design with one look.

    """

    given: tuple[float | None, ...]
    target: tuple[float, ...] = ()
    cap: float = math.inf
    error: float = math.inf
    shape: Shape | None = None
    scale: FutilityScale | None = None
    unadjusted: bool = False

    @property
    def open(self) -> bool:
        """Whether bounds are still to be solved."""
        return None in self.given

    def used_before(self, previous: Sequence[float]) -> LookRule:
        """The same rule with the first bounds as they were used."""
        return replace(self, given=(*(float(z) for z in previous), *self.given[len(previous) :]))

    def spending_all(self, error: float) -> LookRule:
        """The same rule with all of the error spent at the last look, whatever the information is."""
        if not self.target:
            return self
        given = self.given
        if given[-1] is not None and given[-1] < math.inf:
            given = (*given[:-1], _nominal(error) if self.unadjusted else None)
        return replace(self, target=(*self.target[:-1], error), given=given)

    @property
    def follows(self) -> bool:
        """Whether, as a futility rule, the bounds follow from the drift and the last efficacy bound."""
        return self.shape is not None or self.scale is not None

    def scaled(self, t: Sequence[float], constant: float) -> LookRule:
        """A shape times its constant, where no other bound is given."""
        if self.shape is None:
            return self
        return self._filled(constant * self.shape.shape(np.array(t)))

    def at_drift(self, t: Sequence[float], drift: float, last: float) -> LookRule:
        """Futility by a shape or a scale, at this drift and last efficacy bound."""
        fractions = np.array(t)
        if self.scale is not None:
            return self._filled(np.asarray(self.scale.futility_z(fractions, drift, last)))
        if self.shape is not None:
            weights = self.shape.shape(fractions)
            return self._filled(drift * np.sqrt(fractions) - (drift - last) * weights)
        return self

    def _filled(self, z: FloatArray) -> LookRule:
        """These bounds at the looks that have none given."""
        return given_bounds(tuple(b if g is None else g for b, g in zip(z.tolist(), self.given, strict=True)))


def _nominal(error: float) -> float:
    return float(normal.upper_quantile(error))


def given_bounds(z: tuple[float, ...]) -> LookRule:
    """Bounds that are already known."""
    return LookRule(z)


def look_rule(
    name: str, rule: Rule | At, fractions: FloatArray, error: float | None, looks: int | None
) -> LookRule:
    """Lay a rule out over the looks.

    Parameters
    ----------
    name
        What the rule is for: "efficacy", "futility" or "harm".
    rule
        Spending function, given bounds, a cap, or one of these at some looks.
    fractions
        Spending fractions of the looks so far, shape (k,).
    error
        The error to be spent by fraction 1; not needed for given bounds.
    looks
        Number of looks planned; None if that is not known.

    """
    held = len(fractions)
    if isinstance(rule, At):
        inner = look_rule(name, rule.rule, fractions, error, looks)
        if looks is not None and max(rule.looks) > looks:
            raise ArgumentError(f"{name}.looks", rule.looks, f"must name looks of the {looks} there are")
        off = math.inf if name == "efficacy" else -math.inf
        kept = (z if k + 1 in rule.looks else off for k, z in enumerate(inner.given))
        return replace(inner, given=tuple(kept))
    if isinstance(rule, GivenZ | GivenP):
        return LookRule(tuple(rule.bounds(looks, held).tolist()))
    if isinstance(rule, Shape | FutilityScale | HaybittlePeto):
        return _shaped(name, rule, fractions, error, looks)
    cap = math.inf
    if isinstance(rule, Capped):
        cap, rule = rule.z, rule.spending
    require_spending(name, rule)
    if error is None:
        raise DesignError(f"{name} spends an error, but how much is not said: give {name}_alpha.")
    target = np.asarray(rule.spent(fractions, error), dtype=np.float64)
    check_spent(name, rule, target, error)
    return LookRule((None,) * held, tuple(target.tolist()), cap, error)


def _shaped(
    name: str,
    rule: Shape | FutilityScale | HaybittlePeto,
    t: FloatArray,
    error: float | None,
    looks: int | None,
) -> LookRule:
    """Rules that are neither spent nor given."""
    held = len(t)
    if isinstance(rule, type):
        raise ArgumentError(name, rule, "must be an object, not its class", f"Write {rule.__name__}().")
    if isinstance(rule, FutilityScale):
        if name != "futility":
            raise DesignError(f"{name} cannot follow {rule!r}, which is a futility rule.")
        return LookRule((None,) * held, scale=rule)
    if error is None or name == "harm":
        raise DesignError(f"{name} cannot follow {rule!r}. Give a spending function, GivenZ or GivenP.")
    if isinstance(rule, Shape):
        return LookRule((None,) * held, error=error, shape=rule)
    if name != "efficacy":
        raise DesignError(f"{name} cannot follow {rule!r}, which is an efficacy rule.")
    interim = LookRule((rule.z,) * held, (0.0,) * held, error=error, unadjusted=not rule.adjusted)
    ends = held == looks or t[-1] >= 1.0
    return interim.spending_all(error) if ends else interim


def is_new_information(before: float, now: float) -> bool:
    """Whether a look knows enough more than the one before it to be a look of its own."""
    return now - before >= CLOSEST_LOOKS * now


def require_distance(name: str, t: FloatArray) -> None:
    """Refuse looks so close that they are one look."""
    close = np.flatnonzero(np.diff(t) < CLOSEST_LOOKS * (1.0 - 1e-9) * t[-1])
    if close.size:
        k = int(close[0]) + 1
        raise ArgumentError(
            name,
            tuple(t.tolist()),
            f"must lie at least {CLOSEST_LOOKS:g} of the last apart (looks {k} and {k + 1} do not)",
            "Hold these looks as one.",
        )


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
