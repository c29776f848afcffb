"""The event times of sorted subjects and the rise of the baseline hazard at each, without late entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from equipoise.numerics.kernels import kernel
from equipoise.survival._cox_kernels import tied_events

if TYPE_CHECKING:
    from equipoise.survival._arrays import BoolArray, FloatArray, IntArray

# A sum over those at risk this small, beside a largest exp(eta) of 1, has vanished.
_VANISHED = 1e-290


@kernel
def event_times(  # noqa: PLR0917 -- kernels take their arguments by position
    stratum: IntArray,
    time: FloatArray,
    event: BoolArray,
    weight: FloatArray,
    first: IntArray,
    death_weight: FloatArray,
    tied: IntArray,
) -> tuple[int, int]:
    """Each stratum's event times, ascending: first subject and Σ weight of the events; room for each event.

    `tied` (3, events/2): which times have two or more events, the subject after the last, how many events.
    Returns how many times there are, and how many of these.
    """
    n, m, q, i = len(time), 0, 0, 0
    while i < n:
        s, t, begin = stratum[i], time[i], i
        deaths, total = 0, 0.0
        while i < n and time[i] == t and stratum[i] == s:
            deaths += event[i]
            total += event[i] * weight[i]
            i += 1
        if deaths > 0:
            first[m], death_weight[m] = begin, total
            if deaths > 1:
                tied[0, q], tied[1, q], tied[2, q] = m, i, deaths
                q += 1
            m += 1
    return m, q


@kernel
def sums_at_risk(starts: IntArray, risk: FloatArray, sums: FloatArray) -> None:
    """Σ of risk over each subject and those sorted after it in its stratum, shape (n,)."""
    for s in range(len(starts) - 1):
        inside, out = risk[starts[s] : starts[s + 1]], sums[starts[s] : starts[s + 1]]
        m, total = len(inside), 0.0
        for k in range(m):
            total += inside[m - 1 - k]
            out[m - 1 - k] = total


@kernel
def hazard_rises(  # noqa: PLR0917 -- kernels take their arguments by position
    event: BoolArray,
    risk: FloatArray,
    first: IntArray,
    death_weight: FloatArray,
    tied: IntArray,
    at_risk: FloatArray,
    rise: FloatArray,
    factor: FloatArray,
    ties: FloatArray,
) -> float:
    """Σ log of the denominators; writes the hazard's rises and the factors of `block_moments`.

    `at_risk` (n,) holds s0, the risk of all from a subject on. With D = s0 - f e0 for each event, the sum
    over one time of the means' products is Σ (s1 - f e1)(s1 - f e1)'/D² = u u' + v v', u = k1 (s1 - k2 e1),
    v = k3 e1: `factor` (m,) holds k1, and for the tied times alone `ties` (3, tied) holds k1 k2, k3 and the
    part of the rise that spares the events.
    """
    log_sum = 0.0
    for r in range(len(first)):
        s0 = at_risk[first[r]]
        if not s0 > _VANISHED:
            return np.inf
        log_sum += death_weight[r] * np.log(s0)
        rise[r] = death_weight[r] / s0
        factor[r] = np.sqrt(death_weight[r]) / s0
    for q in range(tied.shape[1]):
        r = tied[0, q]
        s0 = at_risk[first[r]]
        e0 = 0.0
        for i in range(first[r], tied[1, q]):
            e0 += event[i] * risk[i]
        log_share, a, b, aa, ab, bb = tied_events(tied[2, q], death_weight[r], True, 1.0, e0 / s0)  # noqa: FBT003 -- kernels take their arguments by position
        log_sum += log_share
        rise[r], factor[r] = a / s0, np.sqrt(aa) / s0
        ties[0, q] = factor[r] * ab / aa
        ties[1, q] = np.sqrt(max(bb - ab * ab / aa, 0.0)) / s0
        ties[2, q] = b / s0
    return log_sum


@kernel
def expected_events(  # noqa: PLR0917 -- kernels take their arguments by position
    starts: IntArray,
    event: BoolArray,
    risk: FloatArray,
    first: IntArray,
    rise: FloatArray,
    tied: IntArray,
    spared: FloatArray,
    expected: FloatArray,
) -> None:
    """Each subject's risk times the hazard up to its time, c_j (n,); tied events share their own in part."""
    expected[:] = 0.0
    for r in range(len(rise)):
        expected[first[r]] = rise[r]
    for s in range(len(starts) - 1):
        hazard = 0.0
        for i in range(starts[s], starts[s + 1]):
            hazard += expected[i]
            expected[i] = risk[i] * hazard
    for q in range(tied.shape[1]):
        for i in range(first[tied[0, q]], tied[1, q]):
            expected[i] -= event[i] * risk[i] * spared[q]
