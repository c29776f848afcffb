"""Cox models against a rival that writes the partial likelihood out and maximises it in 50 digits."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from equipoise.errors import DataError
from equipoise.survival import CoxStatus, cox
from independent.naive_cox import CoxData, naive_cox
from independent.small_trials import SmallTrial, small_trials
from tolerances import ITERATION, ROUNDING

# A fit by the rival takes a tenth of a second.
FEW = settings(max_examples=40, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
TIES = ("efron", "breslow")


def compare(data: CoxData, ties: str) -> bool:
    """Coefficients, covariance, log likelihoods; no finite maximum here exactly where there is none there."""
    theirs = naive_cox(data, ties)
    try:
        ours = cox(
            np.array(data.time, dtype=float),
            np.array(data.event),
            np.array(data.x),
            strata=data.strata,
            entry=data.entry,
            weights=data.weights,
            ties=ties,
        )
    except DataError:
        assert theirs is None
        return False
    if theirs is None:
        assert ours.status is CoxStatus.MONOTONE
        return False
    assert ours.status is CoxStatus.CONVERGED
    scale = np.array(theirs.std_err)
    assert (np.abs(ours.coef - theirs.coef) <= ITERATION * scale).all()
    np.testing.assert_allclose(ours.std_err, theirs.std_err, rtol=ITERATION)
    gap = np.abs(ours.covariance - np.array(theirs.covariance)) / np.outer(scale, scale)
    assert gap.max() <= ITERATION
    np.testing.assert_allclose(ours.loglik, (theirs.loglik_null, theirs.loglik), rtol=ROUNDING, atol=1e-12)
    return True


@pytest.mark.parametrize("ties", TIES)
@FEW
@given(
    trial=small_trials(least=8, most=14),
    stratified=st.booleans(),
    late=st.booleans(),
    weights=st.none() | st.lists(st.sampled_from([0.5, 1, 2, 3]), min_size=14, max_size=14),
)
def test_the_maximum_and_its_curvature_or_their_absence(
    ties: str,
    trial: SmallTrial,
    stratified: bool,  # noqa: FBT001 - drawn by Hypothesis
    late: bool,  # noqa: FBT001
    weights: list[float] | None,
) -> None:
    """Trials so small that many have no finite maximum: monotone or refused exactly where the rival finds none."""
    assume(any(trial.event))
    compare(
        CoxData(
            trial.time,
            trial.event,
            trial.x,
            trial.strata if stratified else None,
            trial.entry if late else None,
            None if weights is None else weights[: len(trial.time)],
        ),
        ties,
    )


@pytest.mark.parametrize("ties", TIES)
@pytest.mark.parametrize("kind", ["plain", "stratified", "late", "weighted", "all"])
def test_the_maximum_and_its_curvature(kind: str, ties: str) -> None:
    """Two dozen subjects with tied times, drawn with a fixed seed; nearly all have a finite maximum."""
    draw = random.Random(f"{kind} {ties}")  # noqa: S311 - test data, no secret
    finite = 0
    for _ in range(4):
        n = 24
        time = [draw.randint(1, 8) for _ in range(n)]
        data = CoxData(
            time=time,
            event=[draw.random() < 0.7 for _ in range(n)],
            x=[[draw.choice([0.0, 1.0]), draw.gauss(0, 1)] for _ in range(n)],
            strata=[draw.choice("uv") for _ in range(n)] if kind in {"stratified", "all"} else None,
            entry=[draw.randint(0, t - 1) for t in time] if kind in {"late", "all"} else None,
            weights=[draw.choice([0.5, 1, 2.5]) for _ in range(n)] if kind in {"weighted", "all"} else None,
        )
        finite += compare(data, ties)
    assert finite >= 3


@given(trial=small_trials(least=6))
def test_shifting_a_covariate_or_changing_its_unit_changes_what_it_must(trial: SmallTrial) -> None:
    """Adding 100 keeps the coefficient, doubling halves it; the likelihood stays."""
    columns = trial.arrays()
    x = columns["x"][:, :1]
    try:
        plain = cox(columns["time"], columns["event"], x)
    except DataError:
        return
    moved = cox(columns["time"], columns["event"], 2 * x + 100)
    assert moved.status is plain.status
    np.testing.assert_allclose(moved.loglik, plain.loglik, rtol=1e-10, atol=1e-10)
    if plain.status is CoxStatus.CONVERGED:
        np.testing.assert_allclose(
            2 * moved.coef, plain.coef, rtol=ITERATION, atol=ITERATION * plain.std_err[0]
        )


@given(trial=small_trials(least=6))
def test_a_subject_may_be_cut_into_several_intervals(trial: SmallTrial) -> None:
    """(0, t] and the two rows (0, t/2], (t/2, t] of the same subject are the same data."""
    columns = trial.arrays()
    half = columns["time"] / 2
    x = columns["x"][:, :1]
    try:
        whole = cox(columns["time"], columns["event"], x)
    except DataError:
        return
    cut = cox(
        np.concatenate([half, columns["time"]]),
        np.concatenate([np.zeros(len(half), dtype=bool), columns["event"]]),
        np.concatenate([x, x]),
        entry=np.concatenate([np.zeros(len(half)), half]),
    )
    np.testing.assert_allclose(cut.loglik, whole.loglik, rtol=1e-10, atol=1e-10)
    if whole.status is CoxStatus.CONVERGED:
        np.testing.assert_allclose(cut.coef, whole.coef, rtol=ITERATION, atol=ITERATION * whole.std_err[0])
        np.testing.assert_allclose(cut.std_err, whole.std_err, rtol=ITERATION)
