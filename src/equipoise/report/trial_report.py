"""The report of a trial: whichever parts of its life exist, in the order that a reader asks for them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from equipoise._files import write_atomically
from equipoise._version import __version__
from equipoise.errors import ArgumentError
from equipoise.report import numbers
from equipoise.report.dates import written_date
from equipoise.report.document import Document, Running, Section
from equipoise.report.html import html_page
from equipoise.report.results_table import ResultsTable
from equipoise.report.sections.analysis import analysis_sections
from equipoise.report.sections.committee import committee_section
from equipoise.report.sections.design import design_section
from equipoise.report.sections.hypotheses import hypotheses_section
from equipoise.report.sections.method import assumed_facts_section, assumed_section, obtained_section
from equipoise.report.sections.opening import opening_blocks
from equipoise.report.sections.reconstruction import reconstruction_section
from equipoise.report.sections.simulation import simulation_section
from equipoise.report.tables.error_rates import error_rate_rows
from equipoise.report.tabulate import tabulate

if TYPE_CHECKING:
    from datetime import date

    from equipoise.analysis.results import TrialAnalysis
    from equipoise.design import GraphicalDesign
    from equipoise.design.trial_design import Design
    from equipoise.monitoring import CrossingTable, InterimResult, MonitoredHypotheses
    from equipoise.protocol import Protocol
    from equipoise.reconstruction import Published
    from equipoise.reconstruction.reconstruct import Reconstruction
    from equipoise.records import Snapshot
    from equipoise.simulation import OperatingCharacteristics


@dataclass(frozen=True, slots=True)
class TrialReport:
    """The parts of a trial's report; what is None has no section.

    Attributes
    ----------
    protocol : the trial as planned; without it, that of the analysis or of the design.
    analysis : of the data at the cut-off.
    design : boundaries, events, patients, calendar.
    operating_characteristics : the design over simulated trials.
    interim : the committee's look and those before it.
    crossing : the same look under other plans.
    reconstruction : how the synthetic cohort agrees with what was published.
    snapshot : the data, for the calendar of patients and events.
    published : the facts that the cohort was made from, for what it assumes beside them.
    hypotheses : the plan of several hypotheses that share one alpha.
    standing : what the looks held say of them together.
    """

    protocol: Protocol | None = None
    analysis: TrialAnalysis | None = None
    design: Design | None = None
    operating_characteristics: OperatingCharacteristics | None = None
    interim: InterimResult | None = None
    crossing: CrossingTable | None = None
    reconstruction: Reconstruction | None = None
    snapshot: Snapshot | None = None
    published: Published | None = None
    hypotheses: GraphicalDesign | None = None
    standing: MonitoredHypotheses | None = None

    @property
    def plan(self) -> Protocol:
        """The protocol that the report is about."""
        for found in (self.protocol, self.analysis, self.design):
            if found is not None:
                return found if found is self.protocol else found.protocol  # type: ignore[union-attr]
        raise ArgumentError("protocol", None, "must be given where there is neither analysis nor design")

    @property
    def synthetic(self) -> bool:
        """Whether any part rests on made-up patients."""
        marked = any(part.synthetic for part in (self.analysis, self.interim) if part is not None)
        return marked or self.reconstruction is not None

    def results(self) -> ResultsTable:
        """Every number of the report as rows."""
        data = self.analysis.data_hash if self.analysis else ""
        parts = (
            self.analysis,
            self.design,
            self.operating_characteristics,
            self.interim,
            self.crossing,
            self.reconstruction,
            self.hypotheses,
            self.standing,
        )
        tables = [tabulate(part) for part in parts if part is not None]
        if self.operating_characteristics is not None and self.design is not None:
            tables.append(error_rate_rows(self.operating_characteristics, self.design))
        return sum(tables, ResultsTable()).with_hashes(self.plan.hash, data)

    def document(self) -> Document:
        """The report before it is a page."""
        return trial_document(self, self.results())


def trial_document(report: TrialReport, results: ResultsTable) -> Document:
    """First screen, then how it was obtained, then the detail."""
    protocol, analysis = report.plan, report.analysis
    sections: list[Section] = [obtained_section(report)]
    if report.design is not None:
        sections.append(design_section(report.design, report.snapshot, results))
    if report.operating_characteristics is not None:
        sections.append(simulation_section(report.operating_characteristics, report.design, results))
    if report.interim is not None:
        sections.append(committee_section(report.interim, report.design, report.crossing, results))
    if report.hypotheses is not None:
        sections.append(hypotheses_section(report.hypotheses, report.standing, results))
    if analysis is not None:
        sections += analysis_sections(analysis, results)
    if report.reconstruction is not None:
        sections.append(reconstruction_section(report.reconstruction, protocol, results))
    sections += assumed_section(protocol)
    if report.published is not None:
        sections += assumed_facts_section(report.published)
    cutoff, data = _cutoff_and_data(report)
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


def _cutoff_and_data(report: TrialReport) -> tuple[date | None, str]:
    if report.analysis is not None:
        return report.analysis.cutoff, report.analysis.data_hash
    if report.interim is not None:
        return report.interim.current.cutoff, report.interim.data_hash
    return None, ""


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
