"""Two designs side by side, line by line, with a mark where they differ."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from equipoise.report import numbers
from equipoise.report.design_assumptions import ASSUMPTIONS
from equipoise.report.document import Column, DisplayTable, Span, TableRow, shown
from equipoise.report.rule_words import test_in_words, words_of_rule
from equipoise.report.tables.design import written_date_of
from equipoise.report.tabulate_design import DESIGN, design_table, planned_item
from equipoise.report.view import View

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from equipoise.design.trial_design import Design
    from equipoise.report.results_table import ResultRow

DIFFERS = "≠"
Line = tuple[str, Span, Span]


def design_comparison(first: Design, second: Design) -> DisplayTable:
    """Test, assumptions, size, then every look: a line each, marked where the two are not alike.

    Lines are compared as the numbers are stored, not as they are printed.
    """
    views = (_Views(first), _Views(second))
    rows = [*_whole(*views), *_assumed(*views), *_looks(*views)]
    columns = (
        Column("", numeric=False),
        Column(_name(first, second)),
        Column(_name(second, first)),
        Column("", numeric=False),
    )
    foot = (
        f"{DIFFERS}: the two differ, if only beyond the digits shown.",
        "P at a bound has the sides of its test. Dates, patients and probabilities are expected as assumed.",
    )
    return DisplayTable("table-comparison", "Two designs side by side", columns, tuple(rows), foot)


class _Views:
    """The rows of one design, and its words."""

    def __init__(self, design: Design) -> None:
        self.design = design
        self.results = design_table(design)
        self.whole = View(self.results, DESIGN, design.hypothesis.id)

    def look(self, look: int) -> View:
        return self.whole.of(item=planned_item(look))


def _name(design: Design, other: Design) -> str:
    name = design.protocol.trial.name
    if name != other.protocol.trial.name:
        return name
    if design.protocol.hash == other.protocol.hash:
        return f"{name}, {design.hypothesis.id}"
    return f"{name} {numbers.short_hash(design.protocol.hash)}"


def _whole(a: _Views, b: _Views) -> Iterator[TableRow]:
    def words(title: str, write: Callable[[Design], str]) -> TableRow:
        return _row(title, (write(a.design), write(b.design)))

    unit = a.design.protocol.trial.time_unit
    other_unit = b.design.protocol.trial.time_unit
    yield words("Endpoint", lambda d: d.protocol.endpoint_of(d.hypothesis.endpoint).label)
    yield words("Experimental arm", lambda d: d.protocol.arm_of(d.hypothesis.experimental).label)
    yield words("Test", test_in_words)
    yield words("Sides", lambda d: str(d.hypothesis.sides))
    yield _line("Alpha, total", a, b, _digits(3), "alpha")
    if "margin" in {r.statistic for v in (a, b) for r in v.results}:
        yield _line("Margin", a, b, numbers.ratio, "margin")
    yield _line("Hazard ratio assumed", a, b, numbers.ratio, "hazard_ratio")
    yield words("Efficacy boundary", lambda d: words_of_rule(d.boundaries.efficacy))
    yield words("Futility boundary", _futility)
    yield _line("Events", a, b, numbers.count, "events")
    yield _line("Events without interim looks", a, b, numbers.count, "fixed_events")
    yield _line("Events expected without effect", a, b, numbers.count, "expected_events_under_null")
    yield _line("Events expected as assumed", a, b, numbers.count, "expected_events_under_effect")
    yield _line("Power", a, b, numbers.percent, "power")
    yield _line("Power by the score's moments", a, b, numbers.percent, "power_by_score")
    yield _line("Patients", a, b, numbers.count, "patients")
    cells = (
        a.whole.cell(numbers.duration, "accrual_duration", unit=unit),
        b.whole.cell(numbers.duration, "accrual_duration", unit=other_unit),
    )
    same = _same(a.whole.row("accrual_duration"), b.whole.row("accrual_duration"))
    yield _row("Accrual", cells, same=same)
    yield _line("Planned events ever come", a, b, numbers.chance, "probability_events_come")


def _assumed(a: _Views, b: _Views) -> Iterator[TableRow]:
    """What the two assume of their patients."""
    keys = dict.fromkeys(
        (r.group, r.item, r.statistic) for v in (a, b) for r in v.results.where(analysis=ASSUMPTIONS)
    )
    if keys:
        yield TableRow(("Assumed",), heading=True)
    for group, item, statistic in keys:
        first, second = (
            v.results.get(ASSUMPTIONS, statistic, population=v.design.hypothesis.id, group=group, item=item)
            for v in (a, b)
        )
        write = numbers.percent if statistic != "dropout_rate" else _short
        title = " ".join(w for w in (f"{group}:", item, _ASSUMED[statistic]) if w)
        cells = (_written(first, write), _written(second, write))
        yield _row(title, cells, same=_same(first, second), indent=True)


_ASSUMED = {
    "share": "share of patients",
    "survival_control": "survival, control",
    "survival_experimental": "survival, experimental",
    "dropout_rate": "rate of loss to follow-up",
}

_AT_LOOK: tuple[tuple[str, Callable[..., str], str], ...] = (
    ("events", numbers.count, "events"),
    ("information fraction", lambda x: numbers.decimal(x, 2), "information_fraction"),
    ("patients", numbers.count, "patients"),
    ("efficacy z", numbers.boundary_z, "efficacy_z"),
    ("efficacy P", numbers.nominal_p, "efficacy_p"),
    ("efficacy hazard ratio", numbers.ratio, "efficacy_hazard_ratio"),
    ("futility z", numbers.boundary_z, "futility_z"),
    ("futility hazard ratio", numbers.ratio, "futility_hazard_ratio"),
    ("alpha spent", lambda x: numbers.decimal(x, 4), "alpha_spent"),
    ("stops for efficacy without effect", numbers.percent, "efficacy_under_null"),
    ("stops for efficacy as assumed", numbers.percent, "efficacy_under_effect"),
    ("stops for futility without effect", numbers.percent, "futility_under_null"),
    ("stops for futility as assumed", numbers.percent, "futility_under_effect"),
)


def _looks(a: _Views, b: _Views) -> Iterator[TableRow]:
    for first, second in zip_longest(a.design.looks, b.design.looks):
        either = first or second
        number = either.look if either else 0
        yield TableRow((f"Look {number}",), heading=True)
        here = (a.look(number), b.look(number))
        dates = (written_date_of(here[0]), written_date_of(here[1]))
        if any(d != numbers.NOT_APPLICABLE for d in dates):
            yield _row("expected date", dates, indent=True)
        else:
            yield _line("expected time", a, b, lambda x: numbers.decimal(x, 1), "time", look=number)
        futile = any(v.value("futility_z") is not None for v in here)
        for title, write, statistic in _AT_LOOK:
            told = any(v.value(statistic) is not None for v in here) or statistic == "efficacy_z"
            if told and (futile or not statistic.startswith("futility")):
                yield _line(title, a, b, write, statistic, look=number)


def _line(
    title: str, a: _Views, b: _Views, write: Callable[..., str], statistic: str, *, look: int = 0
) -> TableRow:
    one, other = (v.look(look) if look else v.whole for v in (a, b))
    cells = (one.cell(write, statistic), other.cell(write, statistic))
    return _row(title, cells, same=_same(one.row(statistic), other.row(statistic)), indent=look > 0)


def _written(row: ResultRow | None, write: Callable[..., str]) -> Span:
    return shown(row, write(row.value)) if row else numbers.NOT_APPLICABLE


def _row(title: str, cells: tuple[Span, Span], *, same: bool | None = None, indent: bool = False) -> TableRow:
    """One line; without `same`, words that read alike are alike."""
    alike = _text(cells[0]) == _text(cells[1]) if same is None else same
    return TableRow((title, *cells, "" if alike else DIFFERS), indent=indent)


def _same(first: ResultRow | None, second: ResultRow | None) -> bool:
    if first is None or second is None:
        return first is second
    return (first.value, first.unit) == (second.value, second.unit)


def _text(span: Span) -> str:
    return span if isinstance(span, str) else span.text


def _futility(design: Design) -> str:
    bounds = design.boundaries
    if bounds.futility is None:
        return "none"
    return f"{words_of_rule(bounds.futility)}, {'binding' if bounds.binding else 'not binding'}"


def _digits(digits: int) -> Callable[[float | None], str]:
    return lambda x: numbers.decimal(x, digits)


def _short(x: float | None) -> str:
    return numbers.NOT_APPLICABLE if x is None else f"{x:.6g}"
