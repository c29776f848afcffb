"""Counting pairs of subjects that a risk score puts in the right order, by a tree of counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from equipoise.numerics.kernels import kernel

if TYPE_CHECKING:
    from equipoise.survival._arrays import BoolArray, FloatArray, IntArray


@kernel
def _below(tree: FloatArray, rank: int) -> float:
    """Sum of the tree's weights at ranks 0 to rank - 1."""
    total = 0.0
    while rank > 0:
        total += tree[rank]
        rank -= rank & -rank
    return total


@kernel
def count_pairs(  # noqa: PLR0917 -- kernels take their arguments by position
    stratum: IntArray, time: FloatArray, event: BoolArray, weight: FloatArray, rank: IntArray, n_ranks: int
) -> tuple[float, float, float]:
    """Pairs concordant, discordant and tied in the score, over subjects sorted by stratum and time.

    A pair is an event and a subject of its stratum known to live longer: a later time, or censored then.
    """
    tree = np.zeros(n_ranks + 1)
    concordant, discordant, tied, total = 0.0, 0.0, 0.0, 0.0
    i, current = len(time) - 1, -1
    while i >= 0:
        if stratum[i] != current:
            current, total, tree[:] = stratum[i], 0.0, 0.0
        first = i
        while first >= 0 and time[first] == time[i] and stratum[first] == current:
            first -= 1
        for events in (False, True):
            for j in range(first + 1, i + 1):
                if event[j] and events:
                    lower = _below(tree, rank[j])
                    equal = _below(tree, rank[j] + 1) - lower
                    concordant += weight[j] * lower
                    tied += weight[j] * equal
                    discordant += weight[j] * (total - lower - equal)
            for j in range(first + 1, i + 1):
                if event[j] == events:
                    total += weight[j]
                    k = rank[j] + 1
                    while k <= n_ranks:
                        tree[k] += weight[j]
                        k += k & -k
        i = first
    return concordant, discordant, tied
