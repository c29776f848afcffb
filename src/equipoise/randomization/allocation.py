"""The next subject's arm: one allocation from the earlier ones, always the same for one seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from equipoise.errors import ArgumentError
from equipoise.numerics.streams import Stream
from equipoise.randomization.permuted_blocks import PermutedBlocks, allocation_strata

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise.protocol import Protocol


@dataclass(frozen=True, slots=True)
class Allocation:
    """One subject's arm, and where in the list it stands.

    Parameters
    ----------
    subject, stratum, arm
        Who, in which stratum, to which arm.
    number
        Place within the stratum, from 1.
    block, position
        Block within the stratum and place within the block, both from 1.
    """

    subject: str
    stratum: str
    arm: str
    number: int
    block: int
    position: int


def randomize(
    protocol: Protocol,
    subject: str,
    stratum: str,
    *,
    seed: int,
    earlier: Sequence[Allocation] = (),
) -> Allocation:
    """Allocate the next subject of a stratum.

    Parameters
    ----------
    protocol
        Holds the ratio, the block sizes and the strata.
    subject
        Who is to be allocated; nobody is allocated twice.
    stratum
        Id of the subject's stratum.
    seed
        Secret of the allocation: it fixes every list, so whoever knows it foresees every arm.
    earlier
        Every allocation made before, in the order in which they were made.
    """
    strata = allocation_strata(protocol)
    place = "all" if strata == ("all",) else stratum
    if place not in strata:
        raise ArgumentError("stratum", stratum, f"must be one of {', '.join(map(repr, strata))}")
    before = [a for a in earlier if a.stratum == place]
    _check_earlier(subject, earlier, before)
    return allocation_at(protocol, Stream(seed), subject, place, len(before) + 1)


def allocation_at(protocol: Protocol, stream: Stream, subject: str, stratum: str, number: int) -> Allocation:
    """The allocation that stands at a number of a stratum's list."""
    plan = PermutedBlocks.of(protocol)
    at = plan.positions(stream, allocation_strata(protocol).index(stratum), number)
    return Allocation(
        subject,
        stratum,
        plan.arms[at.arm[-1]],
        number,
        int(at.block[-1]) + 1,
        int(at.position[-1]) + 1,
    )


def _check_earlier(subject: str, earlier: Sequence[Allocation], before: Sequence[Allocation]) -> None:
    for a in earlier:
        if a.subject == subject:
            rule = f"must be new: on arm {a.arm} already (stratum {a.stratum}, number {a.number})"
            raise ArgumentError("subject", subject, rule, "An allocation is never made twice.")
    for expected, a in enumerate(before, start=1):
        if a.number != expected:
            rule = (
                f"must count on within stratum {a.stratum}: number {expected} is due, subject {a.subject} has"
            )
            raise ArgumentError(
                "earlier",
                a.number,
                rule,
                "Give every earlier allocation, in the order in which they were made.",
            )
