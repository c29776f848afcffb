"""Cumulative incidence of each of several competing causes, by Aalen and Johansen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from equipoise import _check
from equipoise.errors import ArgumentError
from equipoise.survival import _arrays
from equipoise.survival._arrays import Levels
from equipoise.survival._display import Displayed
from equipoise.survival._frames import frame
from equipoise.survival._incidence_kernels import incidence_and_variance
from equipoise.survival._limits import LimitScale, limits
from equipoise.survival.risk_table import RiskTable, count_at_risk

if TYPE_CHECKING:
    import polars as pl

    from equipoise.survival._arrays import FloatArray

IncidenceVariance = Literal["delta", "aalen"]


@dataclass(frozen=True, slots=True, repr=False)
class IncidenceAt(Displayed):
    """Incidence at chosen times: a row for each group, cause and time, in that order.

    Beyond a group's last time the curve is not known unless nobody was left: nan (null in the table).
    """

    group: tuple[Any, ...]
    cause: tuple[Any, ...]
    time: FloatArray
    incidence: FloatArray
    std_err: FloatArray
    lower: FloatArray
    upper: FloatArray

    def headline(self) -> str:
        """What the rows are."""
        return "Cumulative incidence at chosen times"

    def to_frame(self) -> pl.DataFrame:
        """Columns group, cause, time, incidence, std_err, lower, upper."""
        return frame({name: getattr(self, name) for name in self.__slots__})


@dataclass(frozen=True, slots=True, repr=False)
class CumulativeIncidence(Displayed):
    """Incidence curves, one for each cause and group.

    Attributes
    ----------
    risk : the risk table; its strata are the groups, its columns the causes, the censored in the last.
    causes : labels of the C causes.
    incidence, std_err : shape (rows, C).
    variance, ci, level : the conventions used.
    """

    risk: RiskTable
    causes: tuple[Any, ...]
    incidence: FloatArray
    std_err: FloatArray
    variance: IncidenceVariance
    ci: LimitScale
    level: float

    @property
    def groups(self) -> tuple[Any, ...]:
        """Labels of the groups."""
        return self.risk.strata

    def headline(self) -> str:
        """Events of each cause."""
        totals = self.risk.events.sum(axis=0)
        parts = "; ".join(f"{cause}: {total:g}" for cause, total in zip(self.causes, totals, strict=False))
        return (
            f"Cumulative incidence, {self.variance} errors, {self.level:g} {self.ci} limits. Events {parts}"
        )

    def to_frame(self) -> pl.DataFrame:
        """Columns group, cause, time, n_risk, n_event, incidence, std_err, lower, upper."""
        row, cause = self._rows_by_group_and_cause()
        f, std_err = self.incidence[row, cause], self.std_err[row, cause]
        lower, upper = limits(f, std_err, self.ci, self.level)
        return frame(
            {
                "group": [self.groups[g] for g in self.risk.stratum[row].tolist()],
                "cause": [self.causes[c] for c in cause.tolist()],
                "time": self.risk.time[row],
                "n_risk": self.risk.counts(self.risk.at_risk[row].sum(axis=1)),
                "n_event": self.risk.counts(self.risk.events[row, cause]),
                "incidence": f,
                "std_err": std_err,
                "lower": lower,
                "upper": upper,
            }
        )

    def at(self, times: object) -> IncidenceAt:
        """Incidence by times t of 0 or more, with error and limits."""
        t = _arrays.times("times", np.atleast_1d(np.asarray(times)))
        k, c = len(self.groups), len(self.causes)
        f, std_err = np.empty((k, c, len(t))), np.empty((k, c, len(t)))
        start = np.zeros((1, c))
        for g in range(k):
            rows, step = self.risk.rows_of(g), self.risk.last_row_by(g, t)
            f[g] = np.concatenate((start, self.incidence[rows]))[step].T
            std_err[g] = np.concatenate((start, self.std_err[rows]))[step].T
            unknown = self.risk.after_last(g, t) & bool(self.risk.censored[rows][-1].sum() > 0.0)
            f[g][:, unknown] = std_err[g][:, unknown] = np.nan
        lower, upper = limits(f.ravel(), std_err.ravel(), self.ci, self.level)
        return IncidenceAt(
            tuple(group for group in self.groups for _ in range(c * len(t))),
            tuple(cause for _ in range(k) for cause in self.causes for _ in range(len(t))),
            np.tile(t, k * c),
            f.ravel(),
            std_err.ravel(),
            lower,
            upper,
        )

    def _rows_by_group_and_cause(self) -> tuple[Any, Any]:
        row = np.tile(np.arange(len(self.risk.time)), len(self.causes))
        cause = np.repeat(np.arange(len(self.causes)), len(self.risk.time))
        order = np.lexsort((row, cause, self.risk.stratum[row]))
        return row[order], cause[order]


def cumulative_incidence(
    time: object,
    cause: object,
    *,
    censored: object = 0,
    group: object | None = None,
    entry: object | None = None,
    variance: IncidenceVariance = "delta",
    ci: LimitScale = "log-log",
    level: float = 0.95,
    timefix: bool = True,
) -> CumulativeIncidence:
    """Aalen-Johansen incidence F_c(t) = Σ S(s-) d_c(s)/n(s) over event times s <= t, for each cause c.

    S is the Kaplan-Meier estimate with every cause an event, d_c the events of cause c, n those at risk.

    Parameters
    ----------
    time, cause : shape (n,); `cause` names what happened, or that nothing did.
    censored : the label in `cause` of those to whom nothing happened.
    group : labels, shape (n,); None is one group called "all".
    entry : times of coming under observation (left truncation), each before `time`.
    variance : "delta", the delta method on multinomial counts at each time: Greenwood's where there is
        one cause, and R's survfit (whose infinitesimal jackknife equals it unless some enter late);
        "aalen", from the variances of the counting processes with a correction for ties (R's
        cmprsk::cuminc). They differ by order 1/n².
    ci : scale of the limits of F: "log-log", "log", "plain", "logit", "arcsine".
    level : of the limits.
    timefix : take times that differ by rounding only as one time, by the rule of R's survival package.

    References
    ----------
    Aalen, Johansen (1978), Scand J Stat 5:141-150. Aalen (1978), Ann Stat 6:534-545.
    Marubini, Valsecchi (1995), Analysing Survival Data from Clinical Trials, section 10.2.
    """
    t = _arrays.times("time", time)
    what = _arrays.levels("cause", cause, t)
    groups = _arrays.everybody(t) if group is None else _arrays.levels("group", group, t)
    entered = _arrays.entries(entry, t)
    _check.one_of("variance", variance, get_args(IncidenceVariance))
    if censored == 0 and isinstance(what.labels[0], str):
        rule = "must name the label of those to whom nothing happened where causes are words"
        raise ArgumentError(
            "censored", censored, rule, f"The labels are {', '.join(map(repr, what.labels))}."
        )
    causes = tuple(label for label in what.labels if label != censored)
    if not causes:
        rule = "must name at least one cause besides the censored level"
        raise ArgumentError("cause", what.labels, rule, f"censored={censored!r} is the label of no event.")
    place = np.array([len(causes) if label == censored else causes.index(label) for label in what.labels])
    by_cause = Levels(place[what.codes].astype(np.int64), (*causes, censored), ordered=what.ordered)
    risk = count_at_risk(
        t,
        by_cause.codes < len(causes),
        group=by_cause,
        stratum=groups,
        entry=entered,
        weight=None,
        timefix=timefix,
    )
    n, d = risk.at_risk.sum(axis=1), risk.events.sum(axis=1)
    incidence, squared = np.empty((len(causes), len(n))), np.empty((len(causes), len(n)))
    for c in range(len(causes)):
        incidence_and_variance(
            risk.stratum, n, d, risk.events[:, c].copy(), variance == "aalen", incidence[c], squared[c]
        )
    _check.one_of("ci", ci, get_args(LimitScale))
    _check.probability("level", level)
    std_err = np.sqrt(squared, out=squared)
    return CumulativeIncidence(risk, causes, incidence.T, std_err.T, variance, ci, level)
