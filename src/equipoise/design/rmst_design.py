"""Difference of restricted mean survival times at a trial's looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise.design.curve_influence import ArmCurve, expected_curves
from equipoise.design.score_influence import TrialCourse
from equipoise.design.weighted_logrank_design import calendar_looks
from equipoise.numerics.running_integral import RunningIntegral

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise._check import FloatArray
    from equipoise.design.expected_statistic import ExpectedStatistic
    from equipoise.design.population import Accrual, Stratum


def expected_rmst(
    strata: Sequence[Stratum],
    accrual: Accrual,
    *,
    at: Sequence[float] | FloatArray,
    tau: float,
    ratio: float = 1.0,
    by_calendar: bool = False,
) -> ExpectedStatistic:
    """Restricted mean ∫ S dt from 0 to tau, experimental minus control, by Greenwood's variance.

    Variance of each arm ∫ A(t)² h / y dt with A(t) = ∫ S from t to tau, h the hazard and y the number at
    risk at the look; all strata together, as `rmst` compares them. It falls as patients reach the horizon
    and stays when all have: later looks add nothing then.

    Parameters
    ----------
    strata, accrual
        What is assumed in each stratum, and patients entering.
    at
        Calendar times of the looks, later than tau, rising, shape (K,).
    tau
        Horizon since entry.
    ratio
        Patients on the experimental arm for each one on the control arm.
    by_calendar
        Whether the looks are held at these times, or wait for the events expected by then.

    Raises
    ------
    ArgumentError
        A look before anybody has been followed to tau.
    DesignError
        Nothing to compare, or a look that adds nothing.

    References
    ----------
    Royston, Parmar (2013), BMC Medical Research Methodology 13:152; Eng, Seagle (2017), Journal of Clinical
    Oncology 35:3371-3375; Murray, Tsiatis (1999), Biometrics 55:1085-1092.

    """
    return expected_curves(
        TrialCourse.of(strata, accrual, ratio=ratio),
        calendar_looks(at),
        _RestrictedMean.of,
        horizon=tau,
        sign=1.0,
        by_calendar=by_calendar,
        name=f"difference of restricted means to {tau:g}",
        measure="difference of restricted mean survival times",
    )


@dataclass(frozen=True, slots=True, eq=False)
class _RestrictedMean:
    """Area under one arm's curve, with A(t) = end - area(t)."""

    area: RunningIntegral
    value: float
    variance: float
    variance_growth: float
    before: RunningIntegral
    after: RunningIntegral

    @classmethod
    def of(cls, curve: ArmCurve) -> _RestrictedMean:
        t = curve.panels.nodes
        area = RunningIntegral.of(curve.panels, np.exp(-curve.cumulative(t)))
        end = float(area(curve.panels.edges[-1:])[0])
        ahead = end - area(t)
        spread = ahead**2 * curve.hazard / curve.at_risk
        return cls(
            area,
            end,
            curve.integral(spread),
            -curve.integral(spread * curve.growth),
            curve.greenwood(ahead),
            curve.greenwood(ahead**2),
        )

    def moves(self, t: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        ahead = self.value - self.area(t)
        second = 2.0 * (ahead * self.before(t) + self.variance - self.after(t))
        return ahead, second, ahead**2
