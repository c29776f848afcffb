"""The hazard believed beforehand in each stratum and arm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from equipoise.numerics.piecewise import PiecewiseConstant

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from equipoise.reconstruction.frame import Frame
    from equipoise.reconstruction.published import Published


def prior_hazards(published: Published, frame: Frame) -> list[list[PiecewiseConstant]]:
    """Hazard per day by stratum and arm: the cell's own prior, else its arm's."""
    days = published.days_per_unit
    found: list[list[PiecewiseConstant]] = []
    for stratum in frame.strata:
        row = []
        for arm in frame.arms:
            own = [p for p in published.prior if p.arm == arm and p.stratum in {stratum, None}]
            best = max(own, key=lambda p: p.stratum is not None)
            starts = tuple(float(t) * days for t in best.starts)
            row.append(PiecewiseConstant(starts, tuple(h / days for h in best.hazards)))
        found.append(row)
    return found


def cumulative(hazards: list[list[PiecewiseConstant]], days: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cumulative hazard at days, shape (strata, arms, days)."""
    return np.array([[np.asarray(h.cumulative(days)) for h in row] for row in hazards])
