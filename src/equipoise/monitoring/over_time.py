"""What would the committee have seen? The statistic and its boundary on any past dates."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from equipoise.errors import ArgumentError, DataError, InputError
from equipoise.monitoring.interim_result import STOPPED
from equipoise.monitoring.monitor import monitor
from equipoise.monitoring.occasion import Occasion
from equipoise.monitoring.past_looks import due_date
from equipoise.records import cut

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from equipoise.design import Design
    from equipoise.monitoring.look_result import LookResult
    from equipoise.records import TrialRecords


@dataclass(frozen=True, slots=True)
class MonitoredDate:
    """One date: the look that a committee would have read then."""

    date: dt.date
    planned: bool
    """Whether it was a planned look's date."""
    look: LookResult


@dataclass(frozen=True, slots=True)
class MonitoredOverTime:
    """The statistic against its boundary, date by date.

    Dates before anything can be tested, or without a new event since the planned look before, are left out.
    """

    trial: str
    hypothesis: str
    dates: tuple[MonitoredDate, ...]
    synthetic: bool
    protocol_hash: str

    @property
    def first_crossing(self) -> MonitoredDate | None:
        """The first date on which a boundary in force was crossed."""
        return next((d for d in self.dates if d.look.exit in STOPPED), None)

    def to_frame(self) -> pl.DataFrame:
        """One row a date."""
        import polars as pl

        names = ("events", "information_fraction", "z", "hazard_ratio", "efficacy_z", "futility_z")
        return pl.DataFrame(
            [
                {"date": d.date, "planned": d.planned}
                | {n: getattr(d.look, n) for n in names}
                | {"status": d.look.exit.sentence}
                for d in self.dates
            ]
        )


def monitored_over_time(design: Design, records: TrialRecords, dates: Sequence[dt.date]) -> MonitoredOverTime:
    """Read the trial on each date as if a look had been held then, after the planned looks due before it.

    Each date stands for itself: it spends nothing for the next. A planned look's own date is read as that
    look; any other as an unplanned one, by the rules of the planned look before it. Before the first planned
    look and after the last no boundary is in force.

    Parameters
    ----------
    design
        The design that the trial runs under.
    records
        The trial's records; every date is a cut of them.
    dates
        When to look; dates of planned looks that lie between the first and the last are added.

    Raises
    ------
    ArgumentError
        No dates.

    """
    wanted = sorted(set(dates))
    if not wanted:
        raise ArgumentError("dates", tuple(dates), "must hold one date or more")
    due = {}
    for k in range(1, len(design.looks) + 1):
        try:
            when = due_date(design, records, k)
        except InputError:
            break
        due[when] = k
    last = max(due, default=wanted[-1]) if len(due) == len(design.looks) else wanted[-1]
    history: tuple[LookResult, ...] = ()
    found = []
    for day in sorted({*wanted, *(d for d in due if wanted[0] <= d <= wanted[-1]), *due}):
        planned = due.get(day)
        if planned is None and not wanted[0] <= day <= wanted[-1]:
            continue
        occasion = Occasion(planned_look=planned) if planned else Occasion(unplanned=True)
        try:
            result = monitor(design, cut(records, day), history=history, occasion=occasion)
        except InputError:
            continue
        if result.not_read:
            continue
        if wanted[0] <= day <= wanted[-1]:
            in_force = planned is not None or (bool(history) and day <= last)
            look = result.current if in_force else result.current.without_boundary()
            found.append(MonitoredDate(day, planned is not None, look))
        if planned is not None:
            history = result.looks
    return MonitoredOverTime(
        trial=design.protocol.trial.name,
        hypothesis=design.hypothesis.id,
        dates=tuple(found),
        synthetic=records.synthetic,
        protocol_hash=design.protocol.hash,
    )


def every_months(first: dt.date, last: dt.date, months: int) -> tuple[dt.date, ...]:
    """Dates from the last backwards, so many calendar months apart, down to the first."""
    if months < 1:
        raise ArgumentError("months", months, "must be 1 or more")
    found: list[dt.date] = []
    while (day := _months_before(last, len(found) * months)) >= first:
        found.append(day)
    return tuple(reversed(found))


def _months_before(day: dt.date, months: int) -> dt.date:
    """The same day of an earlier month, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    longest = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, longest))


def period_of(records: TrialRecords) -> tuple[dt.date, dt.date]:
    """First start and last date in the records.

    Raises
    ------
    DataError
        They hold no dates.

    """
    times = records.times
    if times is None or "STARTDT" not in times.columns or "ADT" not in times.columns or times.is_empty():
        raise DataError(
            f"{records.source}: ADTTE holds no STARTDT and ADT, so no past date can be looked at. Add them."
        )
    first, last = times["STARTDT"].min(), times["ADT"].max()
    assert isinstance(first, dt.date) and isinstance(last, dt.date)  # noqa: PT018, S101 - columns of dates
    return first, last
