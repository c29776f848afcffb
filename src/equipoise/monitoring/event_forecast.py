"""The foretold date of each look to come, with intervals, and the chance that its events never come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    import polars as pl

    from equipoise._check import FloatArray


@dataclass(frozen=True, slots=True)
class LookForecast:
    """One look to come; a date is None where so large a share of the futures never reaches its events."""

    look: int
    label: str
    events: int
    probability: float
    """That its events ever come (within 15 years)."""
    median: dt.date | None
    intervals: tuple[tuple[float, dt.date | None, dt.date | None], ...]
    """Level, earliest and latest date."""

    @property
    def never(self) -> float:
        """Probability that its events never come (within 15 years)."""
        return 1.0 - self.probability


@dataclass(frozen=True, slots=True, eq=False)
class EventForecast:
    """What is foretold from one snapshot."""

    trial: str
    cutoff: dt.date
    events: int
    patients: int
    patients_to_come: int
    looks: tuple[LookForecast, ...]
    weights: dict[str, dict[str, float]]
    """Weight of each model by its predictive score, for all patients or by arm."""
    days: FloatArray
    """Days after the cut-off of each coming event in each future, shape (M, width); infinite if never."""
    by_arm: bool
    seed: int
    synthetic: bool
    data_hash: str
    protocol_hash: str

    def expected_events(self, days: Sequence[float] | FloatArray) -> FloatArray:
        """Events by days after the cut-off: quantiles .025, .1, .25, .5, .75, .9, .975, shape (7, n)."""
        at = np.asarray(days, dtype=np.float64)
        counts = np.array([np.searchsorted(row, at, side="right") for row in np.sort(self.days, axis=1)])
        levels = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
        found: FloatArray = self.events + np.quantile(counts, levels, axis=0, method="inverted_cdf")
        return found

    def to_frame(self) -> pl.DataFrame:
        """One row a look."""
        import polars as pl

        rows = []
        for k in self.looks:
            row = {"look": k.look, "label": k.label, "events": k.events, "probability": k.probability}
            row["never"] = k.never
            row["median"] = k.median
            for level, low, high in k.intervals:
                row |= {f"lower_{level * 100:g}": low, f"upper_{level * 100:g}": high}
            rows.append(row)
        return pl.DataFrame(rows)
