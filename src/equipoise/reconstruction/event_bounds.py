"""How many events a segment, a stratum and an arm can hold, and must."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise.reconstruction.causes import least_events
from equipoise.reconstruction.targets import Statistic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from equipoise.reconstruction.published import Published
    from equipoise.reconstruction.targets import Target

    Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Bounds:
    """Most events of a cell and segment, (S, 2, K); fewest and most by stratum and arm, and by arm."""

    most: Counts
    cell_lower: Counts
    cell_upper: Counts
    arm_lower: Counts
    arm_upper: Counts

    def allow(self, counts: Counts) -> bool:
        """Whether counts (S, 2, K) keep all bounds."""
        cell = counts.sum(axis=2)
        arm = cell.sum(axis=0)
        return bool(
            (counts >= 0).all()
            and (counts <= self.most).all()
            and (cell >= self.cell_lower).all()
            and (cell <= self.cell_upper).all()
            and (arm >= self.arm_lower).all()
            and (arm <= self.arm_upper).all()
        )


def bounds_of(published: Published, targets: Sequence[Target], at_risk: Counts) -> Bounds:
    """Numbers of events that leave the numbers at risk, the totals and the counted causes possible.

    Between two boundaries no more can have an event than leave. Numbers at risk come first: totals that they
    do not leave room for are met as nearly as they allow.
    """
    after = np.concatenate([at_risk[:, :, 1:], np.zeros_like(at_risk[:, :, :1])], axis=2)
    most = at_risk - after
    room = most.sum(axis=2)
    cell_lower, cell_upper = np.zeros_like(room), room.copy()
    arm_room = room.sum(axis=0)
    arm_lower, arm_upper = np.minimum(least_events(published), arm_room), arm_room.copy()
    for t in targets:
        if t.statistic is not Statistic.EVENTS or not t.aimed or t.arm is None:
            continue
        low, high = round(t.interval.lower), round(t.interval.upper)
        if t.stratum is None:
            arm_lower[t.arm] = min(max(arm_lower[t.arm], low), arm_room[t.arm])
            arm_upper[t.arm] = min(arm_upper[t.arm], high)
        else:
            cell_lower[t.stratum, t.arm] = min(low, room[t.stratum, t.arm])
            cell_upper[t.stratum, t.arm] = min(high, room[t.stratum, t.arm])
    arm_lower = np.maximum(arm_lower, np.minimum(cell_lower.sum(axis=0), arm_room))
    arm_upper = np.maximum(arm_upper, arm_lower)
    cell_upper = np.maximum(cell_upper, cell_lower)
    return Bounds(most, cell_lower, cell_upper, arm_lower, arm_upper)
