"""Two-sided group-sequential designs with an inner futility bound (|z| < a stops), on the nodes of the one-sided rival."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq

from independent.group_sequential_by_tanh_sinh import Going, narrowest, start

if TYPE_CHECKING:
    from collections.abc import Sequence

    Floats = Sequence[float]


def _onward(going: Going, regions: Floats, t: float, theta: float, finest: float) -> Going:
    """Paths that go on through any of the (low, high) regions."""
    parts = [going.onward(low, high, t, theta, finest) for low, high in regions]
    return Going(t, np.concatenate([p.nodes for p in parts]), np.concatenate([p.mass for p in parts]))


def crossing_with_inner(
    fractions: Floats, efficacy: Floats, inner: Floats, theta: float
) -> tuple[list[float], list[float], list[float]]:
    """Probabilities at each look of z > b, |z| < a (at the last look all the rest) and z < -b under drift theta."""
    finest = narrowest(fractions)
    going, above, middle, below = start(), [], [], []
    for k, t in enumerate(fractions):
        b, a = efficacy[k] * math.sqrt(t), inner[k] * math.sqrt(t)
        above.append(going.upper(b, t, theta))
        below.append(going.lower(-b, t, theta))
        middle.append(going.lower(a, t, theta) - going.lower(-a, t, theta))
        if k + 1 < len(fractions):
            going = _onward(going, [(-b, -a), (a, b)], t, theta, finest)
    return above, middle, below


def _bounds(
    fractions: Floats, alpha_by_side: Floats, beta: Floats, theta: float, *, binding: bool
) -> tuple[list[float], list[float], bool]:
    """Bounds under drift theta, the last inner one meeting efficacy; False if more beta is to be spent than lies inside."""
    finest = narrowest(fractions)
    null = real = start()
    efficacy: list[float] = []
    inner: list[float] = []
    alpha_before = beta_before = 0.0
    for k, t in enumerate(fractions):
        scale = math.sqrt(t)
        wanted = math.log(alpha_by_side[k] - alpha_before)

        def short(
            z: float, null: Going = null, t: float = t, scale: float = scale, wanted: float = wanted
        ) -> float:
            return math.log(max(null.upper(z * scale, t, 0.0), 1e-320)) - wanted

        if short(0.0) <= 0.0:
            return efficacy, inner, False
        b = brentq(short, 0.0, 37.0, xtol=1e-14, rtol=1e-14)
        efficacy.append(b)
        if k + 1 == len(fractions):
            inner.append(b)
            break

        def over(
            z: float,
            real: Going = real,
            t: float = t,
            scale: float = scale,
            target: float = beta[k] - beta_before,
        ) -> float:
            return real.lower(z * scale, t, theta) - real.lower(-z * scale, t, theta) - target

        if over(b) <= 0.0:
            return efficacy, inner, False
        a = brentq(over, 0.0, b, xtol=1e-14, rtol=1e-14)
        inner.append(a)
        alpha_before, beta_before = alpha_by_side[k], beta[k]
        outer = b * scale
        regions = [(-outer, -a * scale), (a * scale, outer)]
        null = _onward(null, regions if binding else [(-outer, outer)], t, 0.0, finest)
        real = _onward(real, regions, t, theta, finest)
    return efficacy, inner, True


def with_inner_futility(
    fractions: Floats, alpha_by_side: Floats, beta: Floats, *, binding: bool, either_side: bool
) -> tuple[list[float], list[float], float]:
    """Efficacy bounds, inner bounds and drift at which the power is 1 - beta.

    either_side: power counts a rejection on the wrong side too (so do rpact's inner bounds); else benefit alone.
    """

    def surplus(theta: float) -> float:
        efficacy, inner, possible = _bounds(fractions, alpha_by_side, beta, theta, binding=binding)
        if not possible:
            return 1.0
        above, _, below = crossing_with_inner(fractions, efficacy, inner, theta)
        return sum(above) + (sum(below) if either_side else 0.0) - (1.0 - beta[-1])

    theta = brentq(surplus, 1.0, 8.0, xtol=1e-13)
    efficacy, inner, _ = _bounds(fractions, alpha_by_side, beta, theta, binding=binding)
    return efficacy, inner, theta
