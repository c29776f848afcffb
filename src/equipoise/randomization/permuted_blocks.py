"""Permuted blocks: within each stratum, after every block the arms stand in their ratio exactly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from equipoise.errors import ArgumentError, DesignError
from equipoise.randomization._block_kernels import (
    PAIRS_PER_BLOCK,
    IntArray,
    fill_list,
    room_for_blocks,
)

if TYPE_CHECKING:
    from equipoise.numerics.streams import Stream
    from equipoise.protocol import Protocol

LARGEST_BLOCK = 2 * PAIRS_PER_BLOCK
LARGEST_STRATUM = 2**16 - 1


class Positions(NamedTuple):
    """The first allocations of a stratum, each of shape (n,)."""

    arm: IntArray
    """Index into `arms`."""
    block: IntArray
    """Number of the block, from 0."""
    position: IntArray
    """Place within the block, from 0."""


@dataclass(frozen=True, slots=True)
class PermutedBlocks:
    """Blocks in random order, their sizes drawn at random one by one.

    A block of size m holds m r_a / sum(r) patients of arm a, every order of them equally likely; the size of
    each block is one of `block_sizes`, equally likely.

    Parameters
    ----------
    arms
        Arms, in the protocol's order.
    ratio
        Whole numbers r_a in which the arms stand to one another.
    block_sizes
        Multiples of the ratio's sum, up to 512. One size alone lets the end of each block be foreseen by who
        knows the earlier allocations.

    References
    ----------
    Zelen (1974), Journal of Chronic Diseases 27:365-375.
    Rosenberger, Lachin (2016), Randomization in Clinical Trials, 2nd edition, chapter 3.
    """

    arms: tuple[str, ...]
    ratio: tuple[int, ...]
    block_sizes: tuple[int, ...]

    def __post_init__(self) -> None:
        """Check the plan."""
        if len(self.arms) < 2 or len(set(self.arms)) != len(self.arms):
            raise ArgumentError("arms", self.arms, "must name two arms or more, each once")
        if len(self.ratio) != len(self.arms) or min(self.ratio) < 1:
            rule = f"must hold a whole number above 0 for each of the {len(self.arms)} arms"
            raise ArgumentError("ratio", self.ratio, rule)
        units = sum(self.ratio)
        if not self.block_sizes:
            raise ArgumentError("block_sizes", self.block_sizes, "must hold one size or more")
        for size in self.block_sizes:
            if size < 1 or size % units or size > LARGEST_BLOCK:
                rule = f"must hold multiples of {units}, the sum of the ratio, up to {LARGEST_BLOCK}"
                below = max(units, min(size, LARGEST_BLOCK) // units * units)
                raise ArgumentError(
                    "block_sizes", size, rule, f"The nearest are {below} and {below + units}."
                )

    @classmethod
    def of(cls, protocol: Protocol) -> PermutedBlocks:
        """The plan that a protocol's `[randomization]` states."""
        plan = protocol.randomization
        if plan is None:
            raise DesignError(
                "the protocol says nothing of randomisation. "
                "Add a [randomization] section with ratio and block_sizes."
            )
        arms = tuple(arm.id for arm in protocol.arm)
        return cls(arms, tuple(plan.ratio[arm] for arm in arms), plan.block_sizes)

    def positions(self, stream: Stream, stratum: int, patients: int) -> Positions:
        """The first allocations of a stratum, which is given by its index from 0.

        The whole list of a stratum is one function of seed, scenario, replicate and stratum.
        """
        if not 0 <= stratum <= LARGEST_STRATUM:
            raise ArgumentError("stratum", stratum, f"must be an index from 0 to {LARGEST_STRATUM}")
        ratio, sizes = np.array(self.ratio, dtype=np.int64), np.array(self.block_sizes, dtype=np.int64)
        room = room_for_blocks(ratio, sizes, patients)
        arm = np.empty(patients + int(sizes.max()), dtype=np.uint8)
        seed = np.uint64(stream.seed)
        blocks = fill_list(seed, stream.scenario, stream.replicate, stratum, sizes, patients, room, arm)
        size = room.size[:blocks]
        block = np.repeat(np.arange(blocks), size)[:patients]
        position = (np.arange(patients) - (np.cumsum(size) - size)[block]).astype(np.int64)
        return Positions(arm[:patients].astype(np.int64), block, position)


def allocation_strata(protocol: Protocol) -> tuple[str, ...]:
    """Strata that the allocation runs in: the protocol's, or one for all where no factor is named."""
    plan = protocol.randomization
    if plan is None or plan.factors == ("stratum",):
        return protocol.strata_ids
    if not plan.factors:
        return ("all",)
    raise DesignError(
        f"permuted blocks are stratified by the protocol's strata, not by {', '.join(plan.factors)}. "
        'Cross the factors into strata and write factors = ["stratum"], or factors = [] for one list.'
    )
