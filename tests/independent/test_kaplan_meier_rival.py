"""Kaplan-Meier against a rival that counts every subject anew at every time, in rational numbers."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from equipoise.survival import kaplan_meier
from independent.naive_kaplan_meier import first_time_at_or_below, kaplan_meier_steps, survival_limits
from independent.small_trials import SmallTrial, small_trials
from tolerances import ROUNDING

SCALES = ("plain", "log", "log-log", "logit", "arcsine")


@given(trial=small_trials(), late=st.booleans())
def test_counts_survival_and_three_errors(trial: SmallTrial, late: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
    """At each distinct time, with and without late entry; an error exists where S > 0."""
    columns = trial.arrays()
    entry = columns["entry"] if late else None
    steps = kaplan_meier_steps(trial.time, trial.event, trial.entry if late else None)
    for se in ("greenwood", "peto", "tsiatis"):
        frame = kaplan_meier(columns["time"], columns["event"], entry=entry, se=se).to_frame()
        assert frame["time"].to_list() == [step.time for step in steps]
        assert frame["n_risk"].to_list() == [step.n_risk for step in steps]
        assert frame["n_event"].to_list() == [step.n_event for step in steps]
        assert frame["n_censor"].to_list() == [step.n_censor for step in steps]
        np.testing.assert_allclose(
            frame["survival"].to_numpy(), [float(step.survival) for step in steps], rtol=ROUNDING
        )
        alive = [step.survival > 0 for step in steps]
        ours = frame["std_err"].to_numpy()[alive]
        theirs = [getattr(step, se) for step in steps if step.survival > 0]
        np.testing.assert_allclose(ours, theirs, rtol=ROUNDING, atol=1e-16)


@given(trial=small_trials(), level=st.sampled_from([0.5, 0.9, 0.95, 0.99]), scale=st.sampled_from(SCALES))
def test_limits_by_definition(trial: SmallTrial, level: float, scale: str) -> None:
    """Transform, add and subtract z errors, transform back, wherever 0 < S < 1."""
    columns = trial.arrays()
    frame = kaplan_meier(columns["time"], columns["event"], ci=scale, level=level).to_frame()
    for i, step in enumerate(kaplan_meier_steps(trial.time, trial.event)):
        if 0 < step.survival < 1:
            theirs = survival_limits(float(step.survival), step.greenwood, scale, level)
            np.testing.assert_allclose((frame["lower"][i], frame["upper"][i]), theirs, rtol=1e-11, atol=1e-14)


@given(
    trial=small_trials(most=10),
    p=st.sampled_from([Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), Fraction(1, 3)]),
)
def test_quantiles_by_definition(trial: SmallTrial, p: Fraction) -> None:
    """The least time with S <= 1 - p, or the middle of a rest exactly there; nan where never reached."""
    columns = trial.arrays()
    theirs = first_time_at_or_below(kaplan_meier_steps(trial.time, trial.event), p)
    ours = kaplan_meier(columns["time"], columns["event"]).quantile(float(p)).time[0]
    np.testing.assert_equal(ours, theirs if np.isfinite(theirs) else np.nan)


@given(trial=small_trials(), at=st.integers(0, 8), half=st.booleans())
def test_survival_and_numbers_at_risk_at_chosen_times(trial: SmallTrial, at: int, half: bool) -> None:  # noqa: FBT001
    """S is right-continuous; at risk at t are those with T >= t; Peto's error uses the number at risk at t."""
    t = at + 0.5 * half
    if t > max(trial.time):
        return
    columns = trial.arrays()
    found = kaplan_meier(columns["time"], columns["event"], se="peto").at([t])
    before = [step for step in kaplan_meier_steps(trial.time, trial.event) if step.time <= t]
    survival = float(before[-1].survival) if before else 1.0
    n = sum(time >= t for time in trial.time)
    np.testing.assert_allclose(found.survival, [survival], rtol=ROUNDING)
    assert found.n_risk[0] == n
    np.testing.assert_allclose(
        found.std_err, [survival * np.sqrt((1 - survival) / n)], rtol=ROUNDING, atol=1e-16
    )


@given(trial=small_trials(), noise=st.lists(st.floats(-1e-12, 1e-12), min_size=14, max_size=14))
def test_noise_in_the_last_bits_changes_nothing(trial: SmallTrial, noise: list[float]) -> None:
    """Times equal but for rounding are one time: the curve of the clean times."""
    columns = trial.arrays()
    shaken = columns["time"] + np.array(noise[: len(trial.time)])
    clean = kaplan_meier(columns["time"], columns["event"]).to_frame()
    noisy = kaplan_meier(shaken, columns["event"]).to_frame()
    np.testing.assert_allclose(noisy["time"].to_numpy(), clean["time"].to_numpy(), rtol=1e-11)
    for column in ("n_risk", "n_event", "n_censor", "survival"):
        np.testing.assert_array_equal(noisy[column].to_numpy(), clean[column].to_numpy())
