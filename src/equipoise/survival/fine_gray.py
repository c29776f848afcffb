"""Fine and Gray's model of the subdistribution hazard: covariates and the incidence of one cause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtr

from equipoise import _check
from equipoise.errors import DataError
from equipoise.survival import _arrays
from equipoise.survival._covariates import Covariates
from equipoise.survival._covariates import covariates as read_covariates
from equipoise.survival._cox_penalised import climb
from equipoise.survival._display import Displayed
from equipoise.survival._fine_gray_subjects import CompetingSubjects, censoring_curves
from equipoise.survival._formula import design_columns, of_table
from equipoise.survival._frames import frame
from equipoise.survival._limits import normal_quantile
from equipoise.survival._standardise_kernels import standardised_columns
from equipoise.survival._subject_order import order_subjects
from equipoise.survival.gray_test import kinds_of

if TYPE_CHECKING:
    import polars as pl

    from equipoise.survival._arrays import FloatArray, IntArray, Levels
    from equipoise.survival._cox_subjects import Likelihood

# Curvature that has fallen by so much from its value at 0 belongs to a likelihood without a maximum.
_FLAT = 1e-9


@dataclass(frozen=True, slots=True, repr=False)
class FineGrayFit(Displayed):
    """A fitted Fine-Gray model; arrays have shape (p,), in the order of `names`.

    A subdistribution hazard ratio exp(coef) above 1 means a higher incidence of the cause; it is no ratio of
    the hazards of those still free of every event. `covariance` is robust: it holds the estimation of the
    censoring curves. `loglik` is the pseudo-likelihood's logarithm at coef = 0 and at its maximum.
    """

    cause: object
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
    n: int
    n_events: int
    n_competing: int
    level: float
    iterations: int

    def headline(self) -> str:
        """Cause and counts."""
        return (
            f"Fine-Gray model, cause {self.cause!r}: {self.n_events} events, "
            f"{self.n_competing} of other causes, {self.n} subjects"
        )

    def to_frame(self) -> pl.DataFrame:
        """Columns covariate, coef, std_err, hazard_ratio, lower, upper, z, p."""
        columns = ("coef", "std_err", "hazard_ratio", "lower", "upper", "z", "p")
        return frame({"covariate": self.names} | {name: getattr(self, name) for name in columns})


def fine_gray(
    time: object,
    cause: object,
    covariates: object,
    *,
    of: object = 1,
    censored: object = 0,
    data: Any = None,
    strata: object | None = None,
    cluster: object | None = None,
    censoring_group: object | None = None,
    level: float = 0.95,
    timefix: bool = True,
) -> FineGrayFit:
    """Fit the subdistribution hazard of one cause: Π exp(x_i'b) / Σ_j w_j(t_i) exp(x_j'b) over its events i.

    w_j(t) is 1 while T_j >= t, G(t-)/G(T_j-) after another cause at T_j < t, and 0 after censoring, with G
    the Kaplan-Meier curve of being uncensored; ties by Breslow. Errors are Fine and Gray's sandwich, as R's
    cmprsk.

    Parameters
    ----------
    time, cause : shape (n,); `cause` names what happened, or that nothing did.
    covariates, data : as in `cox`: array, dataframe, or a formula with `data`, whose columns may be named
        anywhere.
    of : the cause to model; censored : the label of those to whom nothing happened.
    strata : labels, or a table whose columns are crossed; each stratum has its own baseline.
    cluster : labels of subjects that belong together; their contributions to the sandwich are added.
    censoring_group : labels of groups with censoring curves of their own. None is one curve for all.
    level : of the hazard ratios' limits.
    timefix : take times that differ by rounding only as one time, by the rule of R's survival package.

    Raises
    ------
    DataError : nobody had the cause; covariates that do not vary, cannot be told apart, or have no finite
        estimate.

    References
    ----------
    Fine, Gray (1999), JASA 94:496-509. Zhou et al. (2011), Biometrics 67:661-670 (strata);
    Zhou et al. (2012), Biostatistics 13:371-383 (clusters).
    """
    columns = of_table(
        data, time=time, cause=cause, strata=strata, cluster=cluster, censoring_group=censoring_group
    )
    t = _arrays.times("time", columns["time"])
    what = _arrays.levels("cause", columns["cause"], t)
    x = read_covariates(design_columns(covariates, data), t)
    stratum = _arrays.crossed_levels("strata", columns["strata"], t)
    groups = _arrays.crossed_levels("censoring_group", columns["censoring_group"], t)
    together = None if columns["cluster"] is None else _arrays.levels("cluster", columns["cluster"], t)
    _check.probability("level", level)
    kind = kinds_of(what, of, censored)
    subjects, order, scale = _sort(t, kind, x.X, stratum, groups, timefix=timefix)
    p = len(x.names)
    null = subjects.likelihood(np.zeros(p))
    _refuse_redundant(null, x)
    best, iterations = climb(subjects.likelihood, np.zeros(p), np.ones(p, dtype=np.bool_))
    _refuse_unbounded(null, best, x)
    inverse = np.linalg.inv(best.information)
    influence = subjects.influence(best.beta)
    if together is not None:
        codes, k = together.codes[order], len(together.labels)
        influence = np.column_stack(
            [np.bincount(codes, weights=influence[:, j], minlength=k) for j in range(p)]
        )
    covariance = inverse @ (influence.T @ influence) @ inverse / np.outer(scale, scale)
    coef, std_err = best.beta / scale, np.sqrt(np.diag(covariance))
    if np.any(std_err * scale <= 1e-9 * np.sqrt(np.diag(inverse))):
        raise DataError("time: the events of the cause leave no variation to take a robust error from.")
    q = normal_quantile(level)
    return FineGrayFit(
        cause=of,
        names=x.names,
        coef=coef,
        std_err=std_err,
        covariance=covariance,
        hazard_ratio=np.exp(coef),
        lower=np.exp(coef - q * std_err),
        upper=np.exp(coef + q * std_err),
        z=coef / std_err,
        p=2.0 * ndtr(-np.abs(coef / std_err)),
        loglik=(null.loglik, best.loglik),
        n=len(t),
        n_events=int(np.sum(kind == 1)),
        n_competing=int(np.sum(kind == 2)),
        level=level,
        iterations=iterations,
    )


def _sort(
    time: FloatArray, kind: IntArray, X: FloatArray, stratum: Levels, group: Levels, *, timefix: bool
) -> tuple[CompetingSubjects, IntArray, FloatArray]:
    ordered = order_subjects(time, None, stratum, timefix=timefix)
    to = ordered.by_time
    curves = censoring_curves(ordered.time, kind, group)
    scaled, _, scale = standardised_columns(X, to)
    t, s, k, g = ordered.time[to], stratum.codes[to], kind[to], group.codes[to]
    own = np.empty(len(t))
    for code in range(len(group.labels)):
        own[g == code] = curves.just_before(code, t[g == code])
    new_time = np.concatenate(([True], (np.diff(t) != 0.0) | (np.diff(s) != 0)))
    begins = np.maximum.accumulate(np.where(new_time, np.arange(len(t)), 0))
    first = np.unique(begins[k == 1])
    row_censoring = np.column_stack([curves.just_before(c, t[first]) for c in range(len(group.labels))])
    subjects = CompetingSubjects(s, t, k, g, scaled.T, curves, own, first, row_censoring)
    return subjects, to, scale


def _refuse_redundant(null: Likelihood, x: Covariates) -> None:
    value = np.linalg.eigvalsh(null.information)
    if value[0] <= 1e-12 * max(1.0, float(value[-1])):
        raise DataError(
            f"covariates: {', '.join(x.names)} do not vary, or cannot be told apart, among those at risk at "
            "the events of the cause. Leave one of them out."
        )


def _refuse_unbounded(null: Likelihood, best: Likelihood, x: Covariates) -> None:
    """Where the curvature has all but vanished in a direction, the likelihood rises for ever there."""
    relative = np.linalg.eigvals(np.linalg.solve(null.information, best.information)).real
    if relative.min() < _FLAT:
        largest = x.names[int(np.argmax(np.abs(best.beta)))]
        raise DataError(
            f"covariates: the likelihood rises without end as the coefficient of {largest} grows, so it has "
            "no finite estimate (often a level without events of the cause). Use gray_test, or leave it out."
        )
