"""The subdistribution partial likelihood: those with another cause stay at risk, with falling weight."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from equipoise.numerics.kernels import kernel

if TYPE_CHECKING:
    from equipoise.survival._arrays import FloatArray, IntArray


@kernel
def _carry(  # noqa: PLR0917 -- kernels take their arguments by position
    r: float, X: FloatArray, i: int, s0: FloatArray, s1: FloatArray, s2: FloatArray, g: int
) -> None:
    """Add r (1, x, xx') of subject i to the sums of group g; lower triangle only."""
    s0[g] += r
    for j in range(X.shape[1]):
        rx = r * X[i, j]
        s1[g, j] += rx
        for k in range(j + 1):
            s2[g, j, k] += rx * X[i, k]


@kernel
def _still_counted(  # noqa: PLR0917 -- kernels take their arguments by position
    stratum: IntArray,
    kind: IntArray,
    group: IntArray,
    censoring: FloatArray,
    row_first: IntArray,
    row_censoring: FloatArray,
    X: FloatArray,
    eta: FloatArray,
    shift: float,
    s0: FloatArray,
    s1: FloatArray,
    s2: FloatArray,
) -> None:
    """Sums of exp(eta) (1, x, xx') G(t-)/G(T-) over those with another cause before each row's time t."""
    p = X.shape[1]
    m, n_groups = row_censoring.shape
    c0, c1, c2 = np.zeros(n_groups), np.zeros((n_groups, p)), np.zeros((n_groups, p, p))
    i = 0
    for r in range(m):
        first = row_first[r]
        if r == 0 or stratum[first] != stratum[row_first[r - 1]]:
            c0[:], c1[:], c2[:] = 0.0, 0.0, 0.0
            while stratum[i] != stratum[first]:
                i += 1
        while i < first:
            if kind[i] == 2:
                _carry(np.exp(eta[i] - shift) / censoring[i], X, i, c0, c1, c2, group[i])
            i += 1
        s0[r] = 0.0
        for g in range(n_groups):
            w = row_censoring[r, g]
            if w <= 0.0 or c0[g] == 0.0:
                continue
            s0[r] += w * c0[g]
            for j in range(p):
                s1[r, j] += w * c1[g, j]
                for k in range(j + 1):
                    s2[r, j, k] += w * c2[g, j, k]


@kernel
def subdistribution_likelihood(  # noqa: C901, PLR0917 -- one pass from the last row; arguments by position
    stratum: IntArray,
    time: FloatArray,
    kind: IntArray,
    group: IntArray,
    censoring: FloatArray,
    row_first: IntArray,
    row_censoring: FloatArray,
    X: FloatArray,
    eta: FloatArray,
    score: FloatArray,
    information: FloatArray,
    s0: FloatArray,
    mean: FloatArray,
) -> float:
    """Log partial likelihood with Breslow's ties, slope (p,), curvature (p, p); fills s0 and mean by row.

    Subjects are sorted by stratum and time; kind is 0 censored, 1 the cause of interest, 2 another. At the
    time t of a row (the times of the cause) the subjects of its stratum count exp(eta) while T >= t, and with
    another cause before t they count exp(eta) G(t-)/G(T-): `row_censoring` (m, groups) is G(t-) by censoring
    group, `censoring` (n,) each subject's own G(T-).
    """
    n, p = X.shape
    m = len(row_first)
    s1, s2 = np.zeros((m, p)), np.zeros((m, p, p))
    shift = eta.max()
    _still_counted(stratum, kind, group, censoring, row_first, row_censoring, X, eta, shift, s0, s1, s2)
    score[:], information[:] = 0.0, 0.0
    b0, b1, b2 = np.zeros(1), np.zeros((1, p)), np.zeros((1, p, p))
    loglik, current = 0.0, -1
    i = n - 1
    for r in range(m - 1, -1, -1):
        first = row_first[r]
        if stratum[first] != current:
            current = stratum[first]
            b0[:], b1[:], b2[:] = 0.0, 0.0, 0.0
            while stratum[i] != current:
                i -= 1
        while i >= first:
            _carry(np.exp(eta[i] - shift), X, i, b0, b1, b2, 0)
            i -= 1
        s0[r] += b0[0]
        if not s0[r] > 0.0:
            return -np.inf
        deaths = 0
        last = first
        while last < n and stratum[last] == current and time[last] == time[first]:
            if kind[last] == 1:
                deaths += 1
                loglik += eta[last] - shift
                for j in range(p):
                    score[j] += X[last, j]
            last += 1
        for j in range(p):
            mean[r, j] = (s1[r, j] + b1[0, j]) / s0[r]
            score[j] -= deaths * mean[r, j]
            for k in range(j + 1):
                second = (s2[r, j, k] + b2[0, j, k]) / s0[r]
                information[j, k] += deaths * (second - mean[r, j] * mean[r, k])
        loglik -= deaths * np.log(s0[r])
        s0[r] *= np.exp(shift)
    for j in range(p):
        for k in range(j):
            information[k, j] = information[j, k]
    return loglik
