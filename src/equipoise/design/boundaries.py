"""Bounds solved look by look, each by the paths that are still going when it is reached."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from equipoise.numerics.recursion import Continuation
from equipoise.numerics.recursion_bounds import inner_bound, lower_bound, upper_bound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise.design.look_rules import LookRule


@dataclass(frozen=True, slots=True)
class Boundaries:
    """Bounds as z for each look, and the type II error in all under the drift.

    Where no bound stands, efficacy is inf, harm -inf, futility the harm bound (0 for an inner one).
    """

    efficacy: tuple[float, ...]
    harm: tuple[float, ...]
    futility: tuple[float, ...]
    missed: float


def solve_boundaries(
    information: Sequence[float],
    efficacy: LookRule,
    *,
    harm: LookRule | None = None,
    mirrored: bool = False,
    futility: LookRule | None = None,
    inner: bool = False,
    drift: float = 0.0,
    ends: bool = True,
) -> Boundaries:
    """Bounds of a design in which every bound named here stops the trial.

    Parameters
    ----------
    information
        Of each look, rising, shape (K,); the drift is per square root of its unit.
    efficacy, harm, futility
        Bounds given, or the error that each may use by each look. Efficacy and harm spend under the null,
        futility under the drift.
    mirrored
        The harm bound is the efficacy bound with its sign turned.
    inner
        Futility stops when |z| is below its bound (two-sided), instead of z.
    drift
        Expected z per square root of information.
    ends
        Whether the last look is the end of the trial, where futility is what is not efficacy.

    """
    null = efficacy.open or (harm is not None and harm.open)
    going = Continuation.start(0.0 if null else drift, lowest=min(0.0, drift), highest=max(0.0, drift))
    high, low, idle = [], [], []
    up = down = beta = missed = 0.0
    last = len(information) - 1
    for k, at in enumerate(information):
        b = _efficacy_bound(going, at, efficacy, k, up)
        h = -b if mirrored else min(_harm_bound(going, at, harm, k, down), b)
        a = b
        if k < last or not ends:
            a = _futility_bound(going, at, futility, k, beta, drift=drift, inner=inner, harm=h)
        a = min(max(a, 0.0 if inner else h), b)
        floor = max(-a, h)
        high.append(b)
        low.append(h)
        idle.append(a)
        if k == last:
            missed += beta + going.below(at, b, drift)
            break
        up += going.above(at, b, 0.0) if efficacy.open and b < math.inf else 0.0
        down += going.below(at, h, 0.0) if harm is not None and harm.open and h > -math.inf else 0.0
        if inner:
            beta += going.between(at, floor, a, drift)
            missed += going.below(at, h, drift)
        elif a > -math.inf:
            beta += going.below(at, a, drift)
        regions = [(h, -a), (a, b)] if inner and a > 0.0 else [(h if inner else a, b)]
        going = going.advance(at, regions, information[k + 1])
    return Boundaries(tuple(high), tuple(low), tuple(idle), missed)


def _efficacy_bound(going: Continuation, at: float, rule: LookRule, k: int, used: float) -> float:
    given = rule.given[k]
    if given is not None:
        return given
    b = upper_bound(going, at, rule.target[k] - used, 0.0)
    # A cap gives way before more than the whole error is spent.
    return rule.cap if b > rule.cap and used + going.above(at, rule.cap, 0.0) <= rule.error else b


def _harm_bound(going: Continuation, at: float, rule: LookRule | None, k: int, used: float) -> float:
    if rule is None:
        return -math.inf
    given = rule.given[k]
    if given is not None:
        return given
    h = lower_bound(going, at, rule.target[k] - used, 0.0)
    return -rule.cap if h < -rule.cap and used + going.below(at, -rule.cap, 0.0) <= rule.error else h


def _futility_bound(
    going: Continuation,
    at: float,
    rule: LookRule | None,
    k: int,
    used: float,
    *,
    drift: float,
    inner: bool,
    harm: float,
) -> float:
    if rule is None:
        return -math.inf
    given = rule.given[k]
    if given is not None:
        return given
    if inner:
        return inner_bound(going, at, rule.target[k] - used, drift, floor=harm)
    return lower_bound(going, at, rule.target[k] - used, drift)
