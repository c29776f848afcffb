"""One document in the format that a file's name asks for: HTML, PDF, Word or LaTeX."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from equipoise._files import write_atomically
from equipoise.errors import ArgumentError
from equipoise.report.html import html_page
from equipoise.report.latex import latex_text
from equipoise.report.pdf import pdf_file
from equipoise.report.word import word_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from equipoise.report.document import Document
    from equipoise.report.results_table import ResultsTable

FORMATS = (".html", ".pdf", ".docx", ".tex")


def document_file(
    document: Document, kind: str, results: ResultsTable, *, figures: Mapping[str, str] | None = None
) -> bytes:
    """The content of a file of this kind.

    Parameters
    ----------
    kind : ".html" (one self-contained page with every row of results), ".pdf", ".docx" or ".tex".
    figures : for LaTeX, the file of each figure by its id.
    """
    if kind == ".html":
        return html_page(document, results).encode()
    if kind == ".pdf":
        return pdf_file(document)
    if kind == ".docx":
        return word_file(document)
    if kind == ".tex":
        return latex_text(document, figures).encode()
    raise ArgumentError("path", kind, f"must end in {', '.join(FORMATS[:-1])} or {FORMATS[-1]}")


def write_document(document: Document, path: Path | str, results: ResultsTable) -> Path:
    """Write a document: .html, .pdf, .docx or .tex; whole or not at all.

    Raises
    ------
    ArgumentError
        Another ending.
    OutputError
        The file cannot be written.
    MissingPartError
        The library for this format is not installed.
    """
    return write_atomically(path, document_file(document, Path(path).suffix.lower(), results))
