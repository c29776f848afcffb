"""Expected stratified log-rank score and information by calendar time, for any course of the hazard ratio."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise import _check
from equipoise.design.score_influence import LogrankAtLook, TrialCourse
from equipoise.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from equipoise._check import FloatArray
    from equipoise.design.population import Accrual, Stratum


@dataclass(frozen=True, slots=True, eq=False)
class ExpectedScore:
    """Expected numbers of the stratified log-rank test by calendar time, shape (T,) each.

    Parameters
    ----------
    time
        Calendar times since the first patient.
    events
        Expected events.
    score
        Expected minus observed events on the experimental arm, in expectation: above 0 is benefit.
    information
        Null variance V of the score, in expectation.
    log_hazard_ratio
        Log hazard ratio averaged over the expected events.
    hazard_ratio_null
        The hazard ratio that is tested.

    """

    time: FloatArray
    events: FloatArray
    score: FloatArray
    information: FloatArray
    log_hazard_ratio: FloatArray
    hazard_ratio_null: float = 1.0

    @property
    def drift(self) -> FloatArray:
        """Expected z at each time, score / sqrt(information)."""
        return self.score / np.sqrt(self.information)

    @property
    def hazard_ratio(self) -> FloatArray:
        """Average hazard ratio m exp(-score / V), the limit of the one-step estimate from the tested m."""
        return np.asarray(self.hazard_ratio_null * np.exp(-self.score / self.information))

    def to_frame(self) -> pl.DataFrame:
        """One row a time."""
        import polars as pl

        return pl.DataFrame(
            {
                "time": self.time,
                "events": self.events,
                "score": self.score,
                "information": self.information,
                "drift": self.drift,
                "hazard_ratio": self.hazard_ratio,
                "log_hazard_ratio": self.log_hazard_ratio,
            }
        )


def expected_score(
    strata: Sequence[Stratum],
    accrual: Accrual,
    *,
    at: Sequence[float] | FloatArray,
    ratio: float = 1.0,
    hazard_ratio_null: float = 1.0,
    stratified: bool = True,
) -> ExpectedScore:
    """Expected score and null variance of the log-rank test by calendar time.

    At time t since entry and calendar time u, y0 and y1 patients are expected at risk, R(u - t) of them
    entered and the share C(t) still there. Summed over strata and integrated over t,
    score = y0 y1 / (y0 + y1) (h0 - h1) and V = y0 y1 / (y0 + y1)^2 (h0 y0 + h1 y1).

    Parameters
    ----------
    strata
        What is assumed in each stratum.
    accrual
        Patients entering.
    at
        Calendar times since the first patient, above 0, shape (T,).
    ratio
        Patients on the experimental arm for each one on the control arm.

    hazard_ratio_null
        Hazard ratio m that is tested: y1 then counts m times in the share of the experimental arm.
    stratified
        Whether the test is stratified, or pools the strata.

    References
    ----------
    Tsiatis (1982), Journal of the American Statistical Association 77:855-861; Yung, Liu (2020), Biometrics
    76:939-950.

    """
    times = _check.numbers("at", at)
    if (times <= 0.0).any():
        raise ArgumentError(
            "at", tuple(times.tolist()), "must be above 0", "Times count from the first patient."
        )
    course = TrialCourse.of(
        strata, accrual, ratio=ratio, hazard_ratio_null=hazard_ratio_null, stratified=stratified
    )
    looks = [LogrankAtLook.of(course, float(u)) for u in times]
    events = np.array([k.events for k in looks])
    return ExpectedScore(
        time=times,
        events=events,
        score=np.array([k.score for k in looks]),
        information=np.array([k.information for k in looks]),
        log_hazard_ratio=np.array([k.effect for k in looks]) / events,
        hazard_ratio_null=hazard_ratio_null,
    )
