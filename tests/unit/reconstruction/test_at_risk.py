from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.reconstruction import read_published
from equipoise.reconstruction.at_risk import known_at_risk, peto_window, split
from equipoise.reconstruction.frame import frame_of
from equipoise.reconstruction.intervals import single
from equipoise.reconstruction.targets import targets_of

if TYPE_CHECKING:
    from pathlib import Path

    from equipoise.reconstruction.intervals import Interval


def _brute_window(survival: Interval, error: Interval) -> tuple[int, int]:
    allowed = []
    for n in range(1, 2000):
        s = np.linspace(survival.lower, survival.upper, 4001)
        e = s * np.sqrt((1 - s) / n)
        if ((e >= error.lower) & (e <= error.upper)).any():
            allowed.append(n)
    return min(allowed), max(allowed)


@pytest.mark.parametrize(
    ("survival", "error"), [("87.9", "2.1"), ("97.5", "1.3"), ("94.1", "2.5"), ("66.7", "4.2")]
)
def test_the_window_of_a_peto_error_is_what_trying_every_number_finds(survival: str, error: str) -> None:
    s, e = single(survival).scaled(0.01), single(error).scaled(0.01)
    assert peto_window((s.lower, s.upper), e) == _brute_window(s, e)


def test_the_peto_errors_of_aall1731_leave_one_split_with_blinatumomab_and_few_with_chemotherapy(
    aall1731: Path,
) -> None:
    published = read_published(aall1731)
    frame = frame_of(published)
    known = known_at_risk(frame, targets_of(published, frame))
    at3 = frame.boundary(3 * 365.25)
    lower, upper = known.outer[:, :, :, at3]
    possible = {
        arm: [
            (n, known.pooled[arm, at3] - n)
            for n in range(int(lower[0, arm]), int(upper[0, arm]) + 1)
            if lower[1, arm] <= known.pooled[arm, at3] - n <= upper[1, arm]
        ]
        for arm in range(2)
    }
    assert possible[1] == [(154, 87)]
    assert possible[0] == [(144, 77), (145, 76), (146, 75), (147, 74)]


@given(
    expected=st.lists(st.floats(0.0, 200.0), min_size=1, max_size=5),
    total=st.integers(0, 800),
)
def test_a_split_adds_up_and_is_never_negative(expected: list[float], total: int) -> None:
    wanted = np.array(expected)
    outer = np.stack([np.zeros(len(wanted)), np.full(len(wanted), 1000.0)])
    found = split(wanted, total, outer)
    assert found.sum() == total
    assert (found >= 0).all()


def test_a_split_leaves_a_window_only_where_the_total_forces_it() -> None:
    outer = np.array([[10.0, 0.0], [12.0, 50.0]])
    assert split(np.array([30.0, 20.0]), 50, outer).tolist() == [12, 38]
    assert split(np.array([30.0, 20.0]), 70, outer).sum() == 70
