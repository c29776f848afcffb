"""A document before it is a page: sections of sentences, tables and figures, whatever file it becomes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from equipoise.report.figures.figure import Figure
    from equipoise.report.results_table import ResultRow


@dataclass(frozen=True, slots=True)
class Shown:
    """A number as written, with the row of results that it came from."""

    text: str
    row: str = ""
    """Id of the row; empty for what is no result."""
    section: str = ""
    """Id of the section of this document that says more; empty where it names none."""


Span: TypeAlias = str | Shown
Role = Literal["lead", "text", "note", "warning", "heading"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A sentence or more."""

    spans: tuple[Span, ...]
    role: Role = "text"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    title: str
    numeric: bool = True
    over: str = ""
    """Title shared with neighbours, printed above."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """One line of a table: as many cells as columns; a heading has one."""

    cells: tuple[Span, ...]
    heading: bool = False
    indent: bool = False


@dataclass(frozen=True, slots=True)
class DisplayTable:
    """A table as a reader sees it."""

    id: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]
    foot: tuple[str, ...] = ()
    """Population, method with its convention, missing data, what was assumed."""


@dataclass(frozen=True, slots=True)
class FigureBlock:
    """A figure with its caption."""

    id: str
    title: str
    figure: Figure
    foot: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """Terms and what they are, one under the other."""

    items: tuple[tuple[str, tuple[Span, ...]], ...]


Block: TypeAlias = Paragraph | DisplayTable | FigureBlock | Facts


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of a document."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    folded: bool = False
    """Closed on a screen until opened; always printed."""


@dataclass(frozen=True, slots=True)
class Running:
    """What stands on every page: where the numbers came from, never the time of the clock."""

    trial: str
    protocol: str = ""
    cutoff: str = ""
    data: str = ""
    program: str = ""
    marks: tuple[str, ...] = ()
    """SYNTHETIC, OPEN, CLOSED."""


@dataclass(frozen=True, slots=True)
class Document:
    """A report: first screen, then sections."""

    title: str
    subtitle: str
    running: Running
    opening: tuple[Block, ...]
    sections: tuple[Section, ...]
    first_page_alone: bool = False
    """Print what opens the report, and its contents, on a page of their own."""


def shown(row: ResultRow | None, text: str) -> Shown:
    """A number written out, with its row."""
    return Shown(text, row.id if row else "")


def plain(spans: tuple[Span, ...]) -> str:
    """The words alone."""
    return "".join(s if isinstance(s, str) else s.text for s in spans)
