"""The log-rank score as a sum over subjects, and what baseline covariates explain of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise.errors import DataError

if TYPE_CHECKING:
    from equipoise.survival._arrays import BoolArray, FloatArray, IntArray
    from equipoise.survival.risk_table import RiskTable


@dataclass(frozen=True, slots=True)
class DerivedOutcomes:
    """Two arms' risk rows, and each subject's place in them.

    `arm` (n,) is 1 on the experimental arm, `row` (n,) each subject's own risk row, `stratum` (n,), X (n, q).
    """

    risk: RiskTable
    arm: IntArray
    event: BoolArray
    stratum: IntArray
    row: IntArray
    X: FloatArray

    def score(self, theta: float) -> tuple[float, float]:
        """U = Σ (d_1 - d e^θ n_1/D) with D = n_0 + e^θ n_1, and its slope Σ d e^θ n_0 n_1/D²."""
        ratio = float(np.exp(theta))
        n, d = self.risk.at_risk, self.risk.events
        whole = n[:, 0] + ratio * n[:, 1]
        share, dead = ratio * n[:, 1] / whole, d.sum(axis=1)
        return float(np.sum(d[:, 1] - dead * share)), float(np.sum(dead * share * (1.0 - share)))

    def tied_variance(self) -> float:
        """The log-rank variance Σ d (n-d)/(n-1) n_0 n_1/n²."""
        n, d = self.risk.at_risk, self.risk.events.sum(axis=1)
        whole = n.sum(axis=1)
        factor = np.where(whole > 1.0, (whole - d) / np.maximum(whole - 1.0, 1.0), 0.0)
        return float(np.sum(d * factor * n[:, 0] * n[:, 1] / whole**2))

    def outcomes(self, theta: float) -> FloatArray:
        """O_i: own event less its expectation, weighted by the share at risk on the other arm, shape (n,).

        Arm 1: d n_0/D at the own row less Σ over rows up to it of e^θ d n_0/D²; arm 0: e^θ d n_1/D less
        Σ e^θ d n_1/D². The score is Σ O_i on arm 1 less Σ O_i on arm 0.
        """
        ratio = float(np.exp(theta))
        n, dead = self.risk.at_risk, self.risk.events.sum(axis=1)
        whole = n[:, 0] + ratio * n[:, 1]
        other = np.column_stack((ratio * n[:, 1], n[:, 0])) / whole[:, None]
        rise = other * (np.array([1.0, ratio]) * (dead / whole)[:, None])
        before = np.vstack((np.zeros(2), np.cumsum(rise, axis=0)))
        first = self.risk.first_row[self.stratum]
        expected = before[self.row + 1, self.arm] - before[first, self.arm]
        return np.asarray(self.event * other[self.row, self.arm] - expected)

    def adjustment(self, theta: float) -> tuple[float, float]:
        """What X explains: c to take off the score, and the variance that goes with it (both as sums).

        With b_k the within-stratum regression of arm k's outcomes on X, c = Σ over arm 1 of (X_i - X̄_z)'b_1
        less Σ over arm 0 of (X_i - X̄_z)'b_0, and n π (1-π) (b_0 + b_1)' Σ_z (n_z/n) Cov_z(X) (b_0 + b_1).
        """
        z = self.stratum
        outcome = self.outcomes(theta)
        slopes = np.zeros((2, self.X.shape[1]))
        for k in (0, 1):
            mine = self.arm == k
            centred = _within(self.X[mine], z[mine])
            if np.count_nonzero(mine) <= self.X.shape[1] + len(np.unique(z[mine])):
                raise DataError(
                    f"covariates: {self.X.shape[1]} covariates are too many for the "
                    f"{np.count_nonzero(mine)} subjects of arm {self.risk.groups[k]!r}. Leave some out."
                )
            slopes[k] = np.linalg.lstsq(centred, outcome[mine], rcond=1e-10)[0]
        centred = _within(self.X, z)
        sides = (
            centred[self.arm == 1].sum(axis=0) @ slopes[1] - centred[self.arm == 0].sum(axis=0) @ slopes[0]
        )
        size = np.bincount(z)
        share = np.where(size > 1, size / np.maximum(size - 1, 1), 0.0)[z]
        both = centred @ (slopes[0] + slopes[1])
        pi = float(np.mean(self.arm))
        return float(sides), float(pi * (1.0 - pi) * np.sum(share * both**2))


def _within(X: FloatArray, stratum: IntArray) -> FloatArray:
    """X less its mean in each subject's stratum."""
    size = np.maximum(np.bincount(stratum), 1)
    mean = np.column_stack([np.bincount(stratum, weights=x) / size for x in X.T])
    return np.asarray(X - mean[stratum])
