"""Gray's test: whether the incidence of one cause differs between groups while other causes compete."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import chdtrc

from equipoise import _check
from equipoise.errors import ArgumentError, DataError
from equipoise.survival import _arrays
from equipoise.survival._arrays import Levels
from equipoise.survival._display import Displayed, p_text
from equipoise.survival._frames import frame
from equipoise.survival.risk_table import count_at_risk

if TYPE_CHECKING:
    import polars as pl

    from equipoise.survival._arrays import FloatArray

_TIE = 1e-9


@dataclass(frozen=True, slots=True, repr=False)
class GrayTest(Displayed):
    """Gray's test of equal incidence of one cause in k groups.

    `score` (k,) is Σ W (d_g - R_g d/R), above 0 where the group has more events of the cause than expected;
    `covariance` (k, k) its null variance; `chi2` the quadratic form on `df` degrees of freedom, `p` its tail.
    """

    groups: tuple[Any, ...]
    cause: object
    score: FloatArray
    covariance: FloatArray
    chi2: float
    df: int
    p: float
    rho: float

    def headline(self) -> str:
        """The statistic and its p."""
        return f"Gray's test, cause {self.cause!r}: chi2 = {self.chi2:.4g} on {self.df} df, {p_text(self.p)}"

    def to_frame(self) -> pl.DataFrame:
        """One row for each group: score and its error; the test's chi2, df and p on every row."""
        k = len(self.groups)
        return frame(
            {
                "group": list(self.groups),
                "score": self.score,
                "std_err": np.sqrt(np.diag(self.covariance)),
                "chi2": [self.chi2] * k,
                "df": [self.df] * k,
                "p": [self.p] * k,
            }
        )


def gray_test(
    time: object,
    cause: object,
    group: object,
    *,
    of: object = 1,
    censored: object = 0,
    strata: object | None = None,
    rho: float = 0.0,
    timefix: bool = True,
) -> GrayTest:
    """Gray's test: U_g = Σ W (d_g - R_g d/R) over times of the cause, R_g = n_g (1 - F_g)/S_g just before.

    n_g are at risk, S_g is Kaplan-Meier with every cause an event, F_g the incidence of the cause: R_g is the
    number who would be at risk, had those with another cause stayed. W = (1 - F(t-))^rho, F the incidence
    common to all groups. Scores and their null covariance are added over strata.

    The covariance follows from what one event more of group g at u does to U_i: it adds a jump
    S_g(u-)/n_g to F_g, and lowers all later jumps of F_g by the share S_g(u-)/(n_g S_g(u)). With
    a = W (n_i/S_i) (δ_ig - share of g in Σ n/S) and e(u) = Σ over t > u of a(t) dF(t)/(1 - F(t-)), the two
    effects are S_g(u-)/n_g times a(u) + e(u) and times b(u) e(u), b = (1 - F(u))/S_g(u). So

        Cov(U_i, U_j) = Σ_g Σ_u (S_g/n_g)² [c_i c_j n_g dF/S_g + b² e_i e_j d2_g],  c = a + (1 - b) e

    with S_g, n_g just before u, dF = d/Σ(n/S) common to all groups, and d2_g the events of other causes, each
    variance times 1 - (d - 1)/(N - 1) where events are tied: N = S_g Σ n/S for the cause, n_g for others.

    Parameters
    ----------
    time, cause, group : shape (n,); `cause` names what happened, or that nothing did.
    of : the cause to compare; censored : the label of those to whom nothing happened.
    strata : labels, or a table whose columns are crossed.
    rho : weight; 0 is the usual test, above 0 looks at early differences.
    timefix : take times that differ by rounding only as one time, by the rule of R's survival package.

    Raises
    ------
    DataError : nobody had the cause while two groups were at risk together.

    Reference: Gray (1988), Ann Stat 16:1141-1154.
    """
    t = _arrays.times("time", time)
    what = _arrays.levels("cause", cause, t)
    groups = _arrays.levels("group", group, t)
    power = _check.number("rho", rho)
    if len(groups.labels) < 2:
        remedy = "Are both arms in the data?"
        raise ArgumentError("group", groups.labels, "must hold at least two groups", remedy)
    kind = kinds_of(what, of, censored)
    k = len(groups.labels)
    # Columns of the risk table: group and kind crossed, so that one table counts everything.
    crossed = Levels(groups.codes * 3 + kind, tuple(range(3 * k)), ordered=True)
    stratum = _arrays.crossed_levels("strata", strata, t)
    risk = count_at_risk(
        t, kind > 0, group=crossed, stratum=stratum, entry=None, weight=None, timefix=timefix
    )
    score, covariance = np.zeros(k), np.zeros((k, k))
    for s in range(len(stratum.labels)):
        rows = risk.rows_of(s)
        n = risk.at_risk[rows].reshape(-1, k, 3).sum(axis=2)
        d = risk.events[rows].reshape(-1, k, 3)
        _add_stratum(n, d[:, :, 1], d[:, :, 2], power, score, covariance)
    value, vector = np.linalg.eigh(covariance)
    kept = value > max(value[-1], 0.0) * 1e-10
    df = int(kept.sum())
    if df == 0:
        raise DataError(
            f"cause: nobody had {of!r} while two groups were at risk in the same stratum: nothing to compare."
        )
    chi2 = float(np.sum((vector[:, kept].T @ score) ** 2 / value[kept]))
    return GrayTest(groups.labels, of, score, covariance, chi2, df, float(chdtrc(df, chi2)), power)


