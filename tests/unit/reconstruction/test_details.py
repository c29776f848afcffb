"""Causes, labels dealt out, deaths after the event."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.reconstruction.causes import UNNAMED, cause_counts
from equipoise.reconstruction.published_results import Cause
from equipoise.reconstruction.spread import dealt, whole_shares


def _cause(name: str, **more: object) -> Cause:
    return Cause.model_validate({"status": "assumed", "id": name} | more)


CAUSES = [
    _cause("relapse", by_arm={"c": 56, "e": 19}),
    _cause("marrow", of="relapse", by_arm={"c": 39, "e": 10}),
    _cause("CNS", of="relapse", share={"c": 3, "e": 8}),
    _cause("elsewhere", of="relapse", share={"c": 2, "e": 1}),
    _cause("death", share=2, death=True),
    _cause("second malignancy", share=1),
]


@pytest.mark.parametrize(
    ("arm", "total", "expected"),
    [
        ("c", 59, {"marrow": 39, "CNS": 10, "elsewhere": 7, "death": 2, "second malignancy": 1}),
        ("e", 23, {"marrow": 10, "CNS": 8, "elsewhere": 1, "death": 3, "second malignancy": 1}),
        ("c", 56, {"marrow": 39, "CNS": 10, "elsewhere": 7, "death": 0, "second malignancy": 0}),
    ],
)
def test_counted_causes_are_kept_and_the_rest_goes_by_shares(
    arm: str, total: int, expected: dict[str, int]
) -> None:
    assert cause_counts(CAUSES, arm, total) == expected


def test_without_causes_the_event_says_that_its_cause_was_not_published() -> None:
    assert cause_counts([], "c", 7) == {UNNAMED: 7}
    assert cause_counts([_cause("relapse", by_arm={"c": 5})], "c", 7) == {"relapse": 5, UNNAMED: 2}


@given(
    st.lists(st.floats(0.0, 10.0), min_size=1, max_size=6).filter(lambda w: sum(w) > 0.1), st.integers(0, 500)
)
def test_whole_shares_add_up_and_differ_from_the_exact_ones_by_less_than_one(
    weights: list[float], total: int
) -> None:
    found = whole_shares(weights, total)
    exact = np.array(weights) / sum(weights) * total
    assert sum(found) == total
    assert (np.abs(np.array(found) - exact) < 1.0).all()


@given(st.lists(st.integers(0, 60), min_size=1, max_size=4), st.integers(0, 10**6))
def test_labels_are_dealt_in_their_numbers_and_evenly(counts: list[int], seed: int) -> None:
    found = dealt(counts, np.random.default_rng(seed))
    assert np.bincount(found, minlength=len(counts)).tolist() == counts
    for label, count in enumerate(counts):
        half = int((found[: len(found) // 2] == label).sum())
        assert abs(half - count / 2) <= len(counts) + 1
