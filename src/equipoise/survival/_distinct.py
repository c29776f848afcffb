"""The distinct labels of a column and which of them each subject has: no sorting where labels are few."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise.numerics.kernels import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    IntArray = np.ndarray[Any, np.dtype[np.int64]]
    WordArray = np.ndarray[Any, np.dtype[np.uint32]]

_FEW = 64
_WIDEST = 1 << 16


def distinct(x: NDArray[Any]) -> tuple[NDArray[Any], IntArray]:
    """Labels sorted, and codes (n,) that point into them."""
    if len(x) > 0 and x.dtype == np.int64:
        codes, numbers = few_distinct_numbers(np.require(x, requirements=("C", "W")), _WIDEST)
        if len(numbers) > 0:
            return numbers, codes
    elif len(x) > 0 and x.dtype.kind in "biu":
        low, high = int(x.min()), int(x.max())
        if high - low < min(_WIDEST, 4 * len(x) + 64):
            shifted = x.astype(np.int64) - low
            present = np.bincount(shifted) > 0
            labels = np.flatnonzero(present)
            if len(labels) < len(present):
                shifted = (np.cumsum(present) - 1)[shifted]
            return (labels + low).astype(x.dtype), shifted.astype(np.int64, copy=False)
    if len(x) > 0 and x.dtype.kind == "U" and x.dtype.itemsize > 0:
        words = np.require(x, requirements=("C", "W")).view(np.uint32).reshape(len(x), -1)
        codes, first = few_distinct_rows(words, _FEW)
        if len(first) > 0:
            labels = x[first]
            order = np.argsort(labels)
            rank = np.empty_like(order)
            rank[order] = np.arange(len(order))
            return labels[order], rank[codes].astype(np.int64, copy=False)
    labels, codes = np.unique(x, return_inverse=True)
    return labels, codes.astype(np.int64, copy=False)


@kernel
def few_distinct_numbers(x: IntArray, widest: int) -> tuple[IntArray, IntArray]:
    """Codes of whole numbers, and the numbers sorted; none where they spread too widely to count."""
    low, high = x[0], x[0]
    for value in x:
        low, high = min(low, value), max(high, value)
    # Compared as fractions: the spread of 64-bit numbers may itself pass 64 bits.
    if float(high) - float(low) >= min(widest, 4 * len(x) + 64):
        return x[:0], x[:0]
    rank = np.zeros(high - low + 1, dtype=np.int64)
    for value in x:
        rank[value - low] = 1
    found = 0
    numbers = np.empty(len(rank), dtype=np.int64)
    for v in range(len(rank)):
        if rank[v] > 0:
            rank[v] = found
            numbers[found] = v + low
            found += 1
    codes = np.empty(len(x), dtype=np.int64)
    for i in range(len(x)):
        codes[i] = rank[x[i] - low]
    return codes, numbers[:found].copy()


@kernel
def few_distinct_rows(words: WordArray, most: int) -> tuple[IntArray, IntArray]:
    """Which of the rows seen before each row equals, and where each was first; empty if more than `most`."""
    n, width = words.shape
    codes, first = np.empty(n, dtype=np.int64), np.empty(most, dtype=np.int64)
    found = 0
    for i in range(n):
        code = -1
        for c in range(found):
            same = True
            for j in range(width):
                if words[i, j] != words[first[c], j]:
                    same = False
                    break
            if same:
                code = c
                break
        if code < 0:
            if found == most:
                return codes[:0], first[:0]
            code = found
            first[found] = i
            found += 1
        codes[i] = code
    return codes, first[:found]
