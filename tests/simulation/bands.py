"""Bands for simulated numbers, fixed before anything is simulated: 99.9 % for a whole family of comparisons."""

from __future__ import annotations

from statistics import NormalDist

OUTSIDE = 0.001


def band(comparisons: int) -> float:
    """Standard errors that none of so many comparisons passes with probability 99.9 % or more (Bonferroni)."""
    return NormalDist().inv_cdf(1.0 - OUTSIDE / (2 * comparisons))
