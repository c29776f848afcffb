"""Allocating again and again within blocks, and what a linear statistic would have been each time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from equipoise.numerics.kernels import kernel
from equipoise.numerics.streams import philox4x32

if TYPE_CHECKING:
    from equipoise.numerics.streams import Word
    from equipoise.survival._arrays import FloatArray, IntArray

_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
# The purpose of these draws among those of numerics.streams, in its place of the counter.
_RERANDOMISATION = np.uint64(32 << 24)


@kernel
def rerandomised_sums(
    seed: Word, first: IntArray, drawn: IntArray, score: FloatArray, sums: FloatArray
) -> None:
    """Fill sums[b] with Σ score over the `drawn` subjects of each block, drawn anew without replacement.

    Block u holds the subjects first[u] to first[u + 1] - 1. An index below m is word m / 2^32 rounded down,
    from a random 32-bit word: even to one part in 2^32 / m.
    """
    key_0, key_1 = np.uint64(seed) & _LOW, np.uint64(seed) >> _HALF
    pool = score.copy()
    words = np.empty(4, dtype=np.uint64)
    for b in range(len(sums)):
        total = 0.0
        counter, left = np.uint64(0), 0
        for u in range(len(drawn)):
            start, size = first[u], first[u + 1] - first[u]
            for j in range(drawn[u]):
                if left == 0:
                    words[0], words[1], words[2], words[3] = philox4x32(
                        counter, _RERANDOMISATION, np.uint64(b), np.uint64(0), key_0, key_1
                    )
                    counter += np.uint64(1)
                    left = 4
                left -= 1
                pick = start + j + np.int64((words[left] * np.uint64(size - j)) >> _HALF)
                value = pool[pick]
                pool[pick] = pool[start + j]
                pool[start + j] = value
                total += value
        sums[b] = total
