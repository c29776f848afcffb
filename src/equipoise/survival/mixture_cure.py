"""Mixture cure models: a fraction that never has the event, and the time to it of the others."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from scipy.special import expit, logit, ndtr

from equipoise import _check
from equipoise.errors import ArgumentError, DataError
from equipoise.survival import _arrays
from equipoise.survival._covariates import covariates as read_covariates
from equipoise.survival._cure_likelihood import CureLikelihood, Latency
from equipoise.survival._cure_maximum import limits_along, maximise
from equipoise.survival._display import Displayed
from equipoise.survival._formula import design_columns, of_table
from equipoise.survival._frames import frame
from equipoise.survival._limits import normal_quantile

if TYPE_CHECKING:
    import polars as pl

    from equipoise.survival._arrays import FloatArray

# A cured fraction below this at every subject, or above its complement, is a likelihood without a maximum.
_LEAST_FRACTION = 1e-7


@dataclass(frozen=True, slots=True, repr=False)
class CureFractions(Displayed):
    """The fraction cured at each row of covariates asked for, with its error (delta method) and limits."""

    row: tuple[int, ...]
    cure_fraction: FloatArray
    std_err: FloatArray
    lower: FloatArray
    upper: FloatArray
    ci: Literal["profile", "logit"]
    level: float

    def headline(self) -> str:
        """What the rows are."""
        return f"Cured fractions, {self.level:g} {self.ci} limits"

    def to_frame(self) -> pl.DataFrame:
        """Columns row, cure_fraction, std_err, lower, upper."""
        return frame({name: getattr(self, name) for name in self.__slots__[:-2]})


@dataclass(frozen=True, slots=True, repr=False)
class CureFit(Displayed):
    """A fitted mixture cure model; arrays have shape (p,), in the order of `names`.

    The names begin with "cure:" (logit of the cured fraction: above 0 means more are cured), "latency:"
    (log time of the uncured: above 0 means later events) and end with "latency: log scale", log s.
    A Weibull latency has shape 1/s and scale exp(x'a), survival exp(-(t / scale)^shape).

    Attributes
    ----------
    covariance : shape (p, p), inverse of the observed information.
    loglik, loglik_without_cure : of the model, and of the same latency with nobody cured.
    p_without_cure : p of the likelihood ratio test that nobody is cured, where cure has one coefficient: half
        the chi-square tail on 1 df, since the fraction 0 lies on the edge (Self and Liang 1987); else None.
    """

    names: tuple[str, ...]
    coef: FloatArray
    std_err: FloatArray
    covariance: FloatArray
    z: FloatArray
    p: FloatArray
    lower: FloatArray
    upper: FloatArray
    loglik: float
    loglik_without_cure: float
    p_without_cure: float | None
    latency: Latency
    n: int
    n_events: int
    level: float
    model: CureLikelihood = field(compare=False)

    def headline(self) -> str:
        """Latency, counts and likelihood."""
        return (
            f"Mixture cure model, {self.latency} latency: {self.n_events} events in {self.n} subjects, "
            f"log-likelihood {self.loglik:.6g}, {self.level:g} limits"
        )

    def to_frame(self) -> pl.DataFrame:
        """Columns parameter, coef, std_err, lower, upper, z, p."""
        columns = ("coef", "std_err", "lower", "upper", "z", "p")
        return frame({"parameter": self.names} | {name: getattr(self, name) for name in columns})

    def cure_fraction(
        self, covariates: object | None = None, *, ci: Literal["profile", "logit"] = "profile"
    ) -> CureFractions:
        """Fraction cured for rows (m, q) of the cure model's covariates; None is its intercept alone.

        Limits by profile likelihood, or normal on the logit scale.
        """
        _check.one_of("ci", ci, ("profile", "logit"))
        q = self.model.Z.shape[1]
        Z = _rows("covariates", covariates, q)
        eta = Z @ self.coef[:q]
        error = np.sqrt(np.einsum("ij,jk,ik->i", Z, self.covariance[:q, :q], Z))
        fraction = expit(eta)
        if ci == "logit":
            half = normal_quantile(self.level) * error
            lower, upper = eta - half, eta + half
        else:
            p = len(self.coef)
            ends = [
                limits_along(
                    self.model,
                    self.coef,
                    self.loglik,
                    np.append(z, np.zeros(p - q)),
                    std_err=float(e),
                    level=self.level,
                )
                for z, e in zip(Z, error, strict=True)
            ]
            lower, upper = np.array(ends).T
        std_err = fraction * (1.0 - fraction) * error
        return CureFractions(
            tuple(range(len(Z))), fraction, std_err, expit(lower), expit(upper), ci, self.level
        )

    def survival(
        self, times: object, covariates: object | None = None, latency_covariates: object | None = None
    ) -> FloatArray:
        """Fitted S(t) = c + (1 - c) S_u(t), shape (m, len(times)), for rows of both parts' covariates."""
        t = _arrays.times("times", np.atleast_1d(np.asarray(times)))
        q, r = self.model.Z.shape[1], self.model.X.shape[1]
        Z, X = _rows("covariates", covariates, q), _rows("latency_covariates", latency_covariates, r)
        if len(Z) != len(X) and 1 not in {len(Z), len(X)}:
            raise ArgumentError(
                "latency_covariates", len(X), f"must have as many rows as covariates ({len(Z)})"
            )
        m = max(len(Z), len(X))
        Z, X = (np.broadcast_to(x, (m, x.shape[1])) for x in (Z, X))
        with np.errstate(divide="ignore"):
            log_time = np.tile(np.log(t), m)
        long = CureLikelihood(
            log_time,
            np.zeros(m * len(t), dtype=np.bool_),
            np.repeat(Z, len(t), axis=0),
            np.repeat(X, len(t), axis=0),
            self.latency,
        )
        cured = expit(long.Z @ self.coef[:q])
        out: FloatArray = (cured + (1.0 - cured) * long.survival_of_uncured(self.coef)).reshape(m, len(t))
        return out


def mixture_cure(
    time: object,
    event: object,
    *,
    covariates: object | None = None,
    latency_covariates: object | None = None,
    data: Any = None,
    latency: Latency = "weibull",
    level: float = 0.95,
) -> CureFit:
    """Maximise Π [(1-c) f_u(t)]^d [c + (1-c) S_u(t)]^(1-d): c never have the event, the others at S_u.

    logit c = z'b and log T = x'a + s W among the uncured, W the least extreme value (Weibull) or normal
    (log-normal) distribution, each part with an intercept.

    Parameters
    ----------
    time, event : shape (n,); `event` True or 1 where the event was observed. Events need times above 0.
    covariates : of the cured fraction: (n, q) array, one column (an arm as 0 and 1, say), a dataframe, or a
        formula with `data`; None is one fraction for all.
    latency_covariates : of the uncured's time, likewise; None is one distribution for all.
    data : a dataframe; then every other argument may be the name of one of its columns.
    latency : "weibull" or "log-normal".
    level : of the limits.

    Raises
    ------
    DataError : no events; or the likelihood has no maximum because it rises as the cured fraction falls to 0
        (no plateau: see `plateau`) or rises to 1 (covariate level without events), or as the uncured's times
        grow without end.

    References
    ----------
    Boag (1949), JRSS B 11:15-53. Farewell (1982), Biometrics 38:1041-1046. Maller, Zhou (1996), Survival
    Analysis with Long-Term Survivors.
    """
    columns = of_table(data, time=time, event=event)
    t = _arrays.times("time", columns["time"])
    d = _arrays.events("event", columns["event"])
    _check.same_length(time=t, event=d)
    _check.one_of("latency", latency, get_args(Latency))
    q = normal_quantile(level)
    if not d.any():
        raise DataError(f"event: none of the {len(t)} subjects has an event, so no cure model can be fitted.")
    if np.any(d & (t == 0.0)):
        at = int(np.argmax(d & (t == 0.0)))
        raise ArgumentError(f"time[{at}]", 0.0, "must be above 0 where the event was observed")
    Z, z_names = _design(covariates, data, t)
    X, x_names = _design(latency_covariates, data, t)
    _refuse_exact_fit(np.log(t[d]), X[d])
    kept = t > 0.0
    model = CureLikelihood(np.log(t[kept]), d[kept], Z[kept], X[kept], latency)
    best, loglik, without = _fit(model)
    covariance = _inverse_information(model, best)
    std_err = np.sqrt(np.diag(covariance))
    gain = 2.0 * max(loglik - without, 0.0)
    return CureFit(
        names=(
            *(f"cure: {name}" for name in z_names),
            *(f"latency: {name}" for name in x_names),
            "latency: log scale",
        ),
        coef=best,
        std_err=std_err,
        covariance=covariance,
        z=best / std_err,
        p=2.0 * ndtr(-np.abs(best / std_err)),
        lower=best - q * std_err,
        upper=best + q * std_err,
        loglik=loglik,
        loglik_without_cure=without,
        p_without_cure=float(ndtr(-np.sqrt(gain))) if Z.shape[1] == 1 else None,
        latency=latency,
        n=len(t),
        n_events=int(d.sum()),
        level=level,
        model=model,
    )


def _inverse_information(model: CureLikelihood, best: FloatArray) -> FloatArray:
    information = -model.derivatives(best)[2]
    if np.linalg.eigvalsh(information)[0] <= 1e-12 * float(np.trace(information)):
        raise DataError(
            "covariates: the likelihood is flat at its top, so the cured and the uncured with late times "
            "cannot be told apart. Leave covariates out, or wait for a plateau (see plateau())."
        )
    return np.asarray(np.linalg.inv(information), dtype=np.float64)


def _refuse_exact_fit(log_time: FloatArray, X: FloatArray) -> None:
    """Where the covariates foretell every event exactly the scale goes to 0 and the density has no bound."""
    residual = log_time - X @ np.linalg.lstsq(X, log_time, rcond=None)[0]
    if float(np.abs(residual).max()) <= 1e-9:
        raise DataError(
            f"event: {len(log_time)} events fall on too few different times for the latency to be "
            "estimated. A cure model needs more events."
        )


def _fit(model: CureLikelihood) -> tuple[FloatArray, float, float]:
    """The best theta over several beginnings, its log-likelihood, and that with nobody cured."""
    q, r = model.Z.shape[1], model.X.shape[1]
    logs = model.log_time[model.event]
    spread = max(float(np.std(logs)), 0.1)
    centre = np.append(np.zeros(q), np.append(float(np.mean(logs)), np.zeros(r)))
    centre[-1] = np.log(spread)
    nobody = centre.copy()
    nobody[0] = -1000.0
    _, without = maximise(model, nobody, np.eye(q + r + 1)[:, q:])
    censored = 1.0 - float(np.mean(model.event))
    best, loglik = centre, -np.inf
    for share in (0.9, 0.5, 0.1):
        start = centre.copy()
        start[0] = logit(min(max(share * censored, 0.01), 0.99))
        found, value = maximise(model, start)
        if value > loglik:
            best, loglik = found, value
    cured = expit(model.Z @ best[:q])
    if loglik <= without + 1e-9 * abs(without) or float(cured.max()) < _LEAST_FRACTION:
        raise DataError(
            "event: the likelihood rises as the cured fraction falls to 0: these data show no cure beyond "
            f"what {model.latency} times explain (log-likelihood {without:.6g} with nobody cured). "
            "Is the follow-up long enough? See plateau()."
        )
    if float(cured.min()) < _LEAST_FRACTION or float(cured.max()) > 1.0 - _LEAST_FRACTION:
        raise DataError(
            "covariates: the likelihood rises without end as the cured fraction of some goes to 0 or 1 "
            "(often a level without events, or without long survivors). Leave the covariate out."
        )
    return best, loglik, without


def _design(values: object | None, data: Any, time: FloatArray) -> tuple[FloatArray, tuple[str, ...]]:
    """Covariates beside an intercept, with their names."""
    one = np.ones((len(time), 1))
    if values is None:
        return one, ("intercept",)
    x = read_covariates(design_columns(values, data), time)
    if np.any(np.ptp(x.X, axis=0) == 0.0):
        name = x.names[int(np.argmax(np.ptp(x.X, axis=0) == 0.0))]
        raise DataError(f"covariates: {name} does not vary. Leave it out: an intercept is always there.")
    return np.column_stack((one, x.X)), ("intercept", *x.names)


def _rows(name: str, values: object | None, columns: int) -> FloatArray:
    """Rows asked for, an intercept first."""
    if values is None:
        if columns > 1:
            raise ArgumentError(name, None, f"must hold a row of {columns - 1} covariates")
        return np.ones((1, 1))
    x = read_covariates(values, None).X
    if x.shape[1] != columns - 1:
        raise ArgumentError(name, x.shape, f"must have {columns - 1} columns")
    return np.column_stack((np.ones(len(x)), x))
