"""A forecast from data without arms: the same as with arms pooled, and refused where arms would be needed."""

from __future__ import annotations

import pytest

from equipoise.design import Design, design_trial
from equipoise.errors import ArgumentError, DataError
from equipoise.monitoring import blind, forecast_events
from equipoise.monitoring.known_times import pooled_times, times_by_arm
from equipoise.protocol import parse_protocol
from equipoise.records import Snapshot, cut, trial_records
from small_trial import PROTOCOL, adam_tables

THIRD = """
[[arm]]
id = "C"
label = "Other"

[[stratum]]"""


@pytest.fixture(scope="module")
def design() -> Design:
    return design_trial(parse_protocol(PROTOCOL))


@pytest.fixture(scope="module")
def data() -> Snapshot:
    tables = adam_tables()
    return cut(trial_records(tables["adsl"], tables["adtte"], synthetic=True), "2020-12-31")


def test_without_arms_the_same_is_foretold_as_with_arms_pooled(design: Design, data: Snapshot) -> None:
    protocol = design.protocol
    blinded = forecast_events(blind(protocol, data), protocol, seed=5, design=design, draws=50)
    pooled = forecast_events(data, protocol, seed=5, design=design, draws=50)
    assert blinded.looks == pooled.looks
    assert (blinded.events, blinded.patients) == (pooled.events, pooled.patients)
    assert blinded.data_hash != pooled.data_hash


def test_the_times_are_those_of_the_hypothesis(design: Design, data: Snapshot) -> None:
    with_arms, without = times_by_arm(design, data), pooled_times(design, blind(design.protocol, data))
    assert without.arm is None
    assert with_arms.arm is not None
    assert sorted(without.time) == sorted(with_arms.time)
    assert without.event.sum() == with_arms.event.sum()
    assert sorted(without.stratum) == sorted(with_arms.stratum)


def test_no_forecast_by_arm_of_data_without_arms(design: Design, data: Snapshot) -> None:
    with pytest.raises(ArgumentError, match="hold no arms"):
        forecast_events(blind(design.protocol, data), design.protocol, seed=1, design=design, by_arm=True)


def test_two_of_three_arms_cannot_be_told_without_arms(design: Design, data: Snapshot) -> None:
    blinded = blind(design.protocol, data)
    text = PROTOCOL.replace("[[stratum]]", THIRD.lstrip(), 1).replace("B = 1 }", "B = 1, C = 1 }")
    three = parse_protocol(text.replace("block_sizes = [4]", "block_sizes = [6]"))
    with pytest.raises(DataError, match="two of 3 arms"):
        pooled_times(design_trial(three), blinded)
