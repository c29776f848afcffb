from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.reconstruction.blocks import Blocks, smallest_block


def test_blocks_of_four_and_six_cannot_give_304_and_301_but_eight_can() -> None:
    assert not Blocks(2, 2).allows(304, 301)
    assert not Blocks(3, 3).allows(304, 301)
    assert smallest_block((1, 1), [(418, 417), (304, 301)]) == Blocks(4, 4)


def test_sizes_that_no_block_gives_have_none() -> None:
    assert smallest_block((1, 1), [(200, 100)]) is None


@given(
    per_arm=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    full=st.integers(0, 12),
    seed=st.integers(0, 10**6),
    data=st.data(),
)
def test_a_sequence_keeps_every_block_its_marks_and_its_sizes(
    per_arm: tuple[int, int], full: int, seed: int, data: st.DataObject
) -> None:
    blocks = Blocks(*per_arm)
    rest = (data.draw(st.integers(0, per_arm[0])), data.draw(st.integers(0, per_arm[1])))
    total = (full * per_arm[0] + rest[0], full * per_arm[1] + rest[1])
    inside = data.draw(st.integers(0, sum(total)))
    whole, part = divmod(inside, blocks.size)
    first = min(part, per_arm[0], total[0] - whole * per_arm[0])
    mark = (whole * per_arm[0] + first, whole * per_arm[1] + part - first)
    if not blocks.allows(*mark) or mark[0] > total[0] or mark[1] > total[1]:
        return
    found = blocks.sequence([mark], total, np.random.default_rng(seed))
    assert (np.sum(found == 0), np.sum(found == 1)) == total
    assert np.sum(found[: sum(mark)] == 0) == mark[0]
    for start in range(0, full * blocks.size, blocks.size):
        assert np.sum(found[start : start + blocks.size] == 0) == per_arm[0]


@pytest.mark.parametrize("wanted", [(10.2, 9.9), (14.0, 8.0), (0.0, 0.0)])
def test_the_nearest_allowed_numbers_are_allowed_and_inside_their_bounds(wanted: tuple[float, float]) -> None:
    blocks = Blocks(2, 2)
    found = blocks.nearest(wanted, (3, 3), (20, 20))
    assert blocks.allows(*found)
    assert min(found) >= 3
