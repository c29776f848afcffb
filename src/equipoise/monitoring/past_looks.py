"""Earlier looks, read again from the data at the dates when they were due."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import polars as pl

from equipoise.errors import DesignError
from equipoise.monitoring.hypothesis_test import hypothesis_data
from equipoise.monitoring.monitor import monitor, require_planned
from equipoise.records import cut, snapshot

if TYPE_CHECKING:
    import datetime as dt

    from equipoise.design import Design
    from equipoise.monitoring.look_result import LookResult
    from equipoise.records import Snapshot, TrialRecords


def due_date(design: Design, records: TrialRecords, look: int) -> dt.date:
    """Date of the event with which a look, counted from 1, reaches its planned number of events.

    Raises
    ------
    DesignError
        The data do not hold so many events.

    """
    planned = design.looks[look - 1]
    if planned.by_calendar and planned.date is not None:
        return planned.date
    found = hypothesis_data(design, snapshot(records))
    ends = found.baseline["end"].filter(pl.Series(found.event)).sort()
    if len(ends) < planned.events:
        raise DesignError(
            f"look {look} is due at {planned.events} events; the data hold {len(ends)}. "
            "Is a later data set meant?"
        )
    when: dt.date = ends[planned.events - 1]
    return when


def first_efficacy_look(design: Design) -> int:
    """Number, from 1, of the first look that is read for efficacy."""
    return next(k.look for k in design.looks if math.isfinite(k.efficacy_z))


def look_due(design: Design, data: Snapshot) -> int:
    """Number, from 1, of the last look that is due by the events, or the date, of a snapshot; at least 1."""
    events = int(hypothesis_data(design, data).event.sum())
    due = [
        k.look
        for k in design.looks
        if (k.events <= events if not k.by_calendar else k.date is not None and _reached(data, k.date))
    ]
    return max(due, default=1)


def past_looks(
    design: Design, records: TrialRecords, look: int, *, until: dt.date | None = None
) -> tuple[LookResult, ...]:
    """The looks before `look`, each read at the date when it was due.

    Raises
    ------
    DesignError
        The look is not planned, or an earlier one was not due before `until`.

    """
    require_planned(design, look)
    history: tuple[LookResult, ...] = ()
    for k in range(1, look):
        when = due_date(design, records, k)
        if until is not None and when >= until:
            planned = design.looks[k - 1].events
            raise DesignError(
                f"look {look} at {until} has look {k} before it, which is due at {planned} events, "
                f"on {when}. Is an earlier look, or a later cut-off, meant?"
            )
        history = monitor(design, cut(records, when), history=history).looks
    return history


def _reached(data: Snapshot, date: dt.date) -> bool:
    return data.cutoff is None or data.cutoff >= date
