"""Both reports of a meeting: what must stand in them, in which order, and on which pages."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl
import pytest

from equipoise.design import Design, design_trial
from equipoise.monitoring import closed_meeting, open_meeting, past_looks
from equipoise.protocol import parse_protocol
from equipoise.records import TrialRecords, cut, trial_records
from equipoise.report.committee_report import closed_report, open_report
from equipoise.report.document import DisplayTable, Facts, Paragraph, plain
from equipoise.report.html import html_page
from equipoise.report.pdf import typst_text
from small_trial import PROTOCOL, adam_tables

if TYPE_CHECKING:
    from equipoise.report.document import Document

COURSES = """course = [{ name = "Induction", days = 28 }, { name = "Course of B", days = 28 }]"""
TEXT = (
    PROTOCOL.replace('id = "B"\nlabel = "New"', f'id = "B"\nlabel = "New"\n{COURSES}')
    .replace("control = true", 'control = true\ncourse = [{ name = "Induction", days = 28 }]')
    .replace(
        "[data]", '[safety]\ncourse = "COURSE"\nterms = ["Sepsis", "Sepsys"]\nunblinding = ["Rash"]\n[data]'
    )
)
CUTOFF = "2021-06-30"


@pytest.fixture(scope="module")
def design() -> Design:
    return design_trial(parse_protocol(TEXT))


def records_of(*, exposure: bool = False) -> TrialRecords:
    tables = adam_tables()
    dead = pl.Series([dt.date(2020, 12, 1) if i % 4 == 2 else None for i in range(40)], dtype=pl.Date)
    subjects = tables["adsl"].with_columns(DTHDT=dead)
    events = tables["adae"].with_columns(COURSE=pl.lit("Induction"))
    begun = subjects.select("USUBJID", COURSE=pl.lit("Induction"), ASTDT=pl.col("RANDDT"))
    return trial_records(
        subjects, tables["adtte"], events, exposure=begun.head(30) if exposure else None, synthetic=True
    )


def closed(design: Design, *, exposure: bool = False, unblinded: bool = False) -> Document:
    records = records_of(exposure=exposure)
    history = past_looks(design, records, 2)
    found = closed_meeting(design, cut(records, CUTOFF), history=history, unblinded=unblinded)
    return closed_report(found)[0]


def words(document: Document) -> str:
    """Everything in it that is words."""
    parts = []
    blocks = [*document.opening, *(b for s in document.sections for b in s.blocks)]
    for b in blocks:
        if isinstance(b, Paragraph):
            parts.append(plain(b.spans))
        elif isinstance(b, Facts):
            parts += [f"{name} {plain(spans)}" for name, spans in b.items]
        elif isinstance(b, DisplayTable):
            parts += [b.title, *(c.title for c in b.columns), *(plain(r.cells) for r in b.rows), *b.foot]
    return "\n".join(parts)


def table_of(document: Document, name: str) -> DisplayTable:
    tables = [b for s in document.sections for b in s.blocks if isinstance(b, DisplayTable)]
    return next(t for t in tables if t.id == name)


def test_the_first_page_holds_question_number_boundary_and_what_the_rule_implies(design: Design) -> None:
    document = closed(design)
    first = [plain(b.spans) for b in document.opening if isinstance(b, Paragraph) and b.role == "lead"]
    assert first[0] == "Is B better than A?"
    assert "z " in first[1]
    assert "boundary of" in first[1]
    assert "one-sided P" in first[1]
    assert first[2].startswith("The rule implies")
    assert document.first_page_alone
    assert "Cox hazard ratio" in words(document)


def test_a_closed_report_holds_what_a_committee_asks_for(design: Design) -> None:
    document = closed(design)
    told = words(document)
    for needed in (
        "New since look 1",
        "Planned by then",
        "Disposition",
        "Not counted, for want of data",
        "Is the follow-up up to date?",
        "Strata as recorded not checked",
        "Worst grade of each patient",
        "hold no table of courses begun",
        "Hazard ratio by period",
        "Deaths (10)",
        "no planned look is to come",
    ):
        assert needed in told, needed
    titles = [s.title for s in document.sections]
    assert titles[0] == "The looks"


def test_arms_stand_by_letter_in_every_table_until_they_are_named(design: Design) -> None:
    document = closed(design)
    for name in ("table-enrolment", "table-efs-all"):
        titles = [c.title for c in table_of(document, name).columns if c.title.startswith("Arm ")]
        assert titles == ["Arm A", "Arm B"], name
    assert "Standard" not in words(document)
    assert "Standard" in words(closed(design, unblinded=True))


def test_courses_begun_are_shown_where_the_data_hold_them(design: Design) -> None:
    table = table_of(closed(design, exposure=True), "table-exposure")
    rows = {plain((r.cells[0],)): [plain((c,)) for c in r.cells[1:]] for r in table.rows}
    began = sum(int(cell.split("/")[0]) for cell in rows["Induction"])
    assert began >= 30
    assert "—" in rows["Course of B"]


def test_a_dash_where_an_arm_never_gets_a_course_and_a_remark_on_names_not_found(design: Design) -> None:
    document = closed(design)
    table = table_of(document, "table-ae-course")
    course = next(r for r in table.rows if plain((r.cells[0],)) == "Course of B")
    assert "—" in [plain((c,)) for c in course.cells[1:3]]
    assert "0/" not in plain(course.cells[-1:])
    assert any("Not found in the data: Sepsys" in f for f in table.foot)
    open_document, _ = open_report(open_meeting(design.protocol, cut(records_of(), CUTOFF), draws=20))
    assert "Not found in the data: Sepsys" in words(open_document)


def test_deaths_are_listed_with_the_event_before_them(design: Design) -> None:
    table = table_of(closed(design), "table-deaths")
    assert [c.title for c in table.columns][-1] == "First event"
    last = [plain((r.cells[-1],)) for r in table.rows]
    assert any("day" in w for w in last)


def test_denominators_agree_between_pages(design: Design) -> None:
    """Randomised in every table the same; evaluable for safety in every table the same."""
    records = records_of()
    found = closed_meeting(design, cut(records, CUTOFF), history=past_looks(design, records, 2))
    whole = next(e for e in found.analysis.endpoints if e.population == "all")
    randomised = {a.arm: a.n for a in whole.arms}
    assert dict(zip(found.enrolment.groups, found.enrolment.overall.patients, strict=True)) == randomised
    by_arm = {arm: sum(d.randomised for d in found.disposition if d.arm == arm) for arm in randomised}
    assert by_arm == randomised
    assert found.currency is not None
    sizes = zip(found.currency.groups, found.currency.n.tolist(), strict=True)
    assert {str(g): n for g, n in sizes} == randomised
    counted = {a: sum(c.subjects for c in found.result.current.by_arm if c.arm == a) for a in ("A", "B")}
    assert sorted(counted.values()) == sorted(randomised.values())
    safety = found.analysis.adverse_events
    assert safety is not None
    assert safety.worst is not None
    rates = {(r["arm"], r["evaluable"]) for r in safety.any_grade.rates.iter_rows(named=True)}
    assert {(r["arm"], r["evaluable"]) for r in safety.worst.table.iter_rows(named=True)} == rates
    opened = open_meeting(design.protocol, cut(records, CUTOFF), draws=20)
    assert opened.summary.patients == opened.summary.enrolment.overall.total == sum(randomised.values())
    assert {e.evaluable for e in opened.summary.adverse_events} == {sum(n for _, n in rates)}


def test_contents_give_pages_and_tables_are_kept_whole(design: Design) -> None:
    document = closed(design)
    figures = {b.id: "f.svg" for s in document.sections for b in s.blocks if hasattr(b, "figure")}
    figures |= {b.id: "f.svg" for b in document.opening if hasattr(b, "figure")}
    text = typst_text(document, figures)
    for section in document.sections:
        assert f"at(<{section.id}>)" in text
        assert f"<{section.id}>\n" in text
    assert "#pagebreak(weak: true)" in text
    assert "#block(breakable: false, width: 100%)[\n#named[Disposition]" in text


def test_every_number_of_a_page_still_links_to_its_row(design: Design) -> None:
    records = records_of()
    document, results = closed_report(
        closed_meeting(design, cut(records, CUTOFF), history=past_looks(design, records, 2))
    )
    page = html_page(document, results)
    for row in results:
        assert f'id="{row.id}"' in page
    assert 'href="#patients"' in page
    assert "Appendix: all results" in page
