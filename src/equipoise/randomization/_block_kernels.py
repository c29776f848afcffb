"""Lists of permuted blocks, drawn in the same way for real subjects and for simulated ones."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from equipoise.numerics.kernels import kernel, kernel_in_place
from equipoise.numerics.streams import ALLOCATION, Word, WordArray, fill_words, open_unit

FloatArray = np.ndarray[Any, np.dtype[np.float64]]
IntArray = np.ndarray[Any, np.dtype[np.int64]]
ByteArray = np.ndarray[Any, np.dtype[np.uint8]]

# The draw's place in an address holds the stratum above and the pair of numbers within the block below.
PAIRS_PER_BLOCK = 256


class BlockRoom(NamedTuple):
    """Room for one list of blocks, to be filled again and again."""

    words: WordArray
    """Four words for each pair of numbers of each block, pair by pair, shape (pairs, 4 blocks)."""
    choice: IntArray
    """Which of the sizes each block has, shape (blocks,)."""
    size: IntArray
    """Size of each block, shape (blocks,)."""
    arms: WordArray
    """Arms of each block in one number, `width` bits each, shape (blocks,)."""
    unshuffled: ByteArray
    """Arms of a block of each size before it is shuffled, shape (sizes, largest)."""
    packed: WordArray
    """The same in one number, shape (sizes,)."""
    smallest: int
    """Smallest and largest size of a block."""
    largest: int
    width: int
    """Bits that hold an arm; 0 where a block is too large for one number."""


@kernel
def room_for_blocks(ratio: IntArray, block_sizes: IntArray, patients: int) -> BlockRoom:
    """Arrays for lists of so many patients."""
    sizes, largest, width = len(block_sizes), block_sizes.max(), 1
    while (1 << width) < len(ratio):
        width *= 2
    if width * largest > 64:
        width = 0
    unshuffled = np.zeros((sizes, largest), dtype=np.uint8)
    packed = np.zeros(sizes, dtype=np.uint64)
    for k in range(sizes):
        filled = 0
        for a in range(len(ratio)):
            for _ in range(ratio[a] * (block_sizes[k] // ratio.sum())):
                unshuffled[k, filled] = a
                if width > 0:
                    packed[k] |= np.uint64(a) << np.uint64(filled * width)
                filled += 1
    blocks = patients // block_sizes.min() + 1
    return BlockRoom(
        np.empty(((largest + 1) // 2, 4 * blocks), dtype=np.uint64),
        np.empty(blocks, dtype=np.int64),
        np.empty(blocks, dtype=np.int64),
        np.empty(blocks, dtype=np.uint64),
        unshuffled,
        packed,
        block_sizes.min(),
        largest,
        width,
    )


@kernel_in_place
def fill_list(  # noqa: PLR0917 -- the whole address of a list, then its plan
    seed: Word,
    scenario: Word,
    replicate: Word,
    stratum: int,
    block_sizes: IntArray,
    wanted: int,
    room: BlockRoom,
    out: ByteArray,
) -> int:
    """Fill a stratum's list with at least so many arms, as indices into the ratio; returns the blocks.

    Number 0 of a block chooses its size, numbers 1, 2, ... shuffle it (Fisher and Yates, from the end). `out`
    has room for another block.
    """
    blocks = (wanted + room.smallest - 1) // room.smallest
    for j in range(len(room.words)):
        row = room.words[j, : 4 * blocks].reshape(4, blocks)
        fill_words(seed, scenario, replicate, ALLOCATION, stratum * PAIRS_PER_BLOCK + j, row)
    choose_sizes(block_sizes, blocks, room)
    if room.width > 0:
        shuffle_packed(blocks, room)
    at, b = 0, 0
    mask = (np.uint64(1) << np.uint64(room.width)) - np.uint64(1)
    while at < wanted:
        size = room.size[b]
        if room.width > 0:
            arms = room.arms[b]
            for i in range(size):
                out[at + i] = np.uint8(arms & mask)
                arms >>= np.uint64(room.width)
        else:
            shuffle_one(b, blocks, at, room, out)
        at += size
        b += 1
    return b


@kernel_in_place
def choose_sizes(block_sizes: IntArray, blocks: int, room: BlockRoom) -> None:
    """The size of each block, and its arms before it is shuffled."""
    room.choice[:blocks], room.size[:blocks], room.arms[:blocks] = 0, block_sizes[0], room.packed[0]
    if len(block_sizes) == 1:
        return
    first = room.words[0, : 4 * blocks].reshape(4, blocks)
    for b in range(blocks):
        k = int(open_unit(first[0, b], first[1, b]) * len(block_sizes))
        room.choice[b], room.size[b] = k, block_sizes[k]
        room.arms[b] = room.packed[k]


@kernel_in_place
def shuffle_packed(blocks: int, room: BlockRoom) -> None:
    """Shuffle the arms of all blocks side by side: in one number, two arms change places by their bits."""
    size, arms, width = room.size, room.arms, np.uint64(room.width)
    mask = (np.uint64(1) << width) - np.uint64(1)
    for n in range(1, room.largest):
        numbers = room.words[n >> 1, : 4 * blocks].reshape(4, blocks)
        high, low = numbers[2 * (n & 1)], numbers[2 * (n & 1) + 1]
        for b in range(blocks):
            last = max(size[b] - n, 0)
            chosen = np.int64(open_unit(high[b], low[b]) * np.float64(last + 1))
            there, here = np.uint64(last) * width, np.uint64(chosen) * width
            differ = ((arms[b] >> there) ^ (arms[b] >> here)) & mask
            arms[b] ^= (differ << there) ^ (differ << here)


@kernel_in_place
def shuffle_one(b: int, blocks: int, at: int, room: BlockRoom, out: ByteArray) -> None:
    """The same for one block too large for a number: out[at : at + size]."""
    size = room.size[b]
    for i in range(size):
        out[at + i] = room.unshuffled[room.choice[b], i]
    for n in range(1, size):
        numbers = room.words[n >> 1, : 4 * blocks].reshape(4, blocks)
        half, last = 2 * (n & 1), size - n
        chosen = at + int(open_unit(numbers[half, b], numbers[half + 1, b]) * (last + 1))
        out[at + last], out[chosen] = out[chosen], out[at + last]
