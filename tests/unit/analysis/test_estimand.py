"""The estimand in the analysis: who is counted where, and what complete follow-up means under it."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from equipoise.analysis import analyze, endpoint_data, times_as_analyzed
from equipoise.analysis.currency import follow_up_currency
from equipoise.protocol import Protocol, parse_protocol
from equipoise.protocol.estimands import Strategy
from equipoise.records import TrialRecords, derive_time_to_event, trial_records
from small_trial import PROTOCOL, adam_tables
from tolerances import ROUNDING

OFFER = date(2020, 7, 1)
CUTOFF = date(2022, 6, 30)


def plan(strategy: str) -> Protocol:
    event = f'[[endpoint.intercurrent]]\nid = "offer"\ndate = "XOVERDT"\nstrategy = "{strategy}"\n'
    return parse_protocol(PROTOCOL.replace("[randomization]", f"{event}[randomization]", 1))


@pytest.fixture(scope="module")
def records() -> TrialRecords:
    """Everybody of the control arm who is followed on the day is offered the other arm's treatment."""
    tables = adam_tables()
    both = tables["adsl"].join(tables["adtte"].select("USUBJID", "ADT"), on="USUBJID", maintain_order="left")
    there = (pl.col("TRT01P") == "A") & (pl.col("RANDDT") < OFFER) & (pl.col("ADT") > OFFER)
    offered = both.with_columns(XOVERDT=pl.when(there).then(pl.lit(OFFER))).drop("ADT")
    return trial_records(offered, tables["adtte"], tables["adae"])


@pytest.mark.parametrize("strategy", [s.value for s in Strategy])
def test_those_met_are_counted_arm_by_arm_and_stratum_by_stratum(
    records: TrialRecords, strategy: str
) -> None:
    met = records.subjects.filter(pl.col("XOVERDT").is_not_null())
    found = analyze(plan(strategy), records)
    for population, expected in (
        ("all", met.height),
        ("low", met.filter(pl.col("STRATUM") == "low").height),
        ("high", met.filter(pl.col("STRATUM") == "high").height),
    ):
        counts = {i.arm: i.n for i in found.endpoint("EFS", population).intercurrent}
        assert counts == {"A": expected, "B": 0}
    assert found.endpoint("EFS").intercurrent[0].strategy is Strategy(strategy)


def test_a_time_that_the_estimand_ends_is_complete(records: TrialRecords) -> None:
    data = endpoint_data(plan("hypothetical"), records, "EFS")
    found = follow_up_currency(data, CUTOFF)
    could = np.array([(CUTOFF - day).days + 1.0 for day in data.baseline["start"]])
    ended = data.event | (data.baseline["reason"] == "offer").to_numpy()
    assert ended.sum() > data.event.sum()
    c = data.time.sum() / np.where(ended, data.time, could).sum()
    np.testing.assert_allclose(found.c, [c], rtol=ROUNDING)
    assert found.at_large.tolist() == [int((~ended).sum())]


def test_times_as_analysed_are_adtte_and_give_the_same_again(records: TrialRecords) -> None:
    protocol = plan("composite")
    table = times_as_analyzed(protocol, records)
    again = derive_time_to_event(trial_records(records.subjects, table))
    first = endpoint_data(protocol, records, "EFS").source
    columns = ("USUBJID", "time", "event", "cause", "start", "end", "reason")
    assert again.table.select(columns).equals(first.table.select(columns))
    assert set(table.filter(pl.col("CNSR") == 0)["EVNTDESC"]) == {"relapse", "death", "offer"}
