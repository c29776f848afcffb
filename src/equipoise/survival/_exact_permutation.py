"""The exact distribution of a sum of scores over a random choice of subjects, block by block."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import gammaln, logsumexp

from equipoise.errors import DataError

if TYPE_CHECKING:
    from equipoise.survival._arrays import FloatArray, IntArray

_MOST_STATES = 4_000_000


def exact_distribution(
    score: FloatArray, first: IntArray, drawn: IntArray, resolution: float
) -> tuple[FloatArray, FloatArray]:
    """Values of the sum and the logarithms of their probabilities; sums closer than `resolution` are one.

    Within a block subjects with equal scores are alike, so what counts is how many of each value are drawn.
    """
    total, log_p = np.zeros(1), np.zeros(1)
    for u in range(len(drawn)):
        block = score[first[u] : first[u + 1]]
        here, log_here = _block(block, int(drawn[u]), resolution)
        _refuse_more(len(total) * len(here))
        total, log_p = _merge(
            (total[:, None] + here).ravel(), (log_p[:, None] + log_here).ravel(), None, resolution
        )[:2]
    return total, log_p - logsumexp(log_p)


def _block(block: FloatArray, drawn: int, resolution: float) -> tuple[FloatArray, FloatArray]:
    keys, count_of = np.unique(np.rint(block / resolution), return_counts=True)
    values = keys * resolution
    order = np.argsort(count_of)
    total, log_w, taken = np.zeros(1), np.zeros(1), np.zeros(1)
    left = len(block)
    for value, m in zip(values[order].tolist(), count_of[order].tolist(), strict=True):
        left -= m
        j = np.arange(m + 1.0)
        ways = gammaln(m + 1.0) - gammaln(j + 1.0) - gammaln(m - j + 1.0)
        _refuse_more(len(total) * len(j))
        now = (taken[:, None] + j).ravel()
        possible = (now <= drawn) & (now + left >= drawn)
        total = (total[:, None] + j * value).ravel()[possible]
        log_w = (log_w[:, None] + ways).ravel()[possible]
        total, log_w, taken = _merge(total, log_w, now[possible], resolution)
    return total, log_w


def _merge(
    total: FloatArray, log_w: FloatArray, taken: FloatArray | None, resolution: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    key = np.rint(total / resolution)
    also = np.zeros(len(key)) if taken is None else taken
    order = np.lexsort((key, also))
    key, also, total, log_w = key[order], also[order], total[order], log_w[order]
    starts = np.flatnonzero(np.concatenate(([True], (np.diff(key) > 1.0) | (np.diff(also) != 0.0))))
    return total[starts], np.logaddexp.reduceat(log_w, starts), also[starts]


def _refuse_more(states: int) -> None:
    if states > _MOST_STATES:
        raise DataError(
            f"time: the exact distribution has more than {_MOST_STATES} states with so many events. "
            "Give resamples= and seed= for a Monte-Carlo p."
        )
