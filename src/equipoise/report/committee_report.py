"""The two reports of a committee's meeting: open, made of blinded data alone, and closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise._version import __version__
from equipoise.design.decision import Exit
from equipoise.report import numbers
from equipoise.report.dates import written_date
from equipoise.report.document import Block, Document, Facts, FigureBlock, Paragraph, Running, Section, Span
from equipoise.report.figures.boundary import plot_interim_boundary
from equipoise.report.sections.analysis import analysis_sections
from equipoise.report.sections.hypotheses import hypotheses_section, standing_words
from equipoise.report.sections.opening import SYNTHETIC, boundary_result
from equipoise.report.tables._cells import Cells
from equipoise.report.tables.closed_meeting import (
    deaths_table,
    disposition_table,
    late_effect_facts,
    new_since_table,
    periods_table,
    sensitivity_facts,
)
from equipoise.report.tables.interim import interim_looks_table
from equipoise.report.tables.interim_inference import inference_facts, past_looks_table
from equipoise.report.tables.ledger import ledger_table
from equipoise.report.tables.meeting import (
    baseline_table,
    currency_table,
    enrolment_table,
    pooled_adverse_events_table,
    pooled_events_table,
)
from equipoise.report.tabulate import tabulate
from equipoise.report.tabulate_analysis import analysis_table
from equipoise.report.tabulate_inference import inference_table, past_table
from equipoise.report.tabulate_interim import interim_table

if TYPE_CHECKING:
    from datetime import date

    from equipoise.design import GraphicalDesign
    from equipoise.monitoring import MonitoredHypotheses
    from equipoise.monitoring.meeting import ClosedMeeting, OpenMeeting
    from equipoise.protocol import Protocol
    from equipoise.report.results_table import ResultsTable

IMPLIED = {
    Exit.CONTINUE: "The rule implies: go on.",
    Exit.EFFICACY: "The rule implies: stop, for efficacy.",
    Exit.FUTILITY: "The rule implies: stop, for futility.",
    Exit.HARM: "The rule implies: stop, for harm.",
    Exit.END: "The rule implies: the trial ends without having crossed its efficacy boundary.",
}
WITHOUT_ARMS = "Made from data without arms: it holds no comparison, and nothing in it was computed by arm."
BESIDE_THE_TEST = (
    "Planned as sensitivity beside the primary test, never in its place: an effect that comes late weakens "
    "the log-rank test."
)
FIGURE = (6.1, 3.1)


def open_report(meeting: OpenMeeting) -> tuple[Document, ResultsTable]:
    """The open report and its rows: no arm, no comparison, no boundary, no implied recommendation."""
    protocol, data, summary, cells = meeting.protocol, meeting.snapshot, meeting.summary, Cells()
    labels = {s.id: s.name for s in protocol.stratum}
    sections = [
        Section("enrolment", "Enrolment", (enrolment_table(summary, protocol, cells),)),
        Section("patients", "Patients", (baseline_table(summary.baseline, cells, {}),)),
        Section("events", "Events", (pooled_events_table(summary, protocol, cells),)),
    ]
    if summary.currency is not None:
        table = currency_table(summary.currency, cells, labels)
        sections.append(Section("follow-up", "Follow-up", (table,)))
    if summary.adverse_events:
        foot, warning = _withheld(meeting)
        table = pooled_adverse_events_table(summary.adverse_events, protocol, cells, foot)
        sections.append(Section("safety", "Adverse events", (*warning, table)))
    first = summary.events[0]
    endpoint = protocol.endpoint_of(first.endpoint).label.lower()
    lead = (
        f"{numbers.count(summary.patients)} patients randomised; ",
        f"{numbers.count(first.events)} events of {endpoint}, all arms together.",
    )
    blocks: list[Block] = [Paragraph((protocol.trial.question,), "lead"), Paragraph(lead, "lead")]
    blocks += [Paragraph((SYNTHETIC,), "warning")] if data.synthetic else []
    blocks.append(Paragraph((WITHOUT_ARMS,), "note"))
    document = Document(
        title=f"{protocol.trial.name}: open report",
        subtitle=protocol.trial.title,
        running=_running(protocol, data.cutoff, data.data_hash, "OPEN", synthetic=data.synthetic),
        opening=tuple(blocks),
        sections=tuple(sections),
    )
    return document, cells.table().with_hashes(protocol.hash, data.data_hash)


def _withheld(meeting: OpenMeeting) -> tuple[tuple[str, ...], tuple[Block, ...]]:
    """What is said of terms that could give an arm away."""
    foot = ("Patients with the event among those evaluable, all arms together, all courses together.",)
    data, shown = meeting.snapshot, meeting.protocol.safety.unblinding_shown
    if data.withheld:
        how = "counted among other adverse events" if shown == "pooled" else "left out"
        return (*foot, f"Terms that could give an arm away are {how}, as the protocol lists them."), ()
    if not data.unlisted:
        return foot, ()
    words = (
        "The protocol does not list the terms that could give an arm away (safety.unblinding): check the "
        "table before this report leaves the statistician."
    )
    return foot, (Paragraph((words,), "warning"),)


def closed_report(
    meeting: ClosedMeeting, together: tuple[GraphicalDesign, MonitoredHypotheses] | None = None
) -> tuple[Document, ResultsTable]:
    """The closed report and its rows: first the number, the boundary and what the rule implies.

    Parameters
    ----------
    meeting : what is read of one hypothesis.
    together : where several hypotheses share one alpha, their plan and where all of them stand.
    """
    protocol, result, cells = meeting.protocol, meeting.result, Cells()
    own = (
        interim_table(result)
        + inference_table(meeting.inference, result.hypothesis)
        + past_table(meeting.past, result.hypothesis)
        + analysis_table(meeting.analysis)
    )
    unit = protocol.trial.time_unit
    arms = {a.id: a.label for a in protocol.arm}
    strata = {s.id: s.name for s in protocol.stratum}
    sections = [_look_section(meeting, own)]
    if together is not None:
        own = own + tabulate(together[0]) + tabulate(together[1])
        sections.append(hypotheses_section(*together, own))
    patients: list[Block] = [disposition_table(meeting, cells)]
    if meeting.new:
        patients.append(new_since_table(meeting, cells))
    if meeting.baseline:
        patients.append(baseline_table(meeting.baseline, cells, arms))
    sections.append(Section("patients", "Patients by arm", tuple(patients)))
    sections.append(_follow_up_section(meeting, cells, arms, strata))
    sections += analysis_sections(meeting.analysis, own, curves_shown=False)
    late = (
        Paragraph((BESIDE_THE_TEST,)),
        late_effect_facts(meeting.late, unit, cells),
        periods_table(meeting.late, unit, cells),
    )
    sections.append(Section("late-effect", "Is the effect the same at all times?", late))
    if meeting.deaths:
        sections.append(Section("deaths", "Deaths", (deaths_table(meeting),)))
    if meeting.ledger is not None:
        sections.append(Section("ledger", "Ledger before this look", (ledger_table(meeting.ledger),)))
    document = Document(
        title=f"{protocol.trial.name}: closed report",
        subtitle=protocol.trial.title,
        running=_running(protocol, result.cutoff, result.data_hash, "CLOSED", synthetic=result.synthetic),
        opening=_closed_opening(meeting, own, None if together is None else together[1]),
        sections=tuple(sections),
    )
    return document, (own + cells.table()).with_hashes(protocol.hash, result.data_hash)


def _closed_opening(
    meeting: ClosedMeeting, results: ResultsTable, standing: MonitoredHypotheses | None
) -> tuple[Block, ...]:
    """The question, the number, the boundary, what the rule implies."""
    result = meeting.result
    implied = IMPLIED[result.current.exit]
    if result.not_read:
        implied = f"{result.status[0].upper()}{result.status[1:]}."
    if standing is not None:
        implied = standing_words(standing, result.hypothesis, result.alpha)
    blocks: list[Block] = [
        Paragraph((meeting.protocol.trial.question,), "lead"),
        Paragraph(boundary_result(result, results), "lead"),
        Paragraph((implied, " The committee decides, and may decide otherwise."), "lead"),
    ]
    blocks += [Paragraph((w,), "warning") for w in result.warnings]
    blocks += [Paragraph((SYNTHETIC,), "warning")] if result.synthetic else []
    figure = plot_interim_boundary(result, planned=meeting.design, size=FIGURE)
    blocks.append(FigureBlock("figure-boundary", "Statistic against the boundary, look by look", figure))
    blocks.append(inference_facts(meeting.inference, results, result.hypothesis))
    blocks.append(Facts(_provenance(meeting)))
    return tuple(blocks)


def _provenance(meeting: ClosedMeeting) -> tuple[tuple[str, tuple[Span, ...]], ...]:
    """The ledger's head, which shows later whether the past was changed; how the arms are named."""
    ledger = meeting.ledger
    kept = "none was kept" if ledger is None else f"{len(ledger.entries)} entries, head {ledger.head}"
    names = "named" if not meeting.letters else "letters; unblinding is to be asked for"
    return (("Ledger", (kept,)), ("Arms", (names,)))


