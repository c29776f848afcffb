"""The two reports of a committee's meeting: open, made of blinded data alone, and closed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from equipoise._version import __version__
from equipoise.report import numbers
from equipoise.report.dates import written_date
from equipoise.report.document import Block, Document, Paragraph, Running, Section
from equipoise.report.sections.analysis import analysis_sections
from equipoise.report.sections.closed_opening import closed_opening
from equipoise.report.sections.hypotheses import hypotheses_section
from equipoise.report.sections.meeting import coming_section, enrolment_blocks
from equipoise.report.sections.opening import SYNTHETIC
from equipoise.report.tables._cells import Cells
from equipoise.report.tables.closed_meeting import (
    cause_comparison_table,
    deaths_table,
    disposition_table,
    late_effect_facts,
    new_since_table,
    periods_table,
    sensitivity_facts,
)
from equipoise.report.tables.exposure import exposure_table, worst_grades_table
from equipoise.report.tables.interim import interim_looks_table
from equipoise.report.tables.interim_inference import past_looks_table
from equipoise.report.tables.ledger import ledger_table
from equipoise.report.tables.meeting import (
    Currency,
    baseline_table,
    currency_table,
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

WITHOUT_ARMS = "Made from data without arms: it holds no comparison, and nothing in it was computed by arm."
BESIDE_THE_TEST = (
    "Planned as sensitivity beside the primary test, never in its place: an effect that comes late weakens "
    "the log-rank test."
)
NO_EXPOSURE = (
    "Exposure: the data hold no table of courses begun (ADEX), so who began each course cannot be counted."
)
NOT_COUNTED = {
    "not_treated": "patients not treated (ADSL has no TRTSDT)",
    "withdrawn": "patients who withdrew (ADSL has no EOSSTT)",
    "died": "deaths (ADSL has no DTHDT)",
}


def open_report(meeting: OpenMeeting) -> tuple[Document, ResultsTable]:
    """The open report and its rows: no arm, no comparison, no boundary, no implied recommendation."""
    protocol, data, summary, cells = meeting.protocol, meeting.snapshot, meeting.summary, Cells()
    labels = {s.id: s.name for s in protocol.stratum}
    sections = [
        Section("enrolment", "Enrolment", enrolment_blocks(summary.enrolment, protocol, cells)),
        Section("events", "Events", (pooled_events_table(summary, protocol, cells),)),
        coming_section(meeting.coming, cells),
        Section("patients", "Patients", (baseline_table(summary.baseline, cells, {}),)),
    ]
    if summary.currency is not None:
        table = currency_table((Currency(summary.currency, labels),), cells)
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
    due = _next_look(meeting)
    blocks: list[Block] = [Paragraph((protocol.trial.question,), "lead"), Paragraph((*lead, *due), "lead")]
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


def _next_look(meeting: OpenMeeting) -> tuple[str, ...]:
    """When the next look is due, by the forecast that knows no arm."""
    found = meeting.coming.forecast
    if found is None or not found.looks or found.looks[0].median is None:
        return ()
    k = found.looks[0]
    when = written_date(found.looks[0].median)
    return (f" Look {k.look} of the plan, at {numbers.count(k.events)} events, is foretold for {when}.",)


def _withheld(meeting: OpenMeeting) -> tuple[tuple[str, ...], tuple[Block, ...]]:
    """What is said of terms that could give an arm away."""
    foot: tuple[str, ...] = (
        "Patients with the event among those evaluable, all arms together, all courses together.",
    )
    data, shown = meeting.snapshot, meeting.protocol.safety.unblinding_shown
    if meeting.summary.not_found:
        names = ", ".join(meeting.summary.not_found)
        foot += (f"Not found in the data: {names}. None occurred, or the spelling differs: check it.",)
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
    patients: list[Block] = [new_since_table(meeting, cells)] if meeting.new else []
    patients += [
        *enrolment_blocks(meeting.enrolment, protocol, cells, arms),
        disposition_table(meeting, cells),
    ]
    patients += _not_counted(meeting)
    if meeting.baseline:
        patients.append(baseline_table(meeting.baseline, cells, arms))
    sections.append(Section("patients", "Patients by arm", tuple(patients)))
    sections.append(_follow_up_section(meeting, cells, arms, strata))
    sections += _analysis(meeting, own, cells)
    late = (
        Paragraph((BESIDE_THE_TEST,)),
        late_effect_facts(meeting.late, unit, cells),
        periods_table(meeting.late, unit, cells),
    )
    sections.append(Section("late-effect", "Is the effect the same at all times?", late))
    if meeting.deaths:
        sections.append(Section("deaths", "Deaths", (deaths_table(meeting),)))
    sections.append(coming_section(meeting.coming, cells))
    if meeting.ledger is not None:
        sections.append(Section("ledger", "Ledger before this look", (ledger_table(meeting.ledger),)))
    document = Document(
        title=f"{protocol.trial.name}: closed report",
        subtitle=protocol.trial.title,
        running=_running(protocol, result.cutoff, result.data_hash, "CLOSED", synthetic=result.synthetic),
        opening=closed_opening(meeting, own, None if together is None else together[1]),
        sections=tuple(sections),
        first_page_alone=True,
    )
    return document, (own + cells.table()).with_hashes(protocol.hash, result.data_hash)


def _not_counted(meeting: ClosedMeeting) -> list[Block]:
    """What the data do not hold, so that an absent column is not read as nobody."""
    absent = [w for n, w in NOT_COUNTED.items() if all(getattr(d, n) is None for d in meeting.disposition)]
    return [Paragraph((f"Not counted, for want of data: {'; '.join(absent)}.",), "note")] if absent else []


def _analysis(meeting: ClosedMeeting, results: ResultsTable, cells: Cells) -> list[Section]:
    """The planned analysis, with causes compared, courses begun and worst grades."""
    labels = {a.data_value: a.label for a in meeting.protocol.arm}
    safety, found = meeting.analysis.adverse_events, []
    for section in analysis_sections(meeting.analysis, results, curves_shown=False, briefly=True):
        if section.id == "safety" and safety is not None:
            first: list[Block] = []
            if safety.graded.exposed:
                first.append(exposure_table(safety.graded, cells, labels))
            if safety.worst is not None:
                first.append(worst_grades_table(safety.worst, safety.graded, cells, labels))
            if not safety.graded.exposed:
                first.append(Paragraph((NO_EXPOSURE,), "note"))
            found.append(
                replace(section, title="Exposure and adverse events", blocks=(*first, *section.blocks))
            )
        elif section.id == "causes" and meeting.causes:
            table = cause_comparison_table(meeting, cells)
            found.append(replace(section, blocks=(*section.blocks, table)))
        else:
            found.append(section)
    return found


def _look_section(meeting: ClosedMeeting, results: ResultsTable) -> Section:
    blocks: list[Block] = [interim_looks_table(meeting.result, results)]
    if meeting.past:
        blocks.append(past_looks_table(meeting.past, results, meeting.result.hypothesis))
    return Section("looks", "The looks", tuple(blocks))


def _follow_up_section(
    meeting: ClosedMeeting, cells: Cells, arms: dict[str, str], strata: dict[str, str]
) -> Section:
    blocks: list[Block] = []
    parts = []
    if meeting.currency is not None:
        parts.append(Currency(meeting.currency, arms, "By arm", "by-arm"))
    if meeting.currency_by_stratum is not None and len(strata) > 1:
        parts.append(Currency(meeting.currency_by_stratum, strata, "By stratum", "by-stratum"))
    if parts:
        blocks.append(currency_table(parts, cells))
    else:
        blocks.append(Paragraph(("The data hold no dates: how current they are cannot be said.",), "note"))
    sensitivity = sensitivity_facts(meeting, cells)
    blocks += [Paragraph(("The primary test, read otherwise",), "heading"), sensitivity]
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
