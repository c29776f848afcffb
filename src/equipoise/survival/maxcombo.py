"""The largest of several weighted log-rank statistics, with its p from their joint normal distribution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from equipoise import _check
from equipoise.errors import ArgumentError
from equipoise.numerics.normal_region import all_within
from equipoise.survival import _arrays
from equipoise.survival._arms import two_arms
from equipoise.survival._display import Displayed, p_text
from equipoise.survival._frames import frame
from equipoise.survival._logrank_kernels import two_group_sum
from equipoise.survival._weight_rows import row_weights
from equipoise.survival.logrank import Alternative, nothing_to_compare
from equipoise.survival.risk_table import count_at_risk

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from equipoise.numerics.logrank_weights import LogrankWeight
    from equipoise.survival._arrays import FloatArray


@dataclass(frozen=True, slots=True, repr=False)
class MaxCombo(Displayed):
    """Weighted log-rank tests of two arms and their maximum; z > 0 means benefit of the second arm.

    Attributes
    ----------
    groups : control, experimental.
    weights : as given, m of them (None is the log-rank test).
    z : shape (m,); `covariance` (m, m) of the scores, `correlation` of the z under the null.
    statistic : largest |z|, z ("benefit") or -z ("harm"); `chosen` is the index of the weight that has it.
    p : of the statistic, allowing for all m.
    """

    groups: tuple[Any, ...]
    weights: tuple[LogrankWeight | None, ...]
    z: FloatArray
    covariance: FloatArray
    correlation: FloatArray
    statistic: float
    chosen: int
    p: float
    alternative: Alternative

    def headline(self) -> str:
        """The statistic and its p."""
        return (
            f"MaxCombo ({self.alternative}): {self.statistic:.4g} by {_name(self.weights[self.chosen])}, "
            f"{p_text(self.p)} (z > 0: benefit of {self.groups[1]!r} over {self.groups[0]!r})"
        )

    def to_frame(self) -> pl.DataFrame:
        """Columns weight, z, chosen, p; p, that of the maximum, on the row that has it."""
        m = len(self.z)
        return frame(
            {
                "weight": [_name(w) for w in self.weights],
                "z": self.z,
                "chosen": [k == self.chosen for k in range(m)],
                "p": [self.p if k == self.chosen else None for k in range(m)],
            }
        )


def maxcombo(
    time: object,
    event: object,
    group: object,
    *,
    weights: Sequence[LogrankWeight | None],
    control: object | None = None,
    strata: object | None = None,
    entry: object | None = None,
    alternative: Alternative = "two-sided",
    timefix: bool = True,
) -> MaxCombo:
    """Maximum of weighted log-rank statistics Z_k = U_k/√V_kk, with cov(U_k, U_l) = Σ w_k w_l v.

    Two-sided p = 1 - P(|Z_k| <= max |z| for all k), one-sided without the absolute values, for Z normal with
    mean 0 and the estimated correlation.

    Parameters
    ----------
    time, event, group : shape (n,); two arms; `event` True or 1 where the event was observed.
    weights : two or more weights as in `logrank`; None is the log-rank test. Choose them beforehand.
    control : label of the control arm; required where the arms have no order of their own (names).
    strata : labels, or a table whose columns are crossed.
    entry : times of coming under observation (left truncation), each before `time`.
    alternative : "two-sided", "benefit" or "harm" of the experimental arm.
    timefix : take times that differ by rounding only as one time, by the rule of R's survival package.

    Raises
    ------
    DataError : a weight leaves nothing to compare: no event with weight while both arms were at risk.

    References
    ----------
    Tarone (1981), Biometrics 37:79-85. Karrison (2016), Stata Journal 16:678-690.
    """
    t = _arrays.times("time", time)
    d = _arrays.events("event", event)
    _check.same_length(time=t, event=d)
    arms = two_arms(_arrays.levels("group", group, t), control)
    _check.one_of("alternative", alternative, get_args(Alternative))
    if len(weights) < 2:
        remedy = "For one weight use logrank(..., weight=...)."
        raise ArgumentError("weights", tuple(weights), "must hold two weights or more", remedy)
    risk = count_at_risk(
        t,
        d,
        group=arms,
        stratum=_arrays.crossed_levels("strata", strata, t),
        entry=_arrays.entries(entry, t),
        weight=None,
        timefix=timefix,
    )
    w = [row_weights(risk, weight, pooled=False) for weight in weights]
    w = [np.ones(len(risk.time)) if len(x) == 0 else x for x in w]
    d1, n1 = risk.events[:, 1], risk.at_risk[:, 1]
    total, n = risk.events[:, 0] + d1, risk.at_risk[:, 0] + n1
    m = len(w)
    score, covariance = np.empty(m), np.empty((m, m))
    for k in range(m):
        excess, covariance[k, k] = two_group_sum(total, d1, n, n1, w[k], 1.0)
        score[k] = -excess
        if covariance[k, k] <= 0.0:
            raise nothing_to_compare(risk)
        for j in range(k):
            # All weights are 0 or more, so the variance of weight √(w_k w_j) is the covariance.
            covariance[k, j] = covariance[j, k] = two_group_sum(total, d1, n, n1, np.sqrt(w[k] * w[j]), 1.0)[
                1
            ]
    error = np.sqrt(np.diag(covariance))
    z, correlation = score / error, covariance / np.outer(error, error)
    sided = {"two-sided": np.abs(z), "benefit": z, "harm": -z}[alternative]
    chosen = int(np.argmax(sided))
    within = all_within(correlation, float(sided[chosen]), two_sided=alternative == "two-sided")
    return MaxCombo(
        arms.labels,
        tuple(weights),
        z,
        covariance,
        correlation,
        float(sided[chosen]),
        chosen,
        min(max(1.0 - within, 0.0), 1.0),
        alternative,
    )


def _name(weight: LogrankWeight | None) -> str:
    return "log-rank" if weight is None else repr(weight)
