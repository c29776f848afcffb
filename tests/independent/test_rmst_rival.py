"""Restricted means against a rival that adds rectangles in rational numbers."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from equipoise.errors import DataError
from equipoise.survival import rmst
from independent.naive_rmst import contrast, restricted_mean
from independent.small_trials import SmallTrial, small_trials
from tolerances import ROUNDING


def arm(trial: SmallTrial, label: str) -> tuple[list[int], list[bool]]:
    """Times and events of one arm."""
    rows = [i for i, group in enumerate(trial.group) if group == label]
    return [trial.time[i] for i in rows], [trial.event[i] for i in rows]


@given(trial=small_trials(), half_days=st.integers(1, 18), level=st.sampled_from([0.9, 0.95]))
def test_means_errors_and_contrasts(trial: SmallTrial, half_days: int, level: float) -> None:
    """Horizons on and between event times, up to the smaller of the arms' last times."""
    tau = Fraction(half_days, 2)
    assume(tau <= min(max(arm(trial, label)[0]) for label in "AB"))
    control, experimental = (restricted_mean(*arm(trial, label), tau) for label in "AB")
    columns = trial.arrays()
    try:
        found = rmst(
            columns["time"], columns["event"], columns["group"], control="A", tau=float(tau), level=level
        )
    except DataError:
        assert control[1] + experimental[1] == 0
        return
    assert found.groups == ("A", "B")
    np.testing.assert_allclose(found.mean, [float(control[0]), float(experimental[0])], rtol=ROUNDING)
    errors = np.sqrt([float(control[1]), float(experimental[1])])
    np.testing.assert_allclose(found.mean_std_err, errors, rtol=ROUNDING, atol=1e-15)
    for name, theirs in contrast(experimental, control, level).items():
        ours = getattr(found.comparison, name)
        np.testing.assert_allclose(ours, theirs, rtol=1e-11, atol=1e-13, err_msg=name)


def test_a_longer_survival_has_a_positive_difference() -> None:
    """Means 1.5 and 3.5 up to day 4 without censoring before it."""
    found = rmst([1, 2, 3, 4], [True] * 4, ["old", "old", "new", "new"], control="old", tau=2)
    np.testing.assert_allclose(found.mean, [1.5, 2.0])
    assert found.comparison.difference == 0.5
