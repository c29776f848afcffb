"""The first screen: what was asked, the answer with its uncertainty, the curves, the boundary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.design.decision import Exit
from equipoise.report import numbers
from equipoise.report.dates import written_date
from equipoise.report.document import Block, FigureBlock, Paragraph, Span
from equipoise.report.figures.boundary import plot_interim_boundary, plot_trial_boundary
from equipoise.report.figures.kaplan_meier import band_note, plot_endpoint
from equipoise.report.margin_words import limit_against_margin
from equipoise.report.tables.endpoint import survival_cell
from equipoise.report.tabulate_endpoint import at_time, limit_level, versus
from equipoise.report.tabulate_interim import INTERIM, look_item
from equipoise.report.view import View
from equipoise.report.words import in_sentence, milestone_words

if TYPE_CHECKING:
    from equipoise.analysis.results import EndpointAnalysis
    from equipoise.monitoring import InterimResult
    from equipoise.report.results_table import ResultsTable
    from equipoise.report.trial_report import TrialReport

FIGURE_SIZE = (6.1, 3.7)
SYNTHETIC = (
    "The patients in this report are made up to agree with published results. "
    "Nothing in it is evidence about a treatment."
)


def opening_blocks(report: TrialReport, results: ResultsTable) -> tuple[Block, ...]:
    """Question, primary result, status; Kaplan-Meier figure and boundary figure."""
    protocol = report.plan
    blocks: list[Block] = [Paragraph((protocol.trial.question,), "lead")]
    if report.synthetic:
        blocks.append(Paragraph((SYNTHETIC,), "warning"))
    primary = report.analysis.endpoints[0] if report.analysis else None
    if primary is not None:
        blocks.append(Paragraph(primary_result(primary, results, protocol.trial.time_unit), "lead"))
    if report.interim is not None:
        blocks.append(Paragraph(boundary_result(report.interim, results), "lead"))
    if primary is not None:
        figure = plot_endpoint(
            primary,
            unit=protocol.trial.time_unit,
            since=protocol.endpoint_of(primary.endpoint).origin,
            size=FIGURE_SIZE,
        )
        title = f"{primary.label} by arm, {in_sentence(primary.population_label)}"
        blocks.append(FigureBlock("figure-primary", title, figure, (band_note(primary),)))
    size = (FIGURE_SIZE[0], 3.1)
    if report.interim is not None:
        figure = plot_interim_boundary(report.interim, planned=report.design, size=size)
        blocks.append(FigureBlock("figure-boundary", "Statistic against the boundary, look by look", figure))
    elif report.design is not None:
        figure = plot_trial_boundary(report.design, size=size)
        blocks.append(FigureBlock("figure-boundary", "Stopping boundaries as planned", figure))
    return tuple(blocks)


def primary_result(e: EndpointAnalysis, results: ResultsTable, unit: str) -> tuple[Span, ...]:
    """The primary result in one line."""
    view = View(results, e.endpoint, e.population)
    spans: list[Span] = [] if e.milestones else [f"{e.label}: "]
    if e.milestones:
        time = e.milestones[0].time
        spans.append(f"{milestone_words(e.label, time, unit)}: ")
        for i, arm in enumerate(reversed(e.arms)):
            cell = survival_cell(view.of(group=arm.arm, item=at_time(time, unit)), e)
            joint = "" if i == 0 else " against " if len(e.arms) == 2 else "; "
            spans += [joint, cell, f" with {arm.label}"]
        spans.append("; " if e.comparisons else ".")
    labels = {a.arm: a.label for a in e.arms}
    for i, c in enumerate(e.comparisons):
        pair = view.of(group=versus(c))
        several = f" of {labels[c.experimental]}" if len(e.comparisons) > 1 else ""
        names = ("hazard_ratio", "hazard_ratio_lower", "hazard_ratio_upper")
        spans += [
            f"{'; ' if i else ''}hazard ratio{several} ",
            pair.cell(numbers.ratio_with_interval, *names, level=e.curves.level),
            f", {'stratified ' if e.test_strata else ''}log-rank ",
            pair.cell(numbers.p_phrase, "logrank_p"),
            ", two-sided",
        ]
        if c.margin_test is not None:
            which = f"one-sided {numbers.percent(limit_level(c.margin_test))} interval"
            spans += ["; ", *limit_against_margin(pair, which, conclude=False)]
    return (*spans, "." if e.comparisons else "")


def boundary_result(interim: InterimResult, results: ResultsTable) -> tuple[Span, ...]:
    """The boundary status of the current look in one line."""
    k = interim.current
    view = View(results, INTERIM, interim.hypothesis, item=look_item(k.look))
    when = f" of {written_date(k.cutoff)}" if k.cutoff else ""
    at = (", at ", view.cell(numbers.count, "events"), " of ", view.cell(numbers.count, "planned_events"))
    if not k.look:
        cut = f", data cut {written_date(k.cutoff)}" if k.cutoff else ""
        statistic = view.cell(numbers.boundary_z, "z")
        return (f"Before the first look{cut}: no boundary is in force. z ", statistic, *at, " events.")
    status = view.text("status")
    side = {Exit.HARM: "harm", Exit.FUTILITY: "futility"}.get(k.exit, "efficacy")
    if side == "efficacy" and not numbers.known(k.efficacy_z):
        side = "futility"
    bound: tuple[Span, ...] = ()
    if numbers.known(getattr(k, f"{side}_z")):
        article = "an" if side == "efficacy" else "a"
        bound = (f" against {article} {side} boundary of ", view.cell(numbers.boundary_z, f"{side}_z"))
    earlier = interim.stopped_before
    already: tuple[Span, ...] = ()
    if earlier is not None:
        already = (f" At look {earlier.look} already: {earlier.exit.sentence}.",)
    level = numbers.percent(1.0 - interim.alpha)
    limit = limit_against_margin(view, f"one-sided {level} repeated interval")
    if limit:
        limit = (" Hazard ratio ", view.cell(numbers.ratio, "hazard_ratio"), "; ", *limit, ".")
    return (
        f"Look {k.look}{when}: ",
        status,
        " under the plan of this protocol: z ",
        view.cell(numbers.boundary_z, "z"),
        *bound,
        *at,
        " events.",
        *limit,
        *already,
    )
