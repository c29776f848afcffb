"""Permuted blocks: balance in every block, every order equally likely, and refusals."""

from __future__ import annotations

from collections import Counter
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.errors import ArgumentError, DesignError
from equipoise.numerics.streams import Stream
from equipoise.randomization import PermutedBlocks
from simulation.small_trials import small_trial

plans = st.lists(st.integers(1, 3), min_size=2, max_size=4).flatmap(
    lambda ratio: st.builds(
        PermutedBlocks,
        arms=st.just(tuple("ABCD"[: len(ratio)])),
        ratio=st.just(tuple(ratio)),
        block_sizes=st.lists(st.integers(1, 5), min_size=1, max_size=3).map(
            lambda repeats: tuple(r * sum(ratio) for r in repeats)
        ),
    )
)
seeds = st.integers(0, 2**64 - 1)


@given(plans, seeds, st.integers(0, 65535), st.integers(1, 120))
@settings(max_examples=60, deadline=None)
def test_every_full_block_holds_the_arms_in_their_ratio(
    plan: PermutedBlocks, seed: int, stratum: int, patients: int
) -> None:
    arm, block, position = plan.positions(Stream(seed), stratum, patients)
    assert len(arm) == patients
    for b in range(block[-1]):
        inside = arm[block == b]
        assert len(inside) in plan.block_sizes
        repeats = len(inside) // sum(plan.ratio)
        assert np.bincount(inside, minlength=len(plan.arms)).tolist() == [r * repeats for r in plan.ratio]
        assert position[block == b].tolist() == list(range(len(inside)))


@given(plans, seeds, st.integers(1, 150))
@settings(max_examples=60, deadline=None)
def test_at_any_moment_no_arm_is_more_than_a_block_out_of_balance(
    plan: PermutedBlocks, seed: int, patients: int
) -> None:
    arm, _, _ = plan.positions(Stream(seed), 0, patients)
    share = np.array(plan.ratio) / sum(plan.ratio)
    allocated = np.eye(len(plan.arms))[arm].cumsum(axis=0)
    out_of_balance = np.abs(allocated - np.arange(1, patients + 1)[:, None] * share)
    assert (out_of_balance <= max(plan.block_sizes) * share * (1.0 - share) + 1e-9).all()


@given(plans, seeds, st.integers(1, 60), st.integers(0, 60))
@settings(max_examples=40, deadline=None)
def test_a_longer_list_begins_with_the_shorter_one(
    plan: PermutedBlocks, seed: int, patients: int, more: int
) -> None:
    short = plan.positions(Stream(seed), 3, patients)
    long = plan.positions(Stream(seed), 3, patients + more)
    for a, b in zip(short, long, strict=True):
        assert np.array_equal(a, b[:patients])


def test_every_order_of_a_block_is_equally_likely() -> None:
    plan = PermutedBlocks(("A", "B"), (2, 1), (6,))
    blocks = 30_000
    arm, _, _ = plan.positions(Stream(1), 0, 6 * blocks)
    found = Counter(map(tuple, arm.reshape(blocks, 6).tolist()))
    orders = comb(6, 2)
    assert len(found) == orders
    expected = blocks / orders
    chi_squared = sum((n - expected) ** 2 / expected for n in found.values())
    # The 1 - 1e-6 quantile of chi-squared with 14 degrees of freedom is 54.3.
    assert chi_squared < 54.3


def test_every_block_size_is_equally_likely() -> None:
    plan = PermutedBlocks(("A", "B"), (1, 1), (2, 4, 8))
    _, block, _ = plan.positions(Stream(2), 0, 60_000)
    sizes = np.bincount(block)[:-1]
    found = Counter(sizes.tolist())
    expected = len(sizes) / 3
    # The 1 - 1e-6 quantile of chi-squared with 2 degrees of freedom is 27.6.
    assert sum((found[s] - expected) ** 2 / expected for s in (2, 4, 8)) < 27.6


def test_strata_and_replicates_have_lists_of_their_own() -> None:
    plan = PermutedBlocks(("A", "B"), (1, 1), (4, 6))
    first = plan.positions(Stream(9), 0, 200).arm
    for other in (
        plan.positions(Stream(9), 1, 200),
        plan.positions(Stream(10), 0, 200),
        plan.positions(Stream(9, 0, 1), 0, 200),
        plan.positions(Stream(9, 1, 0), 0, 200),
    ):
        assert 60 < (first != other.arm).sum() < 140


@pytest.mark.parametrize(
    ("arms", "ratio", "block_sizes", "name"),
    [
        (("A",), (1,), (1,), "arms"),
        (("A", "A"), (1, 1), (2,), "arms"),
        (("A", "B"), (1,), (2,), "ratio"),
        (("A", "B"), (1, 0), (2,), "ratio"),
        (("A", "B"), (1, 1), (), "block_sizes"),
        (("A", "B"), (1, 1), (3,), "block_sizes"),
        (("A", "B"), (2, 1), (3, 4), "block_sizes"),
        (("A", "B"), (1, 1), (514,), "block_sizes"),
        (("A", "B"), (1, 1), (0,), "block_sizes"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(
    arms: tuple[str, ...], ratio: tuple[int, ...], block_sizes: tuple[int, ...], name: str
) -> None:
    with pytest.raises(ArgumentError, match=f"^{name} must"):
        PermutedBlocks(arms, ratio, block_sizes)


def test_the_largest_block_is_still_drawn_from_numbers_of_its_own() -> None:
    plan = PermutedBlocks(("A", "B"), (1, 1), (512,))
    one, two = (plan.positions(Stream(4), stratum, 512).arm for stratum in (0, 1))
    assert one.sum() == two.sum() == 256
    assert 180 < (one != two).sum() < 332


def test_a_protocol_without_randomisation_is_refused_with_the_way_out() -> None:
    with pytest.raises(DesignError, match=r"Add a \[randomization\] section"):
        PermutedBlocks.of(small_trial(randomization=""))


def test_the_plan_of_a_protocol_keeps_the_order_of_its_arms() -> None:
    protocol = small_trial(
        randomization="[randomization]\nratio = { treatment = 2, control = 1 }\nblock_sizes = [3, 6]"
    )
    assert PermutedBlocks.of(protocol) == PermutedBlocks(("control", "treatment"), (1, 2), (3, 6))
