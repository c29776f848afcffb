"""A document as a PDF file, typeset by Typst: vectors, tagged, the same bytes for the same document."""

from __future__ import annotations

import tempfile
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from equipoise.errors import MissingPartError
from equipoise.report._reproducible import WRITTEN
from equipoise.report.document import DisplayTable, Facts, FigureBlock, Paragraph

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from equipoise.report.document import Block, Document, Running, Section, Span, TableRow

FONT = "DejaVu Sans"
WIDE = 9
"""Tables of more columns stand in smaller type."""
SHORT = 30
"""Tables of no more rows are never broken between pages."""


def pdf_file(document: Document) -> bytes:
    """The document as the content of a .pdf file: nothing of the clock, no font of the machine.

    Raises
    ------
    MissingPartError
        typst or matplotlib is not installed.
    """
    try:
        import typst
        from matplotlib import get_data_path
    except ImportError:
        raise MissingPartError("typst", "Writing a PDF", "report") from None
    drawn = {b.id: b for b in _blocks(document) if isinstance(b, FigureBlock)}
    names = {found: f"figure-{number}.svg" for number, found in enumerate(drawn, start=1)}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for found, block in drawn.items():
            (place / names[found]).write_bytes(block.figure.encoded("svg"))
        (place / "document.typ").write_text(typst_text(document, names), encoding="utf-8")
        content: bytes = typst.compile(
            str(place / "document.typ"),
            root=folder,
            font_paths=[str(Path(get_data_path()) / "fonts" / "ttf")],
            ignore_system_fonts=True,
            timestamp=int(WRITTEN.timestamp()),
        )
    return content


def typst_text(document: Document, figures: Mapping[str, str]) -> str:
    """The document in Typst's language.

    Parameters
    ----------
    document
        What is to be set.
    figures
        File of each figure by its id.

    """
    running = document.running
    parts = [
        _set_up(document),
        f"#title[{_text(document.title)}{''.join(f' #mark[{_text(m)}]' for m in running.marks)}]",
        f"#subtitle[{_text(document.subtitle)}]" if document.subtitle else "",
        *_opening(document, figures),
        f"#contents({', '.join(_entry(s) for s in document.sections)})" if document.sections else "",
        "#pagebreak(weak: true)" if document.first_page_alone else "",
    ]
    for section in document.sections:
        parts.append(f"= {_text(section.title)} <{section.id}>")
        parts += [_block(b, figures) for b in section.blocks]
    return "\n\n".join(p for p in parts if p) + "\n"


def _opening(document: Document, figures: Mapping[str, str]) -> Iterator[str]:
    """The first screen; its first sentence, the question, stands out."""
    for number, block in enumerate(document.opening):
        text = _block(block, figures)
        first = number == 0 and isinstance(block, Paragraph) and block.role == "lead"
        yield f'#text(weight: "bold")[{text}]' if first else text


def _entry(section: Section) -> str:
    """A line of the contents: the section and the page that it begins on."""
    return f"link(<{section.id}>)[{_text(section.title)}], at(<{section.id}>)"


def _blocks(document: Document) -> Iterator[Block]:
    yield from document.opening
    for section in document.sections:
        yield from section.blocks


def _set_up(document: Document) -> str:
    running = document.running
    marks = " · ".join([running.trial, *running.marks])
    return f"""#let paged = [page #context counter(page).display("1 of 1", both: true)]
#set document(title: {_quoted(document.title)}, date: none)
#set page(paper: "a4", margin: (x: 1.7cm, top: 2cm, bottom: 1.9cm),
  header: text(7pt, fill: luma(70))[*{_text(marks)}* #h(1fr) #paged],
  footer: text(6.5pt, fill: luma(70))[{_text(_below(running))}])
#set text(font: {_quoted(FONT)}, size: 8.5pt, lang: "en", hyphenate: false)
#set par(leading: 0.62em, spacing: 0.95em)
#set heading(numbering: none)
#show heading: it => block(above: 1.6em, below: 0.8em, text(12pt, weight: "bold", it.body))
#let title(body) = block(below: 0.5em, text(16pt, weight: "bold", body))
#let mark(body) = box(fill: black, inset: (x: 4pt, y: 2.5pt), baseline: 1.5pt,
  text(8pt, fill: white, weight: "bold", tracking: 0.6pt, body))
#let at(found) = context str(counter(page).at(found).first())
#let subtitle(body) = block(below: 1.2em, text(9.5pt, fill: luma(70), body))
#let lead(body) = block(above: 0.9em, below: 0.9em, text(10.5pt, body))
#let note(body) = block(text(7.5pt, fill: luma(60), body))
#let sentence(body) = block(sticky: true, body)
#let bar = (left: 2pt + black)
#let warning(body) = block(stroke: bar, inset: (left: 6pt, y: 3pt), sticky: true, text(weight: "bold", body))
#let foot(body) = block(above: 0.45em, text(6.6pt, fill: luma(60), body))
#let named(body) = block(above: 1.3em, below: 0.6em, sticky: true, text(9pt, weight: "bold", body))
#let contents(..entries) = {{
  let lines = entries.pos().chunks(2)
  let half = calc.ceil(lines.len() / 2)
  let column(part) = grid(columns: (1fr, auto), row-gutter: 0.55em, ..part.flatten())
  named[Contents]
  set text(8pt)
  block(width: 100%, breakable: false, grid(columns: (1fr, 1fr), column-gutter: 2.5em,
    column(lines.slice(0, half)), column(lines.slice(half))))
}}
#set table(stroke: none, inset: (x: 3pt, y: 2.6pt))"""


