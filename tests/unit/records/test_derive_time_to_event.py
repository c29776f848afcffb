"""One endpoint from the records: who, from when, to when, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from equipoise.errors import DataError
from equipoise.records import cut, derive_time_to_event, trial_records

if TYPE_CHECKING:
    from equipoise.records import TrialRecords


def test_censoring_is_turned_once(records: TrialRecords, adtte: pl.DataFrame) -> None:
    tte = derive_time_to_event(records, parameter="DFS", strata=("RISKGRP",), population="ITTFL")
    assert tte.event.tolist() == [c == 0 for c in adtte["CNSR"].to_list()]
    assert tte.time.tolist() == adtte["AVAL"].to_list()
    assert tte.arm.tolist() == ["Blina", "Chemo", "Chemo", "Blina", "Chemo", "Blina"]
    assert tte.stratum.tolist() == ["Average", "Average", "High", "High", "Average", "High"]
    assert tte.n == 6
    assert tte.cutoff is None
    assert repr(tte).startswith("TimeToEvent(DFS, events/subjects: Chemo 3/3, Blina 1/3, data ")


def test_every_date_has_its_reason(records: TrialRecords, adtte: pl.DataFrame) -> None:
    table = derive_time_to_event(records).to_frame()
    assert table["reason"].to_list() == adtte["EVNTDESC"].to_list()
    assert table["start"].to_list() == adtte["STARTDT"].to_list()
    assert table["end"].to_list() == adtte["ADT"].to_list()
    described = adtte.with_columns(CNSDTDSC=pl.Series(["Last contact", None, None, None, None, "Last visit"]))
    told = derive_time_to_event(trial_records(records.subjects, described)).table["reason"].to_list()
    assert told == ["Last contact", "Marrow relapse", "Death", "CNS relapse", "Marrow relapse", "Last visit"]


def test_arms_follow_their_numbers_else_the_alphabet(
    records: TrialRecords, adsl: pl.DataFrame, adtte: pl.DataFrame
) -> None:
    assert derive_time_to_event(records).arms == ("Chemo", "Blina")
    assert derive_time_to_event(trial_records(adsl.drop("TRT01PN"), adtte)).arms == ("Blina", "Chemo")


def test_causes_count_from_one_in_their_order(records: TrialRecords) -> None:
    plain = derive_time_to_event(records)
    assert plain.causes == ("CNS relapse", "Death", "Marrow relapse")
    assert plain.cause_code.tolist() == [0, 3, 2, 1, 3, 0]
    grouped = derive_time_to_event(
        records, causes={"relapse": ["Marrow relapse", "CNS relapse"], "death": ["Death"]}
    )
    assert grouped.causes == ("relapse", "death")
    assert grouped.cause_code.tolist() == [0, 1, 2, 1, 1, 0]
    assert grouped.table["reason"][1] == "Marrow relapse"


def test_an_event_that_nobody_foresaw_is_an_error_not_a_censoring(records: TrialRecords) -> None:
    with pytest.raises(
        DataError, match=r"EVNTDESC = 'Death' is an event .* not foreseen. Foreseen are: 'Marrow"
    ):
        derive_time_to_event(records, causes={"relapse": ["Marrow relapse", "CNS relapse"]})
    with pytest.raises(DataError, match="EVNTDESC = 'CNS relapse' is an event"):
        derive_time_to_event(records, events=["Marrow relapse", "Death"])


def test_without_descriptions_there_is_one_cause(adsl: pl.DataFrame, adtte: pl.DataFrame) -> None:
    tte = derive_time_to_event(trial_records(adsl, adtte.drop("EVNTDESC")))
    assert tte.causes == ("event",)
    assert tte.table["reason"].unique().sort().to_list() == ["censored", "event"]


def test_several_strata_are_combined_and_one_is_none(records: TrialRecords) -> None:
    tte = derive_time_to_event(records, strata=("riskgrp", "ITTFL"))
    assert tte.stratum[0] == "Average / Y"
    assert tte.strata == ("RISKGRP", "ITTFL")
    assert derive_time_to_event(records).stratum is None


def test_covariates_come_along(records: TrialRecords) -> None:
    assert derive_time_to_event(records, covariates=("RISKGRP", "RANDDT")).table.columns[-2:] == [
        "RISKGRP",
        "RANDDT",
    ]


def test_the_population_is_a_flag_or_all_randomised(adsl: pl.DataFrame, adtte: pl.DataFrame) -> None:
    flags = adsl.with_columns(SAFFL=pl.Series(["Y", "Y", "N", None, "Y", "Y"]))
    assert derive_time_to_event(trial_records(flags, adtte), population="SAFFL").n == 4
    screened = pl.concat(
        [adsl, adsl.head(1).with_columns(USUBJID=pl.lit("07"), RANDDT=None, ITTFL=pl.lit("N"))]
    )
    assert derive_time_to_event(trial_records(screened, adtte)).n == 6
    in_times = adtte.with_columns(PPROTFL=pl.Series(["Y"] * 3 + ["N"] * 3))
    assert derive_time_to_event(trial_records(adsl, in_times), population="PPROTFL").n == 3


def test_nobody_is_left_out_in_silence(adsl: pl.DataFrame, adtte: pl.DataFrame) -> None:
    records = trial_records(adsl, adtte.filter(pl.col("USUBJID") != "05"))
    with pytest.raises(DataError, match=r"subject 05 .* has no time to DFS .*leaves out nobody"):
        derive_time_to_event(records, population="ITTFL")
    tte = derive_time_to_event(records, population="ITTFL", allow_absent=True)
    assert tte.absent == ("05",)
    assert tte.n == 5


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"parameter": "OS"}, r"no PARAMCD 'OS'\. There are: DFS"),
        ({"arm": "TRT01A"}, r"ADSL has no column TRT01A\. There are: USUBJID, TRT01P"),
        ({"strata": ("SEX",)}, "ADSL has no column SEX"),
        ({"population": "SAFFL"}, r"no population flag SAFFL\. Flags there are: ITTFL"),
        ({"strata": ("XOVERDT",)}, r"XOVERDT\[USUBJID 01\] is missing.*needs an arm and a stratum"),
    ],
)
def test_what_is_not_there_is_named(records: TrialRecords, options: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        derive_time_to_event(records, **options)


def test_two_parameters_must_be_told_apart(adsl: pl.DataFrame, adtte: pl.DataFrame) -> None:
    both = trial_records(adsl, pl.concat([adtte, adtte.with_columns(PARAMCD=pl.lit("OS"))]))
    with pytest.raises(DataError, match=r"ADTTE holds DFS, OS\. Name one as parameter"):
        derive_time_to_event(both)
    assert derive_time_to_event(both, parameter="OS").parameter == "OS"


def test_no_times_no_endpoint(adsl: pl.DataFrame) -> None:
    with pytest.raises(DataError, match="there is no ADTTE"):
        derive_time_to_event(trial_records(adsl))


def test_a_snapshot_keeps_its_cutoff(records: TrialRecords) -> None:
    tte = derive_time_to_event(cut(records, "2020-08-31"))
    assert str(tte.cutoff) == "2020-08-31"
    assert tte.event.tolist() == [False, True, True, False, False, False]
