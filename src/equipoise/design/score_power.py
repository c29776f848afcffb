"""Power of the log-rank test by the mean of its score, and by all its moments, under any hazard ratios."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from equipoise.design.expected_score import expected_score
from equipoise.design.score_moments import score_moments
from equipoise.numerics.roots import increasing_root

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise._check import FloatArray
    from equipoise.design.group_sequential_design import GroupSequentialDesign
    from equipoise.design.trial_assumptions import TrialAssumptions


@dataclass(frozen=True, slots=True)
class NullVariance:
    """Expected score over the root of its null variance, for any hazard ratios; variance of z taken as 1.

    Reference: Tsiatis (1982), Journal of the American Statistical Association 77:855-861.
    """

    def drift(self, trial: TrialAssumptions, design: GroupSequentialDesign, at: float) -> float:
        """Expected score / sqrt(V)."""
        del design
        return float(trial.score(at).drift[0])

    def hazard_ratio(self, trial: TrialAssumptions, at: float) -> float:
        """HR_null exp(-score / V)."""
        return float(trial.score(at).hazard_ratio[0])

    def information(self, trial: TrialAssumptions, events: FloatArray, times: FloatArray) -> FloatArray:
        """Expected V."""
        del events
        return _expected_information(trial, times)


@dataclass(frozen=True, slots=True)
class ExactMoments:
    """Mean, variance and correlation of z over the looks as they are under the alternative.

    Looks are held at numbers of events; trials whose events never come are without rejection at the looks
    that they never reach. See `score_moments`.
    Reference: Yung, Liu (2020), Biometrics 76:939-950.
    """

    def drift(self, trial: TrialAssumptions, design: GroupSequentialDesign, at: float) -> float:
        """The drift under which the design has the power that the moments give."""
        wanted = min(max(self.power(trial, design, at), 1e-15), 1.0 - 1e-15)
        probit = float(ndtri(wanted))
        last = math.sqrt(design.information_fraction[-1])

        def short(drift: float) -> float:
            power = min(max(design.power(drift / last), 1e-300), 1.0 - 1e-16)
            return float(ndtri(power)) - probit

        start = probit - float(ndtri(design.alpha / design.sides))
        return increasing_root(short, start, 1.0, tolerance=1e-11, what="the drift that gives the power")

    def power(self, trial: TrialAssumptions, design: GroupSequentialDesign, at: float) -> float:
        """Probability of rejecting for benefit by a calendar time at which the last look is expected."""
        calendar = trial.calendar()
        share = design.information_fraction / design.information_fraction[-1]
        events = share[:-1] * calendar.total(at)
        times = np.array([*(calendar.time_of(float(d)) for d in events), at])
        return float(self.efficacy(trial, design, times).sum())

    def efficacy(
        self,
        trial: TrialAssumptions,
        design: GroupSequentialDesign,
        times: Sequence[float] | FloatArray,
        *,
        by_calendar: bool | Sequence[bool] = False,
    ) -> FloatArray:
        """Probability of crossing for benefit at each look, shape (K,).

        Parameters
        ----------
        trial, design
            What is assumed, and the bounds.
        times
            Calendar times at which the looks are expected, or held, shape (K,).
        by_calendar
            Looks that are held at their time, however many events there are.

        """
        moments = score_moments(
            trial.strata,
            trial.accrual,
            at=times,
            ratio=trial.ratio,
            hazard_ratio_null=trial.null,
            stratified=trial.stratified,
            by_calendar=by_calendar,
        )
        crossed = moments.looks.crossing(
            design.efficacy_z.tolist(),
            None if design.futility_z is None else design.futility_z.tolist(),
            None if design.harm_z is None else design.harm_z.tolist(),
            inner=design.inner,
        )
        held = np.broadcast_to(np.asarray(by_calendar, dtype=bool), moments.events.shape)
        comes = np.array([trial.calendar().probability_of(float(d)) for d in moments.events])
        return np.asarray(crossed.efficacy * np.where(held, 1.0, comes))

    def hazard_ratio(self, trial: TrialAssumptions, at: float) -> float:
        """HR_null exp(-score / V)."""
        return float(trial.score(at).hazard_ratio[0])

    def information(self, trial: TrialAssumptions, events: FloatArray, times: FloatArray) -> FloatArray:
        """Expected V."""
        del events
        return _expected_information(trial, times)


def _expected_information(trial: TrialAssumptions, times: FloatArray) -> FloatArray:
    return expected_score(
        trial.strata,
        trial.accrual,
        at=times,
        ratio=trial.ratio,
        hazard_ratio_null=trial.null,
        stratified=trial.stratified,
    ).information
