"""Dates on which the planned looks are due in the data: by events, information or date, within limits."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from equipoise.errors import DesignError
from equipoise.monitoring.hypothesis_test import hypothesis_data, hypothesis_test
from equipoise.records import Snapshot, cut, snapshot

if TYPE_CHECKING:
    from equipoise.design import Design
    from equipoise.design.trial_design import PlannedLook
    from equipoise.records import TrialRecords

REPORTED = "ADTRDT"
# No event carries more information than this: p (1 - p) at an even risk set.
MOST_PER_EVENT = 0.25


def dates_due(design: Design, data: TrialRecords | Snapshot, *, looks: int) -> tuple[dt.date | None, ...]:
    """Date on which each of the first looks is held as planned, shape (looks,); None where it is not yet.

    A look by events is due on the day at whose end so many are known; one by information on the day of the
    event with which V reaches it. Limits are kept as `WhenDue` says, and no look comes before an earlier one.

    Raises
    ------
    DesignError
        A limit counts from the first patient, and the protocol does not say when accrual opens.
    """
    trial = _Course(design, data)
    found: list[dt.date | None] = []
    before = dt.date.min
    for k in design.looks[:looks]:
        day = trial.held(k)
        before = before if day is None else max(before, day)
        found.append(None if day is None else before)
    return tuple(found)


class _Course:
    """The data of one hypothesis, cut at any date."""

    def __init__(self, design: Design, data: TrialRecords | Snapshot) -> None:
        self.design, self.data = design, data
        whole = data if isinstance(data, Snapshot) else snapshot(data)
        self.whole = hypothesis_data(design, whole)
        self.ends = self.whole.baseline["end"].filter(pl.Series(self.whole.event)).sort()

    def held(self, look: PlannedLook) -> dt.date | None:
        """Date on which a look is held."""
        due = look.due.in_days(self.design.protocol.trial.days_per_unit)
        when: dt.date | None
        if due.time is not None:
            when = look.date if look.date is not None and not due.limited else self._opening(look, due.time)
        else:
            when = self._with_information(due.information) if due.information else self._with(due.events)
        if not due.limited:
            return when
        opening = self._opening(look, 0.0)
        day = math.inf if when is None else float((when - opening).days)
        last = self._last_entry(opening) if due.follow_up is not None else 0.0
        at = due.held(day, last)
        return None if math.isinf(at) else opening + dt.timedelta(days=int(at))

    def _opening(self, look: PlannedLook, days: float) -> dt.date:
        """So many days after accrual opened."""
        accrual = self.design.protocol.accrual
        if accrual is None or accrual.start_date is None:
            raise DesignError(
                f"look {look.look} counts from the first patient, and the protocol does not say when accrual "
                "opened. Add accrual.start_date."
            )
        return accrual.start_date + dt.timedelta(days=int(days))

    def _last_entry(self, opening: dt.date) -> float:
        """Days from the opening to the entry of the last planned patient; infinite while they still come."""
        accrual, subjects = self.design.protocol.accrual, self.data.subjects
        column = self.design.protocol.data.randomized
        if column not in subjects.columns:
            raise DesignError(
                f"minimum_follow_up counts from the last patient's entry, and ADSL has no {column}. Add it."
            )
        entered = subjects[column].drop_nulls()
        planned = 0 if accrual is None or accrual.patients is None else accrual.patients
        last = entered.max()
        if len(entered) < planned or not isinstance(last, dt.date):
            return math.inf
        return float((last - opening).days)

    def _with(self, events: int) -> dt.date | None:
        """First date at whose end so many events are known."""
        if len(self.ends) < events:
            return None
        dates = self._dates(from_event=events)
        low, high = 0, len(dates) - 1
        while low < high:
            # Most often it is the first: an event is known on its day unless a report is dated later.
            middle = low if low == 0 and high == len(dates) - 1 else (low + high) // 2
            if self._known(dates[middle]) >= events:
                high = middle
            else:
                low = middle + 1
        return dates[low] if dates and self._known(dates[low]) >= events else None

    def _with_information(self, information: float) -> dt.date | None:
        """First date on which an event becomes known and V is no less than so much."""
        before, first = -1, math.ceil(information / MOST_PER_EVENT * (1.0 - 1e-12))
        for day in self._dates(from_event=first):
            data = hypothesis_data(self.design, cut(self.data, day))
            events = int(data.event.sum())
            if events < first or events == before:
                continue
            before = events
            v = hypothesis_test(self.design, data).information
            if v is not None and v >= information:
                return day
        return None

    def _known(self, day: dt.date) -> int:
        return int(np.count_nonzero(hypothesis_data(self.design, cut(self.data, day)).event))

    def _dates(self, *, from_event: int) -> list[dt.date]:
        """Dates of events and of their reports, from that of the event of a number on."""
        if not 1 <= from_event <= len(self.ends):
            return []
        first, dates = self.ends[from_event - 1], [self.ends]
        times = self.data.times
        if times is not None and REPORTED in times.columns:
            dates.append(times[REPORTED].drop_nulls())
        every: list[dt.date] = pl.concat(dates).unique().sort().to_list()
        return [day for day in every if day >= first]
