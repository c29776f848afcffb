"""Cells and their rows of results made together, so that no number is shown without its row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from equipoise.report import numbers
from equipoise.report.document import Shown, shown
from equipoise.report.results_table import ResultRow, ResultsTable, result_row

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(slots=True)
class Cells:
    """Rows gathered while tables are laid out."""

    rows: list[ResultRow] = field(default_factory=list)

    def cell(
        self,
        write: Callable[[float], str],
        value: float | None,
        /,
        *,
        analysis: str,
        statistic: str,
        **about: str,
    ) -> Shown:
        """A number, linked to its new row; a dash where there is none."""
        if value is None:
            return Shown(numbers.NOT_APPLICABLE)
        row = result_row(analysis, statistic, value, **about)
        self.rows.append(row)
        return shown(row, write(value))

    def share(self, n: int, total: int, /, *, analysis: str, statistic: str, **about: str) -> Shown:
        """n/N (%), linked to the row of n."""
        row = result_row(analysis, statistic, n, note=f"of {total}", **about)
        self.rows.append(row)
        return shown(row, numbers.count_of(n, total))

    def table(self) -> ResultsTable:
        """The rows, each once."""
        return ResultsTable(tuple(dict.fromkeys(self.rows)))
