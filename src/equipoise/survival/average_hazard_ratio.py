"""The average hazard ratio of two arms, which needs no proportional hazards, and the odds of concordance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtr

from equipoise import _check
from equipoise.errors import DataError
from equipoise.survival import _arrays
from equipoise.survival._arms import two_arms
from equipoise.survival._display import Displayed, p_text
from equipoise.survival._frames import frame
from equipoise.survival._limits import normal_quantile
from equipoise.survival.risk_table import RiskTable, count_at_risk
from equipoise.survival.rmst import refuse_beyond

if TYPE_CHECKING:
    import polars as pl

    from equipoise.survival._arrays import FloatArray


@dataclass(frozen=True, slots=True, repr=False)
class AverageHazardRatio(Displayed):
    """The hazard ratio experimental over control averaged up to `tau`; below 1, and z above 0, mean benefit.

    `log_std_err` is the error of log(hazard_ratio), p two-sided. `concordance` is the probability 1/(1 + AHR)
    that of two subjects, one of each arm, the one on the experimental arm lives longer, given that the first
    of them dies by tau; its limits follow from those of the ratio.
    """

    groups: tuple[Any, ...]
    tau: float
    hazard_ratio: float
    log_std_err: float
    lower: float
    upper: float
    z: float
    p: float
    concordance: float
    concordance_lower: float
    concordance_upper: float
    level: float

    def headline(self) -> str:
        """The ratio, its limits and its sign."""
        control, arm = self.groups
        return (
            f"Average hazard ratio of {arm!r} over {control!r} up to {self.tau:g}: {self.hazard_ratio:.3f} "
            f"({self.lower:.3f} to {self.upper:.3f}), z = {self.z:.3f}, {p_text(self.p)} (z > 0: benefit)"
        )

    def to_frame(self) -> pl.DataFrame:
        """Columns measure, estimate, lower, upper, z, p."""
        return frame(
            {
                "measure": ["average hazard ratio", "concordance"],
                "estimate": [self.hazard_ratio, self.concordance],
                "lower": [self.lower, self.concordance_lower],
                "upper": [self.upper, self.concordance_upper],
                "z": [self.z, self.z],
                "p": [self.p, self.p],
            }
        )


def average_hazard_ratio(
    time: object,
    event: object,
    group: object,
    *,
    control: object | None = None,
    tau: float,
    level: float = 0.95,
    timefix: bool = True,
) -> AverageHazardRatio:
    """Average ∫ h1 S0 S1 dt / ∫ h0 S0 S1 dt up to tau: hazards weighted by both arms' chance to be alive.

    With Kaplan-Meier curves it is a1/a0, a1 = Σ (S1(t-) - S1(t)) (S0(t-) + S0(t))/2 and a0 likewise: the
    odds that of a pair the experimental subject dies first, a tie counting half to each. Where hazards are
    proportional it is their ratio, whatever the censoring. The error of its logarithm is by the delta method
    from the independent binomial variances h (1-h)/n of the hazards h = d/n at each time.

    Parameters
    ----------
    time, event, group : shape (n,); two arms.
    control : label of the control arm; required where the arms have no order of their own (names).
    tau : horizon, above 0; it may not pass the smaller of the arms' last times.
    level : of the limits.
    timefix : take times that differ by rounding only as one time, by the rule of R's survival package.

    Raises
    ------
    DataError : an arm has no event by tau (the ratio would be 0 or infinite), or the hazards have no variance
        (all at risk have the event at once).

    References
    ----------
    Kalbfleisch, Prentice (1981), Biometrika 68:105-112 (weight S0 S1). Schemper, Wakounig, Heinze (2009),
    Statistics in Medicine 28:2473-2489 (the odds of concordance).
    """
    t = _arrays.times("time", time)
    d = _arrays.events("event", event)
    _check.same_length(time=t, event=d)
    arms = two_arms(_arrays.levels("group", group, t), control)
    horizon, q = _check.positive("tau", tau), normal_quantile(level)
    one = _arrays.everybody(t)
    refuse_beyond(
        count_at_risk(t, d, group=one, stratum=arms, entry=None, weight=None, timefix=timefix), horizon
    )
    risk = count_at_risk(t, d, group=arms, stratum=one, entry=None, weight=None, timefix=timefix)
    kept = risk.time <= horizon
    dead = risk.events[kept].sum(axis=0)
    if np.any(dead == 0.0):
        arm = arms.labels[int(np.argmin(dead))]
        raise DataError(
            f"event: arm {arm!r} has no event by tau = {horizon:g}, so there is no average hazard ratio."
        )
    log_ratio, variance = _log_ratio(risk, int(kept.sum()))
    std_err = float(np.sqrt(variance))
    if std_err == 0.0:
        raise DataError(
            f"event: by tau = {horizon:g} all at risk have the event at once, so the average hazard "
            "ratio has no error. Choose a horizon with events at several times."
        )
    ratio, lower, upper = np.exp(log_ratio + q * std_err * np.array([0.0, -1.0, 1.0])).tolist()
    z = -log_ratio / std_err
    return AverageHazardRatio(
        groups=arms.labels,
        tau=horizon,
        hazard_ratio=ratio,
        log_std_err=std_err,
        lower=lower,
        upper=upper,
        z=float(z),
        p=float(2.0 * ndtr(-abs(z))),
        concordance=1.0 / (1.0 + ratio),
        concordance_lower=1.0 / (1.0 + upper),
        concordance_upper=1.0 / (1.0 + lower),
        level=level,
    )


def _log_ratio(risk: RiskTable, rows: int) -> tuple[float, float]:
    """log(a1/a0) and its variance."""
    n, d = risk.at_risk[:rows], risk.events[:rows]
    hazard: FloatArray = d / np.where(n > 0.0, n, 1.0)
    after = np.asarray(np.cumprod(1.0 - hazard, axis=0), dtype=np.float64)
    before = np.vstack((np.ones(2), after[:-1]))
    a, slopes = np.empty(2), np.empty((2, rows, 2))
    for arm in (0, 1):
        a[arm], slopes[arm] = _first_to_die(before, after, hazard, arm)
    change = slopes[1] / a[1] - slopes[0] / a[0]
    variance = np.sum(change**2 * hazard * (1.0 - hazard) / np.where(n > 0.0, n, 1.0))
    return float(np.log(a[1] / a[0])), float(variance)


def _first_to_die(
    before: FloatArray, after: FloatArray, hazard: FloatArray, arm: int
) -> tuple[float, FloatArray]:
    """Probability a that the arm's subject dies first, and its derivatives by both arms' hazards, (rows, 2).

    What lies beyond time u scales with 1 - h(u) of either arm.
    """
    other = 1 - arm
    middle = (before[:, other] + after[:, other]) / 2.0
    pieces = before[:, arm] * hazard[:, arm] * middle
    beyond = np.append(np.cumsum(pieces[::-1])[::-1][1:], 0.0)
    slope = np.empty_like(before)
    left = 1.0 - hazard
    safe = np.where(left > 0.0, left, 1.0)
    slope[:, arm] = before[:, arm] * middle - beyond / safe[:, arm]
    slope[:, other] = -before[:, arm] * hazard[:, arm] * before[:, other] / 2.0 - beyond / safe[:, other]
    return float(pieces.sum()), slope
