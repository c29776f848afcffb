"""Average hazard ratios and window means against rivals by other methods."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from equipoise.errors import DataError
from equipoise.survival import average_hazard_ratio, window_mean
from independent.naive_average_hazard_ratio import log_average_hazard_ratio
from independent.naive_rmst import mean_between
from independent.small_trials import SmallTrial, small_trials
from tolerances import ROUNDING


@settings(max_examples=40)
@given(trial=small_trials(least=6), tau=st.integers(3, 9))
def test_the_ratio_and_its_error_are_those_of_weighted_counting(trial: SmallTrial, tau: int) -> None:
    """The infinitesimal jackknife is Greenwood's delta method; ties within and between arms count half."""
    rows = list(zip(trial.time, trial.event, trial.group, strict=True))
    control, experimental = ([(t, d) for t, d, g in rows if g == label] for label in "AB")
    assume(all(max(t for t, _ in arm) >= tau for arm in (control, experimental)))
    columns = [trial.arrays()[name] for name in ("time", "event", "group")]
    if not all(any(d and t <= tau for t, d in arm) for arm in (control, experimental)):
        with pytest.raises(DataError, match="has no event by tau"):
            average_hazard_ratio(*columns, control="A", tau=tau)
        return
    found = average_hazard_ratio(*columns, control="A", tau=tau)
    value, error = log_average_hazard_ratio(control, experimental, tau)
    np.testing.assert_allclose(np.log(found.hazard_ratio), float(value), atol=ROUNDING)
    np.testing.assert_allclose(found.log_std_err, float(error), rtol=1e-10, atol=ROUNDING)
    np.testing.assert_allclose(found.concordance, 1 / (1 + np.exp(float(value))), rtol=ROUNDING)


@given(trial=small_trials(), halves=st.tuples(st.integers(0, 17), st.integers(1, 18)))
def test_the_mean_of_a_window_and_its_error(trial: SmallTrial, halves: tuple[int, int]) -> None:
    """Against Greenwood's covariance of the curve summed over all pairs of its steps."""
    start, end = Fraction(halves[0], 2), Fraction(halves[1], 2)
    assume(start < end <= max(trial.time))
    columns = trial.arrays()
    found = window_mean(columns["time"], columns["event"], start=float(start), end=float(end))
    area, variance = mean_between(trial.time, trial.event, start, end)
    np.testing.assert_allclose(found.mean, [float(area)], rtol=ROUNDING)
    np.testing.assert_allclose(found.mean_std_err, [float(variance) ** 0.5], rtol=1e-11, atol=1e-15)
