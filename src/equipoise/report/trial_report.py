"""The report of a trial: whichever parts of its life exist, in the order that a reader asks for them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from equipoise._version import __version__
from equipoise.errors import ArgumentError
from equipoise.report import numbers
from equipoise.report._files import write_atomically
from equipoise.report.dates import written_date
from equipoise.report.document import Document, Running, Section
from equipoise.report.html import html_page
from equipoise.report.results_table import ResultsTable
from equipoise.report.sections.analysis import analysis_sections
from equipoise.report.sections.committee import committee_section
from equipoise.report.sections.design import design_section
from equipoise.report.sections.method import assumed_section, obtained_section
from equipoise.report.sections.opening import opening_blocks
from equipoise.report.tabulate import tabulate

if TYPE_CHECKING:
    from equipoise.analysis.results import TrialAnalysis
    from equipoise.design.trial_design import Design
    from equipoise.monitoring import CrossingTable, InterimResult
    from equipoise.protocol import Protocol


@dataclass(frozen=True, slots=True)
class TrialReport:
    """The parts of a trial's report; what is None has no section.

    Attributes
    ----------
    protocol : the trial as planned.
    analysis : of the data at the cut-off.
    design : boundaries, events, patients, calendar.
    interim : the committee's look and those before it.
    crossing : the same look under other plans.
    """

    protocol: Protocol
    analysis: TrialAnalysis | None = None
    design: Design | None = None
    interim: InterimResult | None = None
    crossing: CrossingTable | None = None

    @property
    def synthetic(self) -> bool:
        """Whether any part rests on made-up patients."""
        return any(part.synthetic for part in (self.analysis, self.interim) if part is not None)

    def results(self) -> ResultsTable:
        """Every number of the report as rows."""
        data = self.analysis.data_hash if self.analysis else ""
        parts = (self.analysis, self.design, self.interim, self.crossing)
        tables = [tabulate(part) for part in parts if part is not None]
        return sum(tables, ResultsTable()).with_hashes(self.protocol.hash, data)

    def document(self) -> Document:
        """The report before it is a page."""
        return trial_document(self, self.results())


def trial_document(report: TrialReport, results: ResultsTable) -> Document:
    """First screen, then how it was obtained, then the detail."""
    protocol, analysis = report.protocol, report.analysis
    sections: list[Section] = [obtained_section(report)]
    if report.design is not None:
        sections.append(design_section(report.design, results))
    if report.interim is not None:
        sections.append(committee_section(report.interim, report.design, report.crossing, results))
    if analysis is not None:
        sections += analysis_sections(analysis, results)
    sections += assumed_section(protocol)
    cutoff = analysis.cutoff if analysis else report.interim.current.cutoff if report.interim else None
    data = analysis.data_hash if analysis else report.interim.data_hash if report.interim else ""
    return Document(
        title=protocol.trial.name,
        subtitle=protocol.trial.title,
        running=Running(
            trial=protocol.trial.name,
            protocol=f"{numbers.short_hash(protocol.hash)} (schema {protocol.schema_version})",
            cutoff=written_date(cutoff) if cutoff else "none, all data" if analysis else "",
            data=numbers.short_hash(data) if data else "",
            program=__version__,
            marks=("SYNTHETIC",) if report.synthetic else (),
        ),
        opening=opening_blocks(report, results),
        sections=tuple(sections),
    )


def render(report: TrialReport, path: Path | str) -> Path:
    """Write the report as one self-contained page; whole or not at all.

    Parameters
    ----------
    report : the parts that exist.
    path : a file that ends in .html.

    Raises
    ------
    ArgumentError
        Another ending.
    OutputError
        The file cannot be written.
    MissingPartError
        matplotlib or jinja2 is not installed.
    """
    if Path(path).suffix.lower() != ".html":
        raise ArgumentError("path", str(path), "must end in .html")
    results = report.results()
    return write_atomically(path, html_page(trial_document(report, results), results))
