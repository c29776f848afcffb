"""Subjects sorted for Cox's partial likelihood, and the likelihood at given coefficients."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from equipoise.survival._cox_exact_kernels import exact_partial_likelihood
from equipoise.survival._cox_kernels import partial_likelihood

if TYPE_CHECKING:
    from equipoise.survival._arrays import BoolArray, FloatArray, IntArray

Ties = Literal["efron", "breslow", "exact"]

_NO_ROWS = (np.empty((0, 3)), np.empty((0, 3, 0)), np.empty((0, 0, 0)))


@dataclass(frozen=True, slots=True)
class Likelihood:
    """The log partial likelihood at one beta, its gradient (p,) and information (p, p)."""

    beta: FloatArray
    loglik: float
    score: FloatArray
    information: FloatArray

    @property
    def usable(self) -> bool:
        """Whether all of it is finite."""
        return bool(
            np.isfinite(self.loglik) and np.isfinite(self.score).all() and np.isfinite(self.information).all()
        )


@dataclass(frozen=True, slots=True)
class EventRows:
    """One row for each stratum and time with events, at given coefficients; see `_cox_kernels._record`.

    `sums` (m, 3): rise of the baseline hazard (at x = 0 of the sorted X), the part of it that spares the tied
    events themselves, and its variance; `vectors` (m, 3, p): mean of x among those at risk, and that mean
    times the first two sums; `matrices` (m, p, p): information.
    """

    stratum: IntArray
    time: FloatArray
    sums: FloatArray
    vectors: FloatArray
    matrices: FloatArray

    def place(self, stratum: IntArray, time: FloatArray) -> IntArray:
        """Number of rows before or at each (stratum, time), counted over all strata before it as well."""
        out = np.empty(len(time), dtype=np.int64)
        for s in np.unique(stratum).tolist():
            here = stratum == s
            low, high = np.searchsorted(self.stratum, (s, s + 1))
            out[here] = low + np.searchsorted(self.time[low:high], time[here], side="right")
        return out


@dataclass(frozen=True, slots=True)
class SortedSubjects:
    """Subjects sorted by stratum and time; X (n, p) centred and scaled.

    `by_entry` lists them by stratum and entry; without late entry it and `entry` are empty.
    """

    stratum: IntArray
    time: FloatArray
    event: BoolArray
    entry: FloatArray
    by_entry: IntArray
    weight: FloatArray
    X: FloatArray
    ties: Ties
    offset: FloatArray

    def eta(self, beta: FloatArray) -> FloatArray:
        """Linear predictor, shape (n,)."""
        eta: FloatArray = self.X @ beta + self.offset
        return eta

    def likelihood(self, beta: FloatArray) -> Likelihood:
        """Log partial likelihood, gradient and information at beta."""
        p = self.X.shape[1]
        score, information = np.empty(p), np.empty((p, p))
        eta = self.eta(beta)
        if self.ties == "exact":
            loglik = exact_partial_likelihood(
                self.stratum, self.time, self.event, self.entry, self.X, eta, score, information
            )
            return Likelihood(beta, loglik, score, information)
        loglik = partial_likelihood(
            self.stratum,
            self.time,
            self.event,
            self.entry,
            self.by_entry,
            self.weight,
            self.X,
            eta,
            self.ties == "efron",
            score,
            information,
            _NO_ROWS[0],
            _NO_ROWS[1],
            _NO_ROWS[2],
        )
        return Likelihood(beta, loglik, score, information)

    def event_rows(self, beta: FloatArray) -> EventRows:
        """What each time with events says at beta; with exact ties by Breslow's sums, as R does."""
        p = self.X.shape[1]
        died = np.flatnonzero(self.event)
        new = (np.diff(self.time[died]) != 0.0) | (np.diff(self.stratum[died]) != 0)
        first = died[np.concatenate(([True], new))]
        m = len(first)
        sums, vectors, matrices = np.empty((m, 3)), np.empty((m, 3, p)), np.empty((m, p, p))
        partial_likelihood(
            self.stratum,
            self.time,
            self.event,
            self.entry,
            self.by_entry,
            self.weight,
            self.X,
            self.eta(beta),
            self.ties == "efron",
            np.empty(p),
            np.empty((p, p)),
            sums,
            vectors,
            matrices,
        )
        return EventRows(self.stratum[first], self.time[first], sums, vectors, matrices)

    def in_basis(self, basis: FloatArray) -> SortedSubjects:
        """The same with covariates X B, shape (n, q)."""
        return replace(self, X=np.ascontiguousarray(self.X @ basis))

    def stratified_by(self, value: FloatArray) -> SortedSubjects:
        """The same, stratified by a value as well; values that only rounding tells apart are one."""
        order = np.argsort(value, kind="stable")
        steps = np.diff(value[order]) > 1e-8 * float(np.ptp(value))
        level = np.empty(len(value), dtype=np.int64)
        level[order] = np.concatenate(([0], np.cumsum(steps)))
        _, stratum = np.unique(self.stratum * (level.max() + 1) + level, return_inverse=True)
        to = np.lexsort((self.time, stratum))
        truncated = len(self.entry) > 0
        entry = self.entry[to] if truncated else self.entry
        return SortedSubjects(
            stratum=stratum[to].astype(np.int64, copy=False),
            time=self.time[to],
            event=self.event[to],
            entry=entry,
            by_entry=np.lexsort((entry, stratum[to])) if truncated else self.by_entry,
            weight=self.weight[to],
            X=np.ascontiguousarray(self.X[to]),
            ties=self.ties,
            offset=self.offset[to],
        )
