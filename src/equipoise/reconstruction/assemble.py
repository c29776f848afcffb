"""From whole numbers of events to a placed cohort: entries, events, losses, median follow-up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise.reconstruction.at_risk import known_at_risk
from equipoise.reconstruction.entry import entries, expected_reaching, reaching
from equipoise.reconstruction.event_times import events_by_segment
from equipoise.reconstruction.placement import place
from equipoise.reconstruction.targets import Statistic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from equipoise.reconstruction.blocks import Blocks
    from equipoise.reconstruction.event_times import Times
    from equipoise.reconstruction.frame import Frame
    from equipoise.reconstruction.grid import Grid
    from equipoise.reconstruction.objective import Objective
    from equipoise.reconstruction.placement import Cohort
    from equipoise.reconstruction.targets import Target

    Numbers = NDArray[np.float64]
    Counts = NDArray[np.int64]

_BENDS = tuple(sign * size / 10.0 for size in range(13) for sign in (1.0, -1.0))
_CLOSE = 0.5
_STREAM_OF_BLOCKS = 1


@dataclass(frozen=True, slots=True)
class Assembler:
    """What a cohort is assembled from, apart from its events."""

    frame: Frame
    grid: Grid
    counts: Counts
    shares: Numbers
    alive_after_event: Counts
    blocks: Blocks | None
    dropout: float
    seed: int

    def cohort(self, times: Times, tilt: float = 0.0) -> Cohort:
        """Subjects with events at these times; the same input gives the same cohort."""
        rng = np.random.default_rng([self.seed, _STREAM_OF_BLOCKS])
        events = events_by_segment(self.frame, times)
        expected = expected_reaching(self.frame, self.counts, times, self.shares, self.dropout)
        found = reaching(self.frame, self.counts, events, expected, self.alive_after_event, self.blocks)
        grids = entries(self.frame, found, self.blocks, tilt, rng)
        return place(self.frame, found, grids, times)

    def with_follow_up(self, times: Times, objective: Objective, tilt: float) -> tuple[Cohort, float]:
        """The cohort with the published median follow-up, and the bend of the entries that gives it.

        The bend last used is tried first, then others, the smallest first; the nearest is kept.
        """
        first = self.cohort(times, tilt)
        place_of = [i for i, t in enumerate(objective.targets) if t.statistic is Statistic.FOLLOW_UP]
        if not place_of:
            return first, tilt

        def miss(cohort: Cohort) -> float:
            return abs(float(objective.misses(*cohort.by_day(self.frame))[place_of[0]]))

        best = (miss(first), first, tilt)
        for bend in _BENDS:
            if best[0] <= _CLOSE:
                break
            trial = self.cohort(times, bend)
            best = min(best, (miss(trial), trial, bend), key=lambda item: item[0])
        return best[1], best[2]


def alive_after_event(frame: Frame, targets: Sequence[Target], counts: Counts) -> Counts:
    """Subjects by arm and boundary, (2, K), who must be followed though their event is past."""
    survival = known_at_risk(frame, targets, "overall-survival").pooled
    return np.where(survival >= 0, np.maximum(survival - counts.sum(axis=0), 0), 0)
