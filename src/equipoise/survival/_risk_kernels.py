"""Counting those at risk: subjects sorted by stratum and time become risk rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from equipoise.numerics.kernels import kernel

if TYPE_CHECKING:
    from equipoise.survival._arrays import BoolArray, FloatArray, IntArray


@kernel
def count_rows(by_time: IntArray, stratum: IntArray, time: FloatArray) -> int:
    """Number of distinct (stratum, time) pairs among subjects sorted by both."""
    rows = 1
    for i in range(1, len(by_time)):
        a, b = by_time[i - 1], by_time[i]
        if time[a] != time[b] or stratum[a] != stratum[b]:
            rows += 1
    return rows


@kernel
def fill_rows(  # noqa: PLR0917 -- a kernel takes its arrays by position
    by_time: IntArray,
    by_entry: IntArray,
    stratum: IntArray,
    time: FloatArray,
    entry: FloatArray,
    event: BoolArray,
    group: IntArray,
    weight: FloatArray,
    row_stratum: IntArray,
    row_time: FloatArray,
    at_risk: FloatArray,
    events: FloatArray,
    censored: FloatArray,
) -> None:
    """Fill risk rows from the last to the first: at risk at t are those with entry < t <= time.

    `weight` may be empty (everybody counts 1), and `by_entry` too (everybody is followed from the start).
    """
    weighted = len(weight) > 0
    n_groups = at_risk.shape[1]
    running = np.zeros(n_groups)
    row = len(row_time)
    last_entry = len(by_entry) - 1
    i = len(by_time) - 1
    current = -1
    while i >= 0:
        subject = by_time[i]
        s, t = stratum[subject], time[subject]
        if s != current:
            current = s
            running[:] = 0.0
            while last_entry >= 0 and stratum[by_entry[last_entry]] > s:
                last_entry -= 1
        row -= 1
        row_stratum[row], row_time[row] = s, t
        events[row], censored[row] = 0.0, 0.0
        while i >= 0:
            subject = by_time[i]
            if time[subject] != t or stratum[subject] != s:
                break
            w = weight[subject] if weighted else 1.0
            g = group[subject]
            running[g] += w
            if event[subject]:
                events[row, g] += w
            else:
                censored[row, g] += w
            i -= 1
        while last_entry >= 0:
            late = by_entry[last_entry]
            if stratum[late] != s or entry[late] < t:
                break
            running[group[late]] -= weight[late] if weighted else 1.0
            last_entry -= 1
        for g in range(n_groups):
            at_risk[row, g] = running[g]
