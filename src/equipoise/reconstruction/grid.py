"""Follow-up cut into short bins, and those at risk in each, between the whole numbers at the boundaries."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from scipy.interpolate import PchipInterpolator

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from equipoise.reconstruction.frame import Frame

    Numbers = NDArray[np.float64]

_BINS = 110


@dataclass(frozen=True, slots=True)
class Grid:
    """Bins of days start .. end - 1, none across a boundary; middle and segment of each, shape (B,)."""

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    segment: NDArray[np.int64]

    @property
    def middle(self) -> Numbers:
        """Middle of each bin in days."""
        return np.asarray(0.5 * (self.start + self.end - 1))

    @property
    def width(self) -> Numbers:
        """Days in each bin."""
        return (self.end - self.start).astype(np.float64)


def grid_of(frame: Frame, cuts: Iterable[float] = ()) -> Grid:
    """Bins of about a hundredth of the longest follow-up, cut at the boundaries and at the days given."""
    length = max(1, frame.longest // _BINS)
    inner = {round(c) for c in cuts if 1 < c <= frame.longest}
    edges = sorted({*frame.first.tolist(), frame.longest + 1, *inner})
    starts, ends = [], []
    for low, high in pairwise(edges):
        pieces = np.unique(
            np.linspace(low, high, max(1, round((high - low) / length)) + 1).round().astype(int)
        )
        starts += pieces[:-1].tolist()
        ends += pieces[1:].tolist()
    start = np.array(starts, dtype=np.int64)
    return Grid(start, np.array(ends, dtype=np.int64), np.asarray(frame.segment_of(start)))


def follow_up_curve(frame: Frame, shares: Numbers) -> list[PchipInterpolator]:
    """Share of each stratum whose possible follow-up reaches a day, monotone through the boundaries."""
    curves = []
    for row in shares:
        inside = (frame.first > frame.shortest) & (row > 0.0)
        days = np.concatenate([[frame.shortest], frame.first[inside], [frame.longest + 1.0]])
        curves.append(PchipInterpolator(days, np.concatenate([[1.0], row[inside], [0.0]])))
    return curves


def at_risk_in_bins(frame: Frame, grid: Grid, counts: Numbers, mass: Numbers, shares: Numbers) -> Numbers:
    """Expected numbers at risk in the middle of each bin, shape (S, 2, B).

    From counts R[s, a, k] at the boundaries, event mass m[s, a, b] and the censoring that is left between two
    boundaries, which falls as possible follow-up ends.
    """
    found = np.empty_like(mass)
    curves = follow_up_curve(frame, shares)
    after = np.concatenate([counts[:, :, 1:], np.zeros_like(counts[:, :, :1])], axis=2)
    for s, curve in enumerate(curves):
        days = np.clip(
            np.concatenate([grid.middle, frame.first, frame.ends]), frame.shortest, frame.longest + 1
        )
        values = curve(days)
        b, k = len(grid.middle), frame.segments
        reach, high, low = values[:b], values[b : b + k], values[b + k :]
        seg = grid.segment
        fall = high[seg] - low[seg]
        even = (grid.middle - frame.first[seg]) / (frame.ends - frame.first)[seg]
        gone = np.where(fall > 1e-9, (high[seg] - reach) / np.where(fall > 1e-9, fall, 1.0), even)
        for a in range(2):
            total = np.bincount(seg, mass[s, a], minlength=k)
            passed = np.cumsum(mass[s, a]) - 0.5 * mass[s, a] - (np.cumsum(total) - total)[seg]
            censored = np.maximum(counts[s, a] - after[s, a] - total, 0.0)
            found[s, a] = counts[s, a][seg] - passed - censored[seg] * gone
    return np.maximum(found, 0.5)
