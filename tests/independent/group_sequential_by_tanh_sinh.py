"""Group-sequential crossing probabilities on the scale of Brownian motion, by double-exponential quadrature.

A rival written apart from the package: Brownian motion B(t) with drift theta (z = B / sqrt(t)), the density
of the paths still going carried from look to look on tanh-sinh nodes (Takahasi and Mori, 1974). The number of
nodes follows the narrowest increment, so looks that lie a few percent of the information apart are as exact
as others. No bound is cut off other than at 9 standard deviations of the increments.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

if TYPE_CHECKING:
    from collections.abc import Sequence

    Floats = Sequence[float]

NODES = 16.0  # nodes by standard deviation of the narrowest increment: 3 in the middle of the region, more at its ends
REACH = 9.0  # beyond 9 standard deviations lies 1e-19 of a normal distribution


def tanh_sinh(low: float, high: float, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights of the double-exponential rule on (low, high)."""
    u = np.linspace(-3.4, 3.4, count)
    step = u[1] - u[0]
    inner = 0.5 * math.pi * np.sinh(u)
    half = 0.5 * (high - low)
    nodes = 0.5 * (high + low) + half * np.tanh(inner)
    weights = half * step * 0.5 * math.pi * np.cosh(u) / np.cosh(inner) ** 2
    return nodes, weights


@dataclass
class Going:
    """Sub-density of the paths that no bound has stopped, on nodes at information t."""

    t: float
    nodes: np.ndarray
    mass: np.ndarray  # density times quadrature weight

    def upper(self, bound: float, t: float, theta: float) -> float:
        """P(still going, then B(t) >= bound)."""
        sd = math.sqrt(t - self.t)
        return float(self.mass @ ndtr(-(bound - self.nodes - theta * (t - self.t)) / sd))

    def lower(self, bound: float, t: float, theta: float) -> float:
        """P(still going, then B(t) <= bound)."""
        sd = math.sqrt(t - self.t)
        return float(self.mass @ ndtr((bound - self.nodes - theta * (t - self.t)) / sd))

    def onward(self, low: float, high: float, t: float, theta: float, finest: float) -> Going:
        """The paths still going at t when only B(t) in (low, high) lets them go on."""
        step = t - self.t
        sd = math.sqrt(step)
        low = max(low, float(self.nodes.min()) + theta * step - REACH * sd, theta * t - REACH * math.sqrt(t))
        high = min(
            high, float(self.nodes.max()) + theta * step + REACH * sd, theta * t + REACH * math.sqrt(t)
        )
        x, w = tanh_sinh(low, high, int(max(161, NODES * (high - low) / finest)))
        gap = (x[:, None] - self.nodes[None, :] - theta * step) / sd
        density = np.exp(-0.5 * gap * gap) @ self.mass / (sd * math.sqrt(2.0 * math.pi))
        return Going(t, x, w * density)


def start() -> Going:
    """All paths, at information 0."""
    return Going(0.0, np.zeros(1), np.ones(1))


def narrowest(fractions: Floats) -> float:
    """Standard deviation of the narrowest increment, which the nodes must resolve."""
    return math.sqrt(float(np.diff(np.concatenate([[0.0], fractions])).min()))


# ------------------------------------------------------------------------------------------ spending
def spent(name: str, parameter: float | None, t: float, alpha: float) -> float:
    """Error used up by information fraction t."""
    t = min(t, 1.0)
    if name == "OF":
        return 2.0 * float(ndtr(ndtri(alpha / 2.0) / math.sqrt(t)))
    if name == "P":
        return alpha * math.log(1.0 + (math.e - 1.0) * t)
    if name == "HSD":
        return alpha * t if parameter == 0 else alpha * math.expm1(-parameter * t) / math.expm1(-parameter)
    if name == "KD":
        return alpha * t**parameter
    message = f"no spending function is called {name}"
    raise ValueError(message)


# ------------------------------------------------------------------------------------------- bounds
def _upper_root(going: Going, t: float, target: float) -> float:
    """The z whose upper tail holds `target` of the paths still going under no effect."""
    scale = math.sqrt(t)

    def gap(z: float) -> float:
        return math.log(max(going.upper(z * scale, t, 0.0), 1e-320)) - math.log(target)

    return brentq(gap, -8.0, 37.0, xtol=1e-14, rtol=1e-14, maxiter=300)


