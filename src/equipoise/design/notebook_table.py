"""How a design shows itself in a notebook: a few lines above a table."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def notebook_table(headlines: Sequence[str], names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lines and a table as HTML: one name a column, the first cell of a row its name."""
    head = "<br>".join(escape(line) for line in headlines)
    columns = "".join(f"<th>{escape(name)}</th>" for name in names)
    body = "".join(
        f"<tr><th>{escape(row[0])}</th>{''.join(f'<td>{escape(cell)}</td>' for cell in row[1:])}</tr>"
        for row in rows
    )
    return f"<p>{head}</p><table><thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table>"
