"""The hazard ratios that the log-rank score test does not reject: an interval at one with the test."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtr

from equipoise import _check
from equipoise.numerics.roots import increasing_root
from equipoise.survival import _arrays
from equipoise.survival._arms import two_arms
from equipoise.survival._display import Displayed
from equipoise.survival._frames import frame
from equipoise.survival._limits import normal_quantile
from equipoise.survival._logrank_kernels import two_group_sum
from equipoise.survival.logrank import nothing_to_compare
from equipoise.survival.risk_table import count_at_risk

if TYPE_CHECKING:
    import polars as pl

    from equipoise.survival._arrays import FloatArray
    from equipoise.survival.risk_table import RiskTable

_NO_WEIGHTS = np.empty(0)


@dataclass(frozen=True, slots=True, repr=False)
class HazardRatioInterval(Displayed):
    """Hazard ratio of the second of two groups over the first, the control, with its score limits.

    Attributes
    ----------
    groups : labels, the control first.
    hazard_ratio : where U(m) = 0; 0 or infinite where only one group has events.
    lower, upper : the hazard ratios m at which z(m) is minus and plus the critical value; 0 and infinite
        where no hazard ratio is too small or too large.
    level : two-sided confidence; each limit alone is one-sided at (1 + level)/2.
    """

    groups: tuple[Any, ...]
    hazard_ratio: float
    lower: float
    upper: float
    level: float

    def headline(self) -> str:
        """The estimate with its limits."""
        control, arm = self.groups
        return (
            f"Hazard ratio of {arm!r} over {control!r}: {self.hazard_ratio:.4g} "
            f"({100.0 * self.level:.4g} % score limits {self.lower:.4g} to {self.upper:.4g})"
        )

    def to_frame(self) -> pl.DataFrame:
        """One row: hazard_ratio, lower, upper, level."""
        names = ("hazard_ratio", "lower", "upper", "level")
        return frame({name: [getattr(self, name)] for name in names})


def hazard_ratio_interval(
    time: object,
    event: object,
    group: object,
    *,
    control: object | None = None,
    strata: object | None = None,
    entry: object | None = None,
    level: float = 0.95,
    critical: float | None = None,
    timefix: bool = True,
) -> HazardRatioInterval:
    """Score limits of a hazard ratio: all m with |z(m)| below the critical value.

    z(m) = U(m)/√V(m) is that of `logrank(..., hazard_ratio_null=m)`, so the upper limit lies below a margin
    exactly where the test against that margin reaches the critical value. The estimate, U(m) = 0, is that of
    Cox's model with Breslow's ties.

    Parameters
    ----------
    time, event, group : shape (n,); two groups; `event` True or 1 where the event was observed.
    control : label of the control arm; required where the groups have no order of their own (names).
    strata : labels, or a table whose columns are crossed.
    entry : times of coming under observation (left truncation), each before `time`.
    level : two-sided confidence; 0.95 has the one-sided 97.5 % limits.
    critical : critical value of |z| in place of the level's: the bound of a look makes a repeated interval.
    timefix : take times that differ by rounding only as one time, by the rule of R's survival package.

    Raises
    ------
    DataError : no event happened while both groups were at risk: there is nothing to compare.

    References
    ----------
    Com-Nougue, Rodary, Patte (1993), Stat Med 12:1353-1364.
    Jennison, Turnbull (1989), JRSS B 51:305-361 (repeated intervals).
    """
    t = _arrays.times("time", time)
    d = _arrays.events("event", event)
    _check.same_length(time=t, event=d)
    arms = two_arms(_arrays.levels("group", group, t), control)
    if critical is None:
        half_width = normal_quantile(level)
    else:
        half_width = _check.positive("critical", critical)
        level = 1.0 - 2.0 * float(ndtr(-half_width))
    risk = count_at_risk(
        t,
        d,
        group=arms,
        stratum=_arrays.crossed_levels("strata", strata, t),
        entry=_arrays.entries(entry, t),
        weight=None,
        timefix=timefix,
    )
    scores = _Scores.of(risk)
    estimate, lower, upper = scores.estimate(), 0.0, math.inf
    if scores.events[1] > 0.0:
        lower = scores.limit(-half_width, estimate)
    if scores.events[0] > 0.0:
        upper = scores.limit(half_width, estimate)
    return HazardRatioInterval(arms.labels, estimate, lower, upper, level)


@dataclass(frozen=True, slots=True)
class _Scores:
    """U and V at any hazard ratio, from the risk rows with events at which both arms are at risk."""

    d: FloatArray
    d1: FloatArray
    n: FloatArray
    n1: FloatArray

    @classmethod
    def of(cls, risk: RiskTable) -> _Scores:
        """The rows that compare."""
        kept = (risk.events.sum(axis=1) > 0.0) & (risk.at_risk > 0.0).all(axis=1)
        events, at_risk = risk.events[kept], risk.at_risk[kept]
        d, n = events.sum(axis=1), at_risk.sum(axis=1)
        if not (d < n).any():
            raise nothing_to_compare(risk)
        return cls(d, events[:, 1].copy(), n, at_risk[:, 1].copy())

    @property
    def events(self) -> tuple[float, float]:
        """Of the control and of the experimental arm."""
        d1 = float(self.d1.sum())
        return float(self.d.sum()) - d1, d1

    def at(self, log_ratio: float) -> tuple[float, float]:
        """U and V at exp(log_ratio)."""
        excess, variance = two_group_sum(self.d, self.d1, self.n, self.n1, _NO_WEIGHTS, math.exp(log_ratio))
        return -excess, variance

    def z(self, log_ratio: float) -> float:
        """U/√V; infinite with the sign of U where rounding leaves no V."""
        score, variance = self.at(log_ratio)
        return score / math.sqrt(variance) if variance > 0.0 else math.copysign(math.inf, score)

    def estimate(self) -> float:
        """Where U is 0."""
        control, experimental = self.events
        if control == 0.0 or experimental == 0.0:
            return math.inf if control == 0.0 else 0.0
        score, variance = self.at(0.0)
        # Breslow's U is the slope of its own curvature, which is V without the correction for ties.
        log_ratio = increasing_root(
            lambda b: self.at(b)[0], -score / variance, variance, what="the hazard ratio at which U = 0"
        )
        return math.exp(log_ratio)

    def limit(self, wanted: float, estimate: float) -> float:
        """Where z is `wanted`."""
        start = math.log(estimate) if 0.0 < estimate < math.inf else 0.0
        slope = max(math.sqrt(self.at(start)[1]), 1e-3)
        log_ratio = increasing_root(
            lambda b: self.z(b) - wanted,
            start + wanted / slope,
            slope,
            what="the limit of the hazard ratio",
        )
        return math.exp(log_ratio)
