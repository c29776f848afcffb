"""Permuted blocks seen from behind: which numbers by arm a stratum can hold after any number of entries."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

_LARGEST_BLOCK = 40


@dataclass(frozen=True, slots=True)
class Blocks:
    """Blocks of one size in which control and experimental stand as control : experimental."""

    control: int
    experimental: int

    @property
    def size(self) -> int:
        """Subjects in a block."""
        return self.control + self.experimental

    def allows(self, control: int, experimental: int) -> bool:
        """Whether the first control + experimental entries can divide so."""
        full, rest = divmod(control + experimental, self.size)
        first = control - full * self.control
        return 0 <= first <= self.control and 0 <= rest - first <= self.experimental

    def nearest(
        self, wanted: tuple[float, float], least: tuple[int, int], most: tuple[int, int]
    ) -> tuple[int, int]:
        """The allowed numbers nearest to those wanted, none below `least`, none above `most`."""
        reach = self.size + 1
        centre = [int(np.clip(round(w), lo, hi)) for w, lo, hi in zip(wanted, least, most, strict=True)]
        found = [
            ((c - wanted[0]) ** 2 + (e - wanted[1]) ** 2, c, e)
            for c in range(max(least[0], centre[0] - reach), min(most[0], centre[0] + reach) + 1)
            for e in range(max(least[1], centre[1] - reach), min(most[1], centre[1] + reach) + 1)
            if self.allows(c, e)
        ]
        return min(found)[1:] if found else most

    def sequence(
        self, marks: Iterable[tuple[int, int]], total: tuple[int, int], rng: np.random.Generator
    ) -> NDArray[np.int64]:
        """Arms in order of entry, 0 control and 1 experimental, through the marks (control, experimental).

        Every block is permuted at random in the pieces into which the marks cut it.
        """
        n = sum(total)
        points = {(c + e, c) for c, e in marks} | {(n, total[0])}
        points |= {(j * self.size, j * self.control) for j in range(n // self.size + 1)}
        ordered = sorted(points)
        pieces = []
        for (start, before), (end, after) in pairwise(ordered):
            piece = np.ones(end - start, dtype=np.int64)
            piece[: after - before] = 0
            pieces.append(rng.permutation(piece))
        return np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.int64)


def smallest_block(ratio: tuple[int, int], sizes: Iterable[tuple[int, int]]) -> Blocks | None:
    """The smallest blocks of a ratio that can end with these sizes in every stratum; None up to size 40."""
    listed = list(sizes)
    for times in range(1, _LARGEST_BLOCK // sum(ratio) + 1):
        blocks = Blocks(ratio[0] * times, ratio[1] * times)
        if all(blocks.allows(*size) for size in listed):
            return blocks
    return None
