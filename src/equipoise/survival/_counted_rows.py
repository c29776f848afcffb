"""Risk rows of subjects all followed from the start who count one each: no sorting permutation is needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise.survival._counting_kernels import (
    count_days,
    into_cells,
    move_sorted,
    rows_of_cells,
    rows_of_days,
)
from equipoise.survival._order_kernels import last_whole_day, unite_sorted
from equipoise.survival._subject_order import TIE_TOLERANCE

if TYPE_CHECKING:
    from equipoise.survival._arrays import BoolArray, FloatArray, IntArray, Levels

# Below this many subjects one permutation costs less than many short sorts; nor are cells to be nearly empty.
_MANY, _SUBJECTS_PER_CELL = 4096, 64


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
    """Room for so many rows; events and censored are 0."""
    return Rows(
        np.empty(rows, dtype=np.int64),
        np.empty(rows),
        np.empty((rows, k)),
        np.zeros((rows, k)),
        np.zeros((rows, k)),
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
    if len(time) < _MANY or cells * _SUBJECTS_PER_CELL > len(time):
        return None
    values, start = into_cells(time, event, group.codes, stratum.codes, k, n_strata)
    for c in range(cells):
        values[start[c] : start[c + 1]].sort()
    if timefix and last < 0:
        move_sorted(values, start, *_united(time))
    rows = empty_rows(len(time), k)
    used = rows_of_cells(values, start, rows.stratum, rows.time, rows.at_risk, rows.events, rows.censored)
    return rows.first(used)


def _united(time: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Times that differ from an earlier one by rounding only, sorted, and those earlier ones."""
    ascending = np.sort(time)
    united = ascending.copy()
    if unite_sorted(united, TIE_TOLERANCE) == 0:
        return ascending[:0], united[:0]
    moved = ascending != united
    return ascending[moved], united[moved]
