"""Each strategy for an intercurrent event, by hand on six children; crossover on day 122 (02) and on day 215 (05)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from equipoise.errors import ArgumentError, DataError
from equipoise.records import IntercurrentEvent, Strategy, derive_time_to_event, trial_records

if TYPE_CHECKING:
    from equipoise.records import TrialRecords


def derived(records: TrialRecords, *events: Any) -> Any:
    """The times, without the dates that are carried along."""
    table = derive_time_to_event(records, intercurrent=events).table
    return table.drop({e.date for e in events})


def crossover(strategy: str, **options: Any) -> Any:
    return IntercurrentEvent("crossover", "XOVERDT", strategy, **options)


def test_treatment_policy_changes_nothing(records: TrialRecords) -> None:
    assert derived(records, crossover("treatment-policy")).equals(derived(records))


@pytest.mark.parametrize("strategy", [Strategy.HYPOTHETICAL, Strategy.WHILE_ON_TREATMENT])
def test_time_is_censored_at_the_event_and_an_event_on_that_day_counts(
    records: TrialRecords, strategy: str
) -> None:
    table = derived(records, crossover(strategy))
    before = derived(records)
    assert table["time"].to_list() == [366, 122, 1, 280, 215, 101]
    assert table.row(1, named=True) | {"TRT01P": ""} == {
        "USUBJID": "02", "time": 122.0, "event": False, "cause": None, "arm": "Chemo", "stratum": "",
        "start": date(2020, 2, 1), "end": date(2020, 6, 1), "reason": "crossover", "TRT01P": "",
    }  # fmt: skip
    assert table.row(4) == before.row(4)
    assert table["event"].to_list() == [False, False, True, True, True, False]


def test_while_on_treatment_may_count_some_days_more(records: TrialRecords) -> None:
    table = derived(records, crossover("while-on-treatment", days_after=30))
    assert table["time"][1] == 152
    assert not table["event"][1]
    assert derived(records, crossover("while-on-treatment", days_after=100))["event"][1]


def test_composite_counts_as_an_event_with_its_own_cause(records: TrialRecords) -> None:
    tte = derive_time_to_event(records, intercurrent=[crossover("composite")])
    assert tte.time.tolist() == [366, 122, 1, 280, 215, 101]
    assert tte.table["cause"].to_list() == [None, "crossover", "Death", "CNS relapse", "Marrow relapse", None]
    assert tte.causes == ("CNS relapse", "Death", "Marrow relapse", "crossover")
    grouped = derive_time_to_event(
        records,
        intercurrent=[crossover("composite")],
        causes={"event": ["Death", "CNS relapse", "Marrow relapse"]},
    )
    assert grouped.causes == ("event", "crossover")


def test_composite_on_the_day_of_a_censoring_is_an_event(adsl: pl.DataFrame, adtte: pl.DataFrame) -> None:
    on_the_day = adsl.with_columns(XOVERDT=pl.Series([date(2020, 12, 31), *[None] * 5]))
    table = derived(trial_records(on_the_day, adtte), crossover("composite"))
    assert table.select("time", "event").row(0) == (366.0, True)
    assert not derived(trial_records(on_the_day, adtte), crossover("hypothetical"))["event"][0]


def test_the_order_of_intercurrent_events_does_not_matter(adsl: pl.DataFrame, adtte: pl.DataFrame) -> None:
    dated = adsl.with_columns(TRTEDT=pl.Series([date(2020, 2, 1), date(2020, 6, 1), *[None] * 4]))
    records = trial_records(dated, adtte)
    stop = IntercurrentEvent("stopped", "TRTEDT", Strategy.HYPOTHETICAL)
    one, other = (
        derived(records, crossover("composite"), stop),
        derived(records, stop, crossover("composite")),
    )
    assert one.equals(other)
    assert one.select("time", "event", "reason").row(1) == (122.0, True, "crossover")
    assert one.select("time", "event", "reason").row(0) == (32.0, False, "stopped")


def test_what_cannot_be_applied_is_refused(
    records: TrialRecords, adsl: pl.DataFrame, adtte: pl.DataFrame
) -> None:
    with pytest.raises(DataError, match=r"'crossover': ADSL has no date column XODT.*RANDDT, XOVERDT"):
        derived(records, IntercurrentEvent("crossover", "XODT", Strategy.HYPOTHETICAL))
    early = trial_records(adsl.with_columns(XOVERDT=date(2019, 1, 1)), adtte)
    with pytest.raises(
        DataError, match=r"XOVERDT\[USUBJID 01\].*must not lie before the time origin 2020-01-01"
    ):
        derived(early, crossover("hypothetical"))
    undated = trial_records(adsl, adtte.drop("STARTDT", "ADT"))
    with pytest.raises(DataError, match="needs the time origin STARTDT"):
        derived(undated, crossover("hypothetical"))
    with pytest.raises(ArgumentError, match="strategy must be one of 'treatment-policy'"):
        crossover("principal-stratum")
    with pytest.raises(ArgumentError, match="days_after is for the strategy while-on-treatment only"):
        crossover("hypothetical", days_after=3)
