"""Risk rows of subjects all followed from the start who count one each: no sorting permutation is needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise.survival._counting_kernels import (
    count_cells,
    count_days,
    fill_keys,
    range_of_bits,
    rows_of_days,
    rows_of_keys,
    times_of_keys,
)
from equipoise.survival._order_kernels import last_whole_day, unite_sorted
from equipoise.survival._subject_order import TIE_TOLERANCE

if TYPE_CHECKING:
    from equipoise.survival._arrays import BoolArray, FloatArray, IntArray, Levels

_KEY_BITS = 64


@dataclass(frozen=True, slots=True)
class Rows:
    """Stratum and time of each risk row, (rows,); at risk, events and censored by group, (rows, k)."""

    stratum: IntArray
    time: FloatArray
    at_risk: FloatArray
    events: FloatArray
    censored: FloatArray

    def first(self, n: int) -> Rows:
        """The first n rows; what they do not need is given back where that is much."""
        few = 2 * n < len(self.time)

        def cut(x: Any) -> Any:
            return x[:n].copy() if few else x[:n]

        return Rows(
            cut(self.stratum), cut(self.time), cut(self.at_risk), cut(self.events), cut(self.censored)
        )


def empty_rows(rows: int, k: int) -> Rows:
    """Room for so many rows, to be filled: zeroing large arrays beforehand costs more than filling them."""
    return Rows(
        np.empty(rows, dtype=np.int64),
        np.empty(rows),
        np.empty((rows, k)),
        np.empty((rows, k)),
        np.empty((rows, k)),
    )


def counted_rows(
    time: FloatArray, event: BoolArray, group: Levels, stratum: Levels, *, timefix: bool
) -> Rows | None:
    """The risk rows; None where another way is due: few subjects, or thin cells."""
    k, n_strata = len(group.labels), len(stratum.labels)
    last = last_whole_day(time)
    cells = n_strata * 2 * k
    if last >= 0 and (last + 1) * cells <= 4 * len(time) + 16384:
        table, n_rows = count_days(time, event, group.codes, stratum.codes, last, k, n_strata)
        rows = empty_rows(n_rows, k)
        rows_of_days(table, rows.stratum, rows.time, rows.at_risk, rows.events, rows.censored)
        return rows
    return _rows_by_keys(time, event, group, stratum, timefix=timefix and last < 0)


def _rows_by_keys(
    time: FloatArray, event: BoolArray, group: Levels, stratum: Levels, *, timefix: bool
) -> Rows | None:
    """Sort one whole number a subject, its time with its code, where 64 bits hold both."""
    k, n_strata = len(group.labels), len(stratum.labels)
    group_bits, stratum_bits = (k - 1).bit_length(), (n_strata - 1).bit_length()
    code_bits = 1 + group_bits + stratum_bits
    bits = time.view(np.uint64)
    least, largest = range_of_bits(bits)
    if (largest - least + 1).bit_length() + code_bits > _KEY_BITS:
        return None
    keys = np.empty(len(time), dtype=np.uint64)
    fill_keys(bits, event, group.codes, stratum.codes, least, group_bits, code_bits, keys)
    keys.sort()
    ascending = np.empty(len(time))
    times_of_keys(keys, least, code_bits, ascending.view(np.uint64))
    if timefix:
        unite_sorted(ascending, TIE_TOLERANCE)
    leaving = np.zeros((n_strata, k), dtype=np.int64)
    count_cells(group.codes, stratum.codes, leaving)
    rows = empty_rows(len(time), k)
    used = rows_of_keys(
        ascending,
        keys,
        group_bits,
        code_bits,
        leaving,
        rows.stratum,
        rows.time,
        rows.at_risk,
        rows.events,
        rows.censored,
    )
    return rows.first(used)
