"""The replicates of a simulation one by one: where, when and with what each stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from equipoise.design.decision import Exit

if TYPE_CHECKING:
    from equipoise.simulation.tally import Tally


def replicates_table(scenario: str, total: Tally, days_per_unit: float) -> pl.DataFrame:
    """One row a replicate, in the order of their numbers.

    `time` is that of the cut-off, in the protocol's unit from the opening of accrual; `score` U and
    `information` V are those of the look of stopping, z = U / sqrt(V), and `log_hazard_ratio` is the estimate
    there, -U/V unless a margin is tested (both null where V = 0).
    """
    parts = [np.concatenate(column) for column in zip(*total.stops, strict=True)]
    look, reason, day, events, patients, score, information, log_hazard_ratio, _ = parts
    known = pl.col("information") > 0.0
    names = np.array([e.name.lower() for e in Exit])
    return pl.DataFrame(
        {
            "scenario": pl.Series([scenario]).new_from_index(0, total.trials),
            "replicate": np.arange(total.trials),
            "look": look + 1,
            "exit": names[reason].tolist(),
            "time": (day + 1) / days_per_unit,
            "events": events,
            "patients": patients,
            "score": score,
            "information": information,
            "log_hazard_ratio": log_hazard_ratio,
        }
    ).with_columns(
        z=pl.when(known).then(pl.col("score") / pl.col("information").sqrt()),
        log_hazard_ratio=pl.when(known).then(pl.col("log_hazard_ratio")),
    )
