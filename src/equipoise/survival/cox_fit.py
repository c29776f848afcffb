"""What a Cox model's fit holds: hazard ratios, their errors and tests, and how the fit ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from equipoise import _check
from equipoise.errors import ArgumentError, DataError
from equipoise.survival import _arrays
from equipoise.survival._concordance_kernels import count_pairs
from equipoise.survival._covariates import covariates as read_covariates
from equipoise.survival._cox_residuals import deviance, martingale, schoenfeld, score
from equipoise.survival._display import Displayed, p_text
from equipoise.survival._frames import frame
from equipoise.survival._limits import LimitScale
from equipoise.survival._schoenfeld_trend import EffectTrend, effect_trend
from equipoise.survival.cox_predict import PredictedSurvival, predicted_survival
from equipoise.survival.cox_profile import ProfileLimits, profile_limits
from equipoise.survival.cox_proportionality import ProportionalityTest, TimeScale, proportionality_test

if TYPE_CHECKING:
    import polars as pl

    from equipoise.survival._arrays import FloatArray, IntArray
    from equipoise.survival._cox_model import CoxModel
    from equipoise.survival._cox_penalised import Firth
    from equipoise.survival._cox_subjects import Ties

Residual = Literal["martingale", "deviance", "score", "dfbeta"]


class CoxStatus(Enum):
    """How the fit ended, in a sentence."""

    CONVERGED = "The partial likelihood has one maximum, and it was reached."
    MONOTONE = (
        "The partial likelihood rises without end as some coefficients go to plus or minus infinity, so they "
        "have no finite estimate, standard error or Wald test (often an arm or level without events). "
        "Judge them by the score or likelihood ratio test."
    )


@dataclass(frozen=True, slots=True)
class ChiSquareTest:
    """A chi-square statistic, its degrees of freedom and its p."""

    chi2: float
    df: int
    p: float


@dataclass(frozen=True, slots=True)
class SchoenfeldResiduals:
    """For each event, in order of stratum and time, its covariates less their mean among those at risk.

    `subject` and `time` have shape (events,), `residual` and `scaled` (events, p), columns as `names`.
    `scaled` is coef + events times residual @ covariance, whose mean over time follows a changing b(t).

    Reference: Schoenfeld (1982), Biometrika 69:239-241; Grambsch, Therneau (1994), Biometrika 81:515-526.
    """

    names: tuple[str, ...]
    subject: IntArray
    time: FloatArray
    residual: FloatArray
    scaled: FloatArray

    def trend(self, times: object) -> EffectTrend:
        """The effect b(t) at times t by a natural cubic spline of four columns through `scaled`.

        Raises
        ------
        DataError : fewer than six events, or than five distinct event times.
        """
        at = _arrays.times("times", np.atleast_1d(np.asarray(times)))
        return effect_trend(self.time, self.scaled, at)

    def to_frame(self) -> pl.DataFrame:
        """Columns subject, time, covariate, residual, scaled; one row for each event and covariate."""
        p = len(self.names)
        return frame(
            {
                "subject": np.repeat(self.subject, p),
                "time": np.repeat(self.time, p),
                "covariate": self.names * len(self.time),
                "residual": self.residual.ravel(),
                "scaled": self.scaled.ravel(),
            }
        )


@dataclass(frozen=True, slots=True)
class Concordance:
    """Share of comparable pairs that exp(x'b) puts in the right order, a tie counting half.

    A pair is an event and a subject of its stratum known to live longer.

    Reference: Harrell et al. (1982), JAMA 247:2543-2546.
    """

    value: float
    concordant: float
    discordant: float
    tied: float


@dataclass(frozen=True, slots=True, repr=False)
class CoxFit(Displayed):
    """A fitted Cox model; arrays have shape (p,), in the order of `names`.

    The hazard of a subject is h0(t) exp(x'coef): a covariate that is 1 on the experimental arm and 0 on the
    control has hazard ratio exp(coef) experimental over control, and here coef and z below 0 mean benefit.

    Attributes
    ----------
    names, coef, std_err, hazard_ratio, lower, upper, z, p : by covariate; limits of the hazard ratio and p
        are Wald's. A coefficient in `unbounded` is ±inf with infinite error, hazard ratio 0 or inf, limits 0
        and inf, and z and p nan (null in the table); it is nan where it has no influence on the limit that
        the likelihood rises to. The other coefficients, their errors and tests are those of that limit.
    covariance : shape (p, p), inverse of the information, or the robust one where subjects came in clusters;
        inf and nan where a coefficient is unbounded. `model_covariance` is always the inverse information.
    loglik : log partial likelihood at coef = 0 and at its maximum (the limit it rises to, where unbounded).
    score_test, likelihood_ratio_test, wald_test : of all coefficients together; no Wald test where unbounded.
    status, unbounded : how the fit ended, and the covariates whose coefficients have no finite estimate.
    n, n_events : subjects (rows) and events.
    ties, level, iterations, penalty, robust : as used.
    """

    names: tuple[str, ...]
    coef: FloatArray
    std_err: FloatArray
    covariance: FloatArray
    hazard_ratio: FloatArray
    lower: FloatArray
    upper: FloatArray
    z: FloatArray
    p: FloatArray
    loglik: tuple[float, float]
    score_test: ChiSquareTest
    likelihood_ratio_test: ChiSquareTest
    wald_test: ChiSquareTest | None
    status: CoxStatus
    unbounded: tuple[str, ...]
    n: int
    n_events: int
    ties: Ties
    level: float
    iterations: int
    penalty: Firth | None
    robust: bool
    model_covariance: FloatArray
    model: CoxModel = field(compare=False)

    def headline(self) -> str:
        """Subjects, events and the test of all coefficients together."""
        test = self.likelihood_ratio_test
        extras = [", Firth's penalty" if self.penalty else "", ", robust errors" if self.robust else ""]
        return (
            f"Cox model: {self.n_events} events in {self.n} rows, {self.ties} ties{''.join(extras)}. "
            f"Likelihood ratio chi2 = {test.chi2:.4g} on {test.df} df, {p_text(test.p)}"
            + ("" if not self.unbounded else f". No finite estimate: {', '.join(self.unbounded)}")
        )

    def profile_limits(self, level: float | None = None) -> ProfileLimits:
        """Limits and tests by the likelihood ratio; better than Wald's where events are few.

        With Firth's penalty the penalised likelihood is profiled.
        """
        confidence = self.level if level is None else _check.probability("level", level)
        model = self.model
        return profile_limits(
            model.likelihood,
            self.names,
            self.coef * model.scale,
            np.sqrt(np.diag(self.model_covariance)) * model.scale,
            self.loglik[1] - (float(np.sum(np.log(model.scale))) if self.penalty else 0.0),
            model.scale,
            confidence,
        )

    def residuals(self, kind: Residual) -> FloatArray:
        """Residuals in the order in which subjects came: (n,) "martingale" and "deviance", (n, p) the others.

        Martingale: event less its expectation; deviance: the same made more symmetric; score: what a subject
        adds to the slope of the log-likelihood; dfbeta: by how much about the coefficients fall without it
        (weighted).
        """
        self._refuse("Residuals", exact=True)
        _check.one_of("kind", kind, get_args(Residual))
        if kind in {"martingale", "deviance"}:
            return martingale(self.model) if kind == "martingale" else deviance(self.model)
        slopes = score(self.model)
        if kind == "score":
            return slopes
        weight = self.model.in_own_order(self.model.subjects.weight)
        return np.asarray((slopes * weight[:, None]) @ self.model_covariance)

    def schoenfeld(self) -> SchoenfeldResiduals:
        """Schoenfeld residuals, one for each event."""
        self._refuse("Schoenfeld residuals", exact=True)
        subject, residual = schoenfeld(self.model)
        time = self.model.in_own_order(self.model.subjects.time)[subject]
        scaled = self.coef + self.n_events * residual @ self.covariance
        return SchoenfeldResiduals(self.names, subject, time, residual, scaled)

    def proportional_hazards_test(self, transform: TimeScale = "km") -> ProportionalityTest:
        """Score test of proportional hazards, as cox.zph of R's survival from version 3.0 on."""
        self._refuse("The test of proportional hazards", exact=True)
        _check.one_of("transform", transform, get_args(TimeScale))
        return proportionality_test(self.model, self.names, transform)

    def predict(
        self,
        covariates: object,
        *,
        strata: object | None = None,
        ci: LimitScale = "log-log",
        level: float | None = None,
    ) -> PredictedSurvival:
        """Survival for each row of `covariates` (m, p), columns as in the fit, and its stratum's label.

        Zeros give the baseline hazard.
        """
        self._refuse("Prediction", exact=False)
        x = read_covariates(covariates, None).X
        if x.shape[1] != len(self.names):
            rule = f"must have the {len(self.names)} columns of the fit: {', '.join(self.names)}"
            raise ArgumentError("covariates", x.shape, rule)
        confidence = self.level if level is None else _check.probability("level", level)
        _check.one_of("ci", ci, get_args(LimitScale))
        return predicted_survival(self.model, self.covariance, x, strata, ci, confidence)

    def concordance(self) -> Concordance:
        """Harrell's C of the fitted model on its own data, within strata."""
        self._refuse("Concordance", exact=False)
        subjects = self.model.subjects
        if len(subjects.entry) > 0:
            raise DataError("entry: concordance is not defined here for subjects who enter late.")
        eta = subjects.eta(self.model.beta)
        distinct, rank = np.unique(np.round(eta, 12), return_inverse=True)
        found = count_pairs(
            subjects.stratum, subjects.time, subjects.event, subjects.weight, rank, len(distinct)
        )
        if sum(found) == 0.0:
            raise DataError("time: no event has a subject in its stratum known to live longer.")
        return Concordance((found[0] + 0.5 * found[2]) / sum(found), *found)

    def _refuse(self, what: str, *, exact: bool) -> None:
        if self.unbounded:
            raise DataError(
                f"covariates: {', '.join(self.unbounded)} have no finite coefficient. {what} needs one. "
                'Fit with penalty="firth", or leave them out.'
            )
        if self.model.expanded:
            raise DataError(f"time_varying: {what} is not defined for effects that vary with time.")
        if exact and self.ties == "exact":
            raise ArgumentError("ties", "exact", f"leaves {what} undefined", 'Use ties="efron".')

    def to_frame(self) -> pl.DataFrame:
        """Columns covariate, coef, std_err, hazard_ratio, lower, upper, z, p, status."""
        columns = ("coef", "std_err", "hazard_ratio", "lower", "upper", "z", "p")
        status = ["monotone" if name in self.unbounded else "converged" for name in self.names]
        values = {name: getattr(self, name) for name in columns}
        return frame({"covariate": self.names} | values | {"status": status})
