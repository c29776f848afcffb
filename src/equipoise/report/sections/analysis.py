"""The planned analysis: endpoints by arm and by stratum, subgroups, competing causes, adverse events."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from equipoise.report.document import Block, FigureBlock, Paragraph, Section
from equipoise.report.figures.adverse_events import plot_adverse_events
from equipoise.report.figures.cumulative_incidence import plot_cumulative_incidence
from equipoise.report.figures.forest import plot_forest
from equipoise.report.figures.kaplan_meier import band_note, plot_endpoint
from equipoise.report.tables.adverse_events import adverse_event_course_table, adverse_event_table
from equipoise.report.tables.causes import causes_table
from equipoise.report.tables.endpoint import endpoint_table, follow_up_sentence, risk_table
from equipoise.report.tables.subgroups import subgroup_notes, subgroups_table

if TYPE_CHECKING:
    from equipoise.analysis.results import EndpointAnalysis, TrialAnalysis
    from equipoise.analysis.safety_analysis import SafetyAnalysis
    from equipoise.report.results_table import ResultsTable


MADE_UP = "The patients are made up: what is shown by subgroup shows how such a figure reads, not the trial."
FOREST = "Squares by information; arrows where an interval leaves the axis; dashed: all subjects."


def analysis_sections(
    analysis: TrialAnalysis, results: ResultsTable, *, curves_shown: bool = True, briefly: bool = False
) -> list[Section]:
    """One section an endpoint, then subgroups, causes, adverse events; each only where there is something.

    `curves_shown`: the first endpoint's curves stand on the first screen already. `briefly`: without tables
    whose numbers stand in a figure beside them.
    """
    found: list[Section] = []
    for name in dict.fromkeys(e.endpoint for e in analysis.endpoints):
        parts = [e for e in analysis.endpoints if e.endpoint == name]
        first = curves_shown and not found
        found.append(_endpoint(parts, analysis, results, first=first, briefly=briefly))
    if analysis.subgroups is not None:
        labels = {a.id: a.label for a in analysis.protocol.arm}
        figure = plot_forest(analysis.subgroups, labels=labels)
        block = FigureBlock("figure-forest", "Hazard ratio by subgroup", figure, (FOREST,))
        made_up = (Paragraph((MADE_UP,), "warning"),) if analysis.synthetic else ()
        if briefly:
            notes = [n for n in subgroup_notes(analysis.subgroups) if not n.startswith("Survival")]
            blocks: tuple[Block, ...] = (replace(block, foot=(*block.foot, *notes)),)
        else:
            blocks = (block, subgroups_table(analysis.subgroups, results, labels))
        found.append(Section("subgroups", "Subgroups", (*made_up, *blocks)))
    if analysis.incidence is not None:
        found.append(_causes(analysis, results))
    if analysis.adverse_events is not None:
        found.append(_safety(analysis.adverse_events, analysis, results))
    return found


def _endpoint(
    parts: list[EndpointAnalysis],
    analysis: TrialAnalysis,
    results: ResultsTable,
    *,
    first: bool,
    briefly: bool,
) -> Section:
    """Table, follow-up, curves in all patients and in each stratum."""
    whole, strata = parts[0], parts[1:]
    unit = analysis.protocol.trial.time_unit
    since = analysis.protocol.endpoint_of(whole.endpoint).origin
    blocks: list[Block] = [
        Paragraph(follow_up_sentence(whole, results, unit)),
        endpoint_table(parts, results, analysis.protocol),
    ]
    if not first:
        blocks.append(
            FigureBlock(
                f"figure-{whole.endpoint}".lower(),
                f"{whole.label} by arm",
                plot_endpoint(whole, unit=unit, since=since),
                (band_note(whole),),
            )
        )
    if not briefly:
        blocks.append(risk_table(whole, results, unit))
    for e in strata:
        title = f"{e.label} by arm, {e.population_label}"
        blocks.append(
            FigureBlock(
                f"figure-{e.endpoint}-{e.population}".lower(),
                title,
                plot_endpoint(e, unit=unit, since=since),
                (band_note(e),),
            )
        )
    when = "" if analysis.cutoff is None else " at the cut-off"
    return Section(f"endpoint-{whole.endpoint}".lower(), f"{whole.label}{when}", tuple(blocks))


def _causes(analysis: TrialAnalysis, results: ResultsTable) -> Section:
    protocol, incidence = analysis.protocol, analysis.incidence
    assert incidence is not None  # noqa: S101 - asked by the caller
    causes = {c.id: c.label for c in protocol.analyses.cause}
    causes |= {c: c for c in incidence.causes if c not in causes}
    arms = {a.arm: a.label for a in analysis.endpoints[0].arms}
    unit, times = protocol.trial.time_unit, protocol.analyses.milestones
    figure = plot_cumulative_incidence(incidence, unit=unit, labels=arms, causes=causes, at=times)
    table = causes_table(incidence, results, (unit, times), arms, causes)
    title = f"{analysis.endpoints[0].label}: first events by cause"
    return Section("causes", "Competing causes", (FigureBlock("figure-causes", title, figure), table))


def _any_grade(safety: SafetyAnalysis, results: ResultsTable, labels: dict[str, str], least: str) -> Block:
    """Events of any grade; one sentence where none is below the grade that is reported apart."""
    counts = [rates.rates.filter(course="All courses") for rates in (safety.any_grade, safety.graded)]
    if counts[0].select("term", "arm", "events").equals(counts[1].select("term", "arm", "events")):
        return Paragraph((f"The data hold no event below {least.removesuffix(' or more')}.",), "note")
    return adverse_event_table(safety.any_grade, results, labels, title="Adverse events of any grade")


def _safety(safety: SafetyAnalysis, analysis: TrialAnalysis, results: ResultsTable) -> Section:
    protocol = analysis.protocol
    labels = {protocol.arm_of(a.arm).data_value: a.label for a in analysis.endpoints[0].arms}
    least = f"grade {safety.graded.grade} or more" if safety.graded.grade else "any grade"
    blocks: list[Block] = [
        FigureBlock(
            "figure-ae", f"Adverse events of {least}", plot_adverse_events(safety.graded, labels=labels)
        ),
        adverse_event_table(safety.graded, results, labels, title=f"Adverse events of {least}"),
        _any_grade(safety, results, labels, least),
    ]
    blocks += [
        adverse_event_table(
            rates,
            results,
            labels,
            stratum=s,
            title=f"Adverse events of {least}, {protocol.stratum_of(s).name}",
        )
        for s, rates in safety.by_stratum.items()
    ]
    if safety.graded.rates["course"].n_unique() > 1:
        blocks.append(adverse_event_course_table(safety.graded, results, labels))
    return Section("safety", "Adverse events", tuple(blocks))
