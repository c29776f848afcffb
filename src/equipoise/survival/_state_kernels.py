"""The product integral of transition hazards along the risk rows, with either of its usual variances."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from equipoise.numerics.kernels import kernel

if TYPE_CHECKING:
    from equipoise.survival._arrays import FloatArray, IntArray


@kernel
def step_and_covariance(
    n: FloatArray,
    d: FloatArray,
    aalen: bool,  # noqa: FBT001 -- kernels take their arguments by position
    step: FloatArray,
    covariance: FloatArray,
) -> None:
    """I + dA (S, S) and the covariance (S, S, S) of each of its rows, from n at risk (S,) and moves d (S, S).

    Greenwood: a row is a multinomial share q of n, covariance (diag q - q q')/n. Aalen: its moves are
    independent Poisson counts, variance d/n².
    """
    size = len(n)
    for g in range(size):
        left = n[g]
        for j in range(size):
            step[g, j] = 0.0
            if j != g and d[g, j] > 0.0:
                step[g, j] = d[g, j] / n[g]
                left -= d[g, j]
        step[g, g] = left / n[g] if n[g] > 0.0 else 1.0
        for j in range(size):
            for k in range(size):
                if n[g] <= 0.0:
                    covariance[g, j, k] = 0.0
                elif not aalen:
                    own = step[g, j] if j == k else 0.0
                    covariance[g, j, k] = (own - step[g, j] * step[g, k]) / n[g]
                elif j == k:
                    covariance[g, j, k] = (1.0 - step[g, g] if j == g else step[g, j]) / n[g]
                elif g in {j, k}:
                    covariance[g, j, k] = -(step[g, k] if j == g else step[g, j]) / n[g]
                else:
                    covariance[g, j, k] = 0.0


@kernel
def advance(  # noqa: PLR0917 -- kernels take their arguments by position
    p: FloatArray,
    cov: FloatArray,
    step: FloatArray,
    of_row: FloatArray,
    half: FloatArray,
    new: FloatArray,
) -> None:
    """One time in place: p (I + dA), and (I + dA)' Cov (I + dA) + Σ_g p_g² Cov(dA_g).

    `half` and `new` are room to work in.
    """
    size = len(p)
    for i in range(size):
        for j in range(size):
            total = 0.0
            for k in range(size):
                total += cov[i, k] * step[k, j]
            half[i, j] = total
    for i in range(size):
        new[i] = 0.0
        for k in range(size):
            new[i] += p[k] * step[k, i]
        for j in range(size):
            total = 0.0
            for k in range(size):
                total += step[k, i] * half[k, j] + p[k] * p[k] * of_row[k, i, j]
            cov[i, j] = total
    for i in range(size):
        p[i] = new[i]


@kernel
def product_integral(  # noqa: PLR0917 -- kernels take their arguments by position
    stratum: IntArray,
    n: FloatArray,
    d: FloatArray,
    begin: FloatArray,
    aalen: bool,  # noqa: FBT001 -- likewise
    probability: FloatArray,
    variance: FloatArray,
) -> None:
    """p(t) = p Π (I + dA) for each beginning p of a stratum, and its variance; both (rows, beginnings, S).

    At each row both go on by `advance`. `begin` (strata, beginnings, S).
    """
    rows, size = n.shape
    many = begin.shape[1]
    p, cov = np.empty((many, size)), np.zeros((many, size, size))
    step, of_row = np.empty((size, size)), np.empty((size, size, size))
    half, new = np.empty((size, size)), np.empty(size)
    for row in range(rows):
        if row == 0 or stratum[row] != stratum[row - 1]:
            p[:] = begin[stratum[row]]
            cov[:] = 0.0
        step_and_covariance(n[row], d[row], aalen, step, of_row)
        for b in range(many):
            advance(p[b], cov[b], step, of_row, half, new)
            for j in range(size):
                probability[row, b, j] = p[b, j]
                variance[row, b, j] = max(cov[b, j, j], 0.0)
