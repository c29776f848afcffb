"""The robust variance of a survival curve: how much the curve moves with the weight of each cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from equipoise.numerics.kernels import kernel

if TYPE_CHECKING:
    from equipoise.survival._arrays import BoolArray, FloatArray, IntArray


@kernel
def variance_by_cluster(  # noqa: C901, PLR0915, PLR0917 -- one pass over the rows, arguments by position
    by_time: IntArray,
    by_entry: IntArray,
    stratum: IntArray,
    time: FloatArray,
    entry: FloatArray,
    event: BoolArray,
    weight: FloatArray,
    cluster: IntArray,
    n_clusters: int,
    row_stratum: IntArray,
    row_time: FloatArray,
    at_risk: FloatArray,
    events: FloatArray,
) -> FloatArray:
    """Σ over clusters of U², U = Σ w ∂(log S(t))/∂w over a cluster's subjects; shape (rows,).

    ∂(log S)/∂w of a subject is Σ d/(n (n - d)) while it was at risk, less 1/(n - d) at its own event; a row
    at which nobody is left (n = d) moves with nobody. With U moving by M ΔA, M the cluster's weight at risk,
    Σ U² moves by 2 ΔA Σ U M + ΔA² Σ M²: so each subject is touched on coming and going only.
    """
    out = np.empty(len(row_time))
    u, m, settled = np.zeros(n_clusters), np.zeros(n_clusters), np.zeros(n_clusters)
    everybody_late = len(by_entry) > 0
    a, square, cross, mass = 0.0, 0.0, 0.0, 0.0
    gone, come, first = 0, 0, 0
    for r in range(len(row_time)):
        s, t = row_stratum[r], row_time[r]
        if r == 0 or s != row_stratum[r - 1]:
            u[:], m[:], settled[:] = 0.0, 0.0, 0.0
            a, square, cross, mass = 0.0, 0.0, 0.0, 0.0
            first = gone
            if not everybody_late:
                while first < len(by_time) and stratum[by_time[first]] == s:
                    i = by_time[first]
                    m[cluster[i]] += weight[i]
                    first += 1
                for c in range(n_clusters):
                    mass += m[c] * m[c]
        while come < len(by_entry) and stratum[by_entry[come]] == s and entry[by_entry[come]] < t:
            i = by_entry[come]
            c = cluster[i]
            u[c] += m[c] * (a - settled[c])
            settled[c] = a
            mass += weight[i] * (2.0 * m[c] + weight[i])
            cross += u[c] * weight[i]
            m[c] += weight[i]
            come += 1
        left = at_risk[r] - events[r]
        if events[r] > 0.0 and left > 1e-12 * at_risk[r]:
            step = events[r] / (at_risk[r] * left)
            square += step * (2.0 * cross + step * mass)
            cross += step * mass
            a += step
        else:
            left = np.inf
        while gone < len(by_time):
            i = by_time[gone]
            if stratum[i] != s or time[i] != t:
                break
            c = cluster[i]
            u[c] += m[c] * (a - settled[c])
            settled[c] = a
            if event[i]:
                jump = -weight[i] / left
                square += jump * (2.0 * u[c] + jump)
                cross += m[c] * jump
                u[c] += jump
            cross -= u[c] * weight[i]
            mass -= weight[i] * (2.0 * m[c] - weight[i])
            m[c] -= weight[i]
            gone += 1
        out[r] = max(square, 0.0)
    return out
