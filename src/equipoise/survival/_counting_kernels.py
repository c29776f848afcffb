"""Risk rows without a sorting permutation: whole days are counted, other times sorted by value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from equipoise.numerics.kernels import kernel

if TYPE_CHECKING:
    from equipoise.survival._arrays import BitArray, BoolArray, FloatArray, IntArray

_MAGNITUDE = np.uint64((1 << 63) - 1)  # all bits but the sign, as 0 may be recorded as -0


@kernel
def count_days(  # noqa: PLR0917 -- kernels take their arguments by position
    time: FloatArray, event: BoolArray, group: IntArray, stratum: IntArray, last: int, k: int, n_strata: int
) -> tuple[IntArray, int]:
    """Subjects leaving by stratum, day, group and whether by an event, (strata, days, 2 k); days with any."""
    table = np.zeros((n_strata, last + 1, 2 * k), dtype=np.int64)
    for i in range(len(time)):
        table[stratum[i], int(time[i]), 2 * group[i] + (1 if event[i] else 0)] += 1
    rows = 0
    for s in range(n_strata):
        for day in range(last + 1):
            for c in range(2 * k):
                if table[s, day, c] > 0:
                    rows += 1
                    break
    return table, rows


@kernel
def rows_of_days(  # noqa: PLR0917 -- kernels take their arguments by position
    table: IntArray,
    row_stratum: IntArray,
    row_time: FloatArray,
    at_risk: FloatArray,
    events: FloatArray,
    censored: FloatArray,
) -> None:
    """Fill the risk rows, from the last to the first."""
    n_strata, days, columns = table.shape
    k = columns // 2
    row = len(row_time)
    running = np.empty(k)
    for s in range(n_strata - 1, -1, -1):
        running[:] = 0.0
        for day in range(days - 1, -1, -1):
            leaving = 0
            for c in range(columns):
                leaving += table[s, day, c]
            if leaving == 0:
                continue
            row -= 1
            row_stratum[row], row_time[row] = s, day
            for g in range(k):
                censored[row, g], events[row, g] = table[s, day, 2 * g], table[s, day, 2 * g + 1]
                running[g] += censored[row, g] + events[row, g]
                at_risk[row, g] = running[g]


@kernel
def range_of_bits(bits: BitArray) -> tuple[int, int]:
    """The least bit pattern of a time above 0, and the largest."""
    least, largest = _MAGNITUDE, np.uint64(0)
    for i in range(len(bits)):
        b = bits[i] & _MAGNITUDE
        largest = max(largest, b)
        least = min(least, b if b != np.uint64(0) else _MAGNITUDE)
    return int(least), int(largest)


@kernel
def fill_keys(  # noqa: PLR0917 -- kernels take their arguments by position
    bits: BitArray,
    event: BoolArray,
    group: IntArray,
    stratum: IntArray,
    least: int,
    group_bits: int,
    code_bits: int,
    keys: BitArray,
) -> None:
    """One whole number a subject, in the order of the times: the time above, (stratum, group, event) below.

    Bit patterns of floating-point numbers of 0 or more rise with the numbers.
    """
    below = np.uint64(least - 1)
    for i in range(len(bits)):
        b = bits[i] & _MAGNITUDE
        if b != np.uint64(0):
            b -= below
        code = (((stratum[i] << group_bits) | group[i]) << 1) | (1 if event[i] else 0)
        keys[i] = (b << np.uint64(code_bits)) | np.uint64(code)


@kernel
def times_of_keys(keys: BitArray, least: int, code_bits: int, bits: BitArray) -> None:
    """The bit patterns of the times in the keys."""
    below = np.uint64(least - 1)
    for i in range(len(keys)):
        b = keys[i] >> np.uint64(code_bits)
        bits[i] = b + below if b != np.uint64(0) else b


@kernel
def rows_of_keys(  # noqa: PLR0917 -- kernels take their arguments by position
    time: FloatArray,
    keys: BitArray,
    group_bits: int,
    code_bits: int,
    leaving: IntArray,
    row_stratum: IntArray,
    row_time: FloatArray,
    at_risk: FloatArray,
    events: FloatArray,
    censored: FloatArray,
) -> int:
    """Fill the risk rows from keys in ascending order and their times; returns how many there are.

    `leaving` (strata, groups) counts the subjects.
    """
    n_strata, k = leaving.shape
    first = np.zeros(n_strata + 1, dtype=np.int64)
    for s in range(n_strata):
        first[s + 1] = first[s] + leaving[s].sum()
    end, left = first[:-1].copy(), leaving.astype(np.float64)
    last = np.full(n_strata, -1.0)
    code_mask, group_mask = (1 << code_bits) - 1, (1 << group_bits) - 1
    for i in range(len(keys)):
        code, t = int(keys[i]) & code_mask, time[i]
        s, g = code >> (group_bits + 1), (code >> 1) & group_mask
        if last[s] != t:
            row = end[s]
            end[s], last[s] = row + 1, t
            row_stratum[row], row_time[row] = s, t
            for h in range(k):
                at_risk[row, h] = left[s, h]
                events[row, h] = 0.0
                censored[row, h] = 0.0
        row = end[s] - 1
        one_if_event = np.float64(code & 1)
        events[row, g] += one_if_event
        censored[row, g] += 1.0 - one_if_event
        left[s, g] -= 1.0
    used = end[0]
    for s in range(1, n_strata):
        for row in range(first[s], end[s]):
            if row > used:
                row_stratum[used], row_time[used] = s, row_time[row]
                for h in range(k):
                    at_risk[used, h] = at_risk[row, h]
                    events[used, h], censored[used, h] = events[row, h], censored[row, h]
            used += 1
    return int(used)


@kernel
def count_cells(group: IntArray, stratum: IntArray, leaving: IntArray) -> None:
    """Add the subjects of each stratum and group to `leaving` (strata, groups)."""
    if leaving.size == 1:
        leaving[0, 0] += len(group)
        return
    for i in range(len(group)):
        leaving[stratum[i], group[i]] += 1
