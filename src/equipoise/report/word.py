"""A document as a Word file: paragraphs, tables with repeated heads, figures with their text alternative."""

from __future__ import annotations

import io
from itertools import groupby
from typing import TYPE_CHECKING, Any

from equipoise.errors import MissingPartError
from equipoise.report._reproducible import WRITTEN, fixed_archive
from equipoise.report.document import DisplayTable, Facts, FigureBlock, Paragraph, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from equipoise.report.document import Block, Document, Running, Span

FONT = "Arial"
TEXT, SMALL, TABLE = 10.0, 8.0, 7.5
"""Points."""
PAGE = (21.0, 29.7)
SIDE, TOP = 1.8, 1.9
"""Centimetres: an A4 page and its margins."""


def word_file(document: Document) -> bytes:
    """The document as the content of a .docx file; equal documents give equal bytes.

    Raises
    ------
    MissingPartError
        python-docx is not installed.
    """
    try:
        import docx
    except ImportError:
        raise MissingPartError("python-docx", "Writing a Word document", "report") from None
    page = docx.Document()
    _set_up(page, document)
    _running(page, document.running)
    page.add_heading(" ".join([document.title, *document.running.marks]), level=0)
    if document.subtitle:
        page.add_paragraph(document.subtitle)
    _blocks(page, document.opening)
    for section in document.sections:
        page.add_heading(section.title, level=1)
        _blocks(page, section.blocks)
    buffer = io.BytesIO()
    page.save(buffer)
    return fixed_archive(buffer.getvalue())


def _set_up(page: Any, document: Document) -> None:
    """Paper, typefaces and what the file says of itself."""
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    sheet = page.sections[0]
    sheet.page_width, sheet.page_height = Cm(PAGE[0]), Cm(PAGE[1])
    sheet.left_margin = sheet.right_margin = Cm(SIDE)
    sheet.top_margin = sheet.bottom_margin = Cm(TOP)
    for name, size in (("Normal", TEXT), ("Title", 18.0), ("Heading 1", 13.0), ("Heading 2", 11.0)):
        style = page.styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        style.font.color.rgb = RGBColor(0, 0, 0)
        fonts = style.element.rPr.rFonts
        for script in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{script}"), None)
        fonts.set(qn("w:hAnsi"), FONT)
        fonts.set(qn("w:cs"), FONT)
    about = page.core_properties
    about.title, about.subject = document.title, document.subtitle
    about.author = f"equipoise {document.running.program}".strip()
    about.last_modified_by, about.comments = about.author, ""
    about.created = about.modified = WRITTEN


def _running(page: Any, running: Running) -> None:
    """Trial above, where the numbers came from below, page n of m."""
    sheet = page.sections[0]
    head = sheet.header.paragraphs[0]
    _run(head, " · ".join([running.trial, *running.marks]), SMALL, bold=True)
    foot = sheet.footer.paragraphs[0]
    named = (
        ("protocol", running.protocol),
        ("data cut-off", running.cutoff),
        ("data", running.data),
        ("equipoise", running.program),
    )
    _run(foot, " · ".join(f"{name} {value}" for name, value in named if value) + " · page ", SMALL)
    _field(foot, "PAGE")
    _run(foot, " of ", SMALL)
    _field(foot, "NUMPAGES")


