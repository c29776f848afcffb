"""Bounds solved by the look's own density: how high z must be for a given probability of crossing now."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, ndtri

from equipoise.errors import ConvergenceError
from equipoise.numerics.normal import SQRT_2PI
from equipoise.numerics.recursion import BOUND_REACH

if TYPE_CHECKING:
    from equipoise._check import FloatArray
    from equipoise.numerics.recursion import Continuation

MOST_STEPS = 60
# Below this the floats thin out: no bound is asked for.
SMALLEST = 1e-300
# A hazard below this says nothing about where the root is.
FLATTEST = 1e-100


def upper_bound(going: Continuation, information: float, probability: float, drift: float) -> float:
    """Bound b with P(going so far, z above b) = probability; inf at 0, -inf if fewer paths are going."""
    mass = going.mass_under(drift)
    added = information - going.information
    centre = going.score + drift * added
    return _bound(centre, mass, added, information=information, probability=probability, drift=drift)


def lower_bound(going: Continuation, information: float, probability: float, drift: float) -> float:
    """Bound b with P(going so far, z below b) = probability; -inf at 0, inf if fewer paths are going."""
    mass = going.mass_under(drift)
    added = information - going.information
    centre = -going.score - drift * added
    return -_bound(centre, mass, added, information=information, probability=probability, drift=-drift)


def inner_bound(
    going: Continuation, information: float, probability: float, drift: float, *, floor: float = -math.inf
) -> float:
    """Bound a with P(going so far, z in (max(-a, floor), a)) = probability; inf if there are fewer.

    Newton's steps by the density at both ends, kept inside the bracket that the probabilities have shown.
    """
    if probability <= SMALLEST:
        return 0.0
    mass = going.mass_under(drift)
    added = information - going.information
    sd, root = math.sqrt(added), math.sqrt(information)
    centre = going.score + drift * added
    low, high = 0.0, BOUND_REACH
    if going.between(information, max(-high, floor), high, drift) <= probability:
        return math.inf
    a = float(ndtri(0.5 + 0.5 * min(probability, 1.0 - 1e-16)))
    for _ in range(MOST_STEPS * 2):
        inside = going.between(information, max(-a, floor), a, drift)
        low, high = (a, high) if inside < probability else (low, a)
        upper, lower = (a * root - centre) / sd, (-a * root - centre) / sd
        edges = np.exp(-0.5 * upper * upper) + (np.exp(-0.5 * lower * lower) if -a > floor else 0.0)
        slope = float(mass @ edges) * root / (SQRT_2PI * sd)
        following = a + (probability - inside) / slope if slope > 0.0 else -1.0
        if not low < following < high:
            following = 0.5 * (low + high)
        if abs(following - a) <= 1e-13 * max(a, 1e-3):
            return following
        a = following
    raise ConvergenceError(f"No inner bound holds {probability!r}; reached {a!r}.")


def _bound(
    centre: FloatArray,
    mass: FloatArray,
    added: float,
    *,
    information: float,
    probability: float,
    drift: float,
) -> float:
    """Halley's iteration on log P(above c) - log p, which is concave and falling in the score c."""
    if probability <= SMALLEST:
        return math.inf
    if probability >= float(mass.sum()):
        return -math.inf
    sd, root = math.sqrt(added), math.sqrt(information)
    # Earlier stops only take paths away, so the bound without them lies to the right of the root.
    c = (drift * root - float(ndtri(probability))) * root
    low, high, back = -math.inf, math.inf, sd
    for _ in range(MOST_STEPS):
        u = (c - centre) / sd
        tail = float(mass @ ndtr(-u))
        low, high = (c, high) if tail > probability else (low, c)
        weight = mass * np.exp(-0.5 * u * u)
        density = float(weight.sum()) / (SQRT_2PI * sd)
        following = -math.inf
        if tail > 0.0 and density > FLATTEST * tail:
            hazard = density / tail
            gap = math.log(tail / probability)
            curvature = float(weight @ u) / (SQRT_2PI * added) / tail - hazard * hazard
            bend = 1.0 - 0.5 * gap * curvature / (hazard * hazard)
            # Far from the root Halley's correction is not to be trusted, and Newton's step is taken.
            halley = 0.5 < bend < 2.0
            step = gap / hazard / (bend if halley else 1.0)
            following = c + step
            if halley and abs(step) < 1e-5 * sd:
                return following / root
        if not low < following < high:
            following = high - back if low == -math.inf else 0.5 * (low + high)
            back *= 2.0
        if following < -2.0 * BOUND_REACH * root:
            return -math.inf
        c = following
    raise ConvergenceError(
        f"No bound crossed with probability {probability!r} in {MOST_STEPS} steps; reached {c / root!r}."
    )
