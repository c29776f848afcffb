"""Earlier looks, read again from the data at the dates when they were due."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from equipoise.errors import DesignError
from equipoise.monitoring.dates_due import dates_due
from equipoise.monitoring.hypothesis_test import hypothesis_data
from equipoise.monitoring.monitor import monitor, require_planned
from equipoise.records import cut, snapshot

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from equipoise.design import Design
    from equipoise.monitoring.look_result import LookResult
    from equipoise.records import Snapshot, TrialRecords


def due_date(design: Design, records: TrialRecords, look: int) -> dt.date:
    """Date on which a look, counted from 1, is held as planned: due, and within its limits.

    Raises
    ------
    DesignError
        The data do not hold what it waits for.

    """
    *_, when = dates_due(design, records, looks=look)
    if when is None:
        due = design.looks[look - 1].due
        wanted = f"information {due.information:g}" if due.information else f"{due.events} events"
        held = int(hypothesis_data(design, snapshot(records)).event.sum())
        waits = ", or the patients and their follow-up" if due.follow_up is not None else ""
        raise DesignError(
            f"look {look} is due at {wanted}{waits}; the data hold {held} events. Is a later data set meant?"
        )
    return when


def first_efficacy_look(design: Design) -> int:
    """Number, from 1, of the first look that is read for efficacy."""
    return next(k.look for k in design.looks if math.isfinite(k.efficacy_z))


def look_due(design: Design, data: Snapshot) -> int:
    """Number, from 1, of the last look that is due in a snapshot; at least 1."""
    return max(looks_due(design, data), default=1)


def looks_due(design: Design, data: Snapshot) -> tuple[int, ...]:
    """Numbers, from 1, of the looks that are due in a snapshot."""
    dates = dates_due(design, data, looks=len(design.looks))
    due = (k for k, when in enumerate(dates, start=1) if when is not None and _reached(data, when))
    return tuple(due)


def next_not_due(design: Design, data: Snapshot, held: Sequence[LookResult]) -> str:
    """Why no look is to be read in a snapshot after those held: the next is not due; empty where one is.

    Also empty after the last planned look, and where no event is new, which `monitor` says by itself. The
    words are those of `Occasion.not_held`.
    """
    last = max((k.planned_look for k in held), default=0)
    if last == len(design.looks) or any(k > last for k in looks_due(design, data)):
        return ""
    if held and int(hypothesis_data(design, data).event.sum()) <= held[-1].events:
        return ""
    name, label = f"look {last + 1}", design.looks[last].label
    return f"{name} is not due yet" if label in {"", name} else f"{name}, {label}, is not due yet"


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
