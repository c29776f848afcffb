"""Tables for a terminal: the same cells as on a page, in plain columns."""

from __future__ import annotations

import unicodedata
from itertools import groupby
from typing import TYPE_CHECKING

from equipoise.report import numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from equipoise.report.document import DisplayTable, Span, TableRow

GAP = "  "
NARROWEST = 14
"""Columns: titles are broken over lines rather than widen a column beyond this or its cells."""


def terminal_table(table: DisplayTable, *, notes: bool = True) -> str:
    """The table as text: title, headed columns (numbers to the right), notes below."""
    width = len(table.columns)
    body = [_cells(row, width) for row in table.rows]
    full = [r for r, row in zip(body, table.rows, strict=True) if not row.heading]
    widths, head = [], []
    for i, column in enumerate(table.columns):
        needed = max((_width(cells[i]) for cells in full), default=0)
        head.append(_wrapped(_plain(column.title), max(needed, NARROWEST)))
        widths.append(max([needed, *(_width(line) for line in head[-1])]))
    right = [c.numeric for c in table.columns]
    lines = [table.title] if table.title else []
    if any(c.over for c in table.columns):
        for first, last in _neighbours(table):
            span = sum(widths[first : last + 1]) + len(GAP) * (last - first)
            widths[last] += max(0, _width(table.columns[first].over) - span)
        lines.append(_over(table, widths))
    tall = max(len(h) for h in head)
    padded = [[""] * (tall - len(h)) + h for h in head]
    lines += [_line([h[k] for h in padded], widths, right) for k in range(tall)]
    lines.append(GAP.join("─" * w for w in widths))
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


def _wrapped(title: str, limit: int) -> list[str]:
    lines: list[str] = []
    for word in title.split():
        if lines and _width(f"{lines[-1]} {word}") <= limit:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines or [""]


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    padded = []
    for text, width, numeric in zip(cells, widths, right, strict=True):
        space = " " * (width - _width(text))
        padded.append(space + text if numeric else text + space)
    return GAP.join(padded)


def _neighbours(table: DisplayTable) -> list[tuple[int, int]]:
    """First and last column of each run of columns that share a title."""
    runs, i = [], 0
    for over, columns in groupby(table.columns, key=lambda c: c.over):
        n = len(list(columns))
        runs += [(i, i + n - 1)] if over else [(k, k) for k in range(i, i + n)]
        i += n
    return runs


def _over(table: DisplayTable, widths: Sequence[int]) -> str:
    """Titles shared by neighbouring columns, each centred over them."""
    parts = []
    for first, last in _neighbours(table):
        span = sum(widths[first : last + 1]) + len(GAP) * (last - first)
        parts.append(table.columns[first].over.center(span))
    return GAP.join(parts)
