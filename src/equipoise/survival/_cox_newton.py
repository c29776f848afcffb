"""The maximum of Cox's partial likelihood by Newton's method, in the directions in which there is one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise.errors import ConvergenceError
from equipoise.survival._cox_recession import recession_direction

if TYPE_CHECKING:
    from equipoise.survival._arrays import BoolArray, FloatArray
    from equipoise.survival._cox_subjects import Likelihood, SortedSubjects

_MOST_ITERATIONS = 60
_MOST_HALVINGS = 40
# Newton's decrement u' I⁻¹ u estimates twice the log-likelihood still to gain. Below this the next step
# is the last, for its error is the decrement's square.
_LAST_DECREMENT = 1e-12
# Little to gain, yet a long step on the scale of eta: perhaps the maximum lies at infinity. Nor do
# partial likelihoods with a maximum take this many steps.
_SUSPICIOUS_DECREMENT, _SUSPICIOUS_STEP, _SUSPICIOUS_ITERATION = 1e-3, 0.1, 12
# An information matrix whose eigenvalues fall this far below its largest has no rank in their directions.
RANK_TOLERANCE = 1e-12


@dataclass(frozen=True, slots=True)
class Maximum:
    """Where the partial likelihood is greatest: `beta` (p,), `covariance` (p, p), and which are finite.

    A beta that is not finite is ±inf, or nan where it has no influence on the limit.
    """

    beta: FloatArray
    covariance: FloatArray
    finite: BoolArray
    loglik: float
    iterations: int


def maximise(subjects: SortedSubjects, null: Likelihood) -> Maximum:
    """Newton's method; where the likelihood rises for ever in some direction, the limit in that direction.

    Along a direction g in which each event has the largest g'x of its risk set, the likelihood tends to that
    of the same model stratified by g'x as well, in which g has no influence: that one is maximised in the
    directions left.
    """
    p = len(null.beta)
    basis, infinite = np.eye(p), np.zeros(p)
    iterations = 0
    here = null
    while True:
        here, direction, steps = _climb(subjects, here)
        iterations += steps
        if direction is None:
            break
        lifted = basis @ direction
        lifted[np.abs(lifted) < 1e-8 * np.abs(lifted).max()] = 0.0
        infinite = np.where(infinite == 0.0, np.sign(lifted), infinite)
        subjects = subjects.stratified_by(subjects.X @ direction)
        kept = _estimable(subjects.likelihood(np.zeros(basis.shape[1])).information)
        basis, subjects = basis @ kept, subjects.in_basis(kept)
        here = subjects.likelihood(np.zeros(basis.shape[1]))
    finite = np.abs(1.0 - np.sum(basis**2, axis=1)) < 1e-9
    beta, covariance = _from_basis(here, basis)
    beta[~finite] = np.where(infinite == 0.0, np.nan, np.copysign(np.inf, infinite))[~finite]
    covariance[~finite, :] = covariance[:, ~finite] = np.nan
    covariance[~finite, ~finite] = np.inf
    return Maximum(beta, covariance, finite, here.loglik, iterations)


def _climb(subjects: SortedSubjects, here: Likelihood) -> tuple[Likelihood, FloatArray | None, int]:
    """Newton's method from `here` to a maximum, or to a direction in which there is none; and steps taken."""
    if len(here.beta) == 0:
        return here, None, 0
    spread, checked = np.ptp(subjects.X, axis=0), False
    for iteration in range(1, _MOST_ITERATIONS + 1):
        step = _solve(here)
        decrement, reach = float(step @ here.score), float(np.abs(step) @ spread)
        there = _ascend(subjects, here, step)
        suspicious = decrement < _SUSPICIOUS_DECREMENT and reach > _SUSPICIOUS_STEP
        if not checked and (suspicious or there is None or iteration == _SUSPICIOUS_ITERATION):
            checked = True
            direction = recession_direction(subjects)
            if direction is not None:
                return here, direction, iteration
        if decrement < _LAST_DECREMENT:
            return here if there is None else there, None, iteration
        if there is None:
            break
        here = there
    raise ConvergenceError(
        f"cox: the partial likelihood did not settle in {iteration} iterations; its logarithm had reached "
        f"{here.loglik:.10g}. Are covariates nearly the same, or of enormously different size?"
    )


def _ascend(subjects: SortedSubjects, here: Likelihood, step: FloatArray) -> Likelihood | None:
    slack = 1e-12 * (1.0 + abs(here.loglik))
    for _ in range(_MOST_HALVINGS):
        there = subjects.likelihood(here.beta + step)
        if there.usable and there.loglik >= here.loglik - slack:
            return there
        step = step / 2.0
    return None


def _solve(here: Likelihood) -> FloatArray:
    """Newton's step, among the directions of positive curvature."""
    value, vector = np.linalg.eigh(here.information)
    kept = value > 1e-15 * max(value[-1], 0.0)
    return np.asarray(vector[:, kept] @ ((vector[:, kept].T @ here.score) / value[kept]))


def _estimable(information: FloatArray) -> FloatArray:
    """Orthonormal basis (p, q) of the directions that the information sees."""
    value, vector = np.linalg.eigh(information)
    return np.asarray(vector[:, value > RANK_TOLERANCE * max(1.0, float(value[-1]))])


def _from_basis(here: Likelihood, basis: FloatArray) -> tuple[FloatArray, FloatArray]:
    p = len(basis)
    if basis.shape[1] == 0:
        return np.zeros(p), np.zeros((p, p))
    return basis @ here.beta, basis @ np.linalg.inv(here.information) @ basis.T
