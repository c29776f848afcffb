"""Several weighted log-rank statistics at every look together: means, spreads and correlations."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise.design.limiting_weights import course_for, limiting_weight
from equipoise.design.score_influence import TrialCourse, covariance_of_z
from equipoise.design.weighted_influence import WeightedAtLook
from equipoise.design.weighted_logrank_design import calendar_looks
from equipoise.errors import ArgumentError
from equipoise.numerics.normal_region import region_probability

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise._check import FloatArray
    from equipoise.design.population import Accrual, Stratum
    from equipoise.numerics.logrank_weights import LogrankWeight

Weights = tuple["LogrankWeight | None", ...]


@dataclass(frozen=True, slots=True, eq=False)
class JointNormal:
    """Normal z of several tests at several looks, M variables in all.

    Parameters
    ----------
    look
        Look of each variable, from 0, shape (M,).
    mean, sd
        Shape (M,).
    correlation
        Shape (M, M).

    """

    look: np.ndarray[tuple[int], np.dtype[np.int64]]
    mean: FloatArray
    sd: FloatArray
    correlation: FloatArray

    def below(self, caps: Sequence[float]) -> float:
        """P(every z of look k is at most caps[k], for the looks that have a cap)."""
        mine = self.look < len(caps)
        high = (np.asarray(caps)[self.look[mine]] - self.mean[mine]) / self.sd[mine]
        return region_probability(self.correlation[np.ix_(mine, mine)], np.full(len(high), -np.inf), high)

    def scaled(self, factor: float) -> JointNormal:
        """The same with `factor` times as many patients."""
        return JointNormal(self.look, self.mean * math.sqrt(factor), self.sd, self.correlation)


@dataclass(frozen=True, slots=True, eq=False)
class WeightedTests:
    """What is expected of the tests of every look.

    Parameters
    ----------
    time, patients, events
        Calendar times, patients entered, events expected, shape (K,).
    null, assumed
        z of all tests at all looks under the null and under the assumptions.

    """

    time: FloatArray
    patients: FloatArray
    events: FloatArray
    null: JointNormal
    assumed: JointNormal


def expected_weighted_tests(
    strata: Sequence[Stratum],
    accrual: Accrual,
    *,
    at: Sequence[float] | FloatArray,
    weights: Sequence[Weights],
    ratio: float = 1.0,
    stratified: bool = True,
    by_calendar: bool = False,
) -> WeightedTests:
    """Joint moments of weighted log-rank tests, `weights` those of each look.

    Under the null cov(U_m at look k, U_n at look l) = ∫ w_m w_n p (1 - p) dE(N) up to the earlier look; under
    the assumptions each z is the sum over the patients of its influence function, as in
    `expected_weighted_logrank`.
    """
    times = calendar_looks(at)
    if len(weights) != len(times):
        raise ArgumentError("weights", len(weights), f"must name the tests of each of {len(times)} looks")
    named = list(dict.fromkeys(w for tests in weights for w in tests))
    last = float(times[-1])
    course = course_for(TrialCourse.of(strata, accrual, ratio=ratio, stratified=stratified), named, last)
    limits = {w: limiting_weight(course, w, last) for w in named}
    tests = [
        WeightedAtLook.of(course, limits[w], u, by_calendar=by_calendar)
        for u, those in zip(times.tolist(), weights, strict=True)
        for w in those
    ]
    look = np.repeat(np.arange(len(times)), [len(those) for those in weights])
    size = len(tests)
    null, assumed = np.eye(size), np.empty((size, size))
    for i in range(size):
        for j in range(i + 1):
            early, late = tests[j], tests[i]
            shared = early.shared_information(course, late)
            null[i, j] = null[j, i] = shared / math.sqrt(early.information * late.information)
            assumed[i, j] = assumed[j, i] = covariance_of_z(course, early, late)
    np.fill_diagonal(null, 1.0)
    sd = np.sqrt(np.diag(assumed))
    first = [int(np.flatnonzero(look == k)[0]) for k in range(len(times))]
    return WeightedTests(
        times,
        accrual.entered(times),
        np.array([tests[i].events for i in first]),
        JointNormal(look, np.zeros(size), np.ones(size), null),
        JointNormal(look, np.array([k.mean for k in tests]), sd, assumed / np.outer(sd, sd)),
    )
