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
def product_limit_and_error(
    stratum: IntArray,
    at_risk: FloatArray,
    events: FloatArray,
    tsiatis: bool,  # noqa: FBT001 -- kernels take their arguments by position
) -> tuple[FloatArray, FloatArray]:
    """S(t) and its error S √(Σ d/(n(n-d))), or S √(Σ d/n²) by Tsiatis; the error is nan where S is 0."""
    out, error = np.empty(len(at_risk)), np.empty(len(at_risk))
    survival, relative, root = 1.0, 0.0, 0.0
    for r in range(len(at_risk)):
        if r == 0 or stratum[r] != stratum[r - 1]:
            survival, relative, root = 1.0, 0.0, 0.0
        n, d = at_risk[r], events[r]
        left = n - d
        # Rows without an event change nothing, to the bit: asking which they are costs more than they do.
        if left > 0.0:
            survival *= left / n
            relative += d / (n * n) if tsiatis else d / (n * left)
            root = np.sqrt(relative)
        elif d > 0.0:
            survival, relative, root = 0.0, np.nan, np.nan
        out[r] = survival
        error[r] = survival * root
    return out, error


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
def in_turn(at_risk: FloatArray, events: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Σ 1/(n-k) and Σ 1/(n-k)² over k = 0 to d-1: tied events taken one after the other; shapes (rows,)."""
    first, second = np.zeros(len(at_risk)), np.zeros(len(at_risk))
    for r in range(len(at_risk)):
        for k in range(int(events[r])):
            share = 1.0 / (at_risk[r] - k)
            first[r] += share
            second[r] += share * share
    return first, second


@kernel
def just_before(stratum: IntArray, value: FloatArray, start: float) -> FloatArray:
    """The value of the row before in the same stratum: the left-continuous version of a step function."""
    out = np.empty(len(value))
    for r in range(len(value)):
        out[r] = start if r == 0 or stratum[r] != stratum[r - 1] else value[r - 1]
    return out
