"""Subjects sorted for Cox's partial likelihood, and the likelihood at given coefficients."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from equipoise.survival._cox_kernels import partial_likelihood

if TYPE_CHECKING:
    from equipoise.survival._arrays import BoolArray, FloatArray, IntArray


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
    efron: bool

    def likelihood(self, beta: FloatArray) -> Likelihood:
        """Log partial likelihood, gradient and information at beta."""
        p = self.X.shape[1]
        score, information = np.empty(p), np.empty((p, p))
        loglik = partial_likelihood(
            self.stratum,
            self.time,
            self.event,
            self.entry,
            self.by_entry,
            self.weight,
            self.X,
            self.X @ beta,
            self.efron,
            score,
            information,
        )
        return Likelihood(beta, loglik, score, information)

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
            efron=self.efron,
        )
