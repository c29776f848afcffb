"""Covariates in the order of the sorted subjects, column by column, with mean 0 and deviation 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from equipoise.numerics.kernels import kernel

if TYPE_CHECKING:
    from equipoise.survival._arrays import FloatArray, IntArray

# Rows fetched from all over X stay in the nearest cache until all their columns are copied.
_BLOCK = 64


@kernel
def _standardise(X: FloatArray, order: IntArray, out: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Fill `out` (p, n), which NumPy made in larger pages of memory than would be had in here."""
    n, p = X.shape
    centre, scale = np.zeros(p), np.zeros(p)
    for low in range(0, n, _BLOCK):
        rows = order[low : low + _BLOCK]
        for j in range(p):
            x = out[j, low : low + _BLOCK]
            for i in range(len(rows)):
                x[i] = X[rows[i], j]
    for j in range(p):
        x = out[j]
        centre[j] = _sum_of_powers(x, 0.0, 1) / n
        scale[j] = np.sqrt(_sum_of_powers(x, centre[j], 2) / n)
        # A column that is the same for all has nothing left but the rounding of its mean.
        if scale[j] <= 1e-13 * abs(centre[j]) or scale[j] == 0.0:
            scale[j] = 1.0
        mean, inverse = centre[j], 1.0 / scale[j]
        for i in range(n):
            x[i] = (x[i] - mean) * inverse
    return centre, scale


@kernel
def _sum_of_powers(x: FloatArray, centre: float, power: int) -> float:
    """Σ (x - centre) or Σ (x - centre)²; four sums at a time, as one waits for each addition to end."""
    a, b, c, d = 0.0, 0.0, 0.0, 0.0
    whole = len(x) - len(x) % 4
    for i in range(0, whole, 4):
        e, f, g, h = x[i] - centre, x[i + 1] - centre, x[i + 2] - centre, x[i + 3] - centre
        a += e if power == 1 else e * e
        b += f if power == 1 else f * f
        c += g if power == 1 else g * g
        d += h if power == 1 else h * h
    for i in range(whole, len(x)):
        e = x[i] - centre
        a += e if power == 1 else e * e
    return (a + b) + (c + d)


def standardised_columns(X: FloatArray, order: IntArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Columns of X (n, p) in this order, shape (p, n), standardised; and their means and deviations.

    A column that is the same for all keeps deviation 1.
    """
    out = np.empty(X.shape[::-1])
    centre, scale = _standardise(np.ascontiguousarray(X), order, out)
    return out, centre, scale
