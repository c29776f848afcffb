"""The closed report's first page: question, number, boundary, what the rule implies, what to weigh."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.design.decision import Exit
from equipoise.report import numbers
from equipoise.report.dates import written_date
from equipoise.report.document import Block, Facts, FigureBlock, Paragraph, Shown, Span
from equipoise.report.figures.boundary import plot_interim_boundary
from equipoise.report.sections.hypotheses import standing_words
from equipoise.report.sections.opening import SYNTHETIC, boundary_result
from equipoise.report.tables.endpoint import survival_cell
from equipoise.report.tables.interim_inference import inference_facts
from equipoise.report.tabulate_endpoint import at_time, versus
from equipoise.report.tabulate_interim import INTERIM, look_item
from equipoise.report.view import View
from equipoise.report.words import in_sentence, milestone_words

if TYPE_CHECKING:
    from equipoise.analysis.results import EndpointAnalysis
    from equipoise.monitoring import MonitoredHypotheses
    from equipoise.monitoring.meeting import ClosedMeeting
    from equipoise.report.results_table import ResultsTable

Items = list[tuple[str, tuple[Span, ...]]]

IMPLIED = {
    Exit.CONTINUE: "The rule implies: go on.",
    Exit.EFFICACY: "The rule implies: stop, for efficacy.",
    Exit.FUTILITY: "The rule implies: stop, for futility.",
    Exit.HARM: "The rule implies: stop, for harm.",
    Exit.END: "The rule implies: the trial ends without having crossed its efficacy boundary.",
}
FIGURE = (6.1, 2.75)


def closed_opening(
    meeting: ClosedMeeting, results: ResultsTable, standing: MonitoredHypotheses | None
) -> tuple[Block, ...]:
    """The question, the number, the boundary, what the rule implies; then one line on each thing to weigh."""
    result = meeting.result
    implied = IMPLIED[result.current.exit]
    if result.not_read:
        implied = f"{result.status[0].upper()}{result.status[1:]}."
    if standing is not None:
        together = standing_words(standing, result.hypothesis, result.alpha)
        implied = f"{implied} {together}" if result.not_read else together
    blocks: list[Block] = [
        Paragraph((meeting.protocol.trial.question,), "lead"),
        Paragraph((*boundary_result(result, results), *_nominal(meeting, results)), "lead"),
        Paragraph((implied, " The committee decides, and may decide otherwise."), "lead"),
    ]
    blocks += _not_as_planned(meeting)
    blocks += [Paragraph((w,), "warning") for w in result.warnings]
    blocks += [Paragraph((SYNTHETIC,), "warning")] if result.synthetic else []
    figure = plot_interim_boundary(result, planned=meeting.design, size=FIGURE)
    blocks.append(FigureBlock("figure-boundary", "Statistic against the boundary, look by look", figure))
    blocks.append(inference_facts(meeting.inference, results, result.hypothesis))
    blocks.append(Paragraph(("To weigh beside it",), "heading"))
    blocks.append(Facts((*_weighed(meeting, results), *_provenance(meeting))))
    return tuple(blocks)


def _not_as_planned(meeting: ClosedMeeting) -> list[Block]:
    """A look that is read at other events than planned; louder where fewer than half of them have come."""
    k = meeting.result.current
    planned = meeting.design.looks[k.planned_look - 1].events
    if k.unplanned or k.overrun or k.events == planned or not k.look:
        return []
    words = (
        f"The plan holds look {k.planned_look} at {numbers.count(planned)} events; it is read at "
        f"{numbers.count(k.events)}."
    )
    if 2 * k.events >= planned:
        return [Paragraph((words,), "note")]
    early = (
        " Fewer than half of them have come: the look is not due, and its boundary is not meant for so few."
    )
    return [Paragraph((words + early,), "warning")]


def _nominal(meeting: ClosedMeeting, results: ResultsTable) -> tuple[Span, ...]:
    """The same as P against P, in which committees often read a boundary."""
    result = meeting.result
    view = View(results, INTERIM, result.hypothesis, item=look_item(result.current.look))
    if not numbers.known(result.current.efficacy_z) or view.row("nominal_p") is None:
        return ()
    sides = "one-sided" if result.sides == 1 else "two-sided"
    p, bound = view.cell(numbers.nominal_p, "nominal_p"), view.cell(numbers.nominal_p, "efficacy_p")
    return (f" As {sides} P: ", p, " against ", bound, ".")


def _weighed(meeting: ClosedMeeting, results: ResultsTable) -> Items:
    """One line on each thing that a committee weighs, with the page that says more."""
    items: Items = []
    whole = [e for e in meeting.analysis.endpoints if e.population == "all"]
    for e in whole:
        more = Shown("more", section=f"endpoint-{e.endpoint}".lower())
        items.append((e.label, (*_endpoint(e, meeting, results), " (", more, ")")))
    if meeting.new:
        patients, events = (sum(n) for n in zip(*((n.patients, n.events) for n in meeting.new), strict=True))
        died = [n.deaths for n in meeting.new if n.deaths is not None]
        words = f"{_signed(patients)} patients, {_signed(events)} events"
        words += f", {_signed(sum(died))} deaths" if died else ""
        items.append((_since(meeting), (words, " (", Shown("more", section="patients"), ")")))
    safety = meeting.analysis.adverse_events
    if safety is not None:
        rates = safety.graded
        labels = {a.data_value: a.label for a in meeting.protocol.arm}
        first = rates.rates.head(len(rates.arms)).iter_rows(named=True)
        shares = "; ".join(
            f"{labels.get(r['arm'], r['arm'])} {numbers.count_of(r['subjects'], r['evaluable'])}"
            for r in first
        )
        items.append(
            (
                f"Any event of grade {rates.grade} or more",
                (shares, " (", Shown("more", section="safety"), ")"),
            )
        )
    forecast = meeting.coming.forecast
    if forecast is not None and forecast.looks:
        k = forecast.looks[0]
        due = "may never be due" if k.median is None else f"due about {written_date(k.median)}"
        words = f"look {k.look}, {numbers.count(k.events)} events, {due}"
        items.append(("If the trial goes on", (words, " (", Shown("more", section="coming"), ")")))
    return items


def _since(meeting: ClosedMeeting) -> str:
    before = meeting.result.looks[-2]
    return f"New since look {before.look}"


def _signed(n: int) -> str:
    return f"{n:+d}".replace("-", numbers.MINUS)


def _endpoint(e: EndpointAnalysis, meeting: ClosedMeeting, results: ResultsTable) -> tuple[Span, ...]:
    """Cox hazard ratio with its interval, events by arm, survival at the first milestone by arm."""
    view, unit = View(results, e.endpoint, e.population), meeting.protocol.trial.time_unit
    spans: list[Span] = []
    if len(e.comparisons) == 1:
        names = ("hazard_ratio", "hazard_ratio_lower", "hazard_ratio_upper")
        cell = view.of(group=versus(e.comparisons[0])).cell(
            numbers.ratio_with_interval, *names, level=e.curves.level
        )
        spans += ["Cox hazard ratio ", cell, "; "]
    counts = (f"{a.label} {numbers.count(a.events)}/{numbers.count(a.n)}" for a in e.arms)
    spans.append(f"events {', '.join(counts)}")
    if e.milestones:
        time = e.milestones[0].time
        spans.append(f"; {in_sentence(milestone_words('survival', time, unit))} ")
        for i, arm in enumerate(e.arms):
            at = survival_cell(view.of(group=arm.arm, item=at_time(time, unit)), e)
            spans += [", " if i else "", f"{arm.label} ", at]
    return tuple(spans)


def _provenance(meeting: ClosedMeeting) -> Items:
    """The ledger's head, which shows later whether the past was changed; how the arms are named."""
    ledger = meeting.ledger
    kept = "none was kept" if ledger is None else f"{len(ledger.entries)} entries, head {ledger.head}"
    names = "named"
    if meeting.letters:
        names = (
            "letters, unless unblinding is asked for; a course or an event that goes with one treatment "
            "still tells which arm is which"
        )
    return [("Ledger", (kept,)), ("Arms", (names,))]
