"""Numbers written out from rows of results: a cell is a view of one row or of a few that belong together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from equipoise.report import numbers
from equipoise.report.document import Shown, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from equipoise.report.results_table import ResultRow, ResultsTable


@dataclass(frozen=True, slots=True)
class View:
    """A place in the results table from which cells are read.

    Attributes
    ----------
    results : where the numbers are.
    analysis, population, group, item : which of them, unless a cell says otherwise.
    """

    results: ResultsTable
    analysis: str
    population: str = ""
    group: str = ""
    item: str = ""

    def of(self, *, group: str | None = None, item: str | None = None) -> View:
        """The same analysis of the same population, for another group or item."""
        return replace(
            self, group=self.group if group is None else group, item=self.item if item is None else item
        )

    def row(self, statistic: str) -> ResultRow | None:
        """The row of a statistic here; None where there is none."""
        return self.results.get(
            self.analysis, statistic, population=self.population, group=self.group, item=self.item
        )

    def value(self, statistic: str) -> float | None:
        """Its value; None where there is none."""
        row = self.row(statistic)
        return row.value if row else None

    def cell(self, write: Callable[..., str], *statistics: str, **options: Any) -> Shown:
        """Values written together, linked to the row of the first; a dash where that was never computed."""
        rows = [self.row(s) for s in statistics]
        if rows[0] is None:
            return Shown(numbers.NOT_APPLICABLE)
        return shown(rows[0], write(*(r.value if r else None for r in rows), **options))

    def text(self, statistic: str) -> Shown:
        """A row that holds words."""
        row = self.row(statistic)
        return shown(row, row.text) if row and row.text else Shown(numbers.NOT_APPLICABLE)