def kinds_of(what: Levels, of: object, censored: object) -> _arrays.IntArray:
    """0 censored, 1 the cause of interest, 2 another cause, shape (n,)."""
    if of == censored:
        raise ArgumentError("of", of, "must be a cause, not the censored level")
    if of not in what.labels:
        listed = ", ".join(repr(label) for label in what.labels)
        raise ArgumentError("of", of, f"must be one of the causes {listed}")
    place = np.array([0 if x == censored else 1 if x == of else 2 for x in what.labels], dtype=np.int64)
    return place[what.codes]


def _add_stratum(  # noqa: PLR0917 -- private, called once
    n: FloatArray,
    d1: FloatArray,
    d2: FloatArray,
    rho: float,
    score: FloatArray,
    covariance: FloatArray,
) -> None:
    """Add one stratum's U and its covariance; n, d1, d2 of shape (rows, k).

    In the letters of `gray_test`, with rho_g = n_g/S_g(t-); `first` and `second` are the variances S_g dF/n_g
    and S_g² d2_g/n_g² of the two effects' martingales, less a share for ties.
    """
    there = n > 0.0
    safe = np.where(there, n, 1.0)
    after = np.cumprod(np.where(there, (safe - d1 - d2) / safe, 1.0), axis=0)
    before = np.vstack((np.ones(n.shape[1]), after[:-1]))
    own = np.cumsum(before * d1 / safe, axis=0)
    own_before = np.vstack((np.zeros(n.shape[1]), own[:-1]))
    alive = np.where(before > 0.0, before, 1.0)
    rho_g = np.where(there, n / alive, 0.0)
    total, events = rho_g.sum(axis=1), d1.sum(axis=1)
    used = total > 0.0
    rise = np.where(used, events / np.where(used, total, 1.0), 0.0)
    common = np.cumsum(rise)
    left_before = np.maximum(1.0 - np.concatenate(([0.0], common[:-1])), 0.0)
    weight = left_before**rho
    expected = rho_g * (1.0 - own_before)
    share = expected / np.maximum(expected.sum(axis=1), _TIE)[:, None]
    score += np.sum(weight[:, None] * (d1 - events[:, None] * share), axis=0)
    k = n.shape[1]
    part = rho_g / np.where(used, total, 1.0)[:, None]
    a = weight[:, None, None] * rho_g[:, :, None] * (np.eye(k)[None] - part[:, None, :])
    a = np.where(there[:, None, :] & there[:, :, None], a, 0.0)
    step = np.where(left_before > 0.0, rise / np.maximum(left_before, 1e-300), 0.0)
    summed = np.cumsum(a * step[:, None, None], axis=0)
    later = summed[-1] - summed
    remaining = np.maximum(1.0 - common, 0.0)[:, None]
    b = np.where(after > 0.0, remaining / np.where(after > 0.0, after, 1.0), 0.0)
    tied = total[:, None] * alive - 1.0
    slack = np.where(
        (events[:, None] > 1.0) & (tied > 0.0),
        1.0 - (events[:, None] - 1.0) / np.where(tied > 0.0, tied, 1.0),
        1.0,
    )
    first = np.where(there, slack * alive * rise[:, None] / safe, 0.0)
    slack = np.where(d2 > 1.0, 1.0 - (d2 - 1.0) / np.maximum(n - 1.0, 1.0), 1.0)
    second = np.where(there, slack * alive**2 * d2 / safe**2, 0.0)
    of_cause = a + (1.0 - b)[:, None, :] * later
    of_others = b[:, None, :] * later
    covariance += np.einsum("rig,rjg,rg->ij", of_cause, of_cause, first)
    covariance += np.einsum("rig,rjg,rg->ij", of_others, of_others, second)
