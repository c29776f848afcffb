"""Difference of survival at one time, plain or on the complementary log-log scale, at a trial's looks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

import numpy as np

from equipoise import _check
from equipoise.design.curve_influence import ArmCurve, expected_curves
from equipoise.design.score_influence import TrialCourse
from equipoise.design.weighted_logrank_design import calendar_looks
from equipoise.errors import DesignError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise._check import FloatArray
    from equipoise.design.expected_statistic import ExpectedStatistic
    from equipoise.design.population import Accrual, Stratum

Scale = Literal["plain", "log-log"]


def expected_milestone(
    strata: Sequence[Stratum],
    accrual: Accrual,
    *,
    at: Sequence[float] | FloatArray,
    milestone: float,
    scale: Scale = "plain",
    ratio: float = 1.0,
    by_calendar: bool = False,
) -> ExpectedStatistic:
    """Kaplan-Meier survival at a milestone compared: S1 - S0, or log(-log S0) - log(-log S1).

    Variances S² G, or G / (log S)², with Greenwood's G = ∫ h / y dt up to the milestone, h the hazard and y
    the number at risk at the look; all strata together, as `milestone` of the survival room compares them.

    Parameters
    ----------
    strata, accrual
        What is assumed in each stratum, and patients entering.
    at
        Calendar times of the looks, later than the milestone, rising, shape (K,).
    milestone
        Time since entry.
    scale
        "plain" or "log-log".
    ratio
        Patients on the experimental arm for each one on the control arm.
    by_calendar
        Whether the looks are held at these times, or wait for the events expected by then.

    Raises
    ------
    ArgumentError
        A look before anybody has been followed to the milestone.
    DesignError
        Nothing to compare, or a look that adds nothing.

    References
    ----------
    Klein, Logan, Harhoff, Andersen (2007), Statistics in Medicine 26:4505-4519; Jennison, Turnbull (1985),
    Biometrika 72:375-388.

    """
    _check.one_of("scale", scale, ("plain", "log-log"))
    log_log = scale == "log-log"
    difference = "log(-log) of survival" if log_log else "survival"
    return expected_curves(
        TrialCourse.of(strata, accrual, ratio=ratio),
        calendar_looks(at),
        partial(_Survival.of, log_log=log_log),
        horizon=milestone,
        sign=-1.0 if log_log else 1.0,
        by_calendar=by_calendar,
        name=f"difference of {difference} at {milestone:g}",
        measure=f"difference of {difference}",
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Survival:
    """Survival of one arm at the milestone, or log(-log) of it."""

    value: float
    variance: float
    variance_growth: float
    first: float
    second: float
    third: float

    @classmethod
    def of(cls, curve: ArmCurve, *, log_log: bool) -> _Survival:
        reached = curve.integral(curve.hazard)
        spread = curve.hazard / curve.at_risk
        green, growth = curve.integral(spread), -curve.integral(spread * curve.growth)
        if not log_log:
            s = math.exp(-reached)
            return cls(s, s * s * green, s * s * growth, s, 2.0 * s * s * green, s * s)
        if reached <= 0.0:
            raise DesignError("an arm has no event before the milestone: log(-log) of 1 is infinite.")
        scale = 1.0 / reached**2
        third = 2.0 * green * scale / reached
        return cls(math.log(reached), green * scale, growth * scale, -1.0 / reached, third, scale)

    def moves(self, t: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        one = np.ones_like(t)
        return self.first * one, self.second * one, self.third * one
