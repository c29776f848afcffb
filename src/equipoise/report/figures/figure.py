"""A drawn figure with its caption and its text alternative, ready for a page or a file."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from equipoise._files import write_atomically
from equipoise.errors import ArgumentError
from equipoise.report._reproducible import METADATA, PDF_SETTINGS, SVG_SETTINGS, for_a_page, identifier
from equipoise.report.figures._style import matplotlib_loaded, styled

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

DPI = 300


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """A figure: vectors on a page, PDF or PNG on request.

    Attributes
    ----------
    drawing : the matplotlib figure.
    title : what it shows, in a few words.
    alternative : what a reader who cannot see it is told.
    """

    drawing: Drawing
    title: str
    alternative: str

    def svg(self, prefix: str = "") -> str:
        """The drawing as SVG for a page: identifiers under `prefix`, title and description inside."""
        drawn = for_a_page(self.encoded("svg").decode(), prefix or identifier(self.title))
        described = f"<title>{_escaped(self.title)}</title><desc>{_escaped(self.alternative)}</desc>"
        return drawn.replace(">", f">{described}", 1)

    def marked(self, words: str) -> Figure:
        """The same figure with words in its upper corner, such as SYNTHETIC where patients are made up."""
        with styled(SVG_SETTINGS):
            self.drawing.text(0.995, 0.995, words, ha="right", va="top", fontsize=8, fontweight="bold")
        return Figure(self.drawing, self.title, f"{words}. {self.alternative}")

    def save(self, path: Path | str) -> Path:
        """Write the figure: .svg, .pdf (vectors) or .png (300 dpi); whole or not at all.

        Raises
        ------
        ArgumentError
            Another ending.
        OutputError
            The file cannot be written.
        """
        kind = Path(path).suffix.lower().removeprefix(".")
        if kind not in METADATA:
            raise ArgumentError("path", str(path), "must end in .svg, .pdf or .png")
        return write_atomically(path, self.encoded(kind))

    def encoded(self, kind: str) -> bytes:
        """The drawing as a file's content: kind is "svg", "pdf" or "png"."""
        buffer = io.BytesIO()
        with styled(SVG_SETTINGS | PDF_SETTINGS):
            self.drawing.savefig(buffer, format=kind, dpi=DPI, metadata=METADATA[kind])
        return buffer.getvalue()

    def _repr_html_(self) -> str:
        return f"<figure>{self.svg()}<figcaption>{_escaped(self.title)}</figcaption></figure>"


def write_figure(figure: Figure, path: Path | str) -> Path:
    """Write a figure to a file: see `Figure.save`."""
    return figure.save(path)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def draw(width: float, height: float) -> Any:
    """An empty drawing of so many inches."""
    matplotlib_loaded()
    from matplotlib.figure import Figure as NewDrawing

    return NewDrawing(figsize=(width, height))
