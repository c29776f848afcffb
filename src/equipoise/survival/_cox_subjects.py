"""Subjects sorted for Cox's partial likelihood, and the likelihood at given coefficients."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from equipoise.survival._cox_block_kernels import block_moments, event_totals, linear_predictor
from equipoise.survival._cox_exact_kernels import exact_partial_likelihood
from equipoise.survival._cox_hazard_kernels import event_times, expected_events, hazard_rises, sums_at_risk
from equipoise.survival._cox_kernels import partial_likelihood

if TYPE_CHECKING:
    from equipoise.survival._arrays import BoolArray, FloatArray, IntArray

Ties = Literal["efron", "breslow", "exact"]

_NO_TIES = np.empty((3, 0), dtype=np.int64)
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
class EventTimes:
    """The times with events of sorted subjects, by stratum and time.

    `starts` (strata + 1,): where each stratum begins, and n; `first`, `weight` (m,): first subject of a time,
    and the events' weight; `tied` (3, tied): times with two or more events, subject after the last, events.
    """

    starts: IntArray
    first: IntArray
    weight: FloatArray
    tied: IntArray


def _times_of_events(stratum: IntArray, time: FloatArray, event: BoolArray, weight: FloatArray) -> EventTimes:
    room = int(np.count_nonzero(event))
    first, total = np.empty(room, dtype=np.int64), np.empty(room)
    tied = np.empty((3, room // 2), dtype=np.int64)
    m, q = event_times(stratum, time, event, weight, first, total, tied)
    starts = np.searchsorted(stratum, np.arange(stratum[0], stratum[-1] + 2)).astype(np.int64, copy=False)
    return EventTimes(starts, first[:m], total[:m], np.ascontiguousarray(tied[:, :q]))


@dataclass(frozen=True, slots=True)
class SortedSubjects:
    """Subjects sorted by stratum and time; X (n, p) centred and scaled, its columns contiguous.

    `by_entry` lists them by stratum and entry; without late entry it and `entry` are empty, and so is
    `offset` where there is none. `event_total` (p,) is Σ w x over the events.
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
    events: EventTimes
    event_total: FloatArray

    def eta(self, beta: FloatArray) -> FloatArray:
        """Linear predictor, shape (n,)."""
        eta = np.zeros(len(self.X)) if len(self.offset) == 0 else self.offset.copy()
        if beta.any():
            linear_predictor(self.X.T, beta, eta)
        return eta

    def likelihood(self, beta: FloatArray) -> Likelihood:
        """Log partial likelihood, gradient and information at beta."""
        if self.ties != "exact" and len(self.entry) == 0:
            return self._without_late_entry(beta)
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

    def _without_late_entry(self, beta: FloatArray) -> Likelihood:
        """The same by sums over subjects instead of over risk sets, several times faster."""
        events, p, m = self.events, self.X.shape[1], len(self.events.weight)
        tied = events.tied if self.ties == "efron" else _NO_TIES
        risk = self.eta(beta)
        shift = float(risk.max())
        score, information = self.event_total.copy(), np.zeros((p, p))
        loglik = float(self.event_total @ beta) - shift * float(events.weight.sum())
        if len(self.offset) > 0:
            loglik += float(np.sum(self.offset[self.event] * self.weight[self.event]))
        np.exp(np.subtract(risk, shift, out=risk), out=risk)
        risk *= self.weight
        expected = np.empty(len(risk))
        sums_at_risk(events.starts, risk, expected)
        rise, factor, ties = np.empty(m), np.empty(m), np.empty((3, tied.shape[1]))
        loglik -= hazard_rises(
            self.event,
            risk,
            events.first,
            events.weight,
            tied,
            expected,
            rise,
            factor,
            ties,
        )
        if np.isfinite(loglik):
            expected_events(events.starts, self.event, risk, events.first, rise, tied, ties[2], expected)
            block_moments(
                events.starts,
                self.event,
                self.X.T,
                risk,
                expected,
                events.first,
                tied,
                factor,
                ties,
                score,
                information,
            )
        lower = np.tril(information, -1)
        return Likelihood(beta, loglik, score, information + lower.T)

    def event_rows(self, beta: FloatArray) -> EventRows:
        """What each time with events says at beta; with exact ties by Breslow's sums, as R does."""
        p = self.X.shape[1]
        first = self.events.first
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
        return replace(self, X=np.asfortranarray(self.X @ basis), event_total=self.event_total @ basis)

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
        return sorted_subjects(
            stratum=stratum[to].astype(np.int64, copy=False),
            time=self.time[to],
            event=self.event[to],
            entry=entry,
            by_entry=np.lexsort((entry, stratum[to])) if truncated else self.by_entry,
            weight=self.weight[to],
            X=np.asfortranarray(self.X[to]),
            ties=self.ties,
            offset=self.offset[to] if len(self.offset) > 0 else self.offset,
        )


def sorted_subjects(
    *,
    stratum: IntArray,
    time: FloatArray,
    event: BoolArray,
    entry: FloatArray,
    by_entry: IntArray,
    weight: FloatArray,
    X: FloatArray,
    ties: Ties,
    offset: FloatArray,
) -> SortedSubjects:
    """The subjects with what coefficients do not change: the event times and Σ w x over the events."""
    events = _times_of_events(stratum, time, event, weight)
    total = event_totals(X.T, event, weight)
    return SortedSubjects(stratum, time, event, entry, by_entry, weight, X, ties, offset, events, total)
