"""The log-rank test judged by the allocation: every way, or many random ways, to have allocated subjects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from equipoise import _check
from equipoise.errors import ArgumentError, DataError
from equipoise.numerics.streams import check_seed
from equipoise.survival import _arrays
from equipoise.survival._arms import two_arms
from equipoise.survival._display import Displayed, p_text
from equipoise.survival._exact_permutation import exact_distribution
from equipoise.survival._frames import frame
from equipoise.survival._rerandomise_kernels import rerandomised_sums
from equipoise.survival._weight_rows import row_weights
from equipoise.survival.logrank import Alternative
from equipoise.survival.risk_table import count_at_risk

if TYPE_CHECKING:
    import polars as pl

    from equipoise.numerics.logrank_weights import LogrankWeight
    from equipoise.survival._arrays import FloatArray, IntArray, Levels
    from equipoise.survival.risk_table import RiskTable

# Two sums of the same scores in another order differ by less than this share of Σ |score|.
_ROUNDING = 1e-11


@dataclass(frozen=True, slots=True, repr=False)
class PermutationTest(Displayed):
    """A permutation log-rank test; score above `expected_score` means benefit of the second arm.

    Attributes
    ----------
    groups : control, experimental.
    score : E - O on the experimental arm, as in `logrank`.
    expected_score, std_dev : over all allocations (mean 0 where blocks are the strata); z is standardised.
    p : share of allocations at least as extreme. By Monte Carlo (1 + extreme)/(1 + resamples), `p_std_err`
        its error; exact where `resamples` is None.
    """

    groups: tuple[Any, ...]
    score: float
    expected_score: float
    std_dev: float
    z: float
    p: float
    p_std_err: float
    resamples: int | None
    seed: int | None
    alternative: Alternative

    def headline(self) -> str:
        """The standardised score, its p, and how it was found."""
        how = "exact" if self.resamples is None else f"{self.resamples} re-randomisations, seed {self.seed}"
        return (
            f"Permutation log-rank test ({self.alternative}, {how}): z = {self.z:.4g}, {p_text(self.p)} "
            f"(z > 0: benefit of {self.groups[1]!r} over {self.groups[0]!r})"
        )

    def to_frame(self) -> pl.DataFrame:
        """One row: score, expected_score, std_dev, z, p, p_std_err, resamples, seed, alternative."""
        names = (
            "score",
            "expected_score",
            "std_dev",
            "z",
            "p",
            "p_std_err",
            "resamples",
            "seed",
            "alternative",
        )
        return frame({name: [getattr(self, name)] for name in names})


def permutation_logrank(
    time: object,
    event: object,
    group: object,
    *,
    control: object | None = None,
    strata: object | None = None,
    blocks: object | None = None,
    entry: object | None = None,
    weight: LogrankWeight | None = None,
    alternative: Alternative = "two-sided",
    resamples: int | None = None,
    seed: int | None = None,
    timefix: bool = True,
) -> PermutationTest:
    """Log-rank test by re-randomisation: the score's place among all allocations that could have been made.

    The score E - O = -Σ a_i over the experimental arm, a_i = w(T_i) event_i - Σ w d/n over the event times at
    which i was at risk, all groups together: the a_i do not depend on the allocation. Within each block as
    many subjects as before are drawn for the experimental arm, each choice alike.

    Parameters
    ----------
    time, event, group : shape (n,); two arms; `event` True or 1 where the event was observed.
    control : label of the control arm; required where the arms have no order of their own (names).
    strata : labels, or a table whose columns are crossed: of the test, and of the allocation.
    blocks : labels of the allocation's blocks within strata; None allocates within strata as a whole.
    entry, weight : as in `logrank`.
    alternative : "two-sided" (as far from the mean either way), "benefit" or "harm" of the experimental arm.
    resamples, seed : number of random allocations and their seed; None and None for the exact p, which needs
        few events or few subjects.
    timefix : take times that differ by rounding only as one time, by the rule of R's survival package.

    Raises
    ------
    DataError : every allocation gives the same score; or too many different ones for the exact p.

    References
    ----------
    Peto, Peto (1972), JRSS A 135:185-207.
    Rosenberger, Lachin (2016), Randomization in Clinical Trials, chapter 6.
    """
    t = _arrays.times("time", time)
    d = _arrays.events("event", event)
    _check.same_length(time=t, event=d)
    arms = two_arms(_arrays.levels("group", group, t), control)
    stratum = _arrays.crossed_levels("strata", strata, t)
    block = _arrays.everybody(t) if blocks is None else _arrays.crossed_levels("blocks", blocks, t)
    came = _arrays.entries(entry, t)
    _check.one_of("alternative", alternative, get_args(Alternative))
    _check_resamples(resamples, seed)
    risk = count_at_risk(
        t, d, group=_arrays.everybody(t), stratum=stratum, entry=came, weight=None, timefix=timefix
    )
    score = -martingale_scores(risk, t, d, stratum, came, weight)
    order, first = _in_blocks(stratum, block)
    treated = arms.codes[order] == 1
    drawn = np.add.reduceat(treated.astype(np.int64), first[:-1])
    sorted_score = score[order]
    observed = float(sorted_score[treated].sum())
    mean, variance = _moments(sorted_score, first, drawn)
    slack = _ROUNDING * float(np.abs(score).sum())
    if variance <= slack * slack:
        raise DataError(
            "event: every allocation within the blocks gives the same score, so there is nothing to compare."
        )
    sd = float(np.sqrt(variance))
    if resamples is None:
        total, log_p = exact_distribution(sorted_score, first, drawn, max(slack, 1e-300))
        # Merging rounds each score to `slack`; a sum of them to some of it.
        near = slack * (2.0 + len(score))
        p, error = float(np.exp(log_p)[_extreme(total - mean, observed - mean, near, alternative)].sum()), 0.0
    else:
        total = np.empty(resamples)
        rerandomised_sums(np.uint64(check_seed(seed)), first, drawn, sorted_score, total)
        p = (1 + int(_extreme(total - mean, observed - mean, slack, alternative).sum())) / (1 + resamples)
        error = float(np.sqrt(p * (1.0 - p) / resamples))
    return PermutationTest(
        arms.labels,
        observed,
        mean,
        sd,
        (observed - mean) / sd,
        min(p, 1.0),
        error,
        resamples,
        seed,
        alternative,
    )


def martingale_scores(  # noqa: PLR0917 -- private, called once
    risk: RiskTable,
    time: FloatArray,
    event: _arrays.BoolArray,
    stratum: Levels,
    entry: FloatArray | None,
    weight: LogrankWeight | None,
) -> FloatArray:
    """w(T) event - Σ w d/n over event times with entry < t <= T, for each subject; `risk` has one group."""
    w = row_weights(risk, weight, pooled=False)
    w = np.ones(len(risk.time)) if len(w) == 0 else w
    rise = w * risk.events[:, 0] / risk.at_risk[:, 0]
    score = np.empty(len(time))
    for s in range(len(risk.strata)):
        rows, mine = risk.rows_of(s), np.flatnonzero(stratum.codes == s)
        summed = np.concatenate(([0.0], np.cumsum(rise[rows])))
        at = np.searchsorted(risk.time[rows], time[mine], side="right")
        score[mine] = w[rows][at - 1] * event[mine] - summed[at]
        if entry is not None:
            score[mine] += summed[np.searchsorted(risk.time[rows], entry[mine], side="right")]
    return score


def _check_resamples(resamples: int | None, seed: int | None) -> None:
    if resamples is None:
        if seed is not None:
            raise ArgumentError("seed", seed, "has no use without resamples", "The exact p draws nothing.")
        return
    if isinstance(resamples, bool) or not isinstance(resamples, int | np.integer) or resamples < 1:
        raise ArgumentError("resamples", resamples, "must be a whole number of 1 or more")
    check_seed(seed)


def _in_blocks(stratum: Levels, block: Levels) -> tuple[IntArray, IntArray]:
    """Subjects sorted by stratum and block, and where each block begins."""
    cell = stratum.codes * len(block.labels) + block.codes
    order = np.argsort(cell, kind="stable")
    starts = np.flatnonzero(np.concatenate(([True], np.diff(cell[order]) != 0)))
    return order, np.append(starts, len(order)).astype(np.int64, copy=False)


def _moments(score: FloatArray, first: IntArray, drawn: IntArray) -> tuple[float, float]:
    """Mean and variance of the sum over allocations: n1 ā and n1 n0/(N (N-1)) Σ (a - ā)², block by block."""
    mean, variance = 0.0, 0.0
    for u in range(len(drawn)):
        a, k = score[first[u] : first[u + 1]], float(drawn[u])
        mean += k * float(a.mean())
        if len(a) > 1:
            variance += k * (len(a) - k) / (len(a) * (len(a) - 1.0)) * float(np.sum((a - a.mean()) ** 2))
    return mean, variance


def _extreme(away: FloatArray, observed: float, slack: float, alternative: Alternative) -> _arrays.BoolArray:
    if alternative == "benefit":
        return np.asarray(away >= observed - slack)
    if alternative == "harm":
        return np.asarray(away <= observed + slack)
    return np.asarray(np.abs(away) >= abs(observed) - slack)