def _field(paragraph: Any, instruction: str) -> None:
    """A number that Word counts: PAGE, NUMPAGES."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    run = _run(paragraph, "1", SMALL)
    field.append(run._r)  # noqa: SLF001 - python-docx has no fields of its own
    paragraph._p.append(field)  # noqa: SLF001 - likewise


def _blocks(page: Any, blocks: Iterable[Block]) -> None:
    for block in blocks:
        if isinstance(block, Paragraph):
            _paragraph(page, block)
        elif isinstance(block, DisplayTable):
            _table(page, block)
        elif isinstance(block, FigureBlock):
            _figure(page, block)
        elif isinstance(block, Facts):
            _facts(page, block)


def _paragraph(page: Any, block: Paragraph) -> None:
    if block.role == "heading":
        page.add_heading(plain(block.spans), level=2)
        return
    size = SMALL if block.role == "note" else TEXT
    _run(page.add_paragraph(), plain(block.spans), size, bold=block.role in {"lead", "warning"})


def _table(page: Any, table: DisplayTable) -> None:
    """Caption, one or two rows of heads repeated on every page, rows, notes."""
    _caption(page, table.title)
    width = len(table.columns)
    heads = [_over(table)] if any(c.over for c in table.columns) else []
    grid = page.add_table(rows=len(heads) + 1 + len(table.rows), cols=width)
    for row in heads:
        for first, last, title in row:
            cell = grid.cell(0, first).merge(grid.cell(0, last))
            _cell(cell, title, right=False, bold=True, centre=True, below=bool(title))
    for i, column in enumerate(table.columns):
        _cell(grid.cell(len(heads), i), column.title, right=column.numeric, bold=True, below=True)
    for k in range(len(heads) + 1):
        _repeat(grid.rows[k])
    for k, line in enumerate(table.rows, start=len(heads) + 1):
        last_line = k == len(heads) + len(table.rows)
        if line.heading:
            _cell(
                grid.cell(k, 0).merge(grid.cell(k, width - 1)), _words(line.cells[0]), right=False, bold=True
            )
            continue
        for i, (span, column) in enumerate(zip(line.cells, table.columns, strict=True)):
            words = ("\u2003" if line.indent and i == 0 else "") + _words(span)
            _cell(grid.cell(k, i), words, right=column.numeric, below=last_line)
    _notes(page, table.foot)


def _over(table: DisplayTable) -> list[tuple[int, int, str]]:
    """Titles shared by neighbouring columns: first and last column of each."""
    out, i = [], 0
    for title, columns in groupby(c.over for c in table.columns):
        n = len(list(columns))
        out.append((i, i + n - 1, title))
        i += n
    return out


def _cell(
    cell: Any, words: str, *, right: bool, bold: bool = False, centre: bool = False, below: bool = False
) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    place = WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.LEFT
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centre else place
    paragraph.paragraph_format.space_after = paragraph.paragraph_format.space_before = Pt(1.5)
    _run(paragraph, words, TABLE, bold=bold)
    if below:
        _rule(cell)


def _rule(cell: Any) -> None:
    """A thin line under a cell."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders, line = OxmlElement("w:tcBorders"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "000000")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    cell._tc.get_or_add_tcPr().append(borders)  # noqa: SLF001 - python-docx has no borders of its own


def _repeat(row: Any) -> None:
    """A row that stands again at the head of each page, and is never broken over two."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    traits = row._tr.get_or_add_trPr()  # noqa: SLF001 - python-docx has no repeated heads of its own
    for name in ("w:cantSplit", "w:tblHeader"):
        mark = OxmlElement(name)
        mark.set(qn("w:val"), "true")
        traits.append(mark)


def _figure(page: Any, block: FigureBlock) -> None:
    from docx.shared import Cm

    _caption(page, block.title)
    picture = page.add_picture(io.BytesIO(block.figure.encoded("png")), width=Cm(PAGE[0] - 2 * SIDE))
    properties = picture._inline.docPr  # noqa: SLF001 - python-docx has no text alternative of its own
    properties.set("descr", block.figure.alternative)
    properties.set("title", block.figure.title)
    _notes(page, block.foot)


def _facts(page: Any, block: Facts) -> None:
    grid = page.add_table(rows=len(block.items), cols=2)
    for k, (name, spans) in enumerate(block.items):
        _cell(grid.cell(k, 0), name, right=False, bold=True)
        _cell(grid.cell(k, 1), plain(spans), right=False)
    _widths(grid, (4.4, PAGE[0] - 2 * SIDE - 4.4))
    page.add_paragraph()


def _widths(grid: Any, widths: Sequence[float]) -> None:
    from docx.shared import Cm

    grid.autofit = False
    for column, width in zip(grid.columns, widths, strict=True):
        for cell in column.cells:
            cell.width = Cm(width)


def _caption(page: Any, words: str) -> None:
    paragraph = page.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    _run(paragraph, words, TEXT, bold=True)


def _notes(page: Any, notes: Sequence[str]) -> None:
    _run(page.add_paragraph(), " ".join(notes), SMALL)


def _words(span: Span) -> str:
    return span if isinstance(span, str) else span.text


def _run(paragraph: Any, words: str, size: float, *, bold: bool = False) -> Any:
    from docx.shared import Pt

    run = paragraph.add_run(words)
    run.font.size, run.font.bold = Pt(size), bold or None
    return run
