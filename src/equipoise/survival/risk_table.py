"""The risk table: at each time, how many were at risk and how many had the event, by stratum and group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise import _check
from equipoise.survival import _arrays
from equipoise.survival._counted_rows import Rows, counted_rows, empty_rows
from equipoise.survival._display import Displayed
from equipoise.survival._risk_kernels import count_rows, fill_rows
from equipoise.survival._subject_order import TIE_TOLERANCE, SubjectOrder, order_subjects

if TYPE_CHECKING:
    import polars as pl

    from equipoise.survival._arrays import BoolArray, FloatArray, IntArray, Levels

_NO_WEIGHTS = np.empty(0)


@dataclass(frozen=True, slots=True)
class LateEntries:
    """Who comes under observation when: entry times sorted within stratum, with group and weight."""

    time: FloatArray
    group: IntArray
    weight: FloatArray
    first: IntArray


@dataclass(frozen=True, slots=True, repr=False)
class RiskTable(Displayed):
    """Risk rows, one for each distinct time of leaving observation, sorted by stratum and time.

    At risk at t are those with entry < t <= time: who is censored at t is still at risk at t.

    Attributes
    ----------
    strata, groups : labels; S strata and k groups.
    stratum, time : shape (rows,); `stratum` points into `strata`.
    at_risk, events, censored : shape (rows, k), numbers of subjects or sums of weights.
    first_row : shape (S + 1,); the rows of stratum s are first_row[s] to first_row[s + 1] - 1.
    """

    strata: tuple[Any, ...]
    groups: tuple[Any, ...]
    stratum: IntArray
    time: FloatArray
    at_risk: FloatArray
    events: FloatArray
    censored: FloatArray
    first_row: IntArray
    late_entries: LateEntries | None = None
    weighted: bool = False

    def counts(self, x: FloatArray) -> FloatArray | IntArray:
        """Whole numbers where subjects are counted, sums where they are weighted."""
        return x if self.weighted else np.rint(x).astype(np.int64)

    def rows_of(self, stratum: int) -> slice:
        """The rows of one stratum."""
        return slice(int(self.first_row[stratum]), int(self.first_row[stratum + 1]))

    def at_risk_at(self, stratum: int, times: FloatArray) -> FloatArray:
        """Numbers at risk just before any times t, shape (len(times), k): those with entry < t <= time."""
        rows = self.rows_of(stratum)
        leaving = self.events[rows] + self.censored[rows]
        count = _sum_from(self.time[rows] + _slack(self.time[rows]), leaving, times)
        if self.late_entries is not None:
            late = self.late_entries
            here = slice(int(late.first[stratum]), int(late.first[stratum + 1]))
            coming = np.zeros((len(late.time[here]), len(self.groups)))
            coming[np.arange(len(coming)), late.group[here]] = late.weight[here]
            count = count - _sum_from(late.time[here] + _slack(late.time[here]), coming, times)
        return count

    def last_row_by(self, stratum: int, times: FloatArray) -> IntArray:
        """Number of rows of the stratum with time <= t, for each t: 0 before the first."""
        x = self.time[self.rows_of(stratum)]
        return np.searchsorted(x - _slack(x), times, side="right")

    def after_last(self, stratum: int, times: FloatArray) -> BoolArray:
        """Whether t lies beyond the stratum's last time."""
        last = self.time[self.rows_of(stratum)][-1:]
        return np.asarray(times > last + _slack(last))

    def headline(self) -> str:
        """Events, strata, groups."""
        return (
            f"Risk table: {self.events.sum():g} events, {len(self.time)} times, strata: {len(self.strata)}, "
            f"groups: {', '.join(map(str, self.groups))}"
        )

    def to_frame(self) -> pl.DataFrame:
        """Columns stratum, group, time, at_risk, events, censored; one line for each row and group."""
        import polars as pl

        k = len(self.groups)
        return pl.DataFrame(
            {
                "stratum": [self.strata[s] for s in np.repeat(self.stratum, k).tolist()],
                "group": list(self.groups) * len(self.time),
                "time": np.repeat(self.time, k),
                "at_risk": self.counts(self.at_risk.ravel()),
                "events": self.counts(self.events.ravel()),
                "censored": self.counts(self.censored.ravel()),
            }
        )


