"""Log-rank test and hazard ratio adjusted for baseline covariates, valid under stratified randomisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr

from equipoise import _check
from equipoise.errors import DataError
from equipoise.survival import _arrays
from equipoise.survival._arms import two_arms
from equipoise.survival._covariates import covariates as read_covariates
from equipoise.survival._derived_outcomes import DerivedOutcomes
from equipoise.survival._display import Displayed, p_text
from equipoise.survival._formula import design_columns, of_table
from equipoise.survival._frames import frame
from equipoise.survival._limits import normal_quantile
from equipoise.survival.logrank import Alternative, nothing_to_compare
from equipoise.survival.risk_table import count_at_risk

if TYPE_CHECKING:
    import polars as pl

_WIDEST = 30.0


@dataclass(frozen=True, slots=True, repr=False)
class AdjustedLogrank(Displayed):
    """A covariate-adjusted log-rank test, control first; z > 0 means benefit of the experimental arm.

    Attributes
    ----------
    score : expected less observed events on the experimental arm, less what the covariates explain of it.
    information : its variance under the null; `variance_ratio` is that over the unadjusted one, at most 1:
        1 / variance_ratio - 1 is how many more events the unadjusted test needs.
    z, p, alternative : score / √information, and p for the alternative.
    unadjusted_z : of the log-rank test without covariates.
    """

    groups: tuple[Any, ...]
    score: float
    information: float
    z: float
    p: float
    alternative: Alternative
    unadjusted_z: float
    variance_ratio: float
    covariates: tuple[str, ...]

    def headline(self) -> str:
        """The statistic, its p and what its sign means."""
        control, arm = self.groups
        return (
            f"Log-rank test adjusted for {', '.join(self.covariates)} ({self.alternative}): "
            f"z = {self.z:.4g}, {p_text(self.p)} (z > 0: benefit of {arm!r} over {control!r})"
        )

    def to_frame(self) -> pl.DataFrame:
        """Columns test, z, p: the adjusted test, and z of the unadjusted one."""
        return frame(
            {"test": ["adjusted", "unadjusted"], "z": [self.z, self.unadjusted_z], "p": [self.p, None]}
        )


@dataclass(frozen=True, slots=True, repr=False)
class AdjustedHazardRatio(Displayed):
    """A covariate-adjusted hazard ratio, experimental over control: below 1 is benefit.

    It estimates the same unconditional hazard ratio as a Cox model of the arm alone (stratified where the
    test is), not that of a model which holds the covariates. `log_std_err` is the error of its logarithm,
    `unadjusted` the hazard ratio without covariates.
    """

    groups: tuple[Any, ...]
    hazard_ratio: float
    log_std_err: float
    lower: float
    upper: float
    unadjusted: float
    unadjusted_log_std_err: float
    covariates: tuple[str, ...]
    level: float

    def headline(self) -> str:
        """The ratio and its limits."""
        control, arm = self.groups
        return (
            f"Hazard ratio of {arm!r} over {control!r} adjusted for {', '.join(self.covariates)}: "
            f"{self.hazard_ratio:.3f} ({self.lower:.3f} to {self.upper:.3f})"
        )

    def to_frame(self) -> pl.DataFrame:
        """Columns estimate, hazard_ratio, log_std_err, lower, upper."""
        half = normal_quantile(self.level) * self.unadjusted_log_std_err
        return frame(
            {
                "estimate": ["adjusted", "unadjusted"],
                "hazard_ratio": [self.hazard_ratio, self.unadjusted],
                "log_std_err": [self.log_std_err, self.unadjusted_log_std_err],
                "lower": [self.lower, self.unadjusted * float(np.exp(-half))],
                "upper": [self.upper, self.unadjusted * float(np.exp(half))],
            }
        )


def adjusted_logrank(
    time: object,
    event: object,
    group: object,
    covariates: object,
    *,
    control: object | None = None,
    strata: object | None = None,
    data: Any = None,
    alternative: Alternative = "two-sided",
    timefix: bool = True,
) -> AdjustedLogrank:
    """Log-rank test from which the part that baseline covariates explain is taken off.

    The score is a sum over subjects of derived outcomes O_i (own event less its expectation, weighted by the
    share at risk on the other arm). Regressing them on X in each arm, b_0 and b_1, within strata, gives
    U - Σ ± (X_i - X̄)'b and the variance V - n π (1-π) (b_0 + b_1)' Cov(X) (b_0 + b_1): never larger than V
    in large samples, whether or not any model is right. No proportional hazards are assumed for X.

    Valid under simple, permuted-block and minimised randomisation alike, provided that `covariates` holds
    indicators of all joint levels of the randomisation's factors, or `strata` does.

    Parameters
    ----------
    time, event, group : shape (n,); two arms.
    covariates : baseline covariates: (n, q) array, a dataframe of numbers, or a formula with `data`.
    control : label of the control arm; required where the arms have no order of their own (names).
    strata : labels, or a table whose columns are crossed: the test is then the stratified one.
    data : a dataframe; then every other argument may be the name of one of its columns.
    alternative : "two-sided", "benefit" or "harm" of the experimental arm.
    timefix : take times that differ by rounding only as one time, by the rule of R's survival package.

    Raises
    ------
    DataError : nothing to compare, or more covariates than the subjects of an arm can bear.

    References
    ----------
    Ye, Shao, Yi (2024), Biometrika 111:691-705. Ye, Shao (2020), JRSS B 82:1301-1323.
    """
    _check.one_of("alternative", alternative, get_args(Alternative))
    outcomes, names = _read(time, event, group, covariates, control, strata, data, timefix=timefix)
    raw, variance = outcomes.score(0.0)[0], outcomes.tied_variance()
    if variance <= 0.0:
        raise nothing_to_compare(outcomes.risk)
    explained, saved = outcomes.adjustment(0.0)
    information = _left(variance - saved)
    z = float(-(raw - explained) / np.sqrt(information))
    p = {"two-sided": 2.0 * ndtr(-abs(z)), "benefit": ndtr(-z), "harm": ndtr(z)}[alternative]
    return AdjustedLogrank(
        groups=outcomes.risk.groups,
        score=explained - raw,
        information=information,
        z=z,
        p=float(p),
        alternative=alternative,
        unadjusted_z=float(-raw / np.sqrt(variance)),
        variance_ratio=information / variance,
        covariates=names,
    )


def adjusted_hazard_ratio(
    time: object,
    event: object,
    group: object,
    covariates: object,
    *,
    control: object | None = None,
    strata: object | None = None,
    data: Any = None,
    level: float = 0.95,
    timefix: bool = True,
) -> AdjustedHazardRatio:
    """Hazard ratio e^θ at which the covariate-adjusted log-rank score vanishes.

    With U(θ) = Σ (d_1 - d e^θ n_1/(n_0 + e^θ n_1)) and its root θ_L, the adjusted θ solves U(θ) = c with c
    what the covariates explain of the derived outcomes at θ_L (see `adjusted_logrank`); its error is
    √(V(θ) - saved)/V(θ), V(θ) = Σ d e^θ n_0 n_1/(n_0 + e^θ n_1)² and `saved` the variance explained.

    Parameters
    ----------
    time, event, group, covariates, control, strata, data, timefix : as in `adjusted_logrank`.
    level : of the limits, normal on the logarithm.

    Raises
    ------
    DataError : no finite hazard ratio, since each event befell the same arm.

    Reference: Ye, Shao, Yi (2024), Biometrika 111:691-705, section 3.
    """
    q = normal_quantile(level)
    outcomes, names = _read(time, event, group, covariates, control, strata, data, timefix=timefix)
    if outcomes.tied_variance() <= 0.0:
        raise nothing_to_compare(outcomes.risk)
    plain = _root(outcomes, 0.0)
    explained, saved = outcomes.adjustment(plain)
    theta = _root(outcomes, explained)
    information = outcomes.score(theta)[1]
    std_err = float(np.sqrt(_left(information - saved)) / information)
    ratio, lower, upper = np.exp(theta + q * std_err * np.array([0.0, -1.0, 1.0])).tolist()
    return AdjustedHazardRatio(
        groups=outcomes.risk.groups,
        hazard_ratio=ratio,
        log_std_err=std_err,
        lower=lower,
        upper=upper,
        unadjusted=float(np.exp(plain)),
        unadjusted_log_std_err=float(outcomes.score(plain)[1] ** -0.5),
        covariates=names,
        level=level,
    )


def _root(outcomes: DerivedOutcomes, target: float) -> float:
    """θ with U(θ) = target; U falls."""
    low, high = (outcomes.score(x)[0] - target for x in (-_WIDEST, _WIDEST))
    if low <= 1e-9 or high >= -1e-9:
        raise DataError(
            "event: each event befell the same arm whenever both were at risk, or the covariates explain "
            "more than there is, so the hazard ratio has no finite estimate. See adjusted_logrank for a test."
        )
    return float(brentq(lambda x: outcomes.score(x)[0] - target, -_WIDEST, _WIDEST, xtol=1e-14, rtol=1e-14))


def _left(variance: float) -> float:
    if variance <= 0.0:
        raise DataError(
            "covariates: they explain all of the score's variance in this sample, which only happens with "
            "few events for so many covariates. Leave some out."
        )
    return variance


def _read(  # noqa: PLR0917 -- private, called twice
    time: object,
    event: object,
    group: object,
    covariates: object,
    control: object | None,
    strata: object | None,
    data: Any,
    *,
    timefix: bool,
) -> tuple[DerivedOutcomes, tuple[str, ...]]:
    columns = of_table(data, time=time, event=event, group=group, strata=strata)
    t = _arrays.times("time", columns["time"])
    d = _arrays.events("event", columns["event"])
    _check.same_length(time=t, event=d)
    arms = two_arms(_arrays.levels("group", columns["group"], t), control)
    stratum = _arrays.crossed_levels("strata", columns["strata"], t)
    x = read_covariates(design_columns(covariates, data), t)
    risk = count_at_risk(t, d, group=arms, stratum=stratum, entry=None, weight=None, timefix=timefix)
    row = np.empty(len(t), dtype=np.int64)
    for s in range(len(stratum.labels)):
        inside = stratum.codes == s
        row[inside] = risk.first_row[s] + risk.last_row_by(s, t[inside]) - 1
    spread = np.std(x.X, axis=0)
    if np.any(spread == 0.0):
        name = x.names[int(np.argmin(spread))]
        raise DataError(f"covariates: {name} does not vary, so there is nothing to adjust for. Leave it out.")
    scaled = (x.X - x.X.mean(axis=0)) / spread
    return DerivedOutcomes(risk, arms.codes, d, stratum.codes, row, scaled), x.names
