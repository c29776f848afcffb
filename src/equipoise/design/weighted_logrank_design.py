"""The weighted log-rank test at its looks, under any course of the hazards in each stratum."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from equipoise import _check
from equipoise.design.expected_statistic import ExpectedStatistic
from equipoise.design.limiting_weights import course_for, limiting_weight, name_of
from equipoise.design.score_influence import TrialCourse, covariance_of_z
from equipoise.design.weighted_influence import WeightedAtLook
from equipoise.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise._check import FloatArray
    from equipoise.design.population import Accrual, Stratum
    from equipoise.numerics.logrank_weights import LogrankWeight


def expected_weighted_logrank(
    strata: Sequence[Stratum],
    accrual: Accrual,
    *,
    at: Sequence[float] | FloatArray,
    weight: LogrankWeight | None,
    ratio: float = 1.0,
    stratified: bool = True,
    by_calendar: bool = False,
) -> ExpectedStatistic:
    """Mean, spread and correlation of the weighted log-rank z over the looks.

    With y0 and y1 expected at risk, p = y1 / (y0 + y1) and hazards h0 and h1, summed over the test's strata,
    score = ∫ w p y0 (h0 - h1) dt and V = ∫ w² p (1 - p) (h0 y0 + h1 y1) dt. The weight sees S(t-), the
    Kaplan-Meier curve of the stratum's arms together, whose limit is exp(-∫ (1 - p) h0 + p h1): as all arms
    enter alike it is the same at every look, and the scores' increments are uncorrelated under the null. The
    effect is score / V: without a weight minus the log hazard ratio, with one a number of its own scale. z is
    the sum over the patients of its influence function, with what a patient does to V, to the weights and to
    the time of a look that waits for its events.

    Parameters
    ----------
    strata
        What is assumed in each stratum.
    accrual
        Patients entering.
    at
        Calendar times at which the looks are expected, since the first patient, rising, shape (K,).
    weight
        `FlemingHarrington`, `MagirrBurman`, `PetoPeto`, or None for the log-rank test.
    ratio
        Patients on the experimental arm for each one on the control arm.
    stratified
        Whether the test is stratified, or pools the strata.
    by_calendar
        Whether the looks are held at these times, however many events there are, or wait for the events
        that are expected by then.

    Raises
    ------
    ArgumentError
        A weight that depends on the number at risk, or an argument that breaks its rule.

    References
    ----------
    Tsiatis (1982), Journal of the American Statistical Association 77:855-861; Hasegawa (2014),
    Pharmaceutical Statistics 13:128-135; Yung, Liu (2020), Biometrics 76:939-950; Magirr, Burman (2019),
    Statistics in Medicine 38:3782-3790.

    """
    times = calendar_looks(at)
    last = float(times[-1])
    course = course_for(TrialCourse.of(strata, accrual, ratio=ratio, stratified=stratified), [weight], last)
    limit = limiting_weight(course, weight, last)
    looks = [WeightedAtLook.of(course, limit, u, by_calendar=by_calendar) for u in times.tolist()]
    sd = np.sqrt([covariance_of_z(course, k, k) for k in looks])
    along = np.array([covariance_of_z(course, k, following) for k, following in pairwise(looks)])
    information = np.array([k.information for k in looks])
    return ExpectedStatistic(
        name="log-rank test" if weight is None else f"weighted log-rank test, {name_of(weight)}",
        measure="minus log hazard ratio" if weight is None else "weighted score over its null variance",
        effect=np.array([k.score for k in looks]) / information,
        information=information,
        sd=sd,
        correlation=along / (sd[:-1] * sd[1:]),
        patients=accrual.entered(times),
        events=np.array([k.events for k in looks]),
        time=times,
    )


def calendar_looks(at: Sequence[float] | FloatArray) -> FloatArray:
    """Calendar times of looks: above 0 and rising."""
    times = _check.increasing("at", at)
    if times.size == 0 or times[0] <= 0.0:
        given = tuple(times.tolist())
        raise ArgumentError("at", given, "must hold times above 0", "They count from the first patient.")
    return times
