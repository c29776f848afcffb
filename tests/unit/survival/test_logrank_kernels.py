"""The statistic from risk rows, as another kernel would call it."""

from __future__ import annotations

import numpy as np

from equipoise.numerics.kernels import kernel
from equipoise.survival import logrank, risk_table
from equipoise.survival._logrank_kernels import two_group_row, two_group_sum
from tolerances import ROUNDING
from unit.survival.trials import trial


@kernel
def _by_rows(d: np.ndarray, d1: np.ndarray, n: np.ndarray, n1: np.ndarray) -> tuple[float, float]:
    score, variance = 0.0, 0.0
    for r in range(len(d)):
        o_minus_e, v = two_group_row(d[r], d1[r], n[r], n1[r], 1.0)
        score += o_minus_e
        variance += v
    return score, variance


def test_one_row_by_hand() -> None:
    """3 events among 10 at risk, of which 2 events and 4 at risk on arm 1."""
    o_minus_e, variance = two_group_row(3.0, 2.0, 10.0, 4.0, 1.0)
    np.testing.assert_allclose([o_minus_e, variance], [0.8, 3 * 0.4 * 0.6 * 7 / 9], rtol=ROUNDING)


def test_one_row_against_a_margin_by_hand() -> None:
    """The same row at a hazard ratio of 1.5: p = 1.5 * 4 / (6 + 1.5 * 4) = 1/2."""
    o_minus_e, variance = two_group_row(3.0, 2.0, 10.0, 4.0, 1.5)
    np.testing.assert_allclose([o_minus_e, variance], [0.5, 3 * 0.25 * 7 / 9], rtol=ROUNDING)


def test_one_subject_left_brings_no_variance() -> None:
    assert two_group_row(1.0, 1.0, 1.0, 1.0, 1.3) == (0.0, 0.0)


def test_a_kernel_that_walks_the_rows_gets_the_analysis() -> None:
    t = trial(11, 100)
    risk = risk_table(t.time, t.event, group=t.arm, strata=t.stratum)
    d, n = risk.events.sum(axis=1), risk.at_risk.sum(axis=1)
    d1, n1 = risk.events[:, 1].copy(), risk.at_risk[:, 1].copy()
    test = logrank(t.time, t.event, t.arm, strata=t.stratum)
    assert _by_rows(d, d1, n, n1) == two_group_sum(d, d1, n, n1, np.empty(0), 1.0)
    assert (-test.score, test.information) == two_group_sum(d, d1, n, n1, np.empty(0), 1.0)
