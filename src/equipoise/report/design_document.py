"""The design as a document: text for the protocol, plan, looks, power, figures, what was assumed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise._files import write_together
from equipoise._version import __version__
from equipoise.design.from_protocol_by_statistic import is_another_test
from equipoise.report import numbers
from equipoise.report.design_curves import design_results
from equipoise.report.document import Document, FigureBlock, Paragraph, Running, Section
from equipoise.report.figures.design import DESIGN_FIGURES
from equipoise.report.protocol_text import protocol_paragraphs, protocol_text
from equipoise.report.sections.method import assumed_section
from equipoise.report.tables.design import design_facts, design_looks_table, design_stopping_table
from equipoise.report.tables.design_power import design_power_table
from equipoise.report.write_document import FORMATS, document_file

if TYPE_CHECKING:
    from pathlib import Path

    from equipoise.design.trial_design import Design
    from equipoise.report.figures.figure import Figure
    from equipoise.report.results_table import ResultsTable


def design_document(design: Design, results: ResultsTable, figures: dict[str, Figure]) -> Document:
    """What is asked and planned first, then text, tables and figures for the protocol."""
    protocol = design.protocol
    drawn = tuple(FigureBlock(f"figure-{name}", f.title, f) for name, f in figures.items())
    sections = [
        Section("protocol-text", "For the protocol", protocol_paragraphs(design, results)),
        Section(
            "looks",
            "Looks and boundaries",
            (design_looks_table(design, results), design_stopping_table(design, results)),
        ),
        Section("power", "Power over the hazard ratio", (design_power_table(design, results),)),
        Section("figures", "Figures", drawn),
        *assumed_section(protocol),
    ]
    return Document(
        title=f"{protocol.trial.name}: design",
        subtitle=protocol.trial.title,
        running=Running(
            trial=protocol.trial.name,
            protocol=f"{numbers.short_hash(protocol.hash)} (schema {protocol.schema_version})",
            program=__version__,
        ),
        opening=(Paragraph((protocol.trial.question,), "lead"), design_facts(design, results)),
        sections=tuple(sections),
    )


def design_figures(design: Design) -> dict[str, Figure]:
    """Every figure of a design by its name; bounds as hazard ratios only of a log-rank test."""
    names = [n for n in DESIGN_FIGURES if n != "hazard-ratio" or not is_another_test(design.hypothesis)]
    return {name: DESIGN_FIGURES[name](design) for name in names}


def write_design(design: Design, folder: Path | str) -> tuple[Path, ...]:
    """Leave a design in a folder: results, text, document and figures, all of them or none.

    design.csv and design.json (every number), design.html, .pdf, .docx and .tex (the document),
    protocol-text.txt (the paragraphs), and each figure as .svg and .pdf.

    Raises
    ------
    OutputError
        The folder cannot be written.
    MissingPartError
        matplotlib, jinja2, typst or python-docx is not installed.
    """
    results, figures = design_results(design), design_figures(design)
    document = design_document(design, results, figures)
    names = {f"figure-{name}": f"{name}.pdf" for name in figures}
    contents: dict[str, bytes | str] = {
        "design.csv": results.to_frame().write_csv(),
        "design.json": results.to_json(),
        "protocol-text.txt": protocol_text(design) + "\n",
    }
    contents |= {f"design{kind}": document_file(document, kind, results, figures=names) for kind in FORMATS}
    contents |= {f"{name}.{kind}": f.encoded(kind) for name, f in figures.items() for kind in ("svg", "pdf")}
    return write_together(folder, contents)