def _below(running: Running) -> str:
    named = (
        ("protocol", running.protocol),
        ("data cut-off", running.cutoff),
        ("data", running.data),
        ("equipoise", running.program),
    )
    return " · ".join(f"{name} {value}" for name, value in named if value)


def _block(block: Block, figures: Mapping[str, str]) -> str:
    if isinstance(block, Paragraph):
        role = {"heading": "named", "text": "sentence"}.get(block.role, block.role)
        return f"#{role}[{_spans(block.spans)}]"
    if isinstance(block, Facts):
        cells = ", ".join(f"[{_text(name)}], [{_spans(spans)}]" for name, spans in block.items)
        table = f"table(columns: (auto, 1fr), column-gutter: 8pt, inset: (x: 0pt, y: 2.4pt), {cells})"
        return f"#block(breakable: false, {table})"
    if isinstance(block, FigureBlock):
        image = f"image({_quoted(figures[block.id])}, width: 92%, alt: {_quoted(block.figure.alternative)})"
        return "\n".join(
            [
                f"#block(breakable: false, above: 1.2em)[#named[{_text(block.title)}]",
                f"#{image}",
                *(f"#foot[{_text(f)}]" for f in block.foot),
                "]",
            ]
        )
    return _table(block)


def _table(table: DisplayTable) -> str:
    size = "6.1pt" if len(table.columns) > WIDE else "7.4pt"
    align = ", ".join("right" if c.numeric else "left" for c in table.columns)
    width = len(table.columns)
    breakable = str(len(table.rows) > SHORT).lower()
    lines = [
        f"#block(breakable: {breakable}, width: 100%)[",
        f"#named[{_text(table.title)}]",
        f"#text({size})[#table(columns: {width}, align: ({align},),",
        "table.hline(stroke: 0.6pt),",
        f"table.header({_head(table)}),",
        "table.hline(stroke: 0.4pt),",
        *(_row(row, width) for row in table.rows),
        "table.hline(stroke: 0.6pt),",
        ")]",
        *(f"#foot[{_text(f)}]" for f in table.foot),
        "]",
    ]
    return "\n".join(lines)


def _head(table: DisplayTable) -> str:
    cells = []
    if any(c.over for c in table.columns):
        for title, group in groupby(table.columns, key=lambda c: c.over):
            cells.append(f"table.cell(colspan: {len(list(group))}, align: center)[{_text(title)}]")
    cells += [f"[*{_text(c.title)}*]" if c.title else "[]" for c in table.columns]
    return ", ".join(cells)


def _row(row: TableRow, width: int) -> str:
    if row.heading:
        return f"table.cell(colspan: {width})[*{_spans(row.cells)}*],"
    first, *rest = [_spans((c,)) for c in row.cells]
    inset = "#h(0.8em)" if row.indent else ""
    return ", ".join(f"[{cell}]" for cell in (inset + first, *rest)) + ","


def _spans(spans: tuple[Span, ...]) -> str:
    """Words, and where a section says more, a link to it with its page."""
    found = []
    for s in spans:
        if isinstance(s, str):
            found.append(_text(s))
        elif s.section:
            found.append(f"#link(<{s.section}>)[{_text(s.text)}, page #at(<{s.section}>)]")
        else:
            found.append(_text(s.text))
    return "".join(found)


def _text(words: str) -> str:
    """Words with what Typst would read as markup made plain."""
    return "".join(f"\\{c}" if c in "\\#*_`$<>@=-+/~[]\"'" else c for c in words)


def _quoted(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
