"""Survival at a milestone compared between two arms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtr

from equipoise import _check
from equipoise.errors import DataError
from equipoise.survival import _arrays
from equipoise.survival._arms import two_arms
from equipoise.survival._display import Displayed
from equipoise.survival._frames import frame
from equipoise.survival._limits import normal_quantile
from equipoise.survival.kaplan_meier import StandardError, curves
from equipoise.survival.risk_table import count_at_risk

if TYPE_CHECKING:
    import polars as pl

    from equipoise.survival._arrays import FloatArray


@dataclass(frozen=True, slots=True, repr=False)
class MilestoneComparison(Displayed):
    """Survival at time `at` by arm (control first), and the arms compared; z above 0 means benefit.

    Attributes
    ----------
    survival, survival_std_err : shape (2,).
    difference : experimental minus control, with std_err, limits, z and two-sided p.
    log_log_difference : log(-log S) experimental minus control, with its error, z and p: the logarithm of a
        ratio of cumulative hazards, below 0 for benefit. None where a survival is 0 or 1.
    """

    groups: tuple[Any, ...]
    at: float
    survival: FloatArray
    survival_std_err: FloatArray
    difference: float
    std_err: float
    lower: float
    upper: float
    z: float
    p: float
    log_log_difference: float | None
    log_log_std_err: float | None
    log_log_z: float | None
    log_log_p: float | None
    se: StandardError
    level: float

    def headline(self) -> str:
        """The time, and what the sign means."""
        control, arm = self.groups
        return (
            f"Survival at {self.at:g}, {self.se} errors, {self.level:g} limits "
            f"(z > 0: benefit of {arm!r} over {control!r})"
        )

    def to_frame(self) -> pl.DataFrame:
        """Columns measure, estimate, std_err, lower, upper, z, p."""
        rows: list[tuple[Any, ...]] = [
            (f"survival {group}", s, e, None, None, None, None)
            for group, s, e in zip(
                self.groups, self.survival.tolist(), self.survival_std_err.tolist(), strict=True
            )
        ]
        names = ("measure", "estimate", "std_err", "lower", "upper", "z", "p")
        rows.append(("difference", self.difference, self.std_err, self.lower, self.upper, self.z, self.p))
        middle, error = self.log_log_difference, self.log_log_std_err
        if middle is not None and error is not None:
            half = normal_quantile(self.level) * error
            limits = (middle - half, middle + half)
            rows.append(("log(-log) difference", middle, error, *limits, self.log_log_z, self.log_log_p))
        return frame({name: [row[i] for row in rows] for i, name in enumerate(names)})


def milestone(
    time: object,
    event: object,
    group: object,
    *,
    control: object | None = None,
    at: float,
    se: StandardError = "greenwood",
    level: float = 0.95,
    timefix: bool = True,
) -> MilestoneComparison:
    """Difference of Kaplan-Meier survival at one time, plain and on the complementary log-log scale.

    Plain: z = (S1 - S0)/√(V1 + V0). Log-log: z = -(g1 - g0)/√(Σ V/(S log S)²) with g = log(-log S), which
    holds its level better where events are few.

    Parameters
    ----------
    time, event : shape (n,); `event` True or 1 where the event was observed.
    group : two arms; control : label of the control arm, required where they have no order of their own.
    at : the milestone, above 0 and not beyond either arm's last time (unless its curve has reached 0).
    se : "greenwood", "peto" or "tsiatis".
    level : of the limits.
    timefix : take times that differ by rounding only as one time, by the rule of R's survival package.

    Raises
    ------
    DataError : an arm was not followed to the milestone, or survival is 0 or 1 on both arms.

    Reference: Klein, Logan, Harhoff, Andersen (2007), Statistics in Medicine 26:4505-4519.
    """
    t = _arrays.times("time", time)
    d = _arrays.events("event", event)
    _check.same_length(time=t, event=d)
    arms = two_arms(_arrays.levels("group", group, t), control)
    when = _check.positive("at", at)
    risk = count_at_risk(
        t, d, group=_arrays.everybody(t), stratum=arms, entry=None, weight=None, timefix=timefix
    )
    here = curves(risk, se=se, ci="plain", level=level).at(when)
    s, e = here.survival, here.std_err
    for arm, value in zip(arms.labels, s.tolist(), strict=True):
        if np.isnan(value):
            raise DataError(
                f"at = {when:g}: no subject of arm {arm!r} was followed that long. Choose an earlier time."
            )
    e = np.where(s == 0.0, 0.0, e)
    std_err = float(np.sqrt(np.sum(e**2)))
    if std_err == 0.0:
        raise DataError(f"at = {when:g}: survival is 0 or 1 on both arms, so their difference has no error.")
    difference = float(s[1] - s[0])
    z = difference / std_err
    half = normal_quantile(level) * std_err
    log_log, log_log_err = _log_log(s, e)
    log_log_z = None if log_log is None or log_log_err is None else -log_log / log_log_err
    return MilestoneComparison(
        groups=arms.labels,
        at=when,
        survival=s,
        survival_std_err=e,
        difference=difference,
        std_err=std_err,
        lower=difference - half,
        upper=difference + half,
        z=z,
        p=float(2.0 * ndtr(-abs(z))),
        log_log_difference=log_log,
        log_log_std_err=log_log_err,
        log_log_z=log_log_z,
        log_log_p=None if log_log_z is None else float(2.0 * ndtr(-abs(log_log_z))),
        se=se,
        level=level,
    )


def _log_log(s: FloatArray, e: FloatArray) -> tuple[float | None, float | None]:
    if np.any((s <= 0.0) | (s >= 1.0)):
        return None, None
    g = np.log(-np.log(s))
    return float(g[1] - g[0]), float(np.sqrt(np.sum((e / (s * np.log(s))) ** 2)))
