"""Subjects sorted for a Fine-Gray model, the chance that each is still uncensored, and robust errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise.survival import _arrays
from equipoise.survival._cox_subjects import Likelihood
from equipoise.survival._fine_gray_kernels import subdistribution_likelihood
from equipoise.survival._step_kernels import just_before, product_limit
from equipoise.survival.risk_table import count_at_risk

if TYPE_CHECKING:
    from equipoise.survival._arrays import FloatArray, IntArray, Levels
    from equipoise.survival.risk_table import RiskTable


@dataclass(frozen=True, slots=True)
class CensoringCurves:
    """By censoring group: G(t-) and, at each time of censoring u, how many were at risk and were censored."""

    risk: RiskTable
    before: FloatArray

    def just_before(self, group: int, times: FloatArray) -> FloatArray:
        """G(t-) of one group; 0 beyond its last time, after which nobody of it can be uncensored."""
        rows = self.risk.rows_of(group)
        after = np.concatenate(([1.0], _after(self, rows)))
        found = after[np.searchsorted(self.risk.time[rows], times, side="left")]
        return np.where(times > self.risk.time[rows][-1], 0.0, found)


def _after(curves: CensoringCurves, rows: slice) -> FloatArray:
    n, c = curves.risk.at_risk[rows, 0], curves.risk.events[rows, 0]
    return np.asarray(curves.before[rows] * (n - c) / n)


def censoring_curves(time: FloatArray, kind: IntArray, group: Levels) -> CensoringCurves:
    """Kaplan-Meier of being censored; who has an event at the same time is still at risk of it."""
    risk = count_at_risk(
        time, kind == 0, group=_arrays.everybody(time), stratum=group, entry=None, weight=None, timefix=False
    )
    n, c = risk.at_risk[:, 0], risk.events[:, 0]
    return CensoringCurves(risk, just_before(risk.stratum, product_limit(risk.stratum, n, c), 1.0))


@dataclass(frozen=True, slots=True)
class CompetingSubjects:
    """Subjects sorted by stratum and time; X centred and scaled; see `subdistribution_likelihood`."""

    stratum: IntArray
    time: FloatArray
    kind: IntArray
    group: IntArray
    X: FloatArray
    curves: CensoringCurves
    censoring: FloatArray
    row_first: IntArray
    row_censoring: FloatArray

    def likelihood(self, beta: FloatArray) -> Likelihood:
        """Log partial likelihood, gradient and information."""
        return self.fitted(beta)[0]

    def fitted(self, beta: FloatArray) -> tuple[Likelihood, FloatArray, FloatArray]:
        """The same, with Σ w exp(eta) (m,) and the mean of x (m, p) at each time of the cause."""
        p, m = self.X.shape[1], len(self.row_first)
        score, information = np.empty(p), np.empty((p, p))
        s0, mean = np.empty(m), np.empty((m, p))
        loglik = subdistribution_likelihood(
            self.stratum,
            self.time,
            self.kind,
            self.group,
            self.censoring,
            self.row_first,
            self.row_censoring,
            self.X,
            self.X @ beta,
            score,
            information,
            s0,
            mean,
        )
        return Likelihood(beta, loglik, score, information), s0, mean

    def influence(self, beta: FloatArray) -> FloatArray:
        """What each subject adds to the score, and to it through the censoring curves, shape (n, p).

        η = ∫ (x - x̄) w dM and ψ = ∫ q/π dM_c, with q(u) = Σ over those with another cause at T <= u of
        exp(eta) ∫ over s > u of (x - x̄) G(s-)/G(T-) dΛ, π(u) those of the censoring group at risk at u.

        Reference: Fine, Gray (1999), JASA 94:496-509.
        """
        _, s0, mean = self.fitted(beta)
        risk = np.exp(self.X @ beta)
        row_stratum, row_time = self.stratum[self.row_first], self.time[self.row_first]
        out = np.zeros_like(self.X)
        q = np.zeros((len(self.curves.risk.time), self.X.shape[1]))
        for s in np.unique(self.stratum).tolist():
            rows = np.flatnonzero(row_stratum == s)
            mine = np.flatnonzero(self.stratum == s)
            if rows.size == 0:
                continue
            t, T = row_time[rows], self.time[mine]
            at = np.searchsorted(t, T, side="right")
            died = self.kind[mine] == 1
            deaths = np.bincount(at[died] - 1, minlength=len(rows)).astype(np.float64)
            rise = deaths / s0[rows]
            hazard, pull = _running(rise), _running(rise[:, None] * mean[rows])
            r, X = risk[mine][:, None], self.X[mine]
            here = -r * (X * hazard[at][:, None] - pull[at])
            here[died] += X[died] - mean[rows][at[died] - 1]
            for g in np.unique(self.group[mine]).tolist():
                w = self.row_censoring[rows, g] * rise
                weighted, moved = _running(w), _running(w[:, None] * mean[rows])
                other = (self.group[mine] == g) & (self.kind[mine] == 2)
                share = r[other] / self.censoring[mine][other][:, None]
                rest0, rest1 = weighted[-1] - weighted[at[other]], moved[-1] - moved[at[other]]
                here[other] -= share * (X[other] * rest0[:, None] - rest1)
                # q at each time of leaving u in the censoring group, by sums over another cause up to u.
                place = self.curves.risk.rows_of(g)
                u = self.curves.risk.time[place]
                till = np.searchsorted(T[other], u, side="left")
                c0, c1 = _running(share[:, 0]), _running(share * X[other])
                beyond = np.searchsorted(t, u, side="left")
                q[place] += c1[till] * (weighted[-1] - weighted[beyond])[:, None]
                q[place] -= c0[till][:, None] * (moved[-1] - moved[beyond])
            out[mine] = here
        return out + self._through_censoring(q)

    def _through_censoring(self, q: FloatArray) -> FloatArray:
        out = np.zeros_like(self.X)
        curves = self.curves.risk
        for g in np.unique(self.group).tolist():
            place, mine = curves.rows_of(g), np.flatnonzero(self.group == g)
            n, c = curves.at_risk[place, 0], curves.events[place, 0]
            ratio = q[place] / n[:, None]
            summed = np.cumsum(ratio * (c / n)[:, None], axis=0)
            at = np.searchsorted(curves.time[place], self.time[mine])
            out[mine] = (self.kind[mine] == 0)[:, None] * ratio[at] - summed[at]
        return out


def _running(x: FloatArray) -> FloatArray:
    """Cumulative sums along the first axis, with a 0 before."""
    return np.concatenate((np.zeros((1, *x.shape[1:])), np.cumsum(x, axis=0)))
