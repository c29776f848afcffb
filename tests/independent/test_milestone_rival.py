"""Survival at one time on two arms, against the rival's curves and the comparison written out."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from equipoise.errors import InputError
from equipoise.survival import milestone
from independent.naive_kaplan_meier import Step, kaplan_meier_steps
from independent.small_trials import SmallTrial, small_trials
from tolerances import ROUNDING


def step_at(trial: SmallTrial, label: str, at: int) -> Step | None:
    """The last step of one arm's curve up to `at`; None before the first."""
    rows = [i for i, group in enumerate(trial.group) if group == label]
    steps = kaplan_meier_steps([trial.time[i] for i in rows], [trial.event[i] for i in rows])
    return ([step for step in steps if step.time <= at] or [None])[-1]


@given(trial=small_trials(), at=st.integers(1, 8))
def test_differences_on_both_scales(trial: SmallTrial, at: int) -> None:
    """S1 - S0 with the root of the variances' sum; log(-log S1) - log(-log S0) by the delta method; z > 0 is benefit."""
    last = [max(t for t, g in zip(trial.time, trial.group, strict=True) if g == label) for label in "AB"]
    assume(at <= min(last))
    control, experimental = (step_at(trial, label, at) for label in "AB")
    s0, e0 = (float(control.survival), control.greenwood) if control else (1.0, 0.0)
    s1, e1 = (float(experimental.survival), experimental.greenwood) if experimental else (1.0, 0.0)
    columns = trial.arrays()
    if s0 in {0.0, 1.0} and s1 in {0.0, 1.0}:
        with pytest.raises(InputError, match="no error"):
            milestone(columns["time"], columns["event"], columns["group"], control="A", at=at)
        return
    assume(s0 > 0)
    assume(s1 > 0)
    found = milestone(columns["time"], columns["event"], columns["group"], control="A", at=at)
    std_err = math.hypot(e0, e1)
    np.testing.assert_allclose(found.survival, [s0, s1], rtol=ROUNDING)
    np.testing.assert_allclose(found.survival_std_err, [e0, e1], rtol=ROUNDING, atol=1e-16)
    np.testing.assert_allclose(found.difference, s1 - s0, rtol=ROUNDING, atol=1e-15)
    np.testing.assert_allclose(found.std_err, std_err, rtol=ROUNDING)
    np.testing.assert_allclose(found.z, (s1 - s0) / std_err, rtol=ROUNDING, atol=1e-14)
    np.testing.assert_allclose(found.p, math.erfc(abs(s1 - s0) / std_err / math.sqrt(2)), rtol=1e-11)
    np.testing.assert_allclose(
        [found.lower, found.upper],
        [s1 - s0 + side * 1.959963984540054 * std_err for side in (-1, 1)],
        rtol=1e-11,
        atol=1e-14,
    )
    if 1.0 in {s0, s1}:
        assert found.log_log_difference is None
        return
    gap = math.log(-math.log(s1)) - math.log(-math.log(s0))
    error = math.hypot(e1 / (s1 * math.log(s1)), e0 / (s0 * math.log(s0)))
    np.testing.assert_allclose(found.log_log_difference, gap, rtol=1e-11, atol=1e-14)
    np.testing.assert_allclose(found.log_log_std_err, error, rtol=1e-11)
    np.testing.assert_allclose(found.log_log_z, -gap / error, rtol=1e-11, atol=1e-14)
