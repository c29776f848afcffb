"""Arms of one replicate's subjects: the protocol's lists of permuted blocks, all blocks of a list at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from equipoise.numerics.kernels import kernel
from equipoise.numerics.streams import ALLOCATION, Word, fill_words, open_unit
from equipoise.randomization._block_kernels import PAIRS_PER_BLOCK, arrange

if TYPE_CHECKING:
    from equipoise.numerics.streams import WordArray
    from equipoise.simulation.subject_model import IntArray, SubjectModel


class ListRoom(NamedTuple):
    """Room for the lists of one replicate."""

    words: WordArray
    """Four words for each pair of numbers of each block, shape (pairs, 4, blocks)."""
    arm: IntArray
    """Arms along each list, shape (lists, places)."""
    length: IntArray
    """Subjects of each list, shape (lists,)."""
    unshuffled: IntArray
    """Arms of a block of each size before it is shuffled, shape (sizes, largest)."""


@kernel
def room_for_lists(model: SubjectModel) -> ListRoom:
    """Arrays for the lists of a replicate of this model."""
    sizes, ratio = model.block_sizes, model.ratio
    lists, smallest, largest = model.list_of.max() + 1, sizes.min(), sizes.max()
    unshuffled = np.empty((len(sizes), largest), dtype=np.int64)
    for k in range(len(sizes)):
        filled = 0
        for a in range(len(ratio)):
            for _ in range(ratio[a] * (sizes[k] // ratio.sum())):
                unshuffled[k, filled] = a
                filled += 1
    blocks = model.patients // smallest + 1
    return ListRoom(
        np.empty(((largest + 1) // 2, 4, blocks), dtype=np.uint64),
        np.empty((lists, model.patients + largest), dtype=np.int64),
        np.empty(lists, dtype=np.int64),
        unshuffled,
    )


@kernel
def draw_arms(  # noqa: PLR0917 -- the whole address of the lists, then what they fill
    model: SubjectModel,
    seed: Word,
    scenario: Word,
    replicate: Word,
    enrolled: int,
    stratum: IntArray,
    arm: IntArray,
    room: ListRoom,
) -> None:
    """Arms of the subjects in order of entry, each stratum along its own list of permuted blocks.

    The lists are those of the randomisation room for the same stream.
    """
    length = room.length
    length[:] = 0
    for j in range(len(model.list_of)):
        here = 0
        for i in range(enrolled):
            here += stratum[i] == j
        length[model.list_of[j]] += here
    smallest = model.block_sizes.min()
    for s in range(len(length)):
        blocks = (length[s] + smallest - 1) // smallest
        for j in range(len(room.words)):
            draw = s * PAIRS_PER_BLOCK + j
            fill_words(seed, scenario, replicate, ALLOCATION, draw, room.words[j, :, :blocks])
        fill_list_from(room.words, model.block_sizes, room.unshuffled, length[s], room.arm[s])
    length[:] = 0
    for i in range(enrolled):
        s = model.list_of[stratum[i]]
        arm[i] = room.arm[s, length[s]]
        length[s] += 1


@kernel
def fill_list_from(
    words: WordArray, block_sizes: IntArray, unshuffled: IntArray, wanted: int, out: IntArray
) -> None:
    """Fill a list with at least so many arms: number 0 of a block chooses its size, 1, 2, ... shuffle it."""
    numbers = np.empty(block_sizes.max())
    at, b = 0, 0
    while at < wanted:
        k = int(open_unit(words[0, 0, b], words[0, 1, b]) * len(block_sizes))
        size = block_sizes[k]
        for i in range(size):
            out[at + i] = unshuffled[k, i]
        for n in range(1, size):
            j, half = n >> 1, 2 * (n & 1)
            numbers[n] = open_unit(words[j, half, b], words[j, half + 1, b])
        arrange(numbers, size, at, out)
        at += size
        b += 1
