"""Risk rows without a sorting permutation: whole days are counted, other times sorted by value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from equipoise.numerics.kernels import kernel

if TYPE_CHECKING:
    from equipoise.survival._arrays import BoolArray, FloatArray, IntArray


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
def into_cells(  # noqa: PLR0917 -- kernels take their arguments by position
    time: FloatArray, event: BoolArray, group: IntArray, stratum: IntArray, k: int, n_strata: int
) -> tuple[FloatArray, IntArray]:
    """The times laid out by stratum, group and whether an event; and where each cell begins."""
    start = np.zeros(n_strata * 2 * k + 1, dtype=np.int64)
    for i in range(len(time)):
        start[(stratum[i] * k + group[i]) * 2 + (1 if event[i] else 0) + 1] += 1
    for c in range(n_strata * 2 * k):
        start[c + 1] += start[c]
    place, out = start.copy(), np.empty(len(time))
    for i in range(len(time)):
        c = (stratum[i] * k + group[i]) * 2 + (1 if event[i] else 0)
        out[place[c]] = time[i]
        place[c] += 1
    return out, start


@kernel
def move_sorted(values: FloatArray, start: IntArray, old: FloatArray, new: FloatArray) -> None:
    """Change each value of the sorted cells that is one of `old` (sorted) into the `new` beside it."""
    for c in range(len(start) - 1):
        m = 0
        for i in range(start[c], start[c + 1]):
            while m < len(old) and old[m] < values[i]:
                m += 1
            if m < len(old) and old[m] == values[i]:
                values[i] = new[m]


@kernel
def rows_of_cells(  # noqa: PLR0917 -- kernels take their arguments by position
    values: FloatArray,
    start: IntArray,
    row_stratum: IntArray,
    row_time: FloatArray,
    at_risk: FloatArray,
    events: FloatArray,
    censored: FloatArray,
) -> int:
    """Fill the risk rows by merging the sorted cells of each stratum; returns how many there are."""
    k = at_risk.shape[1]
    place = start[:-1].copy()
    row = 0
    for s in range(len(place) // (2 * k)):
        first = s * 2 * k
        while True:
            t = np.inf
            for c in range(first, first + 2 * k):
                if place[c] < start[c + 1] and values[place[c]] < t:
                    t = values[place[c]]
            if t == np.inf:
                break
            row_stratum[row], row_time[row] = s, t
            for g in range(k):
                c = first + 2 * g
                at_risk[row, g] = start[c + 1] - place[c] + start[c + 2] - place[c + 1]
                before = place[c]
                while place[c] < start[c + 1] and values[place[c]] == t:
                    place[c] += 1
                censored[row, g] = place[c] - before
                before = place[c + 1]
                while place[c + 1] < start[c + 2] and values[place[c + 1]] == t:
                    place[c + 1] += 1
                events[row, g] = place[c + 1] - before
            row += 1
    return row
