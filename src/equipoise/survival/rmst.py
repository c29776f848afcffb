"""Restricted mean survival time: area under the Kaplan-Meier curve to a horizon, and arms compared by it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise import _check
from equipoise.errors import ArgumentError, DataError
from equipoise.survival import _arrays
from equipoise.survival._arms import one_or_two_arms
from equipoise.survival._covariates import covariates as read_covariates
from equipoise.survival._display import Displayed
from equipoise.survival._formula import design_columns, of_table
from equipoise.survival._frames import frame
from equipoise.survival._limits import normal_quantile
from equipoise.survival._pseudo_values import PseudoSource, adjusted_comparison
from equipoise.survival._rmst_comparison import RmstComparison, comparison_of
from equipoise.survival._step_kernels import product_limit
from equipoise.survival.risk_table import RiskTable, count_at_risk

if TYPE_CHECKING:
    import polars as pl

    from equipoise.survival._arrays import FloatArray


@dataclass(frozen=True, slots=True, repr=False)
class Rmst(Displayed):
    """Means from `start` (0 but for a window) to `tau` by group, control first, and two arms compared.

    `mean`, `mean_std_err`, `mean_lower`, `mean_upper` have shape (k,), in units of time. `adjusted` compares
    the arms at equal covariates, where any were given.
    """

    groups: tuple[Any, ...]
    tau: float
    mean: FloatArray
    mean_std_err: FloatArray
    mean_lower: FloatArray
    mean_upper: FloatArray
    comparison: RmstComparison | None
    level: float
    start: float = 0.0
    adjusted: RmstComparison | None = None

    @property
    def _compared(self) -> RmstComparison:
        if self.comparison is None:
            raise ArgumentError(
                "group", None, "must hold two arms for a comparison", "Give group= to rmst()."
            )
        return self.comparison

    @property
    def difference(self) -> float:
        """Experimental minus control; positive is benefit."""
        return self._compared.difference

    @property
    def std_err(self) -> float:
        """Standard error of the difference."""
        return self._compared.std_err

    @property
    def lower(self) -> float:
        """Lower limit of the difference."""
        return self._compared.lower

    @property
    def upper(self) -> float:
        """Upper limit of the difference."""
        return self._compared.upper

    @property
    def ratio(self) -> float:
        """Experimental over control; above 1 is benefit."""
        return self._compared.ratio

    def headline(self) -> str:
        """Horizon, and what the difference means."""
        text = f"Mean survival time from {self.start:g} to {self.tau:g}, {self.level:g} limits"
        if self.start == 0.0:
            text = f"Restricted mean survival time up to {self.tau:g}, {self.level:g} limits"
        if self.comparison is None:
            return text
        control, arm = self.groups
        return f"{text} (difference > 0: benefit of {arm!r} over {control!r})"

    def to_frame(self) -> pl.DataFrame:
        """Columns group, measure, estimate, std_err, lower, upper, p; measures mean, difference, ratio."""
        rows: list[tuple[Any, ...]] = [
            (group, "mean", *values, None)
            for group, *values in zip(
                self.groups,
                self.mean.tolist(),
                self.mean_std_err.tolist(),
                self.mean_lower.tolist(),
                self.mean_upper.tolist(),
                strict=True,
            )
        ]
        for words, c in (("", self.comparison), ("adjusted ", self.adjusted)):
            if c is not None:
                arm = self.groups[1]
                rows.append((arm, f"{words}difference", c.difference, c.std_err, c.lower, c.upper, c.p))
                rows.append((arm, f"{words}ratio", c.ratio, None, c.ratio_lower, c.ratio_upper, c.ratio_p))
        names = ("group", "measure", "estimate", "std_err", "lower", "upper", "p")
        return frame({name: [row[i] for row in rows] for i, name in enumerate(names)})


def rmst(
    time: object,
    event: object,
    group: object | None = None,
    *,
    control: object | None = None,
    tau: float,
    covariates: object | None = None,
    pseudo: PseudoSource = "pooled",
    data: Any = None,
    level: float = 0.95,
    timefix: bool = True,
) -> Rmst:
    """Restricted mean ∫ S(t) dt from 0 to tau, its Greenwood variance, and the arms' difference and ratio.

    Variance Σ A(s)² d/(n (n-d)) over event times s <= tau, with A(s) the area under S from s to tau, as
    survRM2 in R (some programs print another quantity under this name).

    Parameters
    ----------
    time, event : shape (n,); `event` True or 1 where the event was observed.
    group : two arms, or None for everybody together.
    control : label of the control arm; required where the arms have no order of their own (names).
    tau : horizon, above 0; it may not pass the smaller of the arms' last times.
    covariates : baseline covariates, (n, q) array, a dataframe of numbers, or a formula with `data`: the
        result then holds an `adjusted` comparison too, from the regression of jackknife pseudo-values on
        arm and covariates (linear for the difference, logarithmic for the ratio) with robust errors.
    pseudo : "pooled", pseudo-values from one curve of all, which asks for censoring that is the same on both
        arms; "by-arm", from each arm's own curve.
    data : a dataframe; then every other argument may be the name of one of its columns.
    level : of the limits.
    timefix : take times that differ by rounding only as one time, by the rule of R's survival package.

    Raises
    ------
    DataError : two arms without an event before tau: their difference has no error. One arm has a mean.

    References
    ----------
    Royston, Parmar (2013), BMC Med Res Methodol 13:152. Uno et al. (2014), J Clin Oncol 32:2380-2385.
    Pseudo-values: Andersen, Hansen, Klein (2004), Lifetime Data Anal 10:335-350.
    """
    columns = of_table(data, time=time, event=event, group=group)
    found = means_between(
        columns["time"],
        columns["event"],
        columns["group"],
        control=control,
        start=0.0,
        tau=tau,
        level=level,
        timefix=timefix,
    )
    if covariates is None:
        return found
    if columns["group"] is None:
        raise ArgumentError(
            "covariates", "given", "need group=", "Adjustment is of a comparison of two arms."
        )
    t, d = _arrays.times("time", columns["time"]), _arrays.events("event", columns["event"])
    arms = one_or_two_arms(_arrays.levels("group", columns["group"], t), control, t)
    X = read_covariates(design_columns(covariates, data), t).X
    q = normal_quantile(level)
    return replace(found, adjusted=adjusted_comparison(t, d, arms, X, found.tau, pseudo, q, timefix=timefix))


def means_between(
    time: object,
    event: object,
    group: object | None,
    *,
    control: object | None,
    start: float,
    tau: float,
    level: float,
    timefix: bool,
) -> Rmst:
    """∫ S(t) dt from start to tau with errors, and the arms compared: `rmst` where start is 0."""
    t = _arrays.times("time", time)
    d = _arrays.events("event", event)
    _check.same_length(time=t, event=d)
    levels = None if group is None else _arrays.levels("group", group, t)
    arms = one_or_two_arms(levels, control, t)
    horizon, q = _check.positive("tau", tau), normal_quantile(level)
    risk = count_at_risk(
        t, d, group=_arrays.everybody(t), stratum=arms, entry=None, weight=None, timefix=timefix
    )
    refuse_beyond(risk, horizon)
    survival = product_limit(risk.stratum, risk.at_risk[:, 0], risk.events[:, 0])
    k = len(arms.labels)
    mean, variance = np.array([_area(risk, g, survival, start, horizon) for g in range(k)]).T
    std_err = np.sqrt(variance)
    comparison = _compare(mean, variance, q) if k == 2 else None
    lower, upper = mean - q * std_err, mean + q * std_err
    return Rmst(arms.labels, horizon, mean, std_err, lower, upper, comparison, level, start)


def refuse_beyond(risk: RiskTable, tau: float) -> None:
    """A horizon beyond the smaller of the arms' last times has no known area."""
    last = min(float(risk.time[risk.rows_of(g)][-1]) for g in range(len(risk.strata)))
    if tau > last:
        rule = f"may not pass the smaller of the arms' last times, {last:g}"
        raise ArgumentError("tau", tau, rule, "Beyond it one curve is not known.")


def _area(risk: RiskTable, group: int, survival: FloatArray, start: float, tau: float) -> tuple[float, float]:
    """Area under one curve from start to tau, and its variance."""
    rows = risk.rows_of(group)
    kept = risk.time[rows] <= tau
    when = np.concatenate(([0.0], risk.time[rows][kept], [tau]))
    pieces = np.diff(np.maximum(when, start)) * np.concatenate(([1.0], survival[rows][kept]))
    n, d = risk.at_risk[rows, 0][kept], risk.events[rows, 0][kept]
    beyond = np.cumsum(pieces[::-1])[::-1][1:]
    left = np.where(n > d, n - d, np.inf)
    return float(pieces.sum()), float(np.sum(beyond**2 * d / (n * left)))


def _compare(mean: FloatArray, variance: FloatArray, q: float) -> RmstComparison:
    std_err = float(np.sqrt(variance.sum()))
    if std_err == 0.0:
        raise DataError("event: no event before tau on either arm, so the restricted means have no error.")
    log_std_err = float(np.sqrt(np.sum(variance / mean**2)))
    return comparison_of(float(mean[1] - mean[0]), std_err, float(np.log(mean[1] / mean[0])), log_std_err, q)
