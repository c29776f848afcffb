"""Earlier looks, read again from the data at the dates when they were due."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import polars as pl

from equipoise.errors import DesignError
from equipoise.monitoring.monitor import hypothesis_data, monitor
from equipoise.records import cut, snapshot

if TYPE_CHECKING:
    import datetime as dt

    from equipoise.design import Design
    from equipoise.monitoring.interim_result import LookResult
    from equipoise.records import TrialRecords


def due_date(design: Design, records: TrialRecords, look: int) -> dt.date:
    """Date of the event with which a look, counted from 1, reaches its planned number of events.

    Raises
    ------
    DesignError
        The data do not hold so many events.

    """
    planned = design.looks[look - 1]
    if planned.date is not None and planned.events is None:
        return planned.date
    found = hypothesis_data(design, snapshot(records))
    ends = found.baseline["end"].filter(pl.Series(found.event)).sort()
    if planned.events is None or len(ends) < planned.events:
        raise DesignError(
            f"look {look} is due at {planned.events} events; the data hold {len(ends)}. "
            "Is a later data set meant?"
        )
    when: dt.date = ends[planned.events - 1]
    return when


def first_efficacy_look(design: Design) -> int:
    """Number, from 1, of the first look that is read for efficacy."""
    return next(k.look for k in design.looks if math.isfinite(k.efficacy_z))


def past_looks(design: Design, records: TrialRecords, look: int) -> tuple[LookResult, ...]:
    """The looks before `look`, each read at the date when it was due."""
    history: tuple[LookResult, ...] = ()
    for k in range(1, look):
        history = monitor(design, cut(records, due_date(design, records, k)), history=history).looks
    return history
