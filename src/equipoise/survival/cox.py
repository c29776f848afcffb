"""Cox's proportional hazards model by partial likelihood, stratified or not, with late entry and ties."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from scipy.special import chdtrc, ndtr

from equipoise import _check
from equipoise.errors import ArgumentError, DataError
from equipoise.survival import _arrays
from equipoise.survival._arrays import Levels
from equipoise.survival._covariates import Covariates
from equipoise.survival._covariates import covariates as read_covariates
from equipoise.survival._cox_model import CoxModel
from equipoise.survival._cox_newton import RANK_TOLERANCE, Maximum, maximise
from equipoise.survival._cox_penalised import Firth, climb, penalised_likelihood
from equipoise.survival._cox_residuals import robust_covariance
from equipoise.survival._cox_subjects import Likelihood, SortedSubjects, Ties, sorted_subjects
from equipoise.survival._cox_time_varying import risk_sets, with_time_varying
from equipoise.survival._formula import design_columns, of_table
from equipoise.survival._limits import normal_quantile
from equipoise.survival._standardise_kernels import standardised_columns
from equipoise.survival._subject_order import order_subjects
from equipoise.survival.cox_fit import ChiSquareTest, CoxFit, CoxStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from equipoise.survival._arrays import BoolArray, FloatArray, IntArray
    from equipoise.survival._subject_order import SubjectOrder


def cox(
    time: object,
    event: object,
    covariates: object,
    *,
    data: Any = None,
    strata: object | None = None,
    entry: object | None = None,
    weights: object | None = None,
    offset: object | None = None,
    cluster: object | None = None,
    ties: Ties = "efron",
    penalty: Firth | Literal["firth"] | None = None,
    time_varying: Mapping[str, Callable[..., object]] | None = None,
    level: float = 0.95,
    timefix: bool = True,
) -> CoxFit:
    """Maximise Cox's partial likelihood Π exp(x_i'b) / Σ_{j at risk} exp(x_j'b) over the events i.

    Those at risk at an event are of its stratum with entry < t <= time.

    Parameters
    ----------
    time, event : shape (n,); `event` True or 1 where the event was observed.
    covariates : (n, p) array, one column, or a dataframe of numbers; or with `data` a formula such as
        "age + C(arm)" (formulaic's, without the response; its intercept is left out).
    data : a dataframe; then every other argument may be the name of one of its columns.
    strata : labels, or a table whose columns are crossed; each stratum has its own baseline hazard.
    entry : start of each interval (entry, time], each before `time`; a subject may have several rows.
    weights : case weights above 0; errors are model-based (R's naive.var where weights are not whole) unless
        `cluster` is given.
    offset : a part of the linear predictor with coefficient 1, shape (n,).
    cluster : labels of rows that belong together; the errors are then robust (Lin and Wei's).
    ties : "efron", "breslow", or "exact" (the discrete partial likelihood, R's "exact").
    penalty : "firth" or `Firth()`: estimates with less bias, and finite where an arm has no events.
    time_varying : functions f(x, t) by covariate, each adding the covariate f(x, t) at every event time t,
        named tt(name); {"age": lambda x, t: x * np.log(t)} lets age's effect change with log t.
    level : of the hazard ratios' limits.
    timefix : take times that differ by rounding only as one time, by the rule of R's survival package.

    Raises
    ------
    DataError : no events; or covariates that do not vary, or cannot be told apart, among those at risk.
    ConvergenceError : the iteration did not settle. A likelihood without a maximum is no error: see `status`.

    References
    ----------
    Cox (1972), JRSS B 34:187-220. Efron (1977), JASA 72:557-565. Breslow (1974), Biometrics 30:89-99.
    Monotone likelihood: Bryson, Johnson (1981), Technometrics 23:381-383. Firth (1993), Biometrika 80:27-38.
    Robust errors: Lin, Wei (1989), JASA 84:1074-1078.
    """
    columns = of_table(
        data,
        time=time,
        event=event,
        strata=strata,
        entry=entry,
        weights=weights,
        offset=offset,
        cluster=cluster,
    )
    t = _arrays.times("time", columns["time"])
    d = _arrays.events("event", columns["event"])
    _check.same_length(time=t, event=d)
    x = read_covariates(design_columns(covariates, data), t)
    stratum = _arrays.crossed_levels("strata", columns["strata"], t)
    entered, w = _arrays.entries(columns["entry"], t), _arrays.weights(columns["weights"], t)
    fixed = _offset(columns["offset"], t)
    together = None if columns["cluster"] is None else _arrays.levels("cluster", columns["cluster"], t)
    _check.one_of("ties", ties, get_args(Ties))
    _check.probability("level", level)
    chosen = _penalty(penalty)
    if ties == "exact" and (w is not None or together is not None):
        given = "weights" if w is not None else "cluster"
        raise ArgumentError(given, "given", 'cannot go with ties="exact"', 'Use ties="efron".')
    if not d.any():
        raise DataError(
            f"event: none of the {len(t)} rows has an event, so no hazard ratio can be estimated."
        )
    if time_varying:
        order = order_subjects(t, entered, stratum, timefix=timefix)
        subject, number, set_time = risk_sets(stratum.codes, order.time, d, order.entry)
        happened = d[subject] & (order.time[subject] == set_time[number])
        x = with_time_varying(x, time_varying, subject, set_time[number])
        together = together if together is None else replace(together, codes=together.codes[subject])
        stratum = Levels(number, tuple(range(len(set_time))), ordered=True)
        subjects, to, centre, scale = _sort(
            order_subjects(set_time[number], None, stratum, timefix=False),
            happened,
            x.X,
            stratum,
            None if w is None else w[subject],
            None if fixed is None else fixed[subject],
            ties,
        )
    else:
        # The order has no name here, so that its memory is given back before the first likelihood.
        subjects, to, centre, scale = _sort(
            order_subjects(t, entered, stratum, timefix=timefix), d, x.X, stratum, w, fixed, ties
        )
    null = subjects.likelihood(np.zeros(len(x.names)))
    _refuse_redundant(null, x)
    if chosen is None:
        found = maximise(subjects, null)
    else:
        null, found = _penalised(subjects)
    model = CoxModel(
        subjects, to, centre, scale, found.beta, stratum.labels, chosen is not None, bool(time_varying)
    )
    fit = _fit(null, found, x, model, ties, chosen, level, (len(t), int(d.sum())))
    return fit if together is None else _robust(fit, together)


def _offset(values: object | None, time: FloatArray) -> FloatArray | None:
    if values is None:
        return None
    x = _check.numbers("offset", values)
    _check.same_length(time=time, offset=x)
    return x


def _penalty(penalty: object) -> Firth | None:
    if penalty is None or isinstance(penalty, Firth):
        return penalty
    _check.one_of("penalty", penalty, ("firth",), "Or None, or Firth().")
    return Firth()


def _penalised(subjects: SortedSubjects) -> tuple[Likelihood, Maximum]:
    start = np.zeros(subjects.X.shape[1])
    free = np.ones(len(start), dtype=np.bool_)
    null = penalised_likelihood(subjects, start)
    top, iterations = climb(lambda b: penalised_likelihood(subjects, b), start, free)
    inverse = np.asarray(np.linalg.inv(top.information), dtype=np.float64)
    return null, Maximum(top.beta, inverse, free, top.loglik, iterations)


def _sort(  # noqa: PLR0917 -- private
    order: SubjectOrder,
    event: BoolArray,
    X: FloatArray,
    stratum: Levels,
    weight: FloatArray | None,
    offset: FloatArray | None,
    ties: Ties,
) -> tuple[SortedSubjects, IntArray, FloatArray, FloatArray]:
    """Sorted subjects with X centred and scaled; the permutation, the centre and the scale."""
    to = order.by_time
    scaled, centre, scale = standardised_columns(X, to)
    entry, by_entry = np.empty(0), order.by_entry
    if order.entry is not None:
        place = np.empty_like(to)
        place[to] = np.arange(len(to))
        entry, by_entry = order.entry[to], place[by_entry]
    subjects = sorted_subjects(
        stratum=stratum.codes[to] if len(stratum.labels) > 1 else stratum.codes,
        time=order.time[to],
        event=event[to],
        entry=entry,
        by_entry=by_entry,
        weight=np.ones(len(to)) if weight is None else weight[to],
        X=scaled.T,
        ties=ties,
        offset=np.empty(0) if offset is None else offset[to],
    )
    return subjects, to, centre, scale


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
    model: CoxModel,
    ties: Ties,
    penalty: Firth | None,
    level: float,
    sizes: tuple[int, int],
) -> CoxFit:
    p = len(x.names)
    free = found.finite
    coef = found.beta / model.scale
    covariance = found.covariance / np.outer(model.scale, model.scale)
    std_err = np.sqrt(np.diag(covariance))
    # The penalty ½ log det I is that of the covariates in their own units.
    units = 0.0 if penalty is None else float(np.sum(np.log(model.scale)))
    return CoxFit(
        names=x.names,
        coef=coef,
        std_err=std_err,
        covariance=covariance,
        hazard_ratio=np.exp(coef),
        **_wald(coef, std_err, free, level),
        loglik=(null.loglik + units, found.loglik + units),
        score_test=_chi_square(float(null.score @ np.linalg.solve(null.information, null.score)), p),
        likelihood_ratio_test=_chi_square(2.0 * max(found.loglik - null.loglik, 0.0), p),
        wald_test=_chi_square(float(coef @ np.linalg.solve(covariance, coef)), p) if free.all() else None,
        status=CoxStatus.CONVERGED if free.all() else CoxStatus.MONOTONE,
        unbounded=tuple(name for name, f in zip(x.names, free.tolist(), strict=True) if not f),
        n=sizes[0],
        n_events=sizes[1],
        ties=ties,
        level=level,
        iterations=found.iterations,
        penalty=penalty,
        robust=False,
        model_covariance=covariance,
        model=model,
    )


def _wald(coef: FloatArray, std_err: FloatArray, free: BoolArray, level: float) -> dict[str, FloatArray]:
    """Limits of the hazard ratios, z and p: 0, inf, nan, nan where a coefficient has no finite estimate."""
    p = len(coef)
    z, lower, upper = np.full(p, np.nan), np.zeros(p), np.full(p, np.inf)
    q = normal_quantile(level)
    z[free] = coef[free] / std_err[free]
    lower[free] = np.exp(coef[free] - q * std_err[free])
    upper[free] = np.exp(coef[free] + q * std_err[free])
    return {"lower": lower, "upper": upper, "z": z, "p": 2.0 * ndtr(-np.abs(z))}


def _robust(fit: CoxFit, cluster: Levels) -> CoxFit:
    """The same fit with errors, limits and Wald test from the robust covariance."""
    if fit.unbounded:
        raise DataError(
            f"covariates: {', '.join(fit.unbounded)} have no finite coefficient, so there is no robust "
            'error. Fit without cluster, or with penalty="firth".'
        )
    p, groups = len(fit.names), len(cluster.labels)
    if groups <= p:
        rule = f"must hold more clusters than the {p} coefficients"
        raise ArgumentError("cluster", groups, rule, "Is each subject its own cluster?")
    covariance = robust_covariance(fit.model, fit.model_covariance, cluster.codes, groups)
    std_err = np.sqrt(np.diag(covariance))
    wald: dict[str, Any] = _wald(fit.coef, std_err, np.ones(p, dtype=np.bool_), fit.level)
    return replace(
        fit,
        covariance=covariance,
        std_err=std_err,
        **wald,
        wald_test=_chi_square(float(fit.coef @ np.linalg.solve(covariance, fit.coef)), p),
        robust=True,
    )


def _chi_square(chi2: float, df: int) -> ChiSquareTest:
    return ChiSquareTest(chi2, df, float(chdtrc(df, chi2)))
