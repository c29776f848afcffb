"""How far a cohort is from the facts aimed at, in half-widths of their rounding intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from equipoise.reconstruction import _statistics_kernels as kernels
from equipoise.reconstruction.frame import last_day_before
from equipoise.reconstruction.targets import Statistic, Target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from equipoise.reconstruction.frame import Frame

    Numbers = NDArray[np.float64]
    Counts = NDArray[np.int64]

_KINDS = {
    Statistic.SURVIVAL: kernels.SURVIVAL,
    Statistic.PETO_ERROR: kernels.PETO_ERROR,
    Statistic.GREENWOOD_ERROR: kernels.GREENWOOD_ERROR,
    Statistic.HAZARD_RATIO: kernels.HAZARD_RATIO,
    Statistic.LOWER_LIMIT: kernels.LOWER_LIMIT,
    Statistic.UPPER_LIMIT: kernels.UPPER_LIMIT,
    Statistic.RESTRICTED_MEAN: kernels.RESTRICTED_MEAN,
    Statistic.FOLLOW_UP: kernels.FOLLOW_UP,
}
_LOGARITHMIC = frozenset({Statistic.HAZARD_RATIO, Statistic.LOWER_LIMIT, Statistic.UPPER_LIMIT})


class Objective:
    """The facts aimed at, ready to be compared with one cohort after another."""

    def __init__(self, frame: Frame, targets: Sequence[Target]) -> None:
        self.frame = frame
        self.targets = tuple(
            t for t in targets if t.aimed and t.statistic in _KINDS and t.endpoint == "primary"
        )
        self._wanted = np.array([_specification(t) for t in self.targets], dtype=np.int64).reshape(-1, 4)
        self._horizons = np.array([t.day for t in self.targets], dtype=np.float64)
        self._quantiles = np.array([float(ndtri(0.5 + 0.5 * t.level)) for t in self.targets])
        self._log = np.array([t.statistic in _LOGARITHMIC for t in self.targets], dtype=bool)
        lower = np.array([t.interval.lower for t in self.targets])
        upper = np.array([t.interval.upper for t in self.targets])
        lower[self._log] = np.log(np.maximum(lower[self._log], 1e-6))
        upper[self._log] = np.log(upper[self._log])
        self._centre = 0.5 * (lower + upper)
        self._half = np.maximum(0.5 * (upper - lower), 0.25 * (upper == lower) + 1e-9)

    def values(self, events: Counts, exits: Counts) -> Numbers:
        """The statistics of a cohort counted by day, on their own scale."""
        return np.asarray(
            kernels.cohort_statistics(events, exits, self._wanted, self._horizons, self._quantiles)
        )

    def misses(self, events: Counts, exits: Counts) -> Numbers:
        """(value - centre) / half-width of each fact: from -1 to 1 it would have been printed so."""
        return self._scaled(self.values(events, exits))

    def misses_after(self, events: Counts, exits: Counts, moves: Counts) -> Numbers:
        """The same after each move of events; rows (stratum, arm, day from, day to), (moves, events, 4)."""
        found = kernels.probe_moves(events, exits, moves, self._wanted, self._horizons, self._quantiles)
        return self._scaled(np.asarray(found))

    def _scaled(self, values: Numbers) -> Numbers:
        scaled = values.copy()
        scaled[..., self._log] = np.log(np.maximum(scaled[..., self._log], 1e-12))
        return np.asarray((scaled - self._centre) / self._half)


def _specification(target: Target) -> tuple[int, int, int, int]:
    day = last_day_before(target.day)
    if target.statistic is Statistic.RESTRICTED_MEAN:
        day = int(target.day)
    stratum = kernels.POOLED if target.stratum is None else target.stratum
    return _KINDS[target.statistic], stratum, target.arm or 0, day
