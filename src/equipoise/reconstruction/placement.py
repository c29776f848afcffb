"""Who has an event, who is lost, who is followed to the cut-off: whole subjects on the grid of entries."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from equipoise.reconstruction._statistics_kernels import counts_by_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from equipoise.reconstruction.entry import Reaching
    from equipoise.reconstruction.frame import Frame

    Numbers = NDArray[np.float64]
    Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Cohort:
    """One row a subject: stratum, arm, possible follow-up, days to event or censoring, event, lost."""

    stratum: Counts
    arm: Counts
    reach: Counts
    time: Counts
    event: NDArray[np.bool_]
    lost: NDArray[np.bool_]

    def by_day(self, frame: Frame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Events and censorings by stratum, arm and day."""
        cell = 2 * self.stratum + self.arm
        days, cells = frame.longest + 2, 2 * len(frame.strata)
        events = counts_by_day(self.time[self.event], cell[self.event], cells, days)
        return events, counts_by_day(self.time[~self.event], cell[~self.event], cells, days)

    def taken(self, rows: NDArray[np.intp]) -> Cohort:
        """The subjects of these rows, in this order."""
        return Cohort(
            self.stratum[rows],
            self.arm[rows],
            self.reach[rows],
            self.time[rows],
            self.event[rows],
            self.lost[rows],
        )

    def with_times(self, time: Counts) -> Cohort:
        """The same cohort with other times."""
        return replace(self, time=time)


def even_choice(weights: Numbers, count: int) -> NDArray[np.intp]:
    """`count` of the places, as evenly along them as their weights allow (systematic sampling)."""
    if count >= len(weights):
        return np.arange(len(weights))
    chosen: list[int] = []
    steps = np.cumsum(weights) / weights.sum() * count
    for i in range(count):
        place = int(np.searchsorted(steps, i + 0.5))
        while place in chosen or place >= len(weights):
            place = (place + 1) % len(weights)
        chosen.append(place)
    return np.array(sorted(chosen), dtype=np.intp)


def place(
    frame: Frame,
    found: Reaching,
    grids: Sequence[tuple[Counts, Counts]],
    times: Sequence[Sequence[Numbers]],
) -> Cohort:
    """Give events, losses and ends of follow-up to the entries, so that every number at risk is kept."""
    parts: list[tuple[Counts, ...]] = []
    for s, (arms, reach) in enumerate(grids):
        time, event = reach.copy(), np.zeros(len(reach), dtype=bool)
        lost = np.zeros(len(reach), dtype=bool)
        for a in range(2):
            rows = np.flatnonzero(arms == a)
            cell = _Cell(frame, reach[rows], found.reach[s, a])
            cell.place_events(times[s][a], found.after_event[s, a])
            cell.place_lost(found.lost[s, a])
            time[rows], event[rows], lost[rows] = cell.time, cell.event, cell.lost
        parts.append((np.full(len(arms), s), arms, reach, time, event, lost))
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    return Cohort(*columns)


class _Cell:
    """The subjects of one arm in one stratum, longest possible follow-up first."""

    def __init__(self, frame: Frame, reach: Counts, numbers: Counts) -> None:
        self.frame, self.reach = frame, reach
        self.time = reach.copy()
        self.event = np.zeros(len(reach), dtype=bool)
        self.lost = np.zeros(len(reach), dtype=bool)
        self.segment = np.asarray(frame.segment_of(reach))
        self._numbers = numbers

    def place_events(self, times: Numbers, after_event: Counts) -> None:
        """Each event to a subject whose possible follow-up ends in the segment that the numbers ask for."""
        times = np.sort(times)
        last = self._last_segments(times, np.asarray(self.frame.segment_of(times)), after_event)
        for k in range(self.frame.segments):
            mine = times[last == k]
            free = np.flatnonzero((self.segment == k) & ~self.event)
            places = even_choice(np.ones(len(free)), len(mine))
            chosen = free[places][::-1]  # shortest possible follow-up first, as the times rise
            for t, row in zip(mine, chosen, strict=True):
                self.event[row] = True
                self.time[row] = min(int(t), int(self.reach[row]))

    def _last_segments(self, times: Numbers, segment: Counts, after_event: Counts) -> Counts:
        """Segment where each event's possible follow-up ends: after_event[k] of those before k go on."""
        last = np.full(len(times), -1, dtype=np.int64)
        going = np.zeros(len(times), dtype=bool)
        for k in range(self.frame.segments):
            going |= segment == k
            pool = np.flatnonzero(going)
            if k + 1 == self.frame.segments:
                last[pool] = k
                break
            left = (self.frame.first[k + 1] - np.maximum(times[pool], self.frame.first[k])).astype(float)
            length = float(self.frame.first[k + 1] - self.frame.first[k])
            fall = 1.0 - self._numbers[k + 1] / max(self._numbers[k], 1)
            weights = np.maximum(1.0 - fall * left / length, 1e-3)
            stay = np.ones(len(pool), dtype=bool)
            stay[even_choice(weights, int(after_event[k + 1]))] = False
            last[pool[stay]], going[pool[stay]] = k, False
        return last

    def place_lost(self, lost: Counts) -> None:
        """Losses: lost[k] subjects gone before boundary k whose possible follow-up goes beyond it."""
        waiting: list[int] = []
        for k in range(self.frame.segments):
            ahead = int(lost[k + 1]) if k + 1 < self.frame.segments else 0
            fresh = max(0, ahead - len(waiting))
            waiting += [k] * fresh
            ending = len(waiting) - ahead
            for start in waiting[:ending]:
                self._lose_one(k, start)
            waiting = waiting[ending:]

    def _lose_one(self, segment: int, start: int) -> None:
        """One subject whose possible follow-up ends in `segment` is lost in the segment `start`."""
        free = np.flatnonzero((self.segment == segment) & ~self.event & ~self.lost)
        if not free.size:
            return
        row = int(free[free.size // 2])
        low, high = int(self.frame.first[start]), int(self.frame.ends[start]) - 1
        done = int((self.lost & (self.time >= low) & (self.time <= high)).sum())
        position = (done * 0.6180339887498949 + 0.5) % 1.0
        self.lost[row] = True
        self.time[row] = min(low + int(position * (high - low + 1)), int(self.reach[row]))