def risk_table(
    time: object,
    event: object,
    *,
    group: object | None = None,
    strata: object | None = None,
    entry: object | None = None,
    weights: object | None = None,
    timefix: bool = True,
) -> RiskTable:
    """Count those at risk and those with the event at each distinct time, by stratum and group.

    Parameters
    ----------
    time, event : shape (n,); `event` True or 1 where the event was observed.
    group : labels, shape (n,); None is one group.
    strata : labels, shape (n,), or a table whose columns are crossed; None is one stratum.
    entry : times of coming under observation (left truncation), each before `time`.
    weights : case weights above 0.
    timefix : take times that differ by rounding only as one time, by the rule of R's survival package.
    """
    t = _arrays.times("time", time)
    d = _arrays.events("event", event)
    _check.same_length(time=t, event=d)
    return count_at_risk(
        t,
        d,
        group=_arrays.crossed_levels("group", group, t),
        stratum=_arrays.crossed_levels("strata", strata, t),
        entry=_arrays.entries(entry, t),
        weight=_arrays.weights(weights, t),
        timefix=timefix,
    )


def count_at_risk(
    time: FloatArray,
    event: BoolArray,
    *,
    group: Levels,
    stratum: Levels,
    entry: FloatArray | None,
    weight: FloatArray | None,
    timefix: bool,
) -> RiskTable:
    """`risk_table` for arguments already checked."""
    if entry is None and weight is None:
        rows = counted_rows(time, event, group, stratum, timefix=timefix)
        if rows is not None:
            return _table(rows, group, stratum, None, weighted=False)
    order = order_subjects(time, entry, stratum, timefix=timefix)
    return rows_of_order(order, event, group, stratum, weight)


def rows_of_order(
    order: SubjectOrder, event: BoolArray, group: Levels, stratum: Levels, weight: FloatArray | None
) -> RiskTable:
    """The risk table of subjects already in order."""
    rows = _sorted_rows(order, event, group, stratum, weight)
    late = _late_entries(order, group, stratum, weight)
    return _table(rows, group, stratum, late, weighted=weight is not None)


def _table(
    rows: Rows, group: Levels, stratum: Levels, late: LateEntries | None, *, weighted: bool
) -> RiskTable:
    if len(stratum.labels) == 1:
        first_row = np.array((0, len(rows.time)), dtype=np.int64)
    else:
        first_row = np.searchsorted(rows.stratum, np.arange(len(stratum.labels) + 1))
    return RiskTable(
        stratum.labels,
        group.labels,
        rows.stratum,
        rows.time,
        rows.at_risk,
        rows.events,
        rows.censored,
        first_row.astype(np.int64, copy=False),
        late,
        weighted=weighted,
    )


def _sorted_rows(
    order: SubjectOrder, event: BoolArray, group: Levels, stratum: Levels, weight: FloatArray | None
) -> Rows:
    rows = empty_rows(count_rows(order.by_time, stratum.codes, order.time), len(group.labels))
    fill_rows(
        order.by_time,
        order.by_entry,
        stratum.codes,
        order.time,
        _NO_WEIGHTS if order.entry is None else order.entry,
        event,
        group.codes,
        _NO_WEIGHTS if weight is None else weight,
        rows.stratum,
        rows.time,
        rows.at_risk,
        rows.events,
        rows.censored,
    )
    return rows


def _late_entries(
    order: SubjectOrder, group: Levels, stratum: Levels, weight: FloatArray | None
) -> LateEntries | None:
    if order.entry is None:
        return None
    subject = order.by_entry
    w = np.ones(len(subject)) if weight is None else weight[subject]
    first = np.searchsorted(stratum.codes[subject], np.arange(len(stratum.labels) + 1))
    return LateEntries(order.entry[subject], group.codes[subject], w, first.astype(np.int64, copy=False))


def _slack(x: FloatArray) -> FloatArray:
    """A time asked for may differ by rounding from the time recorded."""
    return TIE_TOLERANCE * np.maximum(1.0, np.abs(x))


def _sum_from(x: FloatArray, amount: FloatArray, times: FloatArray) -> FloatArray:
    """Sums of `amount` over x >= t for each t; x ascending."""
    below = np.concatenate((np.zeros((1, amount.shape[1])), np.cumsum(amount, axis=0)))
    total: FloatArray = below[-1] - below[np.searchsorted(x, times, side="left")]
    return total
