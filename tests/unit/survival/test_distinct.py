"""Labels of a column and which of them each subject has."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.survival._distinct import distinct

COLUMNS = {
    "two arms": np.array([1, 0, 0, 1]),
    "one label": np.array([5, 5]),
    "gaps and signs": np.array([7, -3, 7, 40, -3]),
    "widely spread": np.array([10**12, -(10**12), 0]),
    "the ends of the type": np.array([-(2**63), 2**63 - 1]),
    "narrow type": np.array([3, 1, 3], dtype=np.int8),
    "truths": np.array([True, False, True]),
    "words": np.array(["b", "a", "b"]),
    "fractions": np.array([0.5, 0.25, 0.5]),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_labels_are_sorted_and_codes_point_into_them(name: str) -> None:
    column = COLUMNS[name]
    labels, codes = distinct(column)
    expected, place = np.unique(column, return_inverse=True)
    np.testing.assert_array_equal(labels, expected)
    np.testing.assert_array_equal(codes, place)
    assert labels.dtype == column.dtype


def test_a_column_that_may_not_be_written_to_is_read_all_the_same() -> None:
    column = np.array([2, 1, 2])
    column.flags.writeable = False
    assert distinct(column)[0].tolist() == [1, 2]
