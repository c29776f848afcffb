"""Replaying allocations: does the list that was followed agree with the seed that it was made from?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from equipoise.numerics.streams import Stream
from equipoise.randomization.allocation import Allocation
from equipoise.randomization.permuted_blocks import PermutedBlocks, allocation_strata

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from equipoise.protocol import Protocol


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One allocation that the seed does not give.

    Parameters
    ----------
    found
        The allocation as recorded.
    expected
        The allocation that the seed gives at this place; None where there is no such place.
    reason
        What is wrong, in words.
    """

    found: Allocation
    expected: Allocation | None
    reason: str


@dataclass(frozen=True, slots=True)
class Replay:
    """How recorded allocations stand to the seed."""

    checked: int
    """Allocations replayed."""
    mismatches: tuple[Mismatch, ...]
    """Those that differ, in the order recorded."""

    @property
    def faithful(self) -> bool:
        """Whether every allocation is as the seed gives it."""
        return not self.mismatches

    def to_frame(self) -> pl.DataFrame:
        """One row a mismatch: subject, stratum, number, arm, expected_arm, reason."""
        import polars as pl

        rows = [
            {
                "subject": m.found.subject,
                "stratum": m.found.stratum,
                "number": m.found.number,
                "arm": m.found.arm,
                "expected_arm": None if m.expected is None else m.expected.arm,
                "reason": m.reason,
            }
            for m in self.mismatches
        ]
        columns = ("subject", "stratum", "number", "arm", "expected_arm", "reason")
        schema = {c: pl.Int64 if c == "number" else pl.String for c in columns}
        return pl.DataFrame(rows, schema=schema)


def replay(protocol: Protocol, allocations: Sequence[Allocation], *, seed: int) -> Replay:
    """Make every allocation again and compare.

    Parameters
    ----------
    protocol
        As it stood when the allocations were made.
    allocations
        Every allocation, in the order in which they were made.
    seed
        The seed that they were made from.
    """
    plan, strata = PermutedBlocks.of(protocol), allocation_strata(protocol)
    lists = {
        stratum: plan.positions(Stream(seed), s, sum(a.stratum == stratum for a in allocations))
        for s, stratum in enumerate(strata)
    }
    counted = dict.fromkeys(strata, 0)
    seen: set[str] = set()
    mismatches = []
    for a in allocations:
        if a.stratum not in counted:
            mismatches.append(Mismatch(a, None, "no such stratum in the protocol"))
            continue
        i = counted[a.stratum]
        counted[a.stratum] += 1
        at = lists[a.stratum]
        arm, block, position = plan.arms[at.arm[i]], int(at.block[i]) + 1, int(at.position[i]) + 1
        expected = Allocation(a.subject, a.stratum, arm, i + 1, block, position)
        if a.subject in seen:
            mismatches.append(Mismatch(a, None, "the subject was allocated before"))
        elif a != expected:
            mismatches.append(Mismatch(a, expected, _difference(a, expected)))
        seen.add(a.subject)
    return Replay(len(allocations), tuple(mismatches))


def _difference(found: Allocation, expected: Allocation) -> str:
    parts = ("arm", "number", "block", "position")
    return "differs in " + ", ".join(p for p in parts if getattr(found, p) != getattr(expected, p))
