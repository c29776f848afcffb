"""The maximum of Cox's partial likelihood by Newton's method, or the direction in which there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise.errors import ConvergenceError
from equipoise.survival._cox_kernels import partial_likelihood, worst_overtaking

if TYPE_CHECKING:
    from equipoise.survival._arrays import BoolArray, FloatArray, IntArray

_MOST_ITERATIONS = 100
_MOST_HALVINGS = 40
# Newton's decrement u' I⁻¹ u estimates twice the log-likelihood still to gain. Below this the next step
# is the last, for its error is the decrement's square.
_LAST_DECREMENT = 1e-12
# A step longer than this on the scale of eta, though nothing is left to gain, heads for infinity.
_RUNAWAY_STEP = 1e-2
_DIRECTION_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class SortedSubjects:
    """What the partial likelihood needs, sorted by stratum and time; X (n, p) centred and scaled."""

    stratum: IntArray
    time: FloatArray
    event: BoolArray
    entry: FloatArray
    by_entry: IntArray
    weight: FloatArray
    X: FloatArray
    efron: bool

    def likelihood(self, beta: FloatArray) -> Likelihood:
        """Log partial likelihood, gradient and information at beta."""
        p = self.X.shape[1]
        score, information = np.empty(p), np.empty((p, p))
        loglik = partial_likelihood(
            self.stratum,
            self.time,
            self.event,
            self.entry,
            self.by_entry,
            self.weight,
            self.X,
            self.X @ beta,
            self.efron,
            score,
            information,
        )
        return Likelihood(beta, loglik, score, information)

    def rises_along(self, direction: FloatArray) -> bool:
        """Whether the likelihood never falls along the direction: each event tops its risk set in X d."""
        value = self.X @ direction
        spread = float(np.ptp(value))
        worst = worst_overtaking(self.stratum, self.time, self.event, self.entry, value)
        return spread > 0.0 and worst <= _DIRECTION_TOLERANCE * spread


@dataclass(frozen=True, slots=True)
class Likelihood:
    """The log partial likelihood at one beta, its gradient (p,) and information (p, p)."""

    beta: FloatArray
    loglik: float
    score: FloatArray
    information: FloatArray

    @property
    def usable(self) -> bool:
        """Whether all of it is finite."""
        return bool(
            np.isfinite(self.loglik) and np.isfinite(self.score).all() and np.isfinite(self.information).all()
        )


@dataclass(frozen=True, slots=True)
class Maximum:
    """Where the iteration began and ended; `runaway` (p,) is ±1 for coefficients that go to ±infinity."""

    null: Likelihood
    fitted: Likelihood
    runaway: IntArray
    iterations: int


def maximise(subjects: SortedSubjects, null: Likelihood) -> Maximum:
    """Newton's method with step halving from beta = 0.

    The partial likelihood is concave. It has no maximum where some direction exists along which each event
    tops its risk set; then coefficients grow by about 1 a step on the scale of eta while nothing is gained,
    and the direction of that growth is checked against every risk set before it is believed.
    """
    here = null
    for iteration in range(1, _MOST_ITERATIONS + 1):
        step = _solve(here.information, here.score)
        decrement = float(step @ here.score)
        if decrement < _LAST_DECREMENT:
            spread = np.ptp(subjects.X, axis=0)
            if float(np.max(np.abs(step) * spread)) < _RUNAWAY_STEP:
                there = subjects.likelihood(here.beta + step)
                better = there if there.usable and there.loglik >= here.loglik - 1e-9 else here
                return Maximum(null, better, np.zeros(len(step), dtype=np.int64), iteration)
            runaway = _confirmed_direction(subjects, step, here.beta, spread)
            if runaway is not None:
                return Maximum(null, here, runaway, iteration)
        here = _ascend(subjects, here, step)
    raise ConvergenceError(
        f"cox: the partial likelihood did not settle in {_MOST_ITERATIONS} iterations; its logarithm had "
        f"reached {here.loglik:.10g}. Are covariates nearly the same, or an outcome nearly told by one?"
    )


def _ascend(subjects: SortedSubjects, here: Likelihood, step: FloatArray) -> Likelihood:
    slack = 1e-12 * (1.0 + abs(here.loglik))
    for _ in range(_MOST_HALVINGS):
        there = subjects.likelihood(here.beta + step)
        if there.usable and there.loglik >= here.loglik - slack:
            return there
        step = step / 2.0
    raise ConvergenceError(
        f"cox: no step raises the log partial likelihood above {here.loglik:.10g}, yet its slope is not 0. "
        "Do covariates differ enormously in size? Rescale them."
    )


def _solve(information: FloatArray, score: FloatArray) -> FloatArray:
    try:
        step = np.linalg.solve(information, score)
    except np.linalg.LinAlgError:
        step = np.full(len(score), np.nan)
    if not np.isfinite(step).all() or step @ score < 0.0:
        value, vector = np.linalg.eigh(information)
        kept = value > 1e-14 * max(value[-1], 0.0)
        step = vector[:, kept] @ ((vector[:, kept].T @ score) / value[kept])
    return np.asarray(step)


def _confirmed_direction(
    subjects: SortedSubjects, step: FloatArray, beta: FloatArray, spread: FloatArray
) -> IntArray | None:
    for direction in (step, beta):
        size = np.abs(direction) * spread
        kept = size > 1e-4 * size.max()
        if subjects.rises_along(np.where(kept, direction, 0.0)):
            return np.where(kept, np.sign(direction), 0.0).astype(np.int64)
    return None
