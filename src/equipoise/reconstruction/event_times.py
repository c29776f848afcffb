"""Where the events of each stratum and arm fall: at quantiles of a mass, or moved as little as may be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from equipoise.reconstruction.frame import Frame
    from equipoise.reconstruction.grid import Grid
    from equipoise.reconstruction.placement import Cohort

Numbers = np.ndarray[Any, np.dtype[np.float64]]
Times = Sequence[Sequence[Numbers]]
"""Event times in days by stratum and arm, sorted."""


def at_quantiles(frame: Frame, grid: Grid, mass: Numbers, events: NDArray[np.int64]) -> Times:
    """Times of d[s, a, k] events at the quantiles (i - 1/2)/d of the mass in each cell and segment."""

    def of_segment(s: int, a: int, k: int) -> Numbers:
        inside = np.flatnonzero(grid.segment == k)
        edges = np.append(grid.start[inside], grid.end[inside[-1]]).astype(np.float64)
        weight = np.maximum(mass[s, a, inside], 1e-12)
        cumulative = np.concatenate([[0.0], np.cumsum(weight)]) / weight.sum()
        count = int(events[s, a, k])
        return np.floor(np.interp((np.arange(count) + 0.5) / max(count, 1), cumulative, edges))

    return _by_cell(frame, of_segment)


def moved_to(frame: Frame, cohort: Cohort, events: NDArray[np.int64]) -> Times:
    """The cohort's own event times where a segment keeps their number, else their quantiles."""

    def of_segment(s: int, a: int, k: int) -> Numbers:
        first, last = float(frame.first[k]), float(frame.ends[k]) - 1.0
        inside = cohort.event & (cohort.stratum == s) & (cohort.arm == a)
        inside &= (cohort.time >= first) & (cohort.time <= last)
        own: Numbers = np.sort(cohort.time[inside]).astype(np.float64)
        count = int(events[s, a, k])
        if len(own) == count:
            return own
        shares = np.concatenate([[0.0], (np.arange(len(own)) + 0.5) / max(len(own), 1), [1.0]])
        points = np.concatenate([[first], own, [last]])
        placed: Numbers = np.interp((np.arange(count) + 0.5) / max(count, 1), shares, points)
        return np.asarray(np.floor(placed))

    return _by_cell(frame, of_segment)


def events_by_segment(frame: Frame, times: Times) -> NDArray[np.int64]:
    """Number of events of each cell in each segment, shape (S, 2, K)."""
    return np.array(
        [[np.bincount(frame.segment_of(t), minlength=frame.segments) for t in row] for row in times]
    )


def in_bins(grid: Grid, cohort: Cohort) -> Numbers:
    """Events of a cohort by stratum, arm and bin."""
    strata, bins = int(cohort.stratum.max()) + 1, len(grid.start)
    where = np.searchsorted(grid.start, cohort.time[cohort.event], side="right") - 1
    cell = 2 * cohort.stratum[cohort.event] + cohort.arm[cohort.event]
    flat = np.bincount(cell * bins + where, minlength=2 * strata * bins)
    return flat.reshape(strata, 2, bins).astype(np.float64)


def _by_cell(frame: Frame, of_segment: Callable[[int, int, int], Numbers]) -> Times:
    return [
        [np.concatenate([of_segment(s, a, k) for k in range(frame.segments)]) for a in range(2)]
        for s in range(len(frame.strata))
    ]
