"""Is the follow-up up to date? Completeness and who was seen of late, group by group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from equipoise.errors import DataError
from equipoise.survival import Completeness, completeness

if TYPE_CHECKING:
    import datetime as dt

    from equipoise._check import FloatArray
    from equipoise.analysis.endpoint_data import BoolArray, EndpointData

SIX_MONTHS, TWELVE_MONTHS = 182.625, 365.25


def follow_up_currency(
    data: EndpointData, cutoff: dt.date | None, group: pl.Series | None = None
) -> Completeness:
    """Clark's C, and the share of those without event seen within 6 and 12 months of the cut-off.

    An event is reported at once and a patient who is well only at the next visit, so late contacts bias the
    curves at an interim look downwards and thin the numbers at risk. A time that the estimand ends at an
    intercurrent event is complete, as one that an event ends.

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
    last = cutoff or data.baseline["end"].max()
    ended = data.event | data.ended_by_intercurrent
    return currency_of(data.time, ended, data.baseline["start"], last, group)


def currency_of(
    time: FloatArray, event: BoolArray, start: pl.Series, last: object, group: pl.Series | None
) -> Completeness:
    """The same of follow-up in days, dates of entry and the date up to which it could have been followed."""
    could = (pl.Series([last] * len(start)) - start).dt.total_days().to_numpy() + 1.0
    return completeness(time, event, np.maximum(could, time), within=(SIX_MONTHS, TWELVE_MONTHS), group=group)
