"""Running products and sums along the risk rows of each stratum."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from equipoise.numerics.kernels import kernel

if TYPE_CHECKING:
    from equipoise.survival._arrays import FloatArray, IntArray


@kernel
def product_limit(stratum: IntArray, at_risk: FloatArray, events: FloatArray) -> FloatArray:
    """S(t) = product over times s <= t of (n - d)/n, within each stratum; shape (rows,)."""
    out = np.empty(len(at_risk))
    survival = 1.0
    for r in range(len(at_risk)):
        if r == 0 or stratum[r] != stratum[r - 1]:
            survival = 1.0
        if events[r] > 0.0:
            survival *= max(at_risk[r] - events[r], 0.0) / at_risk[r]
        out[r] = survival
    return out


@kernel
def running_sum(stratum: IntArray, increment: FloatArray) -> FloatArray:
    """Cumulative sum within each stratum; shape (rows,)."""
    out = np.empty(len(increment))
    total = 0.0
    for r in range(len(increment)):
        if r == 0 or stratum[r] != stratum[r - 1]:
            total = 0.0
        total += increment[r]
        out[r] = total
    return out


@kernel
def just_before(stratum: IntArray, value: FloatArray, start: float) -> FloatArray:
    """The value of the row before in the same stratum: the left-continuous version of a step function."""
    out = np.empty(len(value))
    for r in range(len(value)):
        out[r] = start if r == 0 or stratum[r] != stratum[r - 1] else value[r - 1]
    return out