def _look_section(meeting: ClosedMeeting, results: ResultsTable) -> Section:
    blocks: list[Block] = [interim_looks_table(meeting.result, results)]
    if meeting.past:
        blocks.append(past_looks_table(meeting.past, results, meeting.result.hypothesis))
    return Section("looks", "The looks", tuple(blocks))


def _follow_up_section(
    meeting: ClosedMeeting, cells: Cells, arms: dict[str, str], strata: dict[str, str]
) -> Section:
    blocks: list[Block] = []
    if meeting.currency is not None:
        blocks.append(currency_table(meeting.currency, cells, arms, name="by-arm"))
    if meeting.currency_by_stratum is not None and len(strata) > 1:
        blocks.append(currency_table(meeting.currency_by_stratum, cells, strata, name="by-stratum"))
    sensitivity = sensitivity_facts(meeting, cells)
    if sensitivity.items:
        blocks += [Paragraph(("The primary test, read otherwise",), "heading"), sensitivity]
    if not blocks:
        blocks.append(Paragraph(("The data hold no dates: how current they are cannot be said.",), "note"))
    return Section("follow-up", "Follow-up", tuple(blocks))


def _running(
    protocol: Protocol, cutoff: date | None, data_hash: str, mark: str, *, synthetic: bool
) -> Running:
    return Running(
        trial=protocol.trial.name,
        protocol=f"{numbers.short_hash(protocol.hash)} (schema {protocol.schema_version})",
        cutoff=written_date(cutoff) if cutoff else "none, all data",
        data=numbers.short_hash(data_hash),
        program=__version__,
        marks=(mark, "SYNTHETIC") if synthetic else (mark,),
    )
