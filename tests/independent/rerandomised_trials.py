"""One trial's outcomes with its arms drawn again and again: the log-rank statistic at every look, all draws at once.

Shares no code with the package. Permuted blocks of one size within strata, 1:1; times in whole days, with ties.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    Array = np.ndarray


def rerandomised_z(
    *,
    entry: Array,
    stratum: Array,
    day: Array,
    event: Array,
    cutoffs: Sequence[np.datetime64],
    block: int,
    draws: int,
    rng: np.random.Generator,
) -> Array:
    """Z by draw and look, above 0 for benefit; patients stand in the order of their entry."""
    arms = np.empty((draws, len(entry)))
    for s in np.unique(stratum):
        mine = np.flatnonzero(stratum == s)
        blocks = np.tile([0.0, 1.0], (draws, -(-len(mine) // block), block // 2))
        arms[:, mine] = rng.permuted(blocks, axis=2).reshape(draws, -1)[:, : len(mine)]
    return np.array([look_z(entry, stratum, day, event, arms, cut) for cut in cutoffs]).T


def look_z(  # noqa: PLR0917 - the trial, its arms, the day
    entry: Array, stratum: Array, day: Array, event: Array, arms: Array, cut: np.datetime64
) -> Array:
    """The stratified log-rank z of each draw, of what is known at the end of a day."""
    open_for = (cut - entry).astype(int) + 1
    time = np.minimum(day, open_for)
    seen = event & (day <= open_for)
    score = variance = 0.0
    for s in np.unique(stratum):
        mine = np.flatnonzero((stratum == s) & (open_for >= 1))
        late_first = mine[np.argsort(-time[mine], kind="stable")]
        t, happened = time[late_first], seen[late_first]
        on_one = np.cumsum(arms[:, late_first], axis=1)
        for u in np.unique(t[happened]):
            n = int((t >= u).sum())
            failing = late_first[happened & (t == u)]
            d, d1 = len(failing), arms[:, failing].sum(axis=1)
            share = on_one[:, n - 1] / n
            score = score + d * share - d1
            variance = variance + (d * share * (1 - share) * (n - d) / (n - 1) if n > 1 else 0.0)
    return score / np.sqrt(variance)
