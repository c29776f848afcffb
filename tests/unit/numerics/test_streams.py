"""Counter-based random numbers: published known answers, ranges, and addresses that never meet."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.errors import ArgumentError
from equipoise.numerics import streams
from equipoise.numerics.streams import (
    ALLOCATION,
    ENTRY_AND_STRATUM,
    Stream,
    fill_words,
    open_unit,
    philox4x32,
    scenario_code,
    uniform_pair,
    unit_of,
)
from independent.philox_in_integers import philox4x32_10

ALL_ONES = 0xFFFFFFFF
word = st.integers(0, ALL_ONES)


@pytest.mark.parametrize(
    ("counter_and_key", "answer"),
    [
        ((0,) * 6, "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        ((ALL_ONES,) * 6, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344, 0xA4093822, 0x299F31D0),
            "d16cfe09 94fdcceb 5001e420 24126ea1",
        ),
    ],
)
def test_the_known_answers_of_salmon_et_al(counter_and_key: tuple[int, ...], answer: str) -> None:
    assert " ".join(f"{int(w):08x}" for w in philox4x32(*counter_and_key)) == answer


@given(st.tuples(word, word, word, word, word, word))
def test_philox_equals_a_rival_in_unbounded_integers(words: tuple[int, ...]) -> None:
    assert tuple(int(w) for w in philox4x32(*words)) == philox4x32_10(words[:4], words[4:])


def test_uniforms_stay_strictly_inside_the_unit_interval() -> None:
    low = open_unit(np.uint64(0), np.uint64(0))
    high = open_unit(np.uint64(ALL_ONES), np.uint64(ALL_ONES))
    assert low == 2.0**-53
    assert high == 1.0 - 2.0**-53


@given(word, word)
def test_a_uniform_is_exactly_the_odd_multiple_that_its_words_spell(high: int, low: int) -> None:
    numerator = 2 * (((high >> 6) << 26) | (low >> 6)) + 1
    assert open_unit(np.uint64(high), np.uint64(low)) == numerator / 2**53


def test_rows_are_addressed_so_any_part_can_be_drawn_alone() -> None:
    stream = Stream(seed=20240630, scenario=7, replicate=11)
    whole = stream.uniforms(ALLOCATION, 40, 5)
    assert np.array_equal(stream.uniforms(ALLOCATION, 10, 5, first=30), whole[30:])
    assert np.array_equal(stream.uniforms(ALLOCATION, 40, 2), whole[:, :2])
    assert (whole[13, 2], whole[13, 3]) == uniform_pair(20240630, 7, 11, ALLOCATION, 13, 1)


@pytest.mark.parametrize("other", [Stream(2), Stream(1 + 2**32), Stream(1, 1), Stream(1, 0, 1)])
def test_every_part_of_the_address_changes_the_draws(other: Stream) -> None:
    here = Stream(1).uniforms(ALLOCATION, 100, 4)
    assert not np.intersect1d(here, other.uniforms(ALLOCATION, 100, 4)).size
    assert not np.intersect1d(here, Stream(1).uniforms(ENTRY_AND_STRATUM, 100, 4)).size


def test_uniforms_are_uniform_and_uncorrelated_along_each_part_of_the_address() -> None:
    n = 200_000
    by_index = Stream(3).uniforms(ALLOCATION, n, 2)
    by_replicate = np.array([uniform_pair(3, 0, k, ALLOCATION, 0, 0)[0] for k in range(20_000)])
    for u in (by_index[:, 0], by_index[:, 1], by_replicate):
        # Kolmogorov-Smirnov at one in a million: 2.69 / sqrt(n).
        steps = np.arange(1, len(u) + 1) / len(u)
        assert np.abs(np.sort(u) - steps).max() < 2.69 / np.sqrt(len(u))
        assert abs(np.corrcoef(u[1:], u[:-1])[0, 1]) < 5.0 / np.sqrt(len(u))
    assert abs(np.corrcoef(by_index.T)[0, 1]) < 5.0 / np.sqrt(n)


def test_a_scenario_is_addressed_by_its_name_alone() -> None:
    assert scenario_code("null") == int(hashlib.sha256(b"null").hexdigest()[:8], 16)
    assert scenario_code("null") != scenario_code("alternative")


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ({"seed": -1}, "seed"),
        ({"seed": 2**64}, "seed"),
        ({"seed": 1.5}, "seed"),
        ({"seed": True}, "seed"),
        ({"seed": None}, "seed"),
        ({"seed": 1, "scenario": 2**32}, "scenario"),
        ({"seed": 1, "replicate": -3}, "replicate"),
    ],
)
def test_an_address_that_cannot_be_is_refused(arguments: dict[str, int], name: str) -> None:
    with pytest.raises(ArgumentError, match=f"^{name} must"):
        Stream(**arguments)


@settings(deadline=None)
@given(word, word, word, st.integers(0, 2**64 - 1), st.integers(0, 255), st.integers(0, 2**24 - 1))
def test_words_of_many_indices_are_those_of_the_bijection_one_by_one(  # noqa: PLR0917 -- a whole address
    scenario: int, replicate: int, index: int, seed: int, purpose: int, draw: int
) -> None:
    words = np.empty((4, 1 + index % 50), dtype=np.uint64)
    fill_words(np.uint64(seed), scenario, replicate, purpose, draw, words)
    for i in {0, words.shape[1] // 2, words.shape[1] - 1}:
        address = (i, (purpose << 24) | draw, replicate, scenario)
        assert tuple(words[:, i].tolist()) == philox4x32_10(address, (seed & ALL_ONES, seed >> 32))


def test_a_word_becomes_an_odd_multiple_strictly_inside_the_unit_interval() -> None:
    assert unit_of(np.uint64(0)) == 2.0**-33
    assert unit_of(np.uint64(ALL_ONES)) == 1.0 - 2.0**-33


def test_no_two_purposes_of_draws_are_the_same_number() -> None:
    purposes = {name: getattr(streams, name) for name in streams.__all__ if name.isupper()}
    assert len(set(purposes.values())) == len(purposes) >= 10
    assert all(0 < number <= streams.LARGEST_PURPOSE for number in purposes.values())
    assert purposes["CROSSOVER"] == 64, "replays of trials already reported depend on it"
