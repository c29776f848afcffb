"""Arms of one replicate's subjects, each along its stratum's list of permuted blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from equipoise.numerics.kernels import kernel, kernel_in_place
from equipoise.randomization._block_kernels import BlockRoom, ByteArray, fill_list, room_for_blocks

if TYPE_CHECKING:
    from equipoise.numerics.streams import Word
    from equipoise.simulation.subject_model import IntArray, SubjectModel


class ListRoom(NamedTuple):
    """Room for the lists of one replicate."""

    blocks: BlockRoom
    """Room for one list's blocks."""
    arm: ByteArray
    """Arms along each list, shape (lists, places)."""
    length: IntArray
    """Subjects of each list, shape (lists,)."""


@kernel
def room_for_lists(model: SubjectModel) -> ListRoom:
    """Arrays for the lists of a replicate of this model."""
    lists = model.list_of.max() + 1
    return ListRoom(
        room_for_blocks(model.ratio, model.block_sizes, model.patients),
        np.empty((lists, model.patients + model.block_sizes.max()), dtype=np.uint8),
        np.empty(lists, dtype=np.int64),
    )


@kernel_in_place
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
    for s in range(len(length)):
        fill_list(seed, scenario, replicate, s, model.block_sizes, length[s], room.blocks, room.arm[s])
    length[:] = 0
    for i in range(enrolled):
        s = model.list_of[stratum[i]]
        arm[i] = room.arm[s, length[s]]
        length[s] += 1
