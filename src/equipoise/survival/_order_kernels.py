"""Subjects in order of stratum and time, sorted once, with times that only rounding tells apart made one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from equipoise.numerics.kernels import kernel

if TYPE_CHECKING:
    from equipoise.survival._arrays import FloatArray, IntArray

# A time beyond this is no day of a trial, and neighbouring whole numbers stay apart on any scale below it.
_LAST_DAY = 16_000_000.0


@kernel
def last_whole_day(time: FloatArray) -> int:
    """The largest time where all are whole numbers small enough to count by, else -1."""
    last = 0.0
    for t in time:
        if t > _LAST_DAY or t != np.floor(t):
            return -1
        last = max(last, t)
    return int(last)


@kernel
def order_of_days(time: FloatArray, last: int) -> IntArray:
    """The permutation that sorts whole days of 0 to `last`, ties in their own order: by counting, O(n)."""
    start = np.zeros(last + 2, dtype=np.int64)
    for t in time:
        start[int(t) + 1] += 1
    for day in range(last + 1):
        start[day + 1] += start[day]
    order = np.empty(len(time), dtype=np.int64)
    for i in range(len(time)):
        day = int(time[i])
        order[start[day]] = i
        start[day] += 1
    return order


@kernel
def make_stable(order: IntArray, time: FloatArray) -> None:
    """Put tied times of a sorting permutation in their own order, so that every machine sums alike."""
    first = 0
    for i in range(1, len(order) + 1):
        if i == len(order) or time[order[i]] != time[order[first]]:
            if i > first + 1:
                order[first:i].sort()
            first = i


@kernel
def unite_sorted(x: FloatArray, tolerance: float) -> int:
    """Set values of the sorted x that lie within the tolerance of the value before to the first of their run.

    Distinct neighbours y(i-1) < y(i) are one time where y(i) - y(i-1) <= tolerance, or <= tolerance times the
    mean of the distinct |y|. Changes x; returns the number of values changed.
    """
    n = len(x)
    total, distinct = abs(x[0]), 1
    for i in range(1, n):
        if x[i] != x[i - 1]:
            total += abs(x[i])
            distinct += 1
    mean = total / distinct
    surely_apart = 2.0 * tolerance * max(mean, 1.0)
    changed = 0
    previous, first = x[0], x[0]
    for i in range(1, n):
        current = x[i]
        if current != previous:
            gap = current - previous
            if gap > surely_apart or not (gap <= tolerance or gap / mean <= tolerance):
                first = current
            previous = current
        if first != current:
            x[i] = first
            changed += 1
    return changed


@kernel
def stable_by_code(order: IntArray, codes: IntArray, n_codes: int) -> IntArray:
    """The order given, stably regrouped by code: a counting sort, O(n)."""
    start = np.zeros(n_codes + 1, dtype=np.int64)
    for i in range(len(order)):
        start[codes[order[i]] + 1] += 1
    for c in range(n_codes):
        start[c + 1] += start[c]
    out = np.empty_like(order)
    for i in range(len(order)):
        c = codes[order[i]]
        out[start[c]] = order[i]
        start[c] += 1
    return out
