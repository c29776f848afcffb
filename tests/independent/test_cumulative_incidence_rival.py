"""Cumulative incidence against a rival in rational numbers, and the rival's three errors against one another and R."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from equipoise.survival import cumulative_incidence
from independent.naive_cumulative_incidence import (
    Subjects,
    aalen_variance,
    delta_variance,
    incidence,
    jackknife_std_err,
    subjects,
)
from independent.small_trials import SmallTrial, small_trials
from tolerances import ROUNDING, SUMMATION

REFERENCE = Path(__file__).parent.parent / "reference"


@pytest.mark.parametrize("variance", ["delta", "aalen"])
@given(trial=small_trials(), late=st.booleans(), of=st.sampled_from([1, 2]))
def test_incidence_and_both_variances(variance: str, trial: SmallTrial, late: bool, of: int) -> None:  # noqa: FBT001
    """At each distinct time; errors compared as variances, whose rounding is that of a difference."""
    assume(of in trial.cause)
    who = subjects(trial.time, trial.cause, trial.entry if late else None)
    columns = trial.arrays()
    frame = cumulative_incidence(
        columns["time"], columns["cause"], entry=columns["entry"] if late else None, variance=variance
    ).to_frame()
    frame = frame.filter(frame["cause"] == of)
    rival = {"delta": delta_variance, "aalen": aalen_variance}[variance]
    assert frame["time"].to_list() == sorted(set(trial.time))
    for t, ours, std_err in zip(frame["time"], frame["incidence"], frame["std_err"], strict=True):
        np.testing.assert_allclose(ours, float(incidence(who, int(t), of)), rtol=ROUNDING, atol=1e-15)
        np.testing.assert_allclose(std_err**2, float(rival(who, int(t), of)), rtol=SUMMATION, atol=1e-15)


def test_a_last_risk_set_of_one_counts_as_in_cuminc() -> None:
    """R: cuminc(c(1, 2, 3, 3, 4), c(1, 2, 1, 0, 1)) has variances 0.04, 0.0669444..., 0.2025 at 1, 3, 4 (cmprsk 2.2.11)."""
    who = subjects([1, 2, 3, 3, 4], [1, 2, 1, 0, 1])
    np.testing.assert_allclose(
        [float(aalen_variance(who, t, 1)) for t in (1, 3, 4)],
        [0.04, 0.06694444444444445, 0.2025],
        rtol=ROUNDING,
    )


@given(trial=small_trials())
def test_incidences_and_survival_add_to_one(trial: SmallTrial) -> None:
    """At every time the causes' incidences and event-free survival are all there is."""
    assume({1, 2} <= set(trial.cause))
    columns = trial.arrays()
    frame = cumulative_incidence(columns["time"], columns["cause"]).to_frame()
    total = np.zeros(len(set(trial.time)))
    for cause in (1, 2):
        total += frame.filter(frame["cause"] == cause)["incidence"].to_numpy()
    survival = 1.0
    for i, t in enumerate(sorted(set(trial.time))):
        n = sum(time >= t for time in trial.time)
        d = sum(time == t and cause > 0 for time, cause in zip(trial.time, trial.cause, strict=True))
        survival *= 1 - d / n
        np.testing.assert_allclose(total[i], 1 - survival, rtol=ROUNDING, atol=1e-14)


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(trial=small_trials(most=10))
def test_without_late_entry_the_jackknife_is_the_delta_method(trial: SmallTrial) -> None:
    """The rival's two errors, found in different ways, are one number."""
    assume(1 in trial.cause)
    who = subjects(trial.time, trial.cause)
    for t in sorted(set(trial.time)):
        theirs = float(delta_variance(who, t, 1))
        np.testing.assert_allclose(jackknife_std_err(who, t, 1) ** 2, theirs, rtol=1e-9, atol=1e-20)


def generated(name: str) -> Subjects:
    """Subjects of a recorded data set."""
    with (REFERENCE / "survival" / "generated" / f"{name}.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    return subjects(*([int(float(row[column])) for row in rows] for column in ("time", "cause", "entry")))


def recorded_errors(path: Path, dataset: str) -> dict[int, float]:
    """R's errors of the incidence of cause 1 for everybody, by time."""
    with path.open(newline="") as file:
        return {
            int(float(row["time"])): float(row["value"])
            for row in csv.DictReader(file)
            if (row["dataset"], row["group"], row["quantity"]) == (dataset, "all:1", "std_err")
        }


def test_with_late_entry_r_gives_the_jackknife() -> None:
    """On recorded data the rival's jackknife is R's error, while the delta method differs in the third digit."""
    who = generated("left_truncated")
    theirs = recorded_errors(REFERENCE / "survival" / "aalen_johansen.csv", "left_truncated")
    middle = sorted(theirs)[len(theirs) // 3]
    np.testing.assert_allclose(jackknife_std_err(who, middle, 1), theirs[middle], rtol=1e-9)
    delta = float(delta_variance(who, middle, 1)) ** 0.5
    assert 1e-4 < abs(delta / theirs[middle] - 1) < 0.05


def test_the_rivals_errors_are_rs_where_everything_ties() -> None:
    """Both causes at the same times: delta as survfit, Aalen's as cuminc, which are not the same."""
    who = generated("heavy_ties")
    for path, rival in (
        ("survival/aalen_johansen.csv", delta_variance),
        ("cmprsk/cuminc.csv", aalen_variance),
    ):
        theirs = recorded_errors(REFERENCE / path, "heavy_ties")
        assert len(theirs) > 4
        for t, std_err in theirs.items():
            np.testing.assert_allclose(float(rival(who, t, 1)) ** 0.5, std_err, rtol=SUMMATION)
