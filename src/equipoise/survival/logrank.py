"""The log-rank test and its weighted kin, for two or more groups, stratified or not."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from scipy.special import chdtrc, ndtr

from equipoise import _check
from equipoise.errors import ArgumentError, DataError
from equipoise.survival import _arrays
from equipoise.survival._arms import control_first
from equipoise.survival._display import Displayed, p_text
from equipoise.survival._frames import frame
from equipoise.survival._logrank_kernels import many_group_sum, two_group_sum
from equipoise.survival._weight_rows import row_weights
from equipoise.survival.risk_table import RiskTable, count_at_risk

if TYPE_CHECKING:
    import polars as pl

    from equipoise.numerics.logrank_weights import LogrankWeight
    from equipoise.survival._arrays import FloatArray

Alternative = Literal["two-sided", "benefit", "harm"]


@dataclass(frozen=True, slots=True)
class TrendTest:
    """A trend over ordered groups; z > 0 where events are fewer than expected at higher scores.

    z = -Σ a (O - E) / √(a' V a) with scores a (k,); p is two-sided.
    """

    scores: FloatArray
    z: float
    p: float


@dataclass(frozen=True, slots=True, repr=False)
class LogrankTest(Displayed):
    """A log-rank test; for two groups the first is the control and z > 0 means benefit of the second.

    Attributes
    ----------
    groups : labels, the control first where one was named.
    observed, expected : shape (k,), events and their expectation under the null, weighted where the test is.
    variance : shape (k, k), covariance of observed - expected under the null.
    score : expected - observed on the experimental arm (two groups), else None. Positive = benefit.
    information : its null variance V (two groups), else None.
    z : score / √V (two groups), else None.
    chi2, df : the quadratic form and its degrees of freedom.
    p : two-sided (from chi2), or one-sided where `alternative` is "benefit" or "harm".
    alternative : the alternative that p is for.
    hazard_ratio_null : the hazard ratio m that is tested; observed - expected, V and z are those at m.
    """

    groups: tuple[Any, ...]
    observed: FloatArray
    expected: FloatArray
    variance: FloatArray
    score: float | None
    information: float | None
    z: float | None
    chi2: float
    df: int
    p: float
    alternative: Alternative
    hazard_ratio_null: float = 1.0

    @property
    def hazard_ratio(self) -> float | None:
        """One-step estimate m exp(-U/V) of the hazard ratio, that of the test; None for several groups.

        Good near m. Far from it one step leads too far, from m > 1 to a ratio that is too small: then take
        `hazard_ratio_interval`.

        Reference: Peto, Pike, Armitage et al. (1977), Br J Cancer 35:1-39 (m = 1).
        """
        if self.score is None or self.information is None:
            return None
        return self.hazard_ratio_null * math.exp(-self.score / self.information)

    def headline(self) -> str:
        """The statistic, its p and what its sign means."""
        if self.z is None:
            return f"Log-rank test: chi2 = {self.chi2:.4g} on {self.df} df, {p_text(self.p)}"
        control, arm = self.groups
        if self.hazard_ratio_null == 1.0:
            meaning = f"benefit of {arm!r} over {control!r}"
        else:
            meaning = f"hazard ratio of {arm!r} over {control!r} below {self.hazard_ratio_null:g}"
        return f"Log-rank test ({self.alternative}): z = {self.z:.4g}, {p_text(self.p)} (z > 0: {meaning})"

    def trend(self, scores: object | None = None) -> TrendTest:
        """Whether events fall or rise steadily over the groups: z = -Σ a (O - E) / √(a' V a).

        `scores` a has one number for each group, in the order of `groups`; None is 0, 1, 2, ...

        Reference: Tarone (1975), Biometrika 62:679-682.
        """
        k = len(self.groups)
        a = np.arange(k, dtype=np.float64) if scores is None else _check.numbers("scores", scores)
        if len(a) != k:
            raise ArgumentError("scores", a.tolist(), f"must hold one number for each of the {k} groups")
        variance = float(a @ self.variance @ a)
        if variance <= 1e-12 * float(np.abs(a) @ np.abs(self.variance) @ np.abs(a)):
            rule = "must differ between groups that were at risk together"
            raise ArgumentError("scores", a.tolist(), rule)
        z = -float(a @ (self.observed - self.expected)) / float(np.sqrt(variance))
        return TrendTest(a, z, float(2.0 * ndtr(-abs(z))))

    def to_frame(self) -> pl.DataFrame:
        """One row for each group: observed and expected; the test's z, chi2, df, p on every row."""
        k = len(self.groups)
        return frame(
            {
                "group": list(self.groups),
                "observed": self.observed,
                "expected": self.expected,
                "z": [self.z] * k,
                "chi2": [self.chi2] * k,
                "df": [self.df] * k,
                "p": [self.p] * k,
                "alternative": [self.alternative] * k,
            }
        )


def logrank(
    time: object,
    event: object,
    group: object,
    *,
    control: object | None = None,
    strata: object | None = None,
    entry: object | None = None,
    weight: LogrankWeight | None = None,
    pooled_weight: bool = False,
    hazard_ratio_null: float = 1.0,
    alternative: Alternative = "two-sided",
    timefix: bool = True,
) -> LogrankTest:
    """Log-rank test of equal hazards: U = Σ w (d_g - d n_g/n) over event times, summed over strata.

    For two groups z = -U_1/√V with V = Σ w² d (n-d)/(n-1) (n_1/n)(1 - n_1/n): positive when the experimental
    arm has fewer events than expected; chi2 = z². For k groups chi2 = U' V⁻ U on rank(V) degrees of freedom.

    With m = `hazard_ratio_null` this is the score test of the hazard ratio m: d n_1/n becomes d p with
    p = m n_1/(n_0 + m n_1), and V = Σ d p (1-p) (n-d)/(n-1). Then z > 0 is a hazard ratio below m: at m > 1
    non-inferiority, where z reaches its critical value. U is the score at m of Cox's model with Breslow's
    ties; so is V without ties, and with ties it has the factor (n-d)/(n-1) that the test at m = 1 has for
    d events drawn at once.

    Parameters
    ----------
    time, event, group : shape (n,); `event` True or 1 where the event was observed.
    control : label of the control arm; required where two groups have no order of their own (names).
    strata : labels, or a table whose columns are crossed.
    entry : times of coming under observation (left truncation), each before `time`.
    weight : None is the log-rank test; else `FlemingHarrington(rho, gamma)`, `Gehan()`, `TaroneWare()`,
        `PetoPeto()`, `MagirrBurman(delay)` or any object with their method. What it sees (S(t-), number at
        risk) is of all groups together within stratum, as R's survdiff.
    pooled_weight : let the weight see all strata together instead.
    hazard_ratio_null : the hazard ratio m that is tested, of two groups and without `weight`: 1 is no
        difference, above 1 a margin of non-inferiority.
    alternative : "two-sided", or for two groups "benefit" or "harm" of the experimental arm.
    timefix : take times that differ by rounding only as one time, by the rule of R's survival package.

    Raises
    ------
    DataError : no event happened while two groups were at risk together: there is nothing to compare.

    References
    ----------
    Mantel (1966), Cancer Chemother Rep 50:163-170. Peto, Peto (1972), JRSS A 135:185-207.
    Com-Nougue, Rodary, Patte (1993), Stat Med 12:1353-1364 (a margin).
    """
    t = _arrays.times("time", time)
    d = _arrays.events("event", event)
    _check.same_length(time=t, event=d)
    groups = control_first(_arrays.levels("group", group, t), control)
    _check.one_of("alternative", alternative, get_args(Alternative))
    if len(groups.labels) < 2:
        raise ArgumentError(
            "group", groups.labels, "must hold at least two groups", "Are both arms in the data?"
        )
    if len(groups.labels) > 2 and alternative != "two-sided":
        rule = f'must be "two-sided" with {len(groups.labels)} groups'
        raise ArgumentError("alternative", alternative, rule, "A direction needs exactly two arms.")
    _require_margin(hazard_ratio_null, groups.labels, weight)
    risk = count_at_risk(
        t,
        d,
        group=groups,
        stratum=_arrays.crossed_levels("strata", strata, t),
        entry=_arrays.entries(entry, t),
        weight=None,
        timefix=timefix,
    )
    w = row_weights(risk, weight, pooled=pooled_weight)
    if len(groups.labels) > 2:
        return _many_groups(risk, w)
    return _two_groups(risk, w, float(hazard_ratio_null), alternative)


def _require_margin(margin: float, groups: tuple[Any, ...], weight: LogrankWeight | None) -> None:
    """A margin is of two arms, and of a hazard ratio that is the same at all times, as no weight supposes."""
    if _check.positive("hazard_ratio_null", margin) == 1.0:
        return
    if len(groups) > 2:
        rule = f"must be 1 with {len(groups)} groups"
        raise ArgumentError("hazard_ratio_null", margin, rule, "Compare two arms at a time.")
    if weight is not None:
        raise ArgumentError(
            "hazard_ratio_null",
            margin,
            "must be 1 with a weight",
            "A margin bounds a hazard ratio that is one at all times; a weight is for one that is not. "
            "Leave the weight out, or set a margin for the restricted mean or for survival at a milestone.",
        )


def _two_groups(
    risk: RiskTable, weight: FloatArray, hazard_ratio_null: float, alternative: Alternative
) -> LogrankTest:
    d1, n1 = risk.events[:, 1], risk.at_risk[:, 1]
    d, n = risk.events[:, 0] + d1, risk.at_risk[:, 0] + n1
    excess, information = two_group_sum(d, d1, n, n1, weight, hazard_ratio_null)
    if information <= 0.0:
        raise nothing_to_compare(risk)
    z = -excess / np.sqrt(information)
    observed = _observed(risk, weight)
    p = {"two-sided": 2.0 * ndtr(-abs(z)), "benefit": ndtr(-z), "harm": ndtr(z)}[alternative]
    return LogrankTest(
        groups=risk.groups,
        observed=observed,
        expected=observed + np.array([excess, -excess]),
        variance=information * np.array([[1.0, -1.0], [-1.0, 1.0]]),
        score=-excess,
        information=information,
        z=float(z),
        chi2=float(z * z),
        df=1,
        p=float(p),
        alternative=alternative,
        hazard_ratio_null=hazard_ratio_null,
    )


def _many_groups(risk: RiskTable, weight: FloatArray) -> LogrankTest:
    k = len(risk.groups)
    expected, variance = np.zeros(k), np.zeros((k, k))
    many_group_sum(risk.events, risk.at_risk, weight, expected, variance)
    observed = _observed(risk, weight)
    value, vector = np.linalg.eigh(variance)
    kept = value > max(value[-1], 0.0) * 1e-10
    df = int(kept.sum())
    if df == 0:
        raise nothing_to_compare(risk)
    chi2 = float(np.sum((vector[:, kept].T @ (observed - expected)) ** 2 / value[kept]))
    p = float(chdtrc(df, chi2))
    return LogrankTest(risk.groups, observed, expected, variance, None, None, None, chi2, df, p, "two-sided")


def _observed(risk: RiskTable, weight: FloatArray) -> FloatArray:
    return np.asarray(risk.events.sum(axis=0) if len(weight) == 0 else weight @ risk.events)


def nothing_to_compare(risk: RiskTable) -> DataError:
    """The refusal of a test without an event to compare by."""
    total = int(risk.events.sum())
    if total == 0:
        return DataError(
            f"event: none of the {len(risk.groups)} groups has an event, so there is nothing to compare."
        )
    return DataError(
        f"event: none of the {total} events happened while two groups were at risk in the same stratum "
        "(with weight above 0), so there is nothing to compare. Are the strata too fine?"
    )
