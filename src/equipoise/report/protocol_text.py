"""The statistical section of a protocol in sentences: every number of it is read from the design."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.design.from_protocol_by_statistic import is_another_test
from equipoise.design.rules import GivenP, GivenZ
from equipoise.numerics.spending import Spending
from equipoise.report import numbers
from equipoise.report.dates import written_date
from equipoise.report.design_assumptions import ASSUMPTIONS, milestone_item, milestones
from equipoise.report.document import Paragraph, Shown, Span, plain, shown
from equipoise.report.rule_words import null_in_words, test_in_words
from equipoise.report.tabulate_design import DESIGN, design_table, planned_item
from equipoise.report.view import View

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from equipoise.design.trial_design import Design, PlannedLook
    from equipoise.protocol.endpoints import Endpoint
    from equipoise.report.results_table import ResultsTable

Spans = list[Span]


def protocol_text(design: Design) -> str:
    """Plain paragraphs for a protocol: test, assumptions and size, looks and boundaries, chances of stopping.

    Every number is read from a row of the design's results, so that another design gives another text.
    """
    paragraphs = protocol_paragraphs(design, design_table(design))
    return "\n\n".join(plain(p.spans) for p in paragraphs).replace(numbers.SPACE, " ")


def protocol_paragraphs(design: Design, results: ResultsTable) -> tuple[Paragraph, ...]:
    """The same as paragraphs whose numbers link to their rows."""
    view = View(results, DESIGN, design.hypothesis.id)
    parts = [
        _test(design, view),
        _assumed(design, View(results, ASSUMPTIONS, design.hypothesis.id)),
        _size(design, view),
        [*_looks(design, view), *_efficacy(design, view)],
    ]
    if len(design.looks) > 1:
        parts.append([*_futility(design, view), *_stopping(design, view)])
    return tuple(Paragraph(tuple(p)) for p in parts if p)


def _test(design: Design, view: View) -> Spans:
    h, protocol = design.hypothesis, design.protocol
    endpoint, arm = protocol.endpoint_of(h.endpoint), protocol.arm_of(h.experimental).label
    first = " the first of" if len(endpoint.events) > 1 else ""
    spans: Spans = [f"{h.text.rstrip('.')}. "] if h.text else []
    spans.append(
        f"{endpoint.label} is the time from {endpoint.origin} to{first} {_or(endpoint.events)}; patients "
        f"without an event are censored at {endpoint.censoring}. {_estimand(endpoint)}{arm} is compared "
        f"with {protocol.control.label} (control) by the {_sides(design)} {test_in_words(design)} test"
    )
    if h.test.startswith("stratified"):
        names = [protocol.stratum_of(s).name for s in protocol.population(h)]
        factors = [f for f in h.strata if f != "stratum"]
        spans.append(f" (strata: {', '.join([*names, *factors])}")
        if h.pool_strata_below is not None:
            spans += ["; those with fewer than ", view.cell(numbers.count, "pool_strata_below")]
            spans.append(" events in both arms together are pooled")
        spans.append(")")
    spans += [", with a type I error of ", view.cell(_short, "alpha")]
    spans.append(" in total, half of it on each side. " if h.sides == 2 else ". ")
    spans.append(f"Hazard ratios are {arm} over {protocol.control.label}; ")
    if is_another_test(h):
        return [*spans, "z is positive where the experimental arm fares better."]
    if h.margin == 1.0:
        return [*spans, "z is positive where they are below one."]
    kind = "non-inferiority" if h.margin > 1.0 else "a hazard ratio below the margin"
    return [
        *spans,
        f"{kind} is tested against a margin of ",
        view.cell(numbers.ratio, "margin"),
        ", and z is positive where they are below it.",
    ]


def _estimand(endpoint: Endpoint) -> str:
    """The strategy for each intercurrent event, in one sentence."""
    said = [
        f"{e.id} is handled by the {e.strategy.value.replace('-', ' ')} strategy ({e.strategy.effect})"
        for e in endpoint.intercurrent
    ]
    return f"{'; '.join(said)}. " if said else ""


def _assumed(design: Design, view: View) -> Spans:
    protocol, h = design.protocol, design.hypothesis
    ids, unit = protocol.population(h), protocol.trial.time_unit
    spans: Spans = []
    label = protocol.endpoint_of(h.endpoint).label
    name = label if label.isupper() else label[:1].lower() + label[1:]
    for stratum in ids if milestones(design) else ():
        told = view.of(group=stratum)
        if spans:
            spans.append("; in ")
        elif len(ids) > 1:
            spans.append("In ")
        if len(ids) > 1:
            spans += [f"{protocol.stratum_of(stratum).name} (", told.cell(numbers.percent, "share")]
            spans.append(" of the patients) ")
        for i, time in enumerate(milestones(design)):
            at = told.of(item=milestone_item(time, unit))
            row = at.row("survival_control")
            spans += [
                "" if i == 0 else ", ",
                shown(row, milestone_item(time, unit)),
                f" {name} is assumed to be ",
            ]
            spans += [at.cell(numbers.percent, "survival_control"), " with control and "]
            spans += [at.cell(numbers.percent, "survival_experimental"), " with experimental treatment"]
    if spans:
        spans.append(". ")
        spans[0] = spans[0] if isinstance(spans[0], str) and spans[0] else "Among the patients, "
    return spans + _dropout(design, view)


def _dropout(design: Design, view: View) -> Spans:
    protocol = design.protocol
    arms = [view.of(group=f"arm {a}") for a in (protocol.control.id, design.hypothesis.experimental)]
    unit = protocol.trial.time_unit.removesuffix("s")
    rates = [a.value("dropout_rate") for a in arms]
    cells = [a.cell(_short, "dropout_rate") for a in arms]
    if not any(rates):
        return ["No losses to follow-up are assumed."]
    if rates[0] == rates[1]:
        return ["Losses to follow-up are assumed at a rate of ", cells[0], f" per {unit} on both arms."]
    return [
        "Losses to follow-up are assumed at a rate of ",
        cells[0],
        " with control and ",
        cells[1],
        f" with experimental treatment per {unit}.",
    ]


def _size(design: Design, view: View) -> Spans:
    unit, accrual = design.protocol.trial.time_unit, design.protocol.accrual
    last = view.of(item=planned_item(design.looks[-1].look))
    spans: Spans = [
        "Under the assumed effect, a hazard ratio of ",
        view.cell(numbers.ratio, "hazard_ratio"),
        " on average over the expected events, ",
        view.cell(numbers.count, "events"),
        " events at the final analysis give a power of ",
        view.cell(numbers.percent, "power"),
        *(
            (" by the expected statistic",)
            if is_another_test(design.hypothesis)
            else (
                " by Schoenfeld's formula and of ",
                view.cell(numbers.percent, "power_by_score"),
                " by the moments of the log-rank score",
            )
        ),
    ]
    if view.row("power_wanted") is not None:
        spans += [" (asked for: ", view.cell(numbers.percent, "power_wanted"), ")"]
    spans.append(". ")
    if len(design.looks) > 1:
        fixed = view.cell(numbers.count, "fixed_events")
        spans += ["Without interim looks ", fixed, " events would be needed. "]
    start = f" from {written_date(accrual.start_date)} on" if accrual and accrual.start_date else ""
    spans += [
        view.cell(numbers.count, "patients"),
        " patients are to be randomised over ",
        view.cell(numbers.duration, "accrual_duration", unit=unit),
        f"{start}; the final analysis is expected ",
        last.cell(numbers.duration, "time", unit=unit),
        " after the first of them",
    ]
    if last.row("date") is not None:
        spans += [", on ", _date(last, design.looks[-1])]
    return [
        *spans,
        ". However long the follow-up, the planned events ever come with probability ",
        view.cell(numbers.chance, "probability_events_come"),
        " as assumed.",
    ]


def _looks(design: Design, view: View) -> Spans:
    looks = design.looks
    if len(looks) == 1:
        return ["There is no interim look. "]
    timed = any(k.by_calendar for k in looks)
    unit = design.protocol.trial.time_unit

    def when(k: PlannedLook) -> Spans:
        at = view.of(item=planned_item(k.look))
        events: Spans = [at.cell(numbers.count, "events")]
        if not timed:
            return events
        place: Spans = [at.cell(numbers.duration, "time", unit=unit), " (", *events, " events expected)"]
        return place if k.by_calendar else [*events, " events"]

    spans: Spans = ["There are ", view.cell(numbers.count, "looks"), " looks at the data: after "]
    spans += _series([when(k) for k in looks])
    fractions: list[Spans] = [
        [view.of(item=planned_item(k.look)).cell(_fixed, "information_fraction", digits=2)] for k in looks
    ]
    spans += ["" if timed else " events", ", at information fractions of ", *_series(fractions)]
    if all(k.date for k in looks):
        dates: list[Spans] = [[_date(view.of(item=planned_item(k.look)), k)] for k in looks]
        spans += [", expected on ", *_series(dates)]
    return [*spans, ". "]


def _efficacy(design: Design, view: View) -> Spans:
    read = [k for k in design.looks if numbers.known(k.efficacy_z)]
    single = len(design.looks) == 1
    bounds = _bounds(view, read, "efficacy")
    spans: Spans = []
    if not single:
        spans += ["The efficacy boundary follows ", view.text("efficacy_rule"), ". "]
    rejected = "is rejected for benefit" if design.hypothesis.margin == 1.0 else "of the margin is rejected"
    spans += [f"The null hypothesis {rejected} if z is at least ", *bounds["z"]]
    if not single:
        spans += [" at ", *_look_names(view, read), _respectively(bounds["z"])]
    spans += [f" (nominal {_sides(design)} P at most ", *bounds["p"]]
    if not is_another_test(design.hypothesis):
        spans += ["; hazard ratio at most about ", *bounds["hazard_ratio"]]
    spans.append(")")
    spans.append(
        "" if design.hypothesis.sides == 1 else ", and for harm beyond the same bounds with the sign turned"
    )
    if single:
        return [*spans, "."]
    spent = _series(
        [[view.of(item=planned_item(k.look)).cell(_fixed, "alpha_spent", digits=4)] for k in read]
    )
    spans += [". By then ", *spent, " of the type I error ", "is" if len(read) == 1 else "are", " spent."]
    if isinstance(_inner_rule(design.boundaries.efficacy), Spending):
        spans.append(
            " Each bound is solved again from the spending function at the number of events observed, so "
            "that the total type I error is kept."
        )
    return spans


def _futility(design: Design, view: View) -> Spans:
    read = [k for k in design.looks[:-1] if numbers.known(k.futility_z)]
    if not read:
        return ["There is no rule to stop for futility. "]
    bounds = _bounds(view, read, "futility")
    spans: Spans = ["The trial may stop for futility if z is ", *bounds["z"], " or less at "]
    if not isinstance(_inner_rule(design.boundaries.futility), GivenP | GivenZ):
        spans = ["The futility boundary follows ", view.text("futility_rule"), ". ", *spans]
    spans += [*_look_names(view, read), _respectively(bounds["z"])]
    spans += [" (one-sided P for benefit of at least ", *bounds["p"]]
    if not is_another_test(design.hypothesis):
        spans += ["; hazard ratio of at least about ", *bounds["hazard_ratio"]]
    spans.append("). ")
    if design.boundaries.binding:
        spans.append(
            "It is binding: the efficacy boundary counts on it, and passing over it would raise the type I "
            "error. "
        )
    else:
        spans.append(
            "It is not binding: the efficacy boundary keeps the type I error whether or not it is obeyed. "
        )
    return spans


def _stopping(design: Design, view: View) -> Spans:
    futile = any(numbers.known(k.futility_z) for k in design.looks[:-1])

    def chances(state: str) -> Spans:
        spans: Spans = [view.cell(numbers.chance, f"efficacy_early_under_{state}"), " for efficacy"]
        if futile:
            spans += [" and ", view.cell(numbers.chance, f"futility_early_under_{state}"), " for futility"]
        return spans

    return [
        "Before the final analysis the trial stops with probability ",
        *chances("null"),
        f" if {null_in_words(design)}, and with ",
        *chances("effect"),
        " under the assumed effect. It stops after ",
        view.cell(numbers.count, "expected_events_under_null"),
        " events on average in the first case and after ",
        view.cell(numbers.count, "expected_events_under_effect"),
        " in the second.",
    ]


def _bounds(view: View, looks: Sequence[PlannedLook], side: str) -> dict[str, Spans]:
    writers: dict[str, Callable[..., str]] = {
        "z": numbers.boundary_z,
        "p": numbers.nominal_p,
        "hazard_ratio": numbers.ratio,
    }
    return {
        name: _series(
            _once([view.of(item=planned_item(k.look)).cell(write, f"{side}_{name}") for k in looks])
        )
        for name, write in writers.items()
    }


def _once(cells: Sequence[Shown]) -> list[Spans]:
    """Cells that all read alike are said once."""
    alike = len({c.text for c in cells}) == 1
    return [[c] for c in (cells[:1] if alike else cells)]


def _look_names(view: View, looks: Sequence[PlannedLook]) -> Spans:
    names: list[Spans] = [
        [shown(view.of(item=planned_item(k.look)).row("events"), str(k.look))] for k in looks
    ]
    return ["look " if len(looks) == 1 else "looks ", *_series(names)]


def _respectively(bounds: Spans) -> str:
    return ", respectively" if len(bounds) > 1 else ""


def _series(parts: Sequence[Spans]) -> Spans:
    """One, two and three."""
    spans: Spans = []
    for i, part in enumerate(parts):
        spans += ["" if i == 0 else " and " if i == len(parts) - 1 else ", ", *part]
    return [s for s in spans if s != ""]


def _inner_rule(rule: object) -> object:
    inner = getattr(rule, "rule", rule)
    return getattr(inner, "spending", inner)


def _sides(design: Design) -> str:
    return "one-sided" if design.hypothesis.sides == 1 else "two-sided"


def _or(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _date(view: View, look: PlannedLook) -> Shown:
    return shown(view.row("date"), written_date(look.date) if look.date else numbers.NOT_APPLICABLE)


def _fixed(x: float | None, digits: int) -> str:
    return numbers.decimal(x, digits)


def _short(x: float | None) -> str:
    """As few digits as the number was given with."""
    return numbers.NOT_APPLICABLE if x is None else f"{x:.6g}"
