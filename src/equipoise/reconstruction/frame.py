"""The trial laid out for arithmetic: arms, strata, sizes, and the time axis cut where facts were printed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from equipoise.reconstruction.published import Published

_SAME_DAY = 1e-6


def last_day_before(time: float) -> int:
    """Last whole day that comes before a time in days: at risk at t means T >= t."""
    return first_day_from(time) - 1


def first_day_from(time: float) -> int:
    """First whole day on or after a time in days."""
    return math.ceil(time - _SAME_DAY)


@dataclass(frozen=True, slots=True)
class Frame:
    """Sizes n[s, a] by stratum and arm (0 control, 1 experimental), and segments of follow-up.

    Segment k holds the days first[k] .. first[k + 1] - 1; at risk at boundary k means T >= first[k].
    The last segment ends with the longest follow-up that the accrual window and the cut-off allow.
    """

    arms: tuple[str, str]
    strata: tuple[str, ...]
    sizes: NDArray[np.int64]
    boundaries: tuple[float, ...]
    first: NDArray[np.int64]
    shortest: int
    longest: int

    @property
    def segments(self) -> int:
        """Number of segments."""
        return len(self.boundaries)

    @property
    def ends(self) -> NDArray[np.int64]:
        """First day after each segment."""
        return np.append(self.first[1:], self.longest + 1)

    @property
    def cells(self) -> list[tuple[int, int]]:
        """Stratum and arm of each cell."""
        return [(s, a) for s in range(len(self.strata)) for a in range(2)]

    def boundary(self, days: float) -> int:
        """Index of a boundary given in days."""
        return next(k for k, t in enumerate(self.boundaries) if abs(t - days) < _SAME_DAY)

    def segment_of(self, day: Any) -> Any:
        """Segment that holds a day."""
        return np.searchsorted(self.first, day, side="right") - 1


def frame_of(published: Published) -> Frame:
    """Lay the trial out; follow-up of an event-free subject runs from the randomisation to the cut-off."""
    unit = published.days_per_unit
    longest = (published.cutoff.date - published.accrual.first).days + 1
    shortest = (published.cutoff.date - published.accrual.last).days + 1
    times = {0.0}
    times |= {t * unit for fact in published.at_risk for t in fact.times}
    times |= {fact.time * unit for fact in published.milestone}
    boundaries: list[float] = []
    for t in sorted(times):
        if t < longest and (not boundaries or t - boundaries[-1] > _SAME_DAY):
            boundaries.append(t)
    return Frame(
        arms=published.arms,
        strata=tuple(s.id for s in published.stratum),
        sizes=np.array([[s.subjects[a] for a in published.arms] for s in published.stratum], dtype=np.int64),
        boundaries=tuple(boundaries),
        first=np.array([max(1, first_day_from(t)) for t in boundaries], dtype=np.int64),
        shortest=shortest,
        longest=longest,
    )
