"""Baseline factors in assumed shares, the same in both arms and whatever became of the subject."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise.reconstruction.spread import dealt, whole_shares

if TYPE_CHECKING:
    from equipoise.reconstruction.frame import Frame
    from equipoise.reconstruction.placement import Cohort
    from equipoise.reconstruction.published import Published

_STREAM_OF_BASELINE = 3


def baseline_columns(published: Published, frame: Frame, cohort: Cohort) -> dict[str, list[Any]]:
    """Levels of every factor, one value a subject.

    Within a stratum and arm, subjects are ordered by outcome and the levels dealt out evenly along that
    order, so that a factor is prognostic of nothing: nothing of the kind was published.
    """
    found: dict[str, list[Any]] = {}
    for index, factor in enumerate(published.baseline):
        rng = np.random.default_rng([index, _STREAM_OF_BASELINE])
        level = np.zeros(len(cohort.time), dtype=np.int64)
        for s, a in frame.cells:
            rows = np.flatnonzero((cohort.stratum == s) & (cohort.arm == a))
            order = rows[np.lexsort((cohort.time[rows], ~cohort.event[rows]))]
            shares = factor.shares[frame.strata[s]]
            level[order] = dealt(whole_shares(shares, len(rows)), rng)
        for j, column in enumerate(factor.columns):
            values = [combination[j] for combination in factor.levels]
            found[column] = [values[i] for i in level]
    return found
