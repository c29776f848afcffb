"""A stratum's list made with pencil and paper's means: words from the rival Philox, exact fractions, list swaps."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from independent.philox_in_integers import philox4x32_10

if TYPE_CHECKING:
    from collections.abc import Sequence

ALLOCATION = 3


def _numbers(seed: int, stratum: int, block: int, how_many: int) -> list[Fraction]:
    key = (seed % 2**32, seed // 2**32)
    found: list[Fraction] = []
    pair = 0
    while len(found) < how_many:
        w = philox4x32_10((block, ALLOCATION * 2**24 + stratum * 256 + pair, 0, 0), key)
        found += [Fraction(2 * ((w[i] // 64) * 2**26 + w[i + 1] // 64) + 1, 2**53) for i in (0, 2)]
        pair += 1
    return found


def list_of_stratum(
    seed: int, stratum: int, *, arms: Sequence[str], ratio: Sequence[int], sizes: Sequence[int], patients: int
) -> list[str]:
    """The first allocations of a stratum in the trial's own stream (scenario 0, replicate 0)."""
    out: list[str] = []
    block = 0
    while len(out) < patients:
        size = sizes[int(_numbers(seed, stratum, block, 1)[0] * len(sizes))]
        u = _numbers(seed, stratum, block, size)
        cards = [arm for arm, r in zip(arms, ratio, strict=True) for _ in range(r * size // sum(ratio))]
        for k, last in enumerate(reversed(range(1, size)), start=1):
            chosen = int(u[k] * (last + 1))
            cards[last], cards[chosen] = cards[chosen], cards[last]
        out += cards
        block += 1
    return out[:patients]
