"""A data cut knows what was known on its date, and no more."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from equipoise.errors import ArgumentError, DataError
from equipoise.records import cut, derive_time_to_event, snapshot, trial_records

if TYPE_CHECKING:
    from equipoise.records import TrialRecords

ORIGIN = date(2020, 1, 1)


def test_a_cut_by_hand(records: TrialRecords) -> None:
    seen = cut(records, "2020-08-31")
    assert seen.n == 6
    assert seen.cutoff == date(2020, 8, 31)
    rows = {r["USUBJID"]: r for r in seen.times.iter_rows(named=True)}
    assert (rows["01"]["AVAL"], rows["01"]["CNSR"], rows["01"]["EVNTDESC"]) == (244.0, 1, "Data cut-off")
    assert (rows["02"]["AVAL"], rows["02"]["CNSR"], rows["02"]["EVNTDESC"]) == (197.0, 0, "Marrow relapse")
    assert (rows["04"]["AVAL"], rows["04"]["CNSR"], rows["04"]["ADT"]) == (153.0, 1, date(2020, 8, 31))
    assert rows["06"]["CNSDTDSC"] == "Data cut-off"
    assert rows["02"]["CNSDTDSC"] is None
    assert repr(seen).startswith("Snapshot(as of 2020-08-31, 6 subjects, six children, data ")


def test_only_those_randomised_by_then(records: TrialRecords) -> None:
    seen = cut(records, date(2020, 3, 1))
    assert seen.subjects["USUBJID"].to_list() == ["01", "02", "03"]
    assert seen.adverse_events["USUBJID"].to_list() == ["01"]
    assert derive_time_to_event(seen).event.tolist() == [False, False, True]


def test_an_event_on_the_cutoff_counts_and_a_day_earlier_it_does_not(records: TrialRecords) -> None:
    assert cut(records, "2020-08-15").times.filter(pl.col("USUBJID") == "02")["CNSR"].item() == 0
    assert cut(records, "2020-08-14").times.filter(pl.col("USUBJID") == "02")["CNSR"].item() == 1


def test_an_event_reported_after_the_cut_was_not_known(adsl: pl.DataFrame, adtte: pl.DataFrame) -> None:
    reported = adtte.with_columns(ADTRDT=pl.col("ADT").dt.offset_by("45d"))
    records = trial_records(adsl, reported)
    assert cut(records, "2020-09-28").times.filter(pl.col("USUBJID") == "02")["CNSR"].item() == 1
    assert cut(records, "2020-09-29").times.filter(pl.col("USUBJID") == "02")["CNSR"].item() == 0
    left = cut(records, "2020-09-28").times.filter(pl.col("USUBJID") == "06")
    assert left.select("ADT", "CNSR").row(0) == (date(2020, 9, 9), 2)


def test_adverse_events_are_cut_by_start_end_and_report(
    adsl: pl.DataFrame, adtte: pl.DataFrame, adae: pl.DataFrame
) -> None:
    seen = cut(trial_records(adsl, adtte, adae), "2020-07-10").adverse_events
    assert seen["AEDECOD"].to_list() == ["Sepsis", "Fever", "Sepsis", "Seizure"]
    assert seen["AENDT"].to_list() == [date(2020, 3, 9), None, None, None]
    late = adae.with_columns(ADTRDT=pl.col("ASTDT").dt.offset_by("60d"))
    kept = cut(trial_records(adsl, adtte, late), "2020-07-10").adverse_events
    assert kept["AEDECOD"].to_list() == ["Sepsis", "Sepsis", "Seizure"]


def test_the_subjects_table_forgets_the_future(adsl: pl.DataFrame, adtte: pl.DataFrame) -> None:
    told = adsl.with_columns(
        DTHDT=pl.Series([None, None, date(2020, 3, 1), date(2020, 11, 1), None, None]),
        DTHFL=pl.Series([None, None, "Y", "Y", None, None]),
        DTHDTC=pl.Series([None, None, "2020-03-01", "2020-11-01T10:00", None, None]),
        LSTALVDT=pl.Series([date(2020, 12, 31)] * 6),
        TRTSDT=pl.Series([date(2020, m, 20) for m in (1, 2, 3, 4, 5, 6)]),
        SAFFL=pl.lit("Y"),
    )
    seen = cut(trial_records(told, adtte), "2020-06-10").subjects
    assert seen["DTHDT"].to_list() == [None, None, date(2020, 3, 1), None, None, None]
    assert seen["DTHFL"].to_list() == [None, None, "Y", None, None, None]
    assert seen["DTHDTC"].to_list() == [None, None, "2020-03-01", None, None, None]
    assert seen["LSTALVDT"].unique().to_list() == [date(2020, 6, 10)]
    assert seen["XOVERDT"].to_list() == [None, date(2020, 6, 1), None, None, None, None]
    assert seen["SAFFL"].to_list() == ["Y"] * 5 + [None]


def test_without_a_cutoff_all_is_as_it_is(records: TrialRecords) -> None:
    seen = snapshot(records)
    assert seen.cutoff is None
    assert seen.data_hash == records.data_hash
    assert seen.to_frame().equals(records.subjects)
    assert repr(seen).startswith("Snapshot(everything known, 6 subjects")
    assert cut(seen, "2020-08-31").data_hash == cut(records, "2020-08-31").data_hash


def test_without_randomisation_dates_the_first_start_places_a_subject(
    adsl: pl.DataFrame, adtte: pl.DataFrame
) -> None:
    records = trial_records(adsl.drop("RANDDT"), adtte)
    assert cut(records, "2020-03-31").n == 3
    lacking = trial_records(adsl.drop("RANDDT"), adtte.head(5))
    with pytest.raises(DataError, match=r"subject 06 .* has neither RANDDT in ADSL nor STARTDT"):
        cut(lacking, "2020-03-31")


@pytest.mark.parametrize("column", ["STARTDT", "ADT"])
def test_times_without_dates_cannot_be_cut(adsl: pl.DataFrame, adtte: pl.DataFrame, column: str) -> None:
    with pytest.raises(DataError, match=f"ADTTE has no complete {column}, so the data cannot be cut"):
        cut(trial_records(adsl, adtte.drop(column)), "2020-08-31")


def test_what_cannot_be_cut_is_refused(records: TrialRecords, adsl: pl.DataFrame, adae: pl.DataFrame) -> None:
    with pytest.raises(DataError, match="nobody was randomised by 2019-12-31"):
        cut(records, "2019-12-31")
    with pytest.raises(ArgumentError, match="date must be a date, got 'June'"):
        cut(records, "June")
    with pytest.raises(DataError, match="neither RANDDT in ADSL nor STARTDT"):
        cut(trial_records(adsl.drop("RANDDT")), "2020-08-31")
    with pytest.raises(DataError, match="ADAE has no start dates ASTDT"):
        cut(trial_records(adsl, None, adae.drop("ASTDT")), "2020-08-31")


def test_a_moment_is_its_day(records: TrialRecords) -> None:
    assert cut(records, datetime(2020, 8, 31, 12)).cutoff == date(2020, 8, 31)  # noqa: DTZ001 - a date without a place


@st.composite
def trials(draw: Any) -> Any:
    """Records of 1 to 12 subjects with entry, end, censoring and delay of report drawn at will."""
    n = draw(st.integers(1, 12))
    entry = draw(st.lists(st.integers(0, 300), min_size=n, max_size=n))
    length = draw(st.lists(st.integers(0, 300), min_size=n, max_size=n))
    censored = draw(st.lists(st.integers(0, 2), min_size=n, max_size=n))
    delay = draw(st.lists(st.integers(0, 90), min_size=n, max_size=n))
    start = [ORIGIN + timedelta(e) for e in entry]
    end = [s + timedelta(x) for s, x in zip(start, length, strict=True)]
    ids = [f"{i:02}" for i in range(n)]
    adsl = pl.DataFrame(
        {"USUBJID": ids, "TRT01P": ["A", "B"] * (n // 2) + ["A"] * (n % 2), "RANDDT": start, "LSTALVDT": end}
    )
    adtte = pl.DataFrame(
        {
            "USUBJID": ids, "PARAMCD": ["OS"] * n, "CNSR": censored, "STARTDT": start, "ADT": end,
            "ADTRDT": [e + timedelta(d) for e, d in zip(end, delay, strict=True)],
            "EVNTDESC": ["Death" if c == 0 else "Alive" for c in censored],
        }
    )  # fmt: skip
    adae = pl.DataFrame({"USUBJID": ids, "AEDECOD": ["Sepsis"] * n, "ASTDT": start, "AENDT": end})
    return trial_records(adsl, adtte, adae)


def days(lowest: Any, highest: Any) -> Any:
    return st.integers(lowest, highest).map(lambda d: ORIGIN + timedelta(d))


def test_a_cut_has_the_same_columns_whether_or_not_it_censors(records: TrialRecords) -> None:
    early, late = cut(records, "2020-03-01"), cut(records, "2030-01-01")
    assert early.times.columns == late.times.columns


@settings(deadline=None)  # the machine may be busy
@given(trials(), days(0, 800), days(0, 800))
def test_cutting_twice_is_cutting_once_at_the_earlier(records: TrialRecords, first: Any, second: Any) -> None:
    assume(records.subjects["RANDDT"].min() <= min(first, second))
    twice, once = cut(cut(records, first), second), cut(records, min(first, second))
    assert twice.data_hash == once.data_hash
    assert twice.cutoff == once.cutoff
    assert twice.times.equals(once.times)


@settings(deadline=None)  # the machine may be busy
@given(trials(), days(700, 900))
def test_a_cut_after_the_last_date_changes_nothing(records: TrialRecords, day: Any) -> None:
    assert cut(records, day).data_hash == records.data_hash
    assert cut(records, day).times.drop("CNSDTDSC").equals(records.times)
    assert cut(records, day).subjects.equals(records.subjects)


@settings(deadline=None)  # the machine may be busy
@given(trials(), days(0, 700))
def test_a_cut_row_by_row(records: TrialRecords, day: Any) -> None:
    """A plain loop over subjects, with its own arithmetic."""
    assume(records.subjects["RANDDT"].min() <= day)
    expected = {}
    for row in records.times.iter_rows(named=True):
        if row["STARTDT"] > day:
            continue
        known = row["ADT"] <= day and (row["CNSR"] != 0 or row["ADTRDT"] <= day)
        end = row["ADT"] if known else day
        expected[row["USUBJID"]] = ((end - row["STARTDT"]).days + 1, known and row["CNSR"] == 0)
    tte = derive_time_to_event(cut(records, day))
    assert (
        dict(zip(tte.table["USUBJID"], zip(tte.time.tolist(), tte.event.tolist(), strict=True), strict=True))
        == expected
    )
