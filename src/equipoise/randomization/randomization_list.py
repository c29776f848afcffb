"""The randomisation list: every allocation of every stratum, in advance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise.errors import ArgumentError, DesignError
from equipoise.numerics.streams import Stream
from equipoise.randomization.permuted_blocks import PermutedBlocks, Positions, allocation_strata

if TYPE_CHECKING:
    import polars as pl

    from equipoise.protocol import Protocol


@dataclass(frozen=True, slots=True, eq=False)
class RandomizationList:
    """The first allocations of each stratum.

    Parameters
    ----------
    plan
        The blocks that it follows.
    strata
        Ids of the strata.
    positions
        For each stratum its allocations in order.
    protocol_hash
        SHA-256 of the protocol that it was made for.
    """

    plan: PermutedBlocks
    strata: tuple[str, ...]
    positions: tuple[Positions, ...]
    protocol_hash: str

    def arms(self, stratum: str) -> tuple[str, ...]:
        """Arms of a stratum's allocations, in order."""
        if stratum not in self.strata:
            raise ArgumentError("stratum", stratum, f"must be one of {', '.join(map(repr, self.strata))}")
        return tuple(self.plan.arms[i] for i in self.positions[self.strata.index(stratum)].arm)

    def to_frame(self) -> pl.DataFrame:
        """Columns stratum, number, block, position, arm; numbers, blocks and positions count from 1."""
        import polars as pl

        sizes = [len(p.arm) for p in self.positions]
        arm, block, position = (np.concatenate(part) for part in zip(*self.positions, strict=True))
        return pl.DataFrame(
            {
                "stratum": np.repeat(self.strata, sizes).tolist(),
                "number": np.concatenate([np.arange(1, n + 1) for n in sizes]),
                "block": block + 1,
                "position": position + 1,
                "arm": [self.plan.arms[i] for i in arm],
            }
        )


def randomization_list(
    protocol: Protocol, *, seed: int | Stream, per_stratum: int | None = None
) -> RandomizationList:
    """List the allocations of every stratum.

    Parameters
    ----------
    protocol
        Holds the ratio, the block sizes and the strata.
    seed
        Seed of the trial's own list, or the stream of a simulated replicate, whose list this is then.
    per_stratum
        Allocations in each stratum; without it the planned number of patients, so that no list can run out.
    """
    if per_stratum is None:
        if protocol.accrual is None:
            raise DesignError(
                "how long the lists must be is not said: the protocol has no [accrual]. Give per_stratum."
            )
        per_stratum = protocol.accrual.number()
    if per_stratum < 1:
        raise ArgumentError("per_stratum", per_stratum, "must be 1 or more")
    plan, strata = PermutedBlocks.of(protocol), allocation_strata(protocol)
    stream = seed if isinstance(seed, Stream) else Stream(seed)
    positions = tuple(plan.positions(stream, s, per_stratum) for s in range(len(strata)))
    return RandomizationList(plan, strata, positions, protocol.hash)
