"""Kaplan-Meier: the probability of being free of the event, with errors, limits, quantiles."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from equipoise import _check
from equipoise.errors import ArgumentError
from equipoise.survival import _arrays
from equipoise.survival._display import Displayed
from equipoise.survival._frames import frame
from equipoise.survival._limits import LimitScale, limits
from equipoise.survival._quantiles import SurvivalQuantiles, quantile_of_curve
from equipoise.survival._robust_kernels import variance_by_cluster
from equipoise.survival._step_kernels import product_limit, product_limit_and_error
from equipoise.survival._subject_order import order_subjects
from equipoise.survival.confidence_bands import BandKind, BandScale, ConfidenceBand, band_of_curve
from equipoise.survival.risk_table import RiskTable, count_at_risk, rows_of_order

if TYPE_CHECKING:
    import polars as pl

    from equipoise.survival._arrays import BoolArray, FloatArray, IntArray, Levels

StandardError = Literal["greenwood", "peto", "tsiatis"]
_Errors = Literal["greenwood", "peto", "tsiatis", "robust"]


@dataclass(frozen=True, slots=True, repr=False)
class SurvivalAt(Displayed):
    """Survival at chosen times: one row for each group and time, groups outermost.

    Beyond a group's last time the curve is not known unless it has reached 0: there survival, error and
    limits are nan (null in the table) and `n_risk` is 0.
    """

    group: tuple[Any, ...]
    time: FloatArray
    n_risk: FloatArray | IntArray
    survival: FloatArray
    std_err: FloatArray
    lower: FloatArray
    upper: FloatArray

    def headline(self) -> str:
        """What the rows are."""
        return "Survival at chosen times"

    def to_frame(self) -> pl.DataFrame:
        """Columns group, time, n_risk, survival, std_err, lower, upper."""
        return frame({name: getattr(self, name) for name in self.__slots__})


@dataclass(frozen=True, slots=True, repr=False)
class KaplanMeier(Displayed):
    """Kaplan-Meier curves: rows of `risk`, whose strata are the groups, with the estimate at each.

    Attributes
    ----------
    risk : the risk table; `risk.strata` are the groups, and its one column counts their subjects.
    survival, std_err : shape (rows,), the values from that row's time on (right-continuous); so are `lower`
        and `upper`. Where S is 0 the error of Greenwood and of Tsiatis does not exist, nor do limits on a log
        scale: nan.
    se, ci, level : the conventions used; `se` is "robust" where subjects came in clusters.
    """

    risk: RiskTable
    survival: FloatArray
    std_err: FloatArray
    se: _Errors
    ci: LimitScale
    level: float

    @property
    def lower(self) -> FloatArray:
        """Lower limits, shape (rows,)."""
        return limits(self.survival, self.std_err, self.ci, self.level)[0]

    @property
    def upper(self) -> FloatArray:
        """Upper limits, shape (rows,)."""
        return limits(self.survival, self.std_err, self.ci, self.level)[1]

    def headline(self) -> str:
        """Subjects and events by group."""
        leaving = self.risk.events[:, 0] + self.risk.censored[:, 0]
        parts = []
        for g, label in enumerate(self.groups):
            rows = self.risk.rows_of(g)
            parts.append(f"{label}: {self.risk.events[rows, 0].sum():g} events/{leaving[rows].sum():g}")
        return f"Kaplan-Meier, {self.se} errors, {self.level:g} {self.ci} limits. " + "; ".join(parts)

    @property
    def groups(self) -> tuple[Any, ...]:
        """Labels of the groups."""
        return self.risk.strata

    def to_frame(self) -> pl.DataFrame:
        """Columns group, time, n_risk, n_event, n_censor, survival, std_err, lower, upper."""
        lower, upper = limits(self.survival, self.std_err, self.ci, self.level)
        return frame(
            {
                "group": [self.groups[g] for g in self.risk.stratum.tolist()],
                "time": self.risk.time,
                "n_risk": self.risk.counts(self.risk.at_risk[:, 0]),
                "n_event": self.risk.counts(self.risk.events[:, 0]),
                "n_censor": self.risk.counts(self.risk.censored[:, 0]),
                "survival": self.survival,
                "std_err": self.std_err,
                "lower": lower,
                "upper": upper,
            }
        )

    def at(self, times: object) -> SurvivalAt:
        """Survival S(t), its error and limits, and the number at risk (T >= t), at times t of 0 or more.

        Peto's error uses the number at risk at the time asked for: S √((1 - S) / n(t)).
        """
        t = _arrays.times("times", np.atleast_1d(np.asarray(times)))
        survival, std_err, n_risk = (np.empty((len(self.groups), len(t))) for _ in range(3))
        for g in range(len(self.groups)):
            rows = self.risk.rows_of(g)
            step = self.risk.last_row_by(g, t)
            survival[g] = np.concatenate(([1.0], self.survival[rows]))[step]
            std_err[g] = np.concatenate(([0.0], self.std_err[rows]))[step]
            n_risk[g] = self.risk.at_risk_at(g, t)[:, 0]
            unknown = self.risk.after_last(g, t) & (survival[g] > 0.0)
            survival[g, unknown] = std_err[g, unknown] = np.nan
        if self.se == "peto":
            std_err = _peto(survival, n_risk)
        lower, upper = limits(survival.ravel(), std_err.ravel(), self.ci, self.level)
        return SurvivalAt(
            tuple(label for label in self.groups for _ in range(len(t))),
            np.tile(t, len(self.groups)),
            self.risk.counts(n_risk.ravel()),
            survival.ravel(),
            std_err.ravel(),
            lower,
            upper,
        )

    def at_risk(self, times: object) -> FloatArray:
        """Numbers at risk (T >= t), shape (groups, times)."""
        t = _arrays.times("times", np.atleast_1d(np.asarray(times)))
        return np.stack([self.risk.at_risk_at(g, t)[:, 0] for g in range(len(self.groups))])

    def quantile(self, p: object = 0.5) -> SurvivalQuantiles:
        """Time by which a share p has had the event: the least t with S(t) <= 1 - p, by group.

        Where S equals 1 - p over an interval, its midpoint. Limits are those of Brookmeyer and Crowley: the
        times at which the confidence limits of S pass 1 - p, by Greenwood's error where the curve is quoted
        with Peto's, which soars where few are left. What is not reached is nan (null in the table).

        Reference: Brookmeyer, Crowley (1982), Biometrics 38:29-41.
        """
        share = np.array([_check.probability("p", x) for x in np.atleast_1d(np.asarray(p)).tolist()])
        found = np.empty((3, len(self.groups), len(share)))
        peto = self.se == "peto"
        error = curves(self.risk, se="greenwood", ci=self.ci, level=self.level) if peto else self
        curves_and_limits = (self.survival, *limits(self.survival, error.std_err, self.ci, self.level))
        for g in range(len(self.groups)):
            rows = self.risk.rows_of(g)
            for i, curve in enumerate(curves_and_limits):
                found[i, g] = quantile_of_curve(self.risk.time[rows], curve[rows], share)
        return SurvivalQuantiles(
            tuple(label for label in self.groups for _ in range(len(share))),
            np.tile(share, len(self.groups)),
            found[0].ravel(),
            found[1].ravel(),
            found[2].ravel(),
            self.level,
        )

    def band(
        self,
        kind: BandKind,
        *,
        start: float | None = None,
        end: float | None = None,
        scale: BandScale = "log-log",
        level: float | None = None,
    ) -> ConfidenceBand:
        """Band that holds the whole curve from `start` to `end` with probability `level`.

        See `ConfidenceBand`. `start` and `end` default to a group's first and last event time (before S
        is 0), `level` to that of the limits. Errors must be Greenwood's, and subjects unweighted.
        """
        if self.se != "greenwood" or self.risk.weighted:
            remedy = 'Call kaplan_meier(..., se="greenwood") without weights.'
            found = "weighted" if self.risk.weighted else self.se
            raise ArgumentError("se", found, "must be Greenwood's, of whole subjects, for a band", remedy)
        confidence = self.level if level is None else _check.probability("level", level)
        return band_of_curve(self.risk, self.survival, self.std_err, kind, (start, end), scale, confidence)


def kaplan_meier(
    time: object,
    event: object,
    *,
    group: object | None = None,
    entry: object | None = None,
    weights: object | None = None,
    cluster: object | None = None,
    se: StandardError = "greenwood",
    ci: LimitScale = "log-log",
    level: float = 0.95,
    timefix: bool = True,
) -> KaplanMeier:
    """Kaplan-Meier estimate S(t) = product over event times s <= t of 1 - d(s)/n(s), in each group.

    d(s) events and n(s) subjects at risk (entry < s <= time).

    Parameters
    ----------
    time, event : shape (n,); `event` True or 1 where the event was observed.
    group : labels, shape (n,); None is one group called "all".
    entry : times of coming under observation (left truncation), each before `time`.
    weights : case weights; d and n become sums of weights, and the errors are those of weights that count
        subjects (not the robust error that R chooses where weights are not whole numbers: for that, give
        each subject a cluster of its own).
    cluster : labels of subjects (or rows) that belong together. The errors are then robust, by infinitesimal
        jackknife: √ of the sum over clusters of (Σ w ∂S/∂w)², and `se` must stay "greenwood".
    se : "greenwood" S √(Σ d/(n(n-d))); "tsiatis" S √(Σ d/n²); "peto" S √((1-S)/n(t)), n(t) at risk at t.
    ci : scale of the limits: "log-log", "log" (R's default), "plain", "logit", "arcsine".
    level : of the limits.
    timefix : take times that differ by rounding only as one time, by the rule of R's survival package.

    References
    ----------
    Kaplan, Meier (1958), JASA 53:457-481. Greenwood (1926), Rep. Public Health Med. Subjects 33.
    Peto et al. (1977), Br J Cancer 35:1-39. Tsiatis (1981), Ann Stat 9:93-108.
    """
    t = _arrays.times("time", time)
    d = _arrays.events("event", event)
    _check.same_length(time=t, event=d)
    groups = _arrays.everybody(t) if group is None else _arrays.levels("group", group, t)
    entered, w = _arrays.entries(entry, t), _arrays.weights(weights, t)
    _check.one_of("se", se, get_args(StandardError))
    if cluster is not None:
        if se != "greenwood":
            raise ArgumentError("se", se, "has no robust version", "Leave se out where cluster is given.")
        together = _arrays.levels("cluster", cluster, t)
        return _robust_curves(t, d, groups, entered, w, together, ci=ci, level=level, timefix=timefix)
    risk = count_at_risk(
        t, d, group=_arrays.everybody(t), stratum=groups, entry=entered, weight=w, timefix=timefix
    )
    return curves(risk, se=se, ci=ci, level=level)


def curves(risk: RiskTable, *, se: StandardError, ci: LimitScale, level: float) -> KaplanMeier:
    """Kaplan-Meier curves, one for each stratum of a risk table of one group."""
    n, d = risk.at_risk[:, 0], risk.events[:, 0]
    _check.one_of("ci", ci, get_args(LimitScale))
    _check.probability("level", level)
    if se == "peto":
        survival = product_limit(risk.stratum, n, d)
        return KaplanMeier(risk, survival, _peto(survival, n), se, ci, level)
    survival, std_err = product_limit_and_error(risk.stratum, n, d, se == "tsiatis")
    return KaplanMeier(risk, survival, std_err, se, ci, level)


def _robust_curves(  # noqa: PLR0917 -- private, called once
    time: FloatArray,
    event: BoolArray,
    groups: Levels,
    entry: FloatArray | None,
    weight: FloatArray | None,
    cluster: Levels,
    *,
    ci: LimitScale,
    level: float,
    timefix: bool,
) -> KaplanMeier:
    order = order_subjects(time, entry, groups, timefix=timefix)
    risk = rows_of_order(order, event, _arrays.everybody(time), groups, weight)
    n, d = risk.at_risk[:, 0], risk.events[:, 0]
    survival = product_limit(risk.stratum, n, d)
    none = np.empty(0)
    variance = variance_by_cluster(
        order.by_time,
        order.by_entry,
        groups.codes,
        order.time,
        none if order.entry is None else order.entry,
        event,
        np.ones(len(time)) if weight is None else weight,
        cluster.codes,
        len(cluster.labels),
        risk.stratum,
        risk.time,
        n,
        d,
    )
    std_err = survival * np.sqrt(variance)
    return replace(curves(risk, se="greenwood", ci=ci, level=level), std_err=std_err, se="robust")


def _peto(survival: FloatArray, n_risk: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(n_risk > 0.0, survival * np.sqrt((1.0 - survival) / n_risk), np.nan)
