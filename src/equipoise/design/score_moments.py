"""Mean, variance and correlation of the log-rank z over the looks, under any assumed course of both arms."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from equipoise import _check
from equipoise.design.crossing_by_look import LookMoments
from equipoise.design.score_influence import LogrankAtLook, TrialCourse, covariance_of_z
from equipoise.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from equipoise._check import FloatArray
    from equipoise.design.population import Accrual, Stratum


@dataclass(frozen=True, slots=True, eq=False)
class ScoreMoments:
    """What the log-rank z is expected to be at each look, shape (K,) each; z above 0 is benefit.

    Parameters
    ----------
    time
        Expected calendar times of the looks since the first patient.
    events
        Expected events by then.
    score
        Expected minus observed events on the experimental arm, in expectation.
    information
        Null variance V of the score, in expectation.
    mean
        Mean of z, score / sqrt(V).
    sd
        Standard deviation of z: 1 under the null, below 1 where events are few among many patients and the
        hazard ratio is well below 1, above 1 where most patients have an event.
    correlation
        Of z at each look with z at the next, shape (K - 1,).

    """

    time: FloatArray
    events: FloatArray
    score: FloatArray
    information: FloatArray
    mean: FloatArray
    sd: FloatArray
    correlation: FloatArray

    @property
    def looks(self) -> LookMoments:
        """What the recursion needs to carry bounds through these looks."""
        return LookMoments(self.mean, self.sd, self.correlation)

    def to_frame(self) -> pl.DataFrame:
        """One row a look; the correlation is with the look before."""
        import polars as pl

        before = pl.Series([None, *self.correlation.tolist()], dtype=pl.Float64)
        columns = ("time", "events", "score", "information", "mean", "sd")
        return pl.DataFrame({**{name: getattr(self, name) for name in columns}, "correlation": before})


def score_moments(
    strata: Sequence[Stratum],
    accrual: Accrual,
    *,
    at: Sequence[float] | FloatArray,
    ratio: float = 1.0,
    hazard_ratio_null: float = 1.0,
    stratified: bool = True,
    by_calendar: bool | Sequence[bool] = False,
) -> ScoreMoments:
    """Mean, variance and correlation of the log-rank z at looks that are held at numbers of events.

    To first order in the number of patients z is a sum over them of z's influence function. With p the
    experimental share of those at risk, e / y the events among all at risk y, U' , V' and E' what score,
    null variance and events gain per unit of calendar time, a patient of arm X (1 experimental) adds

    (p - X - U'/E') dN - (p - X) e / y Y dt            over sqrt(V), and
    (p (1 - p) - V'/E') dN + (1 - 2 p) (X - p) e / y Y dt    over -U / (2 V^1.5).

    The terms in E' are there because a look waits for its events: where the effect changes with time since
    entry, early and late events do not say the same. Patients are `accrual.patients` in number, allocated
    in blocks within strata.

    Parameters
    ----------
    strata
        What is assumed in each stratum.
    accrual
        Patients entering.
    at
        Calendar times at which the looks' events are expected, since the first patient, rising, shape (K,).
    ratio
        Patients on the experimental arm for each one on the control arm.
    hazard_ratio_null
        Hazard ratio m that is tested: p is then m y1 / (y0 + m y1).
    stratified
        Whether the test is stratified, or pools the strata.
    by_calendar
        Looks that are held at their time, however many events there are; one for all, or shape (K,).

    References
    ----------
    Lin, Wei (1989), Journal of the American Statistical Association 84:1074-1078; Luo, Mao, Chen, Qiu (2019),
    Statistics in Medicine 38:4772-4787; Yung, Liu (2020), Biometrics 76:939-950.

    """
    times = _check.increasing("at", at)
    if times.size == 0 or times[0] <= 0.0:
        raise ArgumentError(
            "at", tuple(times.tolist()), "must be above 0", "Times count from the first patient."
        )
    course = TrialCourse.of(
        strata, accrual, ratio=ratio, hazard_ratio_null=hazard_ratio_null, stratified=stratified
    )
    held = np.broadcast_to(np.asarray(by_calendar, dtype=bool), times.shape)
    looks = [
        LogrankAtLook.of(course, float(u), by_calendar=bool(c)) for u, c in zip(times, held, strict=True)
    ]
    variance = np.array([covariance_of_z(course, k, k) for k in looks])
    along = np.array([covariance_of_z(course, k, following) for k, following in pairwise(looks)])
    sd = np.sqrt(variance)
    score, information = np.array([k.score for k in looks]), np.array([k.information for k in looks])
    return ScoreMoments(
        time=times,
        events=np.array([k.events for k in looks]),
        score=score,
        information=information,
        mean=score / np.sqrt(information),
        sd=sd,
        correlation=along / (sd[:-1] * sd[1:]),
    )
