"""Is the follow-up up to date? Completeness and who was seen of late, group by group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from equipoise.errors import DataError
from equipoise.survival import Completeness, completeness

if TYPE_CHECKING:
    import datetime as dt

    from equipoise.analysis.endpoint_data import EndpointData

SIX_MONTHS, TWELVE_MONTHS = 182.625, 365.25


def follow_up_currency(
    data: EndpointData, cutoff: dt.date | None, group: pl.Series | None = None
) -> Completeness:
    """Clark's C, and the share of those without event seen within 6 and 12 months of the cut-off.

    An event is reported at once and a patient who is well only at the next visit, so late contacts bias the
    curves at an interim look downwards and thin the numbers at risk.

    Parameters
    ----------
    data
        One endpoint of a snapshot.
    cutoff
        The data cut-off; the last date in the data unless given.
    group
        Groups to compare, shape (n,); None takes all together.

    Raises
    ------
    DataError
        The data have no dates.

    """
    if "start" not in data.baseline.columns or data.baseline["start"].null_count():
        raise DataError(
            f"{data.source.parameter}: the data have no start dates, so how current they are cannot be said. "
            "Add STARTDT and ADT to ADTTE."
        )
    start = data.baseline["start"]
    last = cutoff or data.baseline["end"].max()
    could = (pl.Series([last] * len(start)) - start).dt.total_days().to_numpy() + 1.0
    return completeness(
        data.time,
        data.event,
        np.maximum(could, data.time),
        within=(SIX_MONTHS, TWELVE_MONTHS),
        group=group,
    )
