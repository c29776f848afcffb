"""One permuted block, drawn in the same way for a real subject and for a simulated one."""

from __future__ import annotations

from typing import Any

import numpy as np

from equipoise.numerics.kernels import kernel
from equipoise.numerics.streams import ALLOCATION, Word, uniform_pair

FloatArray = np.ndarray[Any, np.dtype[np.float64]]
IntArray = np.ndarray[Any, np.dtype[np.int64]]

# The draw's place in an address holds the stratum above and the pair of numbers within the block below.
PAIRS_PER_BLOCK = 256


@kernel
def arrange(numbers: FloatArray, size: int, at: int, out: IntArray) -> None:
    """Shuffle out[at : at + size] by the uniform numbers 1, 2, ... (Fisher and Yates, from the end)."""
    for last in range(size - 1, 0, -1):
        chosen = at + int(numbers[size - last] * (last + 1))
        out[at + last], out[chosen] = out[chosen], out[at + last]


@kernel
def fill_block(  # noqa: PLR0917 -- the whole address of a block, then its plan
    seed: Word,
    scenario: Word,
    replicate: Word,
    stratum: int,
    block: int,
    ratio: IntArray,
    block_sizes: IntArray,
    out: IntArray,
) -> int:
    """Fill out[:size] with the arms of a block, as indices into `ratio`; returns the size.

    Number 0 of the block chooses its size, numbers 1, 2, ... shuffle it (Fisher and Yates, from the end).
    """
    address = stratum * PAIRS_PER_BLOCK
    u, v = uniform_pair(seed, scenario, replicate, ALLOCATION, block, address)
    size = block_sizes[int(u * len(block_sizes))]
    units = 0
    for arm in range(len(ratio)):
        units += ratio[arm]
    repeats = size // units
    filled = 0
    for arm in range(len(ratio)):
        for _ in range(ratio[arm] * repeats):
            out[filled] = arm
            filled += 1
    numbers = np.empty(size + 2)
    numbers[0], numbers[1] = u, v
    for number in range(2, size, 2):
        pair = uniform_pair(seed, scenario, replicate, ALLOCATION, block, address + number // 2)
        numbers[number], numbers[number + 1] = pair
    arrange(numbers, size, 0, out)
    return int(size)


@kernel
def fill_list(  # noqa: PLR0917 -- likewise
    seed: Word,
    scenario: Word,
    replicate: Word,
    stratum: int,
    ratio: IntArray,
    block_sizes: IntArray,
    arm: IntArray,
    block: IntArray,
    position: IntArray,
) -> None:
    """Fill the first allocations of a stratum: arm, block and position within the block (both from 0)."""
    largest = 0
    for size in block_sizes:
        largest = max(largest, size)
    arms = np.empty(largest, dtype=np.int64)
    at, b = 0, 0
    while at < len(arm):
        size = fill_block(seed, scenario, replicate, stratum, b, ratio, block_sizes, arms)
        for i in range(min(size, len(arm) - at)):
            arm[at], block[at], position[at] = arms[i], b, i
            at += 1
        b += 1
