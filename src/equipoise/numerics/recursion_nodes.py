"""Gauss-Legendre nodes on a continuation region, as dense as the narrowest increment of information asks."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.polynomial.legendre import leggauss

if TYPE_CHECKING:
    from equipoise._check import FloatArray

# exp(-w^2 / 2) is 1e-12 at w = 7.4: the highest frequency in a normal density of standard deviation 1.
FREQUENCY = 7.4
# A rule of n nodes integrates cos(w x) on (-1, 1) exactly, but for rounding, from n = w / 2 + SPARE.
SPARE = 9
MOST_IN_A_PANEL = 64


@lru_cache(maxsize=64)
def gauss_legendre_rule(order: int) -> tuple[FloatArray, FloatArray]:
    """Nodes and weights of the rule of this order on (-1, 1)."""
    nodes, weights = leggauss(order)
    return nodes, weights


def gauss_legendre(low: float, high: float, width: float) -> tuple[FloatArray, FloatArray]:
    """Nodes and weights on (low, high) for a function with features as wide as a normal of sd `width`."""
    needed = 0.25 * FREQUENCY * (high - low) / width
    panels = math.ceil(needed / (MOST_IN_A_PANEL - SPARE))
    order = 4 * math.ceil((needed / panels + SPARE) / 4.0)
    x, w = gauss_legendre_rule(order)
    half = 0.5 * (high - low) / panels
    if panels == 1:
        return (low + half) + half * x, half * w
    middles = low + half * (2.0 * np.arange(panels) + 1.0)
    return (middles[:, None] + half * x).ravel(), np.tile(half * w, panels)
