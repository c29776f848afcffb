"""An endpoint by arm: events, survival at milestones, median, hazard ratio, test, restricted mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.protocol.estimands import Strategy
from equipoise.report import numbers
from equipoise.report.document import Column, DisplayTable, Span, TableRow
from equipoise.report.margin_words import MARGIN, UPPER, telling_digits
from equipoise.report.tabulate_endpoint import (
    ALL_ARMS,
    ERRORS,
    at_time,
    cox_method,
    limit_level,
    strategy_words,
    test_method,
)
from equipoise.report.view import View
from equipoise.report.words import milestone_words, population_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from equipoise.analysis.results import EndpointAnalysis, IntercurrentSummary
    from equipoise.protocol import Protocol
    from equipoise.report.results_table import ResultsTable


def endpoint_table(
    analyses: Sequence[EndpointAnalysis], results: ResultsTable, protocol: Protocol
) -> DisplayTable:
    """One endpoint in one or more populations: arms in columns, then each comparison with the control."""
    first = analyses[0]
    labels = {a.arm: a.label for a in first.arms}
    pairs = tuple((c.experimental, c.control) for c in first.comparisons)
    columns = [Column("", numeric=False), *(Column(label) for label in labels.values())]
    columns += [
        Column("Comparison" if len(pairs) == 1 else f"{labels[e]} v {labels[c]}") for e, c in pairs
    ]  # fmt: skip
    rows: list[TableRow] = []
    for e in analyses:
        if len(analyses) > 1:
            rows.append(TableRow((e.population_label,), heading=True))
        rows += _population_rows(e, results, protocol.trial.time_unit, pairs)
    names = ", ".join(e.population_label for e in analyses)
    return DisplayTable(
        id=f"table-{first.endpoint}-{first.population}".lower(),
        title=f"{first.label}: {names}",
        columns=tuple(columns),
        rows=tuple(rows),
        foot=endpoint_notes(analyses, protocol),
    )


def _population_rows(
    e: EndpointAnalysis, results: ResultsTable, unit: str, pairs: tuple[tuple[str, str], ...]
) -> list[TableRow]:
    view = View(results, e.endpoint, e.population)
    groups = [f"{a} v {c}" for a, c in pairs]

    def line(
        title: str, by_arm: Callable[[View], Span] | None, compare: Callable[[View], Span] | None = None
    ) -> TableRow:
        left = [by_arm(view.of(group=a.arm)) if by_arm else "" for a in e.arms]
        right = [compare(view.of(group=g)) if compare else "" for g in groups]
        return TableRow((title, *left, *right))

    rows = [line("Events/patients", _events)]
    rows += [line(_met(i), _times_met(i.event)) for i in {i.event: i for i in e.intercurrent}.values()]
    rows += [
        line(milestone_words(e.label, time, unit), _survival_at(time, unit, e))
        for time in dict.fromkeys(m.time for m in e.milestones)
    ]
    rows.append(line(f"Median, {unit}", lambda v: _median(v, e, unit)))
    if pairs:
        rows.append(line("Hazard ratio", None, _hazard_ratio(e)))
        rows.append(line("Log-rank P, two-sided", None, lambda v: v.cell(numbers.p_value, "logrank_p")))
    if any(c.margin_test for c in e.comparisons):
        rows.append(line("Against the margin", None, _margin))
    if e.overall is not None:
        overall = view.of(group=ALL_ARMS).cell(_chi_square, "logrank_chi2", "logrank_df", "logrank_p")
        empty: list[Span] = [""] * (len(e.arms) + len(pairs) - 1)
        rows.append(TableRow(("Log-rank over all arms", *empty, overall)))
    if any(c.rmst for c in e.comparisons):
        mean = line("Restricted mean, days", lambda v: v.cell(_days, "restricted_mean"), _restricted_mean)
        rows.append(mean)
    return rows


def _chi_square(x: float | None, df: float | None, p: float | None) -> str:
    return f"χ² {numbers.decimal(x, 1)} on {numbers.count(df)} df, {numbers.p_phrase(p)}"


def _survival_at(time: float, unit: str, e: EndpointAnalysis) -> Callable[[View], Span]:
    return lambda view: survival_cell(view.of(item=at_time(time, unit)), e)


def _met(i: IntercurrentSummary) -> str:
    """How the subjects with an intercurrent event are counted in: "Censored at offer of blinatumomab"."""
    words = {
        Strategy.TREATMENT_POLICY: "With {}, followed on",
        Strategy.COMPOSITE: "With {} as their event",
    }
    return words.get(i.strategy, "Censored at {}").format(i.event)


def _times_met(event: str) -> Callable[[View], Span]:
    return lambda view: view.of(item=event).cell(numbers.count, "intercurrent_events")


def _events(v: View) -> Span:
    return v.cell(lambda d, n: f"{numbers.count(d)}/{numbers.count(n)}", "events", "n")


def survival_cell(v: View, e: EndpointAnalysis) -> Span:
    """Survival with Peto's error where the protocol asks for it, else with its interval."""
    if e.curves.se == "peto":
        return v.cell(numbers.percent_with_error, "survival", "std_err")
    return v.cell(numbers.percent_with_interval, "survival", "lower", "upper", level=e.curves.level)


