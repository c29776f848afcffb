"""Cox's proportional hazards model by partial likelihood, stratified or not, with late entry and ties."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import numpy as np
from scipy.special import chdtrc, ndtr

from equipoise import _check
from equipoise.errors import DataError
from equipoise.survival import _arrays
from equipoise.survival._covariates import Covariates
from equipoise.survival._covariates import covariates as read_covariates
from equipoise.survival._cox_newton import RANK_TOLERANCE, Maximum, maximise
from equipoise.survival._cox_subjects import Likelihood, SortedSubjects
from equipoise.survival._limits import normal_quantile
from equipoise.survival._subject_order import order_subjects
from equipoise.survival.cox_fit import ChiSquareTest, CoxFit, CoxStatus, Ties

if TYPE_CHECKING:
    from equipoise.survival._arrays import BoolArray, FloatArray, Levels


def cox(
    time: object,
    event: object,
    covariates: object,
    *,
    strata: object | None = None,
    entry: object | None = None,
    weights: object | None = None,
    ties: Ties = "efron",
    level: float = 0.95,
    timefix: bool = True,
) -> CoxFit:
    """Maximise Cox's partial likelihood Π exp(x_i'b) / Σ_{j at risk} exp(x_j'b) over the events i.

    Those at risk at an event are of its stratum with entry < t <= time.

    Parameters
    ----------
    time, event : shape (n,); `event` True or 1 where the event was observed.
    covariates : (n, p) array, one column, or a dataframe of numbers.
    strata : labels, or a table whose columns are crossed; each stratum has its own baseline hazard.
    entry : start of each interval (entry, time], each before `time`; a subject may have several rows.
    weights : case weights above 0; errors are model-based (R's naive.var where weights are not whole).
    ties : "efron" or "breslow".
    level : of the hazard ratios' limits.
    timefix : take times that differ by rounding only as one time, by the rule of R's survival package.

    Raises
    ------
    DataError : no events; or covariates that do not vary, or cannot be told apart, among those at risk.
    ConvergenceError : the iteration did not settle. A likelihood without a maximum is no error: see `status`.

    References
    ----------
    Cox (1972), JRSS B 34:187-220. Efron (1977), JASA 72:557-565. Breslow (1974), Biometrics 30:89-99.
    Monotone likelihood: Bryson, Johnson (1981), Technometrics 23:381-383.
    """
    t = _arrays.times("time", time)
    d = _arrays.events("event", event)
    _check.same_length(time=t, event=d)
    x = read_covariates(covariates, t)
    stratum = _arrays.crossed_levels("strata", strata, t)
    entered, w = _arrays.entries(entry, t), _arrays.weights(weights, t)
    _check.one_of("ties", ties, get_args(Ties))
    _check.probability("level", level)
    if not d.any():
        raise DataError(
            f"event: none of the {len(t)} rows has an event, so no hazard ratio can be estimated."
        )
    centre, scale = x.X.mean(axis=0), x.X.std(axis=0)
    scale[scale == 0.0] = 1.0
    scaled = (x.X - centre) / scale
    subjects = _sort(t, d, scaled, stratum, entered, w, efron=ties == "efron", timefix=timefix)
    null = subjects.likelihood(np.zeros(len(x.names)))
    _refuse_redundant(null, x)
    return _fit(null, maximise(subjects, null), x, scale, int(d.sum()), ties, level)


def _sort(  # noqa: PLR0917 -- private, called once
    time: FloatArray,
    event: BoolArray,
    X: FloatArray,
    stratum: Levels,
    entry: FloatArray | None,
    weight: FloatArray | None,
    *,
    efron: bool,
    timefix: bool,
) -> SortedSubjects:
    order = order_subjects(time, entry, stratum, timefix=timefix)
    to = order.by_time
    place = np.empty_like(to)
    place[to] = np.arange(len(to))
    return SortedSubjects(
        stratum=stratum.codes[to],
        time=order.time[to],
        event=event[to],
        entry=np.empty(0) if order.entry is None else order.entry[to],
        by_entry=place[order.by_entry],
        weight=np.ones(len(to)) if weight is None else weight[to],
        X=np.ascontiguousarray(X[to]),
        efron=efron,
    )


def _refuse_redundant(null: Likelihood, x: Covariates) -> None:
    """The null space of the information is the same at every coefficient, so 0 shows it."""
    value, vector = np.linalg.eigh(null.information)
    least = RANK_TOLERANCE * max(1.0, float(value[-1]))
    if value[0] > least:
        return
    flat = np.diag(null.information) <= least
    if flat.any():
        raise DataError(
            f"covariates: {_named(x, flat)} does not vary among those at risk at any event (in any stratum), "
            "so its hazard ratio cannot be estimated. Leave it out, or take it out of the strata."
        )
    mixed = np.abs(vector[:, value <= least]).max(axis=1) > 1e-6
    raise DataError(
        f"covariates: {_named(x, mixed)} are combinations of one another among those at risk, so their "
        "hazard ratios cannot be told apart. Leave one of them out."
    )


def _named(x: Covariates, which: BoolArray) -> str:
    return ", ".join(name for name, w in zip(x.names, which.tolist(), strict=True) if w)


def _fit(  # noqa: PLR0917 -- private, called once
    null: Likelihood,
    found: Maximum,
    x: Covariates,
    scale: FloatArray,
    n_events: int,
    ties: Ties,
    level: float,
) -> CoxFit:
    p = len(x.names)
    free = found.finite
    coef = found.beta / scale
    covariance = found.covariance / np.outer(scale, scale)
    std_err = np.sqrt(np.diag(covariance))
    z, lower, upper = np.full(p, np.nan), np.zeros(p), np.full(p, np.inf)
    q = normal_quantile(level)
    z[free] = coef[free] / std_err[free]
    lower[free] = np.exp(coef[free] - q * std_err[free])
    upper[free] = np.exp(coef[free] + q * std_err[free])
    return CoxFit(
        names=x.names,
        coef=coef,
        std_err=std_err,
        covariance=covariance,
        hazard_ratio=np.exp(coef),
        lower=lower,
        upper=upper,
        z=z,
        p=2.0 * ndtr(-np.abs(z)),
        loglik=(null.loglik, found.loglik),
        score_test=_chi_square(float(null.score @ np.linalg.solve(null.information, null.score)), p),
        likelihood_ratio_test=_chi_square(2.0 * max(found.loglik - null.loglik, 0.0), p),
        wald_test=_chi_square(float(coef @ np.linalg.solve(covariance, coef)), p) if free.all() else None,
        status=CoxStatus.CONVERGED if free.all() else CoxStatus.MONOTONE,
        unbounded=tuple(name for name, f in zip(x.names, free.tolist(), strict=True) if not f),
        n=len(x.X),
        n_events=n_events,
        ties=ties,
        level=level,
        iterations=found.iterations,
    )


def _chi_square(chi2: float, df: int) -> ChiSquareTest:
    return ChiSquareTest(chi2, df, float(chdtrc(df, chi2)))
