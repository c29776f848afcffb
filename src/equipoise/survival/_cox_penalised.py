"""Firth's penalty on Cox's partial likelihood, and the maximum over some coefficients, others held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise.errors import ConvergenceError
from equipoise.survival._cox_subjects import Likelihood

if TYPE_CHECKING:
    from collections.abc import Callable

    from equipoise.survival._arrays import BoolArray, FloatArray
    from equipoise.survival._cox_subjects import SortedSubjects

# Covariates have standard deviation 1, so that this step of a five-point difference is right to 1e-12.
_STEP = 1e-3
_MOST_ITERATIONS = 400
_MOST_HALVINGS = 40
_LAST_DECREMENT = 1e-21


@dataclass(frozen=True, slots=True)
class Firth:
    """Firth's penalty: the log partial likelihood gains ½ log det I(b), so that estimates are always finite.

    It takes the bias of order 1/n off the estimate; for arms or levels with few events or none.

    Reference: Firth (1993), Biometrika 80:27-38; Heinze, Schemper (2001), Biometrics 57:114-119.
    """


def penalised_likelihood(subjects: SortedSubjects, beta: FloatArray) -> Likelihood:
    """l(b) + ½ log det I(b), its gradient U + ½ tr(I⁻¹ ∂I/∂b), and I itself (not its second derivative)."""
    plain = subjects.likelihood(beta)
    if not plain.usable:
        return plain
    sign, logdet = np.linalg.slogdet(plain.information)
    if sign <= 0.0:
        return Likelihood(beta, -np.inf, plain.score, plain.information)
    inverse = np.linalg.inv(plain.information)
    score = plain.score.copy()
    for r in range(len(beta)):
        step = np.zeros(len(beta))
        step[r] = _STEP
        near = subjects.likelihood(beta + step).information - subjects.likelihood(beta - step).information
        far = (
            subjects.likelihood(beta + 2.0 * step).information
            - subjects.likelihood(beta - 2.0 * step).information
        )
        slope = (8.0 * near - far) / (12.0 * _STEP)
        score[r] += 0.5 * float(np.sum(inverse * slope))
    return Likelihood(beta, plain.loglik + 0.5 * float(logdet), score, plain.information)


def climb(
    at: Callable[[FloatArray], Likelihood], start: FloatArray, free: BoolArray
) -> tuple[Likelihood, int]:
    """The maximum over the free coefficients from `start`, the others held; and iterations taken.

    Settled once u' I⁻¹ u, about twice what is still to gain, is below 1e-21 or no longer falls to rounding;
    where the likelihood rises without end, that is so close to its limit.
    """
    here = at(start)
    if not free.any():
        return here, 0
    damping, before = 1.0, np.inf
    for iteration in range(1, _MOST_ITERATIONS + 1):
        u, information = here.score[free], here.information[np.ix_(free, free)]
        value, vector = np.linalg.eigh(information)
        kept = value > 1e-14 * max(value[-1], 0.0)
        move = vector[:, kept] @ ((vector[:, kept].T @ u) / value[kept])
        decrement = float(move @ u)
        # The information lacks the penalty's curvature: with few events whole steps swing to and fro.
        if decrement > 0.2 * before:
            damping = 0.5
        before = decrement
        step = np.zeros(len(start))
        # A coefficient for a covariate of standard deviation 1 that moves by 5 may as well move by 5.
        step[free] = move * min(damping, 5.0 / max(float(np.abs(move).max()), 1e-300))
        there = None
        for _ in range(_MOST_HALVINGS):
            tried = at(here.beta + step)
            if tried.usable and tried.loglik >= here.loglik - 1e-13 * (1.0 + abs(here.loglik)):
                there = tried
                break
            step /= 2.0
        if there is None:
            if decrement < 1e-9:
                return here, iteration
            break
        if decrement < _LAST_DECREMENT:
            return there, iteration
        here = there
    raise ConvergenceError(
        f"cox: the likelihood did not settle in {iteration} iterations; its logarithm had reached "
        f"{here.loglik:.10g}. Are covariates nearly the same, or of enormously different size?"
    )
