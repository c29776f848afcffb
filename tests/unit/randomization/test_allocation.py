"""Allocating subjects one by one, as a list, and again from the seed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.errors import ArgumentError, DesignError
from equipoise.numerics.streams import Stream
from equipoise.randomization import Allocation, randomization_list, randomize, replay
from independent.permuted_blocks_by_hand import list_of_stratum
from simulation.small_trials import small_trial

if TYPE_CHECKING:
    from equipoise.protocol import Protocol

PROTOCOL = small_trial()
SEED = 20190701


def _allocate(protocol: Protocol, strata: list[str]) -> list[Allocation]:
    made: list[Allocation] = []
    for i, stratum in enumerate(strata):
        made.append(randomize(protocol, f"S{i:03}", stratum, seed=SEED, earlier=made))
    return made


def test_the_first_allocations_of_a_seed_never_change() -> None:
    """Frozen on the day of writing: a trial under way depends on them."""
    lists = randomization_list(PROTOCOL, seed=SEED, per_stratum=16)
    short = {"control": "c", "treatment": "t"}
    assert {s: "".join(short[a] for a in lists.arms(s)) for s in lists.strata} == {
        "low": "ttccctctctcttctt",
        "high": "cttctcctctttcctc",
    }


@pytest.mark.parametrize("seed", [0, 1, SEED, 2**64 - 1])
@pytest.mark.parametrize("stratum", [0, 1])
def test_the_list_equals_one_made_by_hand(seed: int, stratum: int) -> None:
    lists = randomization_list(PROTOCOL, seed=seed, per_stratum=100)
    by_hand = list_of_stratum(
        seed, stratum, arms=["control", "treatment"], ratio=[1, 1], sizes=[4, 6], patients=100
    )
    assert list(lists.arms(lists.strata[stratum])) == by_hand


@given(st.lists(st.sampled_from(["low", "high"]), min_size=1, max_size=40))
@settings(max_examples=25, deadline=None)
def test_subjects_one_by_one_follow_the_list_in_whatever_order_strata_come(strata: list[str]) -> None:
    lists = randomization_list(PROTOCOL, seed=SEED, per_stratum=40)
    made = _allocate(PROTOCOL, strata)
    for stratum in lists.strata:
        mine = [a for a in made if a.stratum == stratum]
        assert [a.arm for a in mine] == list(lists.arms(stratum)[: len(mine)])
        assert [a.number for a in mine] == list(range(1, len(mine) + 1))
    assert replay(PROTOCOL, made, seed=SEED).faithful


def test_the_list_is_as_long_as_the_trial_in_every_stratum() -> None:
    frame = randomization_list(PROTOCOL, seed=1).to_frame()
    assert frame.columns == ["stratum", "number", "block", "position", "arm"]
    assert frame.height == 2 * 400
    assert frame.filter(frame["stratum"] == "high")["number"].to_list() == list(range(1, 401))


def test_a_trial_without_factors_has_one_list() -> None:
    plan = "[randomization]\nratio = { control = 1, treatment = 1 }\nfactors = []\nblock_sizes = [4]"
    made = _allocate(small_trial(randomization=plan), ["low", "high", "low", "high"])
    assert [a.number for a in made] == [1, 2, 3, 4]
    assert sorted(a.arm for a in made) == ["control", "control", "treatment", "treatment"]


def test_a_factor_that_the_protocol_does_not_cross_into_strata_is_refused() -> None:
    plan = '[randomization]\nratio = { control = 1, treatment = 1 }\nfactors = ["site"]\nblock_sizes = [4]'
    with pytest.raises(DesignError, match="not by site"):
        randomize(small_trial(randomization=plan), "S1", "low", seed=1)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda a: replace(a, arm="treatment" if a.arm == "control" else "control"), "differs in arm"),
        (lambda a: replace(a, number=a.number + 1), "differs in number"),
        (lambda a: replace(a, block=9, position=9), "differs in block, position"),
        (lambda a: replace(a, stratum="middle"), "no such stratum"),
        (lambda a: replace(a, subject="S000"), "allocated before"),
    ],
)
def test_replay_finds_an_altered_allocation(change: object, reason: str) -> None:
    made = _allocate(PROTOCOL, ["low"] * 9)
    made[8] = change(made[8])
    found = replay(PROTOCOL, made, seed=SEED)
    assert not found.faithful
    assert found.checked == 9
    assert [reason in m.reason for m in found.mismatches] == [True]
    assert found.to_frame()["number"].to_list() == [made[8].number]


def test_replay_finds_swapped_allocations_and_a_wrong_seed() -> None:
    made = _allocate(PROTOCOL, ["low"] * 20)
    swapped = [made[1], made[0], *made[2:]]
    assert len(replay(PROTOCOL, swapped, seed=SEED).mismatches) == 2
    assert not replay(PROTOCOL, made, seed=SEED + 1).faithful
    assert replay(PROTOCOL, [], seed=SEED).to_frame().is_empty()


def test_nobody_is_allocated_twice() -> None:
    made = _allocate(PROTOCOL, ["low", "high"])
    with pytest.raises(ArgumentError, match="subject must be new"):
        randomize(PROTOCOL, "S000", "high", seed=SEED, earlier=made)


def test_a_gap_in_the_earlier_allocations_is_refused() -> None:
    made = _allocate(PROTOCOL, ["low", "low", "low"])
    with pytest.raises(ArgumentError, match="number 2 is due"):
        randomize(PROTOCOL, "S9", "low", seed=SEED, earlier=[made[0], made[2]])


def test_an_unknown_stratum_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ArgumentError, match="stratum must be one of 'low', 'high'"):
        randomize(PROTOCOL, "S1", "middle", seed=SEED)
    with pytest.raises(ArgumentError, match="stratum must be one of 'low', 'high'"):
        randomization_list(PROTOCOL, seed=SEED, per_stratum=4).arms("middle")


def test_a_list_of_unsaid_length_is_refused() -> None:
    with pytest.raises(DesignError, match="Give per_stratum"):
        randomization_list(small_trial(accrual=""), seed=1)
    with pytest.raises(ArgumentError, match="per_stratum must be 1 or more"):
        randomization_list(PROTOCOL, seed=1, per_stratum=0)


def test_a_simulated_replicate_has_a_list_of_its_own() -> None:
    real = randomization_list(PROTOCOL, seed=SEED, per_stratum=50)
    simulated = randomization_list(PROTOCOL, seed=Stream(SEED, 1, 1), per_stratum=50)
    assert real.arms("low") != simulated.arms("low")
    assert real.arms("low") == randomization_list(PROTOCOL, seed=Stream(SEED), per_stratum=50).arms("low")
