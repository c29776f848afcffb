"""Subjects in order of stratum and time: the one sort that every estimate of this room starts from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise.errors import ArgumentError
from equipoise.survival._order_kernels import (
    last_whole_day,
    make_stable,
    order_of_days,
    stable_by_code,
    unite_sorted,
)

if TYPE_CHECKING:
    from equipoise.survival._arrays import FloatArray, IntArray, Levels

TIE_TOLERANCE = float(np.sqrt(np.finfo(np.float64).eps))


@dataclass(frozen=True, slots=True)
class SubjectOrder:
    """Times with rounding noise removed, and the subjects sorted by (stratum, time) and by (stratum, entry).

    `time` and `entry` are in the subjects' own order; `by_time` and `by_entry` are the sorting permutations.
    Without late entry `entry` is None and `by_entry` is empty.
    """

    time: FloatArray
    entry: FloatArray | None
    by_time: IntArray
    by_entry: IntArray


def order_subjects(
    time: FloatArray, entry: FloatArray | None, stratum: Levels, *, timefix: bool
) -> SubjectOrder:
    """Unite tied times where `timefix` is set, then sort by stratum and time.

    Two times are one where neighbouring distinct values, entries among them, differ by no more than
    sqrt(machine epsilon) = 1.5e-8, absolutely or relative to the mean of the distinct values; the earliest of
    such a run stands for all. This is the rule of `timefix` in R's survival package.
    """
    n_strata = len(stratum.labels)
    by_time, whole = ascending_order(time)
    if entry is None:
        if timefix and not whole:
            ascending = time[by_time]
            united = ascending.copy()
            if unite_sorted(united, TIE_TOLERANCE):
                moved = np.flatnonzero(united != ascending)
                time = time.copy()
                time[by_time[moved]] = united[moved]
        by_time = by_time if n_strata == 1 else stable_by_code(by_time, stratum.codes, n_strata)
        return SubjectOrder(time, None, by_time, np.empty(0, dtype=np.int64))
    if timefix:
        time, entry = _unite_with_entries(time, entry)
    by_entry, _ = ascending_order(entry)
    return SubjectOrder(
        time,
        entry,
        stable_by_code(by_time, stratum.codes, n_strata),
        stable_by_code(by_entry, stratum.codes, n_strata),
    )


def ascending_order(time: FloatArray) -> tuple[IntArray, bool]:
    """The permutation that sorts times of 0 or more, ties in their own order; and whether all are whole days.

    Whole days are counted instead of sorted.
    """
    last = last_whole_day(time)
    if 0 <= last <= 4 * len(time) + 4096:
        return order_of_days(time, last), True
    order = np.argsort(time)
    make_stable(order, time)
    return order, last >= 0


def _unite_with_entries(time: FloatArray, entry: FloatArray) -> tuple[FloatArray, FloatArray]:
    both = np.concatenate((time, entry))
    order, whole = ascending_order(both)
    if whole:
        return time, entry
    ascending = both[order]
    if not unite_sorted(ascending, TIE_TOLERANCE):
        return time, entry
    both[order] = ascending
    time, entry = both[: len(time)], both[len(time) :]
    empty = np.flatnonzero(entry >= time)
    if empty.size:
        i = int(empty[0])
        rule = f"must be before time[{i}] by more than rounding error"
        raise ArgumentError(
            f"entry[{i}]", float(entry[i]), rule, "timefix=False takes the times as they are."
        )
    return time, entry