def _median(v: View, e: EndpointAnalysis, unit: str) -> Span:
    def write(m: float | None, low: float | None, high: float | None) -> str:
        if not numbers.known(m):
            return numbers.NOT_REACHED
        digits = numbers.time_digits(unit)
        ends = [numbers.decimal(x, digits) if numbers.known(x) else numbers.NOT_REACHED for x in (low, high)]
        return f"{numbers.decimal(m, digits)} ({numbers.confidence(e.curves.level)} {ends[0]} to {ends[1]})"

    return v.cell(write, "median", "median_lower", "median_upper")


def _hazard_ratio(e: EndpointAnalysis) -> Callable[[View], Span]:
    def write(view: View) -> Span:
        names = ("hazard_ratio", "hazard_ratio_lower", "hazard_ratio_upper")
        return view.cell(numbers.ratio_with_interval, *names, level=e.curves.level)

    return write


def _margin(view: View) -> Span:
    """So: "upper limit 1.12, below 1.30; P = 0.003"."""

    def write(upper: float | None, margin: float | None, p: float | None) -> str:
        if upper is None or margin is None:
            return numbers.NOT_APPLICABLE
        digits, side = telling_digits(upper, margin), "below" if upper < margin else "not below"
        limit, tested = numbers.decimal(upper, digits), numbers.decimal(margin, digits)
        return f"upper limit {limit}, {side} {tested}; {numbers.p_phrase(p)}"

    return view.cell(write, UPPER, MARGIN, "margin_p")


def _restricted_mean(view: View) -> Span:
    def write(x: float | None, low: float | None, high: float | None) -> str:
        return f"difference {_days(x)} ({numbers.interval(low, high, 0)})"

    return view.cell(write, "rmst_difference", "rmst_lower", "rmst_upper")


def _days(x: float | None) -> str:
    return numbers.decimal(x, 0)


def endpoint_notes(analyses: Sequence[EndpointAnalysis], protocol: Protocol) -> tuple[str, ...]:
    """Population, method with its convention, missing data."""
    e = analyses[0]
    level = numbers.confidence(e.curves.level)
    notes = [f"Population: {population_words(protocol)}."]
    if e.milestones:
        sign = "± is the standard error: " if e.curves.se == "peto" else ""
        notes.append(f"Survival by Kaplan–Meier, {sign}{ERRORS[e.curves.se]}.")
    if e.comparisons:
        control = next(a.label for a in e.arms if a.arm == e.comparisons[0].control)
        notes.append(f"Hazard ratio over {control}, below 1 is fewer events: {cox_method(e)}.")
        alone = [a.population_label for a in analyses if not a.test_strata and e.test_strata]
        within = f"; not stratified within {' and '.join(alone)}" if alone else ""
        notes.append(f"Test: {test_method(e)}, two-sided{within}.")
        against = next((c.margin_test for c in e.comparisons if c.margin_test), None)
        if against is not None:
            notes.append(
                f"Against the margin: one-sided {numbers.percent(limit_level(against))} limit by the test "
                "inverted, P one-sided; neither allows for interim looks."
            )
        tau = next((c.rmst.tau for c in e.comparisons if c.rmst), None)
        if tau is not None:
            notes.append(f"Restricted mean to {numbers.decimal(tau, 0)} days; difference with {level}.")
    notes += [
        f"Intercurrent event {event}: {words}."
        for event, words in {i.event: strategy_words(i) for i in e.intercurrent}.items()
    ]
    notes.append(
        "Subjects without the event are censored at last contact or the data cut-off; no value is imputed."
    )
    notes += [
        f"Not estimable, {a.population_label}: {m.what} ({m.reason})."
        for a in analyses
        for m in a.not_estimable
    ]
    return tuple(notes)


def follow_up_sentence(e: EndpointAnalysis, results: ResultsTable, unit: str) -> tuple[Span, ...]:
    """Median follow-up with its quartiles."""
    view = View(results, e.endpoint, e.population, ALL_ARMS)
    digits = numbers.time_digits(unit)

    def ends(low: float | None, high: float | None) -> str:
        shown = [numbers.decimal(x, digits) if numbers.known(x) else numbers.NOT_REACHED for x in (low, high)]
        return numbers.DASH.join(shown)

    return (
        "Median follow-up ",
        view.cell(numbers.duration, "follow_up_median", unit=unit),
        " (quartiles ",
        view.cell(ends, "follow_up_first_quartile", "follow_up_third_quartile"),
        "), reverse Kaplan–Meier, all arms together.",
    )


def risk_table(e: EndpointAnalysis, results: ResultsTable, unit: str) -> DisplayTable:
    """Numbers at risk by arm at the planned times."""
    view = View(results, e.endpoint, e.population)
    columns = (
        Column("Numbers at risk", numeric=False),
        *(Column(numbers.decimal(t, 0 if t == int(t) else 1), over=unit) for t in e.risk_times),
    )
    rows = tuple(
        TableRow(
            (
                a.label,
                *(
                    view.of(group=a.arm, item=at_time(t, unit)).cell(numbers.count, "n_risk")
                    for t in e.risk_times
                ),
            )
        )
        for a in e.arms
    )
    who = "" if e.population == "all" else f", {e.population_label}"
    return DisplayTable(
        f"risk-{e.endpoint}-{e.population}".lower(), f"{e.label}{who}: numbers at risk", columns, rows
    )
