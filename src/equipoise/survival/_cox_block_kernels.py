"""Score and information of Cox's partial likelihood without late entry, as sums over subjects by blocks.

The information Σ_i [s2(t_i)/s0(t_i) - x̄_i x̄_i'] over events i is Σ_j c_j x_j x_j' - Σ_i x̄_i x̄_i' with
c_j = w_j exp(x_j'b) H(T_j) and H the hazard summed up to T_j: no p by p sum is carried from subject to
subject, and columns are multiplied a block at a time. Loops run over slices, which compile to fewer steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from equipoise.numerics.kernels import kernel

if TYPE_CHECKING:
    from equipoise.survival._arrays import BoolArray, FloatArray, IntArray

# Rows of a block: a few columns of it stay in the nearest cache.
_BLOCK = 1024


@kernel
def linear_predictor(columns: FloatArray, beta: FloatArray, eta: FloatArray) -> None:
    """Adds X b to eta (n,); `columns` (p, n) is X transposed."""
    p, n = columns.shape
    for low in range(0, n, _BLOCK):
        out = eta[low : low + _BLOCK]
        for j in range(p):
            b, x = beta[j], columns[j, low : low + _BLOCK]
            for i in range(len(out)):
                out[i] += b * x[i]


@kernel
def event_totals(columns: FloatArray, event: BoolArray, weight: FloatArray) -> FloatArray:
    """Σ w x over the events, shape (p,)."""
    p, n = columns.shape
    total = np.zeros(p)
    for low in range(0, n, _BLOCK):
        died = event[low : low + _BLOCK] * weight[low : low + _BLOCK]
        for j in range(p):
            total[j] += np.dot(died, columns[j, low : low + _BLOCK])
    return total


@kernel
def _two_running(
    weights: FloatArray, x: FloatArray, y: FloatArray, ends: IntArray, running: FloatArray
) -> None:
    """Σ w x and Σ w y from each row on into `running` (2, rows), whose first column held what follows.

    Sums start anew below each of `ends`, the first rows of strata that begin inside. Two are made at a time
    because one alone waits for each addition to end.
    """
    first, second = running[0, 0], running[1, 0]
    out, also = running[0], running[1]
    top = len(weights)
    for e in range(len(ends) + 1):
        low = 0 if e == len(ends) else ends[e]
        part, xs, ys = weights[low:top], x[low:top], y[low:top]
        outs, alsos = out[low:top], also[low:top]
        m = len(part)
        for k in range(m):
            i = m - 1 - k
            first += part[i] * xs[i]
            second += part[i] * ys[i]
            outs[i] = first
            alsos[i] = second
        if e < len(ends):
            first, second = 0.0, 0.0
        top = low


@kernel
def _subtract_ties(  # noqa: PLR0917 -- kernels take their arguments by position
    tied_risk: FloatArray,
    columns: FloatArray,
    low: int,
    first: IntArray,
    tied: IntArray,
    ties: FloatArray,
    begin: int,
    carried: FloatArray,
    u: FloatArray,
    v: FloatArray,
) -> int:
    """Take the tied events' share off u and write v, both (p, rows); returns how many times v holds.

    `tied` are those with a row in this block; what a time has above the block is carried to it, (p,).
    """
    top, written = low + len(tied_risk), 0
    for q in range(tied.shape[1] - 1, -1, -1):
        r = tied[0, q]
        a, b = max(first[r], low), min(tied[1, q], top)
        here = tied_risk[a - low : b - low]
        for j in range(len(columns)):
            x = columns[j, a:b]
            total = carried[j] if tied[1, q] > top else 0.0
            for i in range(len(here)):
                total += here[i] * x[i]
            carried[j] = total
            if first[r] >= low:
                u[j, r - begin] -= ties[0, q] * total
                v[j, written] = ties[1, q] * total
        written += first[r] >= low
    return written


@kernel
def block_moments(  # noqa: C901, PLR0912, PLR0917 -- one pass over blocks; kernels take their arguments by position
    starts: IntArray,
    event: BoolArray,
    columns: FloatArray,
    risk: FloatArray,
    expected: FloatArray,
    first: IntArray,
    tied: IntArray,
    factor: FloatArray,
    ties: FloatArray,
    score: FloatArray,
    information: FloatArray,
) -> None:
    """Takes Σ c x off the score (p,) and adds the information (p, p), from the last block to the first."""
    p, n = columns.shape
    size = min(_BLOCK, n)
    s1, carried = np.zeros(p), np.zeros(p)
    running, product, tied_risk = np.empty((2, size)), np.empty(size), np.empty(size)
    u, v, ends = np.empty((p, size)), np.empty((p, size)), np.empty(size, dtype=np.int64)
    stratum, begin, q_begin, top = len(starts) - 1, len(factor), tied.shape[1], n
    while top > 0:
        low = max(top - size, 0)
        end, q_end, n_ends = begin, q_begin, 0
        while begin > 0 and first[begin - 1] >= low:
            begin -= 1
        while q_begin > 0 and first[tied[0, q_begin - 1]] >= low:
            q_begin -= 1
        while starts[stratum] > low:
            if starts[stratum] == top:
                s1[:] = 0.0
            else:
                ends[n_ends] = starts[stratum] - low
                n_ends += 1
            stratum -= 1
        expect, here = expected[low:top], risk[low:top]
        times = first[begin:end]
        scale = factor[begin:end]
        for j in range(0, p, 2):
            other = min(j + 1, p - 1)
            running[0, 0], running[1, 0] = s1[j], s1[other]
            _two_running(here, columns[j, low:top], columns[other, low:top], ends[:n_ends], running)
            s1[j], s1[other] = running[0, 0], running[1, 0]
            uj, uk = u[j], u[other]
            for r in range(len(times)):
                uj[r] = scale[r] * running[0, times[r] - low]
                uk[r] = scale[r] * running[1, times[r] - low]
        n_tied = 0
        if tied.shape[1] > 0:
            for i in range(top - low):
                tied_risk[i] = event[low + i] * here[i]
            q_low = q_begin - 1 if q_begin > 0 and tied[1, q_begin - 1] > low else q_begin
            n_tied = _subtract_ties(
                tied_risk[: top - low],
                columns,
                low,
                first,
                tied[:, q_low:q_end],
                ties[:, q_low:q_end],
                begin,
                carried,
                u,
                v,
            )
        for j in range(p):
            x = columns[j, low:top]
            score[j] -= np.dot(expect, x)
            for i in range(len(x)):
                product[i] = expect[i] * x[i]
            for k in range(j + 1):
                information[j, k] += (
                    np.dot(product[: len(x)], columns[k, low:top])
                    - np.dot(u[j, : end - begin], u[k, : end - begin])
                    - np.dot(v[j, :n_tied], v[k, :n_tied])
                )
        top = low
