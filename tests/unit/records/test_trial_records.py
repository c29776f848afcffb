"""Tables are checked at birth: each breach says where, what, the rule, the way out."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
import polars as pl
import pytest

from equipoise.errors import DataError
from equipoise.records import trial_records

if TYPE_CHECKING:
    from equipoise.records import TrialRecords


def test_sound_tables_are_held_as_given(
    records: TrialRecords, adsl: pl.DataFrame, adtte: pl.DataFrame, adae: pl.DataFrame
) -> None:
    assert records.n == 6
    assert records.subjects.equals(adsl)
    assert records.times.height == adtte.height
    assert records.adverse_events.height == adae.height
    assert not records.synthetic
    assert repr(records).startswith("TrialRecords(6 subjects, 6 times, 4 adverse events, six children, data ")
    assert records.to_frame() is records.subjects
    with pytest.raises(dataclasses.FrozenInstanceError):
        records.source = "elsewhere"


def test_any_dataframe_comes_in_at_the_door(
    records: TrialRecords, adsl: pl.DataFrame, adtte: pl.DataFrame, adae: pl.DataFrame
) -> None:
    for convert in (lambda t: t.to_pandas(), lambda t: t.to_arrow(), lambda t: t.lazy()):
        other = trial_records(convert(adsl), convert(adtte), convert(adae))
        assert other.data_hash == records.data_hash


def test_what_is_no_dataframe_is_refused() -> None:
    with pytest.raises(DataError, match=r"ADSL: must be a dataframe .*, got dict"):
        trial_records({"USUBJID": ["1"]})
    mixed = pd.DataFrame({"USUBJID": ["1", "2"], "TRT01P": ["A", 2]})
    with pytest.raises(DataError, match=r"ADSL: must be a dataframe with one type per column.*got DataFrame"):
        trial_records(mixed)


def test_adam_conventions_at_the_door() -> None:
    """Lower-case names, numbers for subjects, blank text, NaN and SAS date numbers are put right."""
    table = trial_records(
        pd.DataFrame(
            {
                "usubjid": [1.0, 2.0],
                "trt01p": pd.Categorical(["A ", "B"]),
                "race": ["", "X"],
                "weight": [float("nan"), 20.5],
                "randdt": [18263.0, 18264.0],
                "trtsdt": ["02JAN2010", "03JAN2010"],
            }
        )
    ).subjects
    assert table["USUBJID"].to_list() == ["1", "2"]
    assert table["TRT01P"].to_list() == ["A", "B"]
    assert table["RACE"].to_list() == [None, "X"]
    assert table["WEIGHT"].to_list() == [None, 20.5]
    assert table["RANDDT"].to_list() == [date(2010, 1, 1), date(2010, 1, 2)]  # SAS counts 01JAN2010 as 18263
    assert table["TRTSDT"].to_list() == [date(2010, 1, 2), date(2010, 1, 3)]


def test_synthetic_patients_are_known_by_their_flag(adsl: pl.DataFrame) -> None:
    assert trial_records(adsl.with_columns(SYNTHFL=pl.lit("Y"))).synthetic
    assert trial_records(adsl, synthetic=True).synthetic
    with pytest.raises(DataError, match="Made-up and real patients are never mixed"):
        trial_records(adsl.with_columns(SYNTHFL=pl.Series(["Y", *[None] * 5])))
    with pytest.raises(DataError, match="must not deny SYNTHFL"):
        trial_records(adsl.with_columns(SYNTHFL=pl.lit("Y")), synthetic=False)


def changed(table: pl.DataFrame, column: str, value: Any, row: Any = 2) -> Any:
    values = table[column].to_list()
    values[row] = value
    return table.with_columns(pl.Series(column, values, strict=False))


SUBJECT_FAULTS = {
    "duplicate subject": (lambda t: changed(t, "USUBJID", "02"), r"ADSL.USUBJID\[USUBJID 02\] \(and 1 more\) = '02': must stand once"),
    "missing subject": (lambda t: changed(t, "USUBJID", None), r"ADSL.USUBJID\[row 3\]: must not be missing"),
    "missing treatment": (lambda t: changed(t, "TRT01P", None), r"ADSL.TRT01P\[USUBJID 03\]: must name the planned treatment"),
    "a treatment called NA": (lambda t: changed(t, "TRT01P", "NA"), r"ADSL.TRT01P\[USUBJID 03\] = 'NA': must name"),
    "no treatment column": (lambda t: t.drop("TRT01P"), r"ADSL.TRT01P: this column is needed and not there. There are: USUBJID"),
    "no subject": (lambda t: t.clear(), "must hold at least one subject"),
    "impossible date": (lambda t: t.with_columns(RANDDT=pl.lit("2020-02-30")), r"ADSL.RANDDT\[USUBJID 01\] .*'2020-02-30': must be a whole date that exists"),
    "a date of another century": (lambda t: changed(t, "RANDDT", date(1020, 1, 1)), "must be a date of this trial"),
    "one column twice": (lambda t: t.with_columns(usubjid=pl.lit("1")), "column USUBJID stands there twice"),
}  # fmt: skip


@pytest.mark.parametrize("fault", SUBJECT_FAULTS)
def test_subjects_that_break_a_rule(adsl: pl.DataFrame, fault: str) -> None:
    spoil, message = SUBJECT_FAULTS[fault]
    with pytest.raises(DataError, match=message):
        trial_records(spoil(adsl))


TIME_FAULTS = {
    "negative time": (lambda t: changed(t, "AVAL", -1), r"ADTTE.AVAL\[USUBJID 03\] = -1.0: must be a time of 0 or more"),
    "missing time": (lambda t: changed(t, "AVAL", None), r"ADTTE.AVAL\[USUBJID 03\]: must be a time of 0 or more"),
    "infinite time": (lambda t: changed(t, "AVAL", float("inf")), "must be a time of 0 or more"),
    "half a censoring": (lambda t: changed(t, "CNSR", 0.5), r"ADTTE.CNSR\[USUBJID 03\] = 0.5: must be a whole number"),
    "negative censoring": (lambda t: changed(t, "CNSR", -1), "must be a whole number"),
    "missing censoring": (lambda t: changed(t, "CNSR", None), "must be a whole number"),
    "censoring in words": (lambda t: t.with_columns(CNSR=pl.lit("yes")), "'yes': must be a whole number"),
    "the same endpoint twice": (lambda t: changed(t, "USUBJID", "02"), "ADTTE.PARAMCD.*must stand once per subject"),
    "a stranger": (lambda t: changed(t, "USUBJID", "99"), r"ADTTE.USUBJID\[USUBJID 99\] = '99': must be a subject of ADSL"),
    "end before start": (lambda t: changed(t, "ADT", date(2019, 3, 1)), "ADTTE.ADT.*must not lie before STARTDT"),
    "time against dates": (lambda t: changed(t, "AVAL", 0.0), r"ADTTE.AVAL\[USUBJID 03\] = 0.0: must be ADT - STARTDT \+ 1"),
    "unknown unit": (lambda t: t.with_columns(AVALU=pl.lit("FORTNIGHTS")), "must be DAYS, WEEKS, MONTHS or YEARS"),
    "no time at all": (lambda t: t.drop("AVAL", "ADT"), "ADTTE.ADT: this column is needed"),
    "partial date": (lambda t: t.with_columns(ADT=pl.lit("2020-08")), "'2020-08': must be a whole date"),
    "after the cut-off": (lambda t: t.with_columns(DCUTDT=date(2020, 12, 31)), r"ADTTE.ADT\[USUBJID 04\].*must not lie after the data cut-off"),
}  # fmt: skip


@pytest.mark.parametrize("fault", TIME_FAULTS)
def test_times_that_break_a_rule(adsl: pl.DataFrame, adtte: pl.DataFrame, fault: str) -> None:
    spoil, message = TIME_FAULTS[fault]
    with pytest.raises(DataError, match=message):
        trial_records(adsl, spoil(adtte))


def test_adverse_events_that_break_a_rule(adsl: pl.DataFrame, adae: pl.DataFrame) -> None:
    with pytest.raises(DataError, match=r"ADAE.USUBJID\[USUBJID 99\]"):
        trial_records(adsl, None, changed(adae, "USUBJID", "99"))
    with pytest.raises(DataError, match=r"ADAE.ASTDT\[USUBJID 01\].*must not lie after the data cut-off"):
        trial_records(adsl.with_columns(DCUTDT=date(2020, 6, 1)), None, adae)


def test_every_mistake_is_told_at_once(adsl: pl.DataFrame, adtte: pl.DataFrame) -> None:
    with pytest.raises(DataError) as caught:
        trial_records(
            changed(adsl, "TRT01P", None), changed(changed(adtte, "CNSR", 7.5), "AVAL", -2), source="here"
        )
    assert str(caught.value).startswith("here: 4 mistakes in the data\n  ADSL.TRT01P")


def test_on_the_cutoff_is_not_after_it(adsl: pl.DataFrame, adtte: pl.DataFrame) -> None:
    assert trial_records(adsl.with_columns(DCUTDT=date(2021, 1, 5)), adtte).n == 6


def test_a_screening_failure_needs_no_treatment_but_has_no_time(
    adsl: pl.DataFrame, adtte: pl.DataFrame
) -> None:
    failed = changed(changed(adsl, "TRT01P", None), "RANDDT", None)
    others = adtte.filter(pl.col("USUBJID") != "03")
    assert trial_records(failed, others).n == 6
    with pytest.raises(DataError, match="must be randomised, yet RANDDT is missing"):
        trial_records(failed, adtte)


def test_times_are_kept_in_days(adsl: pl.DataFrame, adtte: pl.DataFrame) -> None:
    """Months print with rounding: the dates give the day. Without dates the unit's length does (30.4375 days)."""
    days = trial_records(adsl, adtte).times["AVAL"].to_list()
    months = adtte.with_columns(AVAL=(pl.col("AVAL") / 30.4375).round(2), AVALU=pl.lit("Months"))
    assert trial_records(adsl, months).times["AVAL"].to_list() == days
    undated = adtte.drop("STARTDT", "ADT").with_columns(AVAL=pl.lit(2.0), AVALU=pl.lit("MONTH"))
    kept = trial_records(adsl, undated).times
    assert kept["AVAL"].to_list() == [60.875] * 6
    assert kept["AVALU"].unique().to_list() == ["DAYS"]
    assert trial_records(adsl, adtte.drop("AVAL")).times["AVAL"].to_list() == days
    wrong = months.with_columns(AVAL=pl.col("AVAL") + 1)
    with pytest.raises(DataError, match="must be ADT - STARTDT"):
        trial_records(adsl, wrong)
