"""Tables for a terminal: the same cells as on a page, in plain columns."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from equipoise.report import numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from equipoise.report.document import DisplayTable, Span, TableRow

GAP = "  "


def terminal_table(table: DisplayTable, *, notes: bool = True) -> str:
    """The table as text: title, headed columns (numbers to the right), notes below."""
    width = len(table.columns)
    body = [_cells(row, width) for row in table.rows]
    titles = [c.title for c in table.columns]
    full = [r for r, row in zip(body, table.rows, strict=True) if not row.heading]
    widths = [max((_width(cells[i]) for cells in [titles, *full]), default=0) for i in range(width)]
    right = [c.numeric for c in table.columns]
    lines = [table.title] if table.title else []
    if any(c.over for c in table.columns):
        lines.append(_over(table, widths))
    lines += [_line(titles, widths, right), GAP.join("─" * w for w in widths)]
    for cells, row in zip(body, table.rows, strict=True):
        lines.append(cells[0] if row.heading else _line(cells, widths, right))
    if notes:
        lines += [f"  {_plain(note)}" for note in table.foot]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def terminal_tables(tables: Iterable[DisplayTable], *, notes: bool = True) -> str:
    """Several tables with a blank line between."""
    return "\n".join(terminal_table(t, notes=notes) for t in tables)


def _cells(row: TableRow, width: int) -> list[str]:
    cells = [_plain(c) for c in row.cells]
    if row.indent and cells:
        cells[0] = f"  {cells[0]}"
    return cells + [""] * (width - len(cells))


def _plain(span: Span) -> str:
    text = span if isinstance(span, str) else span.text
    return text.replace(numbers.SPACE, " ")


def _width(text: str) -> int:
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    padded = []
    for text, width, numeric in zip(cells, widths, right, strict=True):
        space = " " * (width - _width(text))
        padded.append(space + text if numeric else text + space)
    return GAP.join(padded)


def _over(table: DisplayTable, widths: Sequence[int]) -> str:
    """Titles shared by neighbouring columns, each centred over them."""
    line, i = "", 0
    while i < len(widths):
        j = i
        while j + 1 < len(widths) and table.columns[j + 1].over == table.columns[i].over:
            j += 1
        span = sum(widths[i : j + 1]) + len(GAP) * (j - i)
        line += table.columns[i].over.center(span) + GAP
        i = j + 1
    return line
