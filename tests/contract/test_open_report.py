"""The open report gives no arm away: with arms re-drawn within strata and labels swapped its bytes do not change.

The check itself is shown to work: each planted leak changes some bytes.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

from equipoise.analysis import analyze
from equipoise.monitoring import blind, forecast_events, open_meeting
from equipoise.protocol import Protocol, parse_protocol
from equipoise.records import Snapshot, cut, trial_records
from equipoise.report.committee_report import open_report
from equipoise.report.html import html_page
from equipoise.report.pdf import pdf_file
from small_trial import PROTOCOL, adam_tables

if TYPE_CHECKING:
    from collections.abc import Callable

DRAWS = 200
LEAKING_DRAWS = 10
FUTURES = 20
"""Of the forecast; few, for the whole report is made so often."""
COURSES = """course = [{ name = "Induction", days = 28 }, { name = "Course of B", days = 28 }]"""
TEXT = PROTOCOL.replace('id = "B"\nlabel = "New"', f'id = "B"\nlabel = "New"\n{COURSES}').replace(
    "[data]",
    '[[analyses.subgroup]]\ncolumn = "SEX"\nlabel = "Sex"\n'
    '[safety]\nunblinding = ["Rash"]\ncourse = "COURSE"\n[data]',
)


@pytest.fixture(scope="module")
def protocol() -> Protocol:
    return parse_protocol(TEXT)


@pytest.fixture(scope="module")
def data() -> Snapshot:
    """Arms, and everything else in the data that goes with an arm."""
    tables = adam_tables()
    arm = tables["adsl"]["TRT01P"]
    subjects = tables["adsl"].with_columns(
        SEX=pl.Series(["F", "M"] * 20),
        ARM=arm,
        TRT01A=arm,
        TRT01PN=(arm == "B").cast(pl.Int64),
        TRTSDT=pl.col("RANDDT"),
    )
    events = tables["adae"].join(subjects.select("USUBJID", "TRT01P"), on="USUBJID", maintain_order="left")
    events = events.with_columns(COURSE=course_of(events["TRT01P"])).drop("TRT01P")
    times = tables["adtte"].join(subjects.select("USUBJID", "TRT01P"), on="USUBJID", maintain_order="left")
    records = trial_records(subjects, times, events, exposure=courses_begun(subjects), synthetic=True)
    return cut(records, "2021-06-30")


def courses_begun(subjects: pl.DataFrame) -> pl.DataFrame:
    """A course that goes with the arm, begun on the day of randomisation."""
    return subjects.select("USUBJID", COURSE=course_of(subjects["TRT01P"]), ASTDT=pl.col("RANDDT"))


def course_of(arm: pl.Series) -> pl.Series:
    """A course that only one arm gets, for its patients."""
    return (arm == "B").replace_strict({True: "Course of B", False: "Induction"}, return_dtype=pl.String)


def redrawn(data: Snapshot, rng: np.random.Generator, *, swapped: bool) -> Snapshot:
    """The same patients and events with other arms, and everything that goes with an arm following it."""
    subjects = data.subjects
    arm = subjects["TRT01P"].to_list()
    for stratum in subjects["STRATUM"].unique(maintain_order=True):
        here = np.flatnonzero((subjects["STRATUM"] == stratum).to_numpy())
        for place, other in zip(here, rng.permutation(here), strict=True):
            arm[place] = subjects["TRT01P"][int(other)]
    if swapped:
        arm = [{"A": "B", "B": "A"}[a] for a in arm]
    drawn = pl.Series(arm)
    assert data.times is not None
    assert data.adverse_events is not None
    subjects = subjects.with_columns(
        TRT01P=drawn, ARM=drawn, TRT01A=drawn, TRT01PN=(drawn == "B").cast(pl.Int64)
    )
    mine = subjects.select("USUBJID", "TRT01P")
    events = data.adverse_events.join(mine, on="USUBJID", maintain_order="left")
    return replace(
        data,
        subjects=subjects,
        times=data.times.drop("TRT01P").join(mine, on="USUBJID", maintain_order="left"),
        adverse_events=events.with_columns(COURSE=course_of(events["TRT01P"])).drop("TRT01P"),
        exposure=courses_begun(subjects),
        data_hash=hashlib.sha256("".join(arm).encode()).hexdigest(),
    )


def changed(
    make: Callable[[Protocol, Snapshot], bytes], protocol: Protocol, data: Snapshot, draws: int
) -> int:
    """In how many draws, and with labels swapped, the bytes differ from those of the data as they are."""
    rng = np.random.default_rng(20241208)
    before = make(protocol, data)
    return sum(make(protocol, redrawn(data, rng, swapped=k % 2 == 1)) != before for k in range(draws))


def open_html(protocol: Protocol, data: Snapshot) -> bytes:
    return html_page(*open_report(open_meeting(protocol, data, draws=FUTURES))).encode()


def open_both(protocol: Protocol, data: Snapshot) -> bytes:
    """The page, then the PDF."""
    document, results = open_report(open_meeting(protocol, data, draws=FUTURES))
    return html_page(document, results).encode() + pdf_file(document)


def test_page_and_pdf_are_the_same_whatever_the_arms(protocol: Protocol, data: Snapshot) -> None:
    both = open_both(protocol, data)
    assert both.startswith(b"<!DOCTYPE html>")
    assert b"%PDF" in both
    assert changed(open_both, protocol, data, DRAWS) == 0


def test_the_report_holds_what_could_leak(protocol: Protocol, data: Snapshot) -> None:
    """Enrolment against the plan and a forecast of coming looks are in it, each with its figure."""
    meeting = open_meeting(protocol, data, draws=FUTURES)
    assert meeting.coming.forecast is not None
    assert meeting.coming.forecast.looks
    page = open_html(protocol, data).decode()
    for found in ("figure-enrolment", "figure-forecast", "Planned by then", "Looks to come"):
        assert found in page, found


def arm_rate(protocol: Protocol, data: Snapshot) -> bytes:
    endpoint = analyze(protocol, data).endpoints[0]
    return open_html(protocol, data) + f"{endpoint.arms[0].events}/{endpoint.arms[0].n}".encode()


def chi_squared(protocol: Protocol, data: Snapshot) -> bytes:
    return (
        open_html(protocol, data)
        + f"{analyze(protocol, data).endpoints[0].comparisons[0].logrank.chi2:.2f}".encode()
    )


def two_sided_p(protocol: Protocol, data: Snapshot) -> bytes:
    return (
        open_html(protocol, data)
        + f"{analyze(protocol, data).endpoints[0].comparisons[0].logrank.p:.3f}".encode()
    )


def order_by_hazard_ratio(protocol: Protocol, data: Snapshot) -> bytes:
    found = analyze(protocol, data)
    ratios = {e.population: e.comparisons[0].hazard_ratio for e in found.endpoints[1:]}
    return open_html(protocol, data) + ", ".join(sorted(ratios, key=lambda s: ratios[s])).encode()


def file_name(protocol: Protocol, data: Snapshot) -> bytes:
    return f"open-{data.data_hash[:8]}.html".encode() + open_html(protocol, data)


def count_of_courses(protocol: Protocol, data: Snapshot) -> bytes:
    assert data.adverse_events is not None
    count = int((data.adverse_events["COURSE"] == "Course of B").sum())
    return open_html(protocol, data) + f"Course of B: {count}".encode()


def forecast_by_arm(protocol: Protocol, data: Snapshot) -> bytes:
    found = forecast_events(data, protocol, seed=1, by_arm=True, draws=FUTURES)
    return open_html(protocol, data) + repr(found.weights).encode()


@pytest.mark.parametrize(
    "leak",
    [
        arm_rate,
        chi_squared,
        two_sided_p,
        order_by_hazard_ratio,
        file_name,
        count_of_courses,
        forecast_by_arm,
    ],
)
def test_a_planted_leak_is_found(
    leak: Callable[[Protocol, Snapshot], bytes], protocol: Protocol, data: Snapshot
) -> None:
    assert changed(leak, protocol, data, LEAKING_DRAWS) > 0


def test_nothing_of_an_arm_is_in_a_blinded_snapshot(protocol: Protocol, data: Snapshot) -> None:
    blinded = blind(protocol, data)
    assert blinded.subjects.columns == ["USUBJID", "stratum", "entered", "evaluable", "SEX"]
    assert blinded.adverse_events is not None
    assert blinded.adverse_events.columns == ["USUBJID", "term", "grade"]
    assert blinded.adverse_events["term"].unique().to_list() == ["Sepsis"]
    for table in (blinded.subjects, blinded.times, blinded.adverse_events):
        values = {str(v) for column in table.iter_columns() for v in column.unique()}
        assert not values & {"A", "B", "Course of B", "Rash"}


def test_terms_that_tell_an_arm_are_pooled_where_the_protocol_says_so(data: Snapshot) -> None:
    pooled = parse_protocol(TEXT.replace("[safety]\n", '[safety]\nunblinding_shown = "pooled"\n'))
    blinded = blind(pooled, data)
    assert blinded.adverse_events is not None
    assert set(blinded.adverse_events["term"]) == {"Sepsis", "other adverse events"}
    page = open_html(pooled, data).decode()
    assert "other adverse events" in page
    assert "Rash" not in page


def test_a_protocol_without_such_a_list_is_warned_of(data: Snapshot) -> None:
    silent = parse_protocol(TEXT.replace('unblinding = ["Rash"]\n', ""))
    assert "check the table before this report leaves" in open_html(silent, data).decode()
    none = parse_protocol(TEXT.replace('unblinding = ["Rash"]', "unblinding = []"))
    assert "before this report leaves" not in open_html(none, data).decode()


def test_an_open_report_says_so_and_holds_no_boundary(protocol: Protocol, data: Snapshot) -> None:
    page = open_html(protocol, data).decode()
    assert "OPEN" in page
    assert "SYNTHETIC" in page
    for word in ("boundary", "hazard ratio", "The rule implies", "log-rank", "Standard", "New</"):
        assert word.lower() not in page.lower().replace("new</h", ""), word
