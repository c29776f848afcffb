"""Subjects with adverse events, counted once each, among those evaluable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.errors import ArgumentError, DataError
from equipoise.records import TrialRecords, trial_records
from equipoise.safety import AdverseEventRates, adverse_event_rates, newcombe_interval, wilson_interval

if TYPE_CHECKING:
    from collections.abc import Sequence


def cells(found: AdverseEventRates, column: str = "subjects") -> dict[tuple[str, str, str], Any]:
    return {(r["term"], r["course"], r["arm"]): r[column] for r in found.rates.iter_rows(named=True)}


def rates(records: TrialRecords, **options: Any) -> AdverseEventRates:
    return adverse_event_rates(records, **{"arm": "TRT01P"} | options)


ALL, ANY = "All courses", "Any adverse event"


def test_by_hand(records: TrialRecords) -> None:
    """Grade 3 or more, treatment-emergent, in the evaluable: 01 sepsis twice, 03 seizure, 05 fever."""
    found = rates(records, control="Chemo", course="COURSE")
    assert found.arms == ("Chemo", "Blina")
    assert cells(found)[ANY, ALL, "Blina"] == 2
    assert cells(found, "events")[ANY, ALL, "Blina"] == 3
    assert cells(found)[ANY, ALL, "Chemo"] == 1
    assert cells(found)["Sepsis", ALL, "Blina"] == 1
    assert cells(found, "events")["Sepsis", ALL, "Blina"] == 2
    assert cells(found)["Sepsis", "Cycle 10", "Blina"] == 1
    assert cells(found)["Sepsis", ALL, "Chemo"] == 0
    assert cells(found, "evaluable")[ANY, ALL, "Chemo"] == 3
    assert cells(found, "proportion")[ANY, ALL, "Blina"] == 0.5
    assert found.ungraded == 1
    assert repr(found).startswith("AdverseEventRates(grade 3 or more, any event: Chemo 1/3, Blina 2/4, data ")


def test_limits_and_differences_are_those_of_the_counts(records: TrialRecords) -> None:
    found = rates(records, control="Chemo", level=0.9)
    row = found.rates.filter((pl.col("term") == "Fever") & (pl.col("arm") == "Chemo")).row(0, named=True)
    assert (row["lower"], row["upper"]) == wilson_interval(1, 3, level=0.9)
    apart = found.differences.filter(pl.col("term") == "Fever").row(0, named=True)
    assert (apart["arm"], apart["control"]) == ("Blina", "Chemo")
    assert (apart["difference"], apart["lower"], apart["upper"]) == newcombe_interval(0, 4, 1, 3, level=0.9)
    assert apart["difference"] < 0
    joined = found.to_frame()
    assert joined.height == found.rates.height
    assert joined.filter(pl.col("arm") == "Chemo")["difference"].null_count() == joined.height // 2


def test_courses_come_in_order_of_their_numbers(records: TrialRecords) -> None:
    found = rates(records, course="COURSE")
    assert found.rates["course"].unique(maintain_order=True).to_list() == [ALL, "Cycle 2", "Cycle 10"]
    chosen = rates(records, course="COURSE", courses=("Cycle 10", "Cycle 3"))
    assert chosen.rates["course"].unique(maintain_order=True).to_list() == [ALL, "Cycle 10", "Cycle 3"]
    assert cells(chosen)[ANY, ALL, "Blina"] == 2
    assert cells(chosen)[ANY, "Cycle 3", "Blina"] == 0


def test_terms_named_are_shown_though_they_never_occurred(records: TrialRecords) -> None:
    found = rates(records, terms=("Cytokine release syndrome", "Sepsis"))
    assert found.rates["term"].unique(maintain_order=True).to_list() == [
        ANY,
        "Cytokine release syndrome",
        "Sepsis",
    ]
    assert cells(found)["Cytokine release syndrome", ALL, "Blina"] == 0
    assert cells(found)[ANY, ALL, "Blina"] == 2


def test_a_term_in_other_letters_is_no_zero(records: TrialRecords) -> None:
    with pytest.raises(DataError, match="ADAE has no 'SEPSIS' but 'Sepsis', which would count as absent"):
        rates(records, terms=("SEPSIS",))
    with pytest.raises(DataError, match="ADAE has no 'fever' but 'Fever'"):
        rates(records, terms=("fever",), grade=5)


def test_terms_are_sorted_by_frequency_then_name(records: TrialRecords) -> None:
    found = rates(records, grade=None, population=None, emergent=None)
    assert found.rates["term"].unique(maintain_order=True).to_list() == [ANY, "Sepsis", "Fever", "Seizure"]


def test_population_emergence_grade_and_condition(records: TrialRecords) -> None:
    def any_event(**options: Any) -> tuple[int, int]:
        found = cells(rates(records, by=None, **options))
        return found[ANY, ALL, "Blina"], found[ANY, ALL, "Chemo"]

    assert any_event() == (2, 1)
    assert any_event(grade=None) == (3, 2)
    assert any_event(grade=5) == (1, 0)
    assert any_event(grade=5, population=None) == (1, 1)
    assert any_event(emergent=None) == (3, 1)
    assert any_event(grade=None, where="AESER = 'Y'") == (2, 0)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"arm": "TRT01A"}, DataError, r"ADSL has no column TRT01A for the arm\. There are: USUBJID, TRT01P"),
        (
            {"control": "Placebo"},
            ArgumentError,
            "control must be one of the arms 'Chemo', 'Blina', got 'Placebo'",
        ),
        ({"by": "AEBODSYS"}, DataError, "ADAE has no column AEBODSYS"),
        ({"course": "VISIT"}, DataError, r"ADAE has no column VISIT\. Name the column of courses"),
        ({"grade_column": "AESEV"}, DataError, "ADAE has no column AESEV"),
        ({"emergent": "TRTEM"}, DataError, "ADAE has no column TRTEM. Choose emergent=None"),
        ({"population": "EVALFL"}, DataError, r"no population flag EVALFL\. Flags there are: SAFFL"),
        ({"grade": 6}, ArgumentError, "grade must be one of 1, 2, 3, 4, 5, got 6"),
        ({"where": "AESEV = 1"}, DataError, "the condition 'AESEV = 1' cannot be applied to ADAE"),
        ({"level": 95}, ArgumentError, "level must lie strictly between 0 and 1"),
    ],
)
def test_what_is_not_there_is_named(
    records: TrialRecords, options: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        rates(records, **options)


def test_no_table_and_no_event_are_not_the_same(records: TrialRecords) -> None:
    with pytest.raises(DataError, match="there is no ADAE"):
        rates(trial_records(records.subjects))
    none = rates(trial_records(records.subjects, None, records.adverse_events.clear()), control="Chemo")
    assert cells(none) == {(ANY, ALL, "Chemo"): 0, (ANY, ALL, "Blina"): 0}


def test_an_evaluable_subject_needs_an_arm_and_there_must_be_one(records: TrialRecords) -> None:
    actual = records.subjects.with_columns(TRT01A=pl.when(pl.col("USUBJID") != "03").then(pl.col("TRT01P")))
    with pytest.raises(DataError, match=r"TRT01A\[USUBJID 03\] is missing"):
        rates(trial_records(actual, None, records.adverse_events), arm="TRT01A")
    nobody = records.subjects.with_columns(SAFFL=pl.lit("N"))
    with pytest.raises(DataError, match="no subject is evaluable"):
        rates(trial_records(nobody, None, records.adverse_events))


def test_grades_that_are_none(records: TrialRecords) -> None:
    for grade in (0, 6, 2.5):
        wrong = records.adverse_events.with_columns(AETOXGR=pl.lit(grade))
        with pytest.raises(DataError, match=f"AETOXGR = {grade} must be a grade of 1 to 5"):
            rates(trial_records(records.subjects, None, wrong))
    words = records.adverse_events.with_columns(
        AETOXGR=pl.col("AETOXGR").cast(pl.String).replace("3", "Grade 3")
    )
    assert cells(rates(trial_records(records.subjects, None, words)))[ANY, ALL, "Blina"] == 2


@pytest.mark.parametrize(
    ("options", "counts"),
    [
        ({"grade": None}, (65, 77, 76)),
        ({"grade": None, "where": "AESER = 'Y'"}, (0, 1, 2)),
        ({"grade": 3, "grade_column": "AESEV"}, (5, 16, 8)),
        ({"grade": None, "emergent": None}, (69, 77, 79)),
    ],
)
def test_pilot_counts(pilot: TrialRecords, options: Any, counts: tuple[int, ...]) -> None:
    """Treatment-emergent events in the CDISC pilot: any 65/77/76, serious 0/1/2, severe 5/16/8 of 86/84/84."""
    found = adverse_event_rates(pilot, arm="TRT01A", by=None, **options)
    assert found.arms == ("Placebo", "Xanomeline Low Dose", "Xanomeline High Dose")
    assert tuple(found.rates["subjects"].to_list()) == counts
    assert tuple(found.rates["evaluable"].to_list()) == (86, 84, 84)


def test_pilot_rows(pilot: TrialRecords) -> None:
    emergent = adverse_event_rates(pilot, arm="TRT01A", by=None, grade=None).rates["events"].sum()
    everything = (
        adverse_event_rates(pilot, arm="TRT01A", by=None, grade=None, emergent=None).rates["events"].sum()
    )
    assert (emergent, everything) == (1126, 1191)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.sampled_from("abc"), st.integers(1, 5), st.sampled_from("xy")),
        max_size=30,
    )
)
def test_counts_by_a_plain_loop(events: Sequence[tuple[int, str, int, str]]) -> None:
    adsl = pl.DataFrame({"USUBJID": [str(i) for i in range(6)], "TRT01P": ["A", "B"] * 3})
    schema = {"USUBJID": pl.String, "AEDECOD": pl.String, "AETOXGR": pl.Int64, "COURSE": pl.String}
    adae = pl.DataFrame([(str(u), t, g, c) for u, t, g, c in events], orient="row", schema=schema)
    found = rates(trial_records(adsl, None, adae), population=None, emergent=None, course="COURSE")
    for (term, course, arm), subjects in cells(found).items():
        matching = {
            u
            for u, t, g, c in events
            if g >= 3 and term in {ANY, t} and course in {ALL, c} and "AB"[u % 2] == arm
        }
        assert subjects == len(matching)


def with_courses_begun(records: TrialRecords, rows: list[tuple[str, str]]) -> TrialRecords:
    """The records with a table of courses begun."""
    ids, courses = [list(column) for column in zip(*rows, strict=True)]
    begun = pl.DataFrame({"USUBJID": ids, "COURSE": courses, "ASTDT": ["2024-01-01"] * len(rows)})
    return trial_records(records.subjects, records.times, records.adverse_events, exposure=begun)


def test_a_course_counts_those_who_began_it(records: TrialRecords) -> None:
    """01 and 02 began Cycle 2 by the table, 03 by an event in it; nobody but 01, by an event, Cycle 10."""
    data = with_courses_begun(records, [("01", "Cycle 2"), ("02", "Cycle 2"), ("08", "Cycle 2")])
    found = rates(data, control="Chemo", course="COURSE")
    assert found.exposed
    assert not rates(records, control="Chemo", course="COURSE").exposed
    size = cells(found, "evaluable")
    assert (size[ANY, ALL, "Blina"], size[ANY, "Cycle 2", "Blina"], size[ANY, "Cycle 10", "Blina"]) == (
        4,
        3,
        1,
    )
    assert size[ANY, "Cycle 2", "Chemo"] == 1, "05 by an event; 08 is not evaluable"
    assert cells(found, "proportion")["Sepsis", "Cycle 2", "Blina"] == pytest.approx(1 / 3)


def test_an_arm_that_never_gets_a_course_has_no_rate_in_it(records: TrialRecords) -> None:
    given = {"Chemo": ["Cycle 2"], "Blina": ["Cycle 2", "Cycle 99"]}
    found = rates(records, control="Chemo", course="COURSE", courses=["Cycle 2", "Cycle 99"], given=given)
    assert cells(found, "evaluable")[ANY, "Cycle 99", "Chemo"] == 0
    assert cells(found, "proportion")[ANY, "Cycle 99", "Chemo"] is None
    assert cells(found, "evaluable")[ANY, "Cycle 99", "Blina"] == 4
    apart = found.differences.filter((pl.col("course") == "Cycle 99") & (pl.col("term") == ANY))
    assert apart["difference"].to_list() == [None]
    assert cells(found, "evaluable")[ANY, "Cycle 2", "Chemo"] == 3


def test_an_event_in_a_course_that_the_plan_does_not_give_is_counted(records: TrialRecords) -> None:
    given: dict[str, list[str]] = {"Chemo": [], "Blina": []}
    found = rates(records, course="COURSE", given=given, courses=["Cycle 10"])
    assert cells(found)["Sepsis", "Cycle 10", "Blina"] == 1
    assert cells(found, "evaluable")["Sepsis", "Cycle 10", "Blina"] == 4


def test_names_that_the_data_do_not_hold_are_told(records: TrialRecords) -> None:
    found = rates(records, terms=["Sepsis", "Septicaemia"], course="COURSE", courses=["Cycle 10", "Cycle X"])
    assert found.not_found == ("Septicaemia", "Cycle X")
    assert rates(records, terms=["Sepsis"]).not_found == ()


def test_a_table_of_courses_without_the_column_is_refused(records: TrialRecords) -> None:
    first = records.subjects["USUBJID"][0]
    begun = pl.DataFrame({"USUBJID": [first], "PHASE": ["x"], "ASTDT": ["2024-01-01"]})
    data = trial_records(records.subjects, records.times, records.adverse_events, exposure=begun)
    with pytest.raises(DataError, match="ADEX has no column COURSE"):
        rates(data, course="COURSE")