def efficacy_bounds(
    fractions: Floats, cumulative: Floats, sides: int, futility: Floats | None = None
) -> list[float]:
    """Bounds on z whose crossing probabilities under no effect are the increments of `cumulative` (for each side).

    `futility`: z bounds that stop for good (binding), nan or None where there are none. sides=2: symmetric.
    """
    finest = narrowest(fractions)
    going, before, bounds = start(), 0.0, []
    for k, (t, total) in enumerate(zip(fractions, cumulative, strict=True)):
        z = _upper_root(going, t, total - before)
        bounds.append(z)
        before = total
        if k + 1 < len(fractions):
            low = -math.inf
            if sides == 2:
                low = -z
            elif futility is not None and not math.isnan(futility[k]):
                low = futility[k]
            going = going.onward(low * math.sqrt(t), z * math.sqrt(t), t, 0.0, finest)
    return bounds


def crossing(
    fractions: Floats, upper: Floats, lower: Floats, theta: float
) -> tuple[list[float], list[float]]:
    """Probabilities of passing `upper` and of falling below `lower` at each look under drift theta."""
    finest = narrowest(fractions)
    going, above, below = start(), [], []
    for k, t in enumerate(fractions):
        up, low = upper[k] * math.sqrt(t), lower[k] * math.sqrt(t)
        above.append(going.upper(up, t, theta))
        below.append(going.lower(low, t, theta) if math.isfinite(low) else 0.0)
        if k + 1 < len(fractions):
            going = going.onward(low, up, t, theta, finest)
    return above, below


def power(fractions: Floats, upper: Floats, lower: Floats, theta: float) -> float:
    """Probability of ever passing `upper` before `lower`."""
    return sum(crossing(fractions, upper, lower, theta)[0])


def drift_for_power(fractions: Floats, upper: Floats, lower: Floats, beta: float) -> float:
    """The drift theta = E(z) at full information for which the power is 1 - beta."""
    return brentq(lambda theta: power(fractions, upper, lower, theta) - (1.0 - beta), 0.0, 12.0, xtol=1e-13)


def _futility_for_drift(
    fractions: Floats, cumulative_alpha: Floats, cumulative_beta: Floats, theta: float, *, binding: bool
) -> tuple[list[float], list[float], float]:
    """Bounds spending both errors under drift theta, and how far the last futility bound is above efficacy."""
    finest = narrowest(fractions)
    null, real = start(), start()
    efficacy, futility, alpha_before, beta_before = [], [], 0.0, 0.0
    for k, t in enumerate(fractions):
        scale = math.sqrt(t)
        if float(null.mass.sum()) <= cumulative_alpha[k] - alpha_before:
            return efficacy, futility, math.inf  # binding futility has left less alpha than is to be spent
        b = _upper_root(null, t, cumulative_alpha[k] - alpha_before)
        target = math.log(cumulative_beta[k] - beta_before)
        going, step = real, t

        def gap(
            z: float, going: Going = going, step: float = step, scale: float = scale, target: float = target
        ) -> float:
            return math.log(max(going.lower(z * scale, step, theta), 1e-320)) - target

        if gap(b) <= 0.0:
            return (
                [*efficacy, b],
                [*futility, b],
                math.inf,
            )  # not so much beta is left below the efficacy bound
        a = brentq(gap, -37.0, b, xtol=1e-14, rtol=1e-14, maxiter=300)
        efficacy.append(b)
        futility.append(a)
        alpha_before, beta_before = cumulative_alpha[k], cumulative_beta[k]
        if k + 1 < len(fractions):
            null = null.onward(a * scale if binding else -math.inf, b * scale, t, 0.0, finest)
            real = real.onward(a * scale, b * scale, t, theta, finest)
    return efficacy, futility, futility[-1] - efficacy[-1]


def with_beta_spending(
    fractions: Floats, cumulative_alpha: Floats, cumulative_beta: Floats, *, binding: bool
) -> tuple[list[float], list[float], float]:
    """Efficacy and futility bounds and the drift at which they meet at the last look (one-sided)."""

    def meeting(theta: float) -> float:
        # The lower tail grows and the last futility bound rises with theta; a meeting before the last look counts as above.
        apart = _futility_for_drift(fractions, cumulative_alpha, cumulative_beta, theta, binding=binding)[2]
        return min(apart, 5.0)

    theta = brentq(meeting, 0.3, 12.0, xtol=1e-13)
    efficacy, futility, _ = _futility_for_drift(
        fractions, cumulative_alpha, cumulative_beta, theta, binding=binding
    )
    return efficacy, futility, theta


def fixed_drift(alpha: float, beta: float, sides: int) -> float:
    """Drift of the fixed design, z_(1 - alpha/sides) + z_(1 - beta)."""
    return -float(ndtri(alpha / sides)) - float(ndtri(beta))
