"""Cox's partial likelihood, its slope and curvature, in one backward pass over sorted subjects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from equipoise.numerics.kernels import kernel

if TYPE_CHECKING:
    from equipoise.survival._arrays import BoolArray, FloatArray, IntArray

# Sums from which so much was taken away that this share is left have lost as many digits: they are made anew.
_WORN = 1e-4


@kernel
def tied_events(
    d: int,
    weight: float,
    efron: bool,  # noqa: FBT001 -- kernels take their arguments by position
    s0: float,
    e0: float,
) -> tuple[float, float, float, float, float, float]:
    """Sums over the d events of one time: log-likelihood, and the coefficients of its first two derivatives.

    With f = k/d for k = 0..d-1 (Efron; f = 0 for Breslow) and D = s0 - f e0: Σ log D, Σ 1/D, Σ f/D, Σ 1/D²,
    Σ f/D², Σ f²/D², each times the mean weight of the events.
    """
    log_sum, a, b, aa, ab, bb = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    steps = d if efron else 1
    share = weight / steps
    for k in range(steps):
        f = k / d
        denominator = s0 - f * e0
        if denominator <= 0.0:
            return np.inf, a, b, aa, ab, bb
        inverse = 1.0 / denominator
        log_sum += share * np.log(denominator)
        a += share * inverse
        b += share * f * inverse
        aa += share * inverse * inverse
        ab += share * f * inverse * inverse
        bb += share * f * f * inverse * inverse
    return log_sum, a, b, aa, ab, bb


@kernel
def _add_moments(r: float, X: FloatArray, i: int, first: FloatArray, second: FloatArray) -> None:
    """Add r x_i to `first` (p,) and the lower triangle of r x_i x_i' to `second` (p, p)."""
    for j in range(len(first)):
        rx = r * X[i, j]
        first[j] += rx
        for k in range(j + 1):
            second[j, k] += rx * X[i, k]


@kernel
def _add_events(  # noqa: PLR0917 -- kernels take their arguments by position
    deaths: int,
    death_weight: float,
    efron: bool,  # noqa: FBT001 -- likewise
    s0: float,
    s1: FloatArray,
    s2: FloatArray,
    e0: float,
    e1: FloatArray,
    e2: FloatArray,
    score: FloatArray,
    information: FloatArray,
) -> float:
    """Add what the events of one time bring to score and information; returns Σ log D."""
    if deaths == 1:
        if s0 <= 0.0:
            return np.inf
        for j in range(len(score)):
            mean = s1[j] / s0
            score[j] -= death_weight * mean
            for k in range(j + 1):
                information[j, k] += death_weight * (s2[j, k] - mean * s1[k]) / s0
        return float(death_weight * np.log(s0))
    log_sum, a, b, aa, ab, bb = tied_events(deaths, death_weight, efron, s0, e0)
    for j in range(len(score)):
        score[j] -= a * s1[j] - b * e1[j]
        for k in range(j + 1):
            information[j, k] += (
                a * s2[j, k]
                - b * e2[j, k]
                - aa * s1[j] * s1[k]
                + ab * (s1[j] * e1[k] + e1[j] * s1[k])
                - bb * e1[j] * e1[k]
            )
    return log_sum


@kernel
def _record(  # noqa: PLR0917 -- kernels take their arguments by position
    deaths: int,
    death_weight: float,
    efron: bool,  # noqa: FBT001 -- likewise
    s0: float,
    s1: FloatArray,
    s2: FloatArray,
    e0: float,
    e1: FloatArray,
    e2: FloatArray,
    unit: float,
    sums: FloatArray,
    vectors: FloatArray,
    matrix: FloatArray,
) -> None:
    """What one time adds to the baseline hazard, and the mean and spread of x among those at risk then.

    With share = mean weight of the events, D = s0 - f e0 and x̄ = (s1 - f e1)/D for each f of `tied_events`:
    sums Σ share/D, Σ f share/D, Σ share/D²; vectors mean of x̄, Σ x̄ share/D, Σ f x̄ share/D; matrix the
    information. The s and e were taken in units of 1/`unit`.
    """
    _, a, b, aa, ab, bb = tied_events(deaths, death_weight, efron, s0, e0)
    sums[0], sums[1], sums[2] = unit * a, unit * b, unit * unit * aa
    zero, matrix[:] = np.zeros(len(s1)), 0.0
    _add_events(deaths, death_weight, efron, s0, s1, s2, e0, e1, e2, zero, matrix)
    for j in range(len(s1)):
        vectors[0, j] = (a * s1[j] - b * e1[j]) / death_weight
        vectors[1, j] = unit * (aa * s1[j] - ab * e1[j])
        vectors[2, j] = unit * (ab * s1[j] - bb * e1[j])
        for k in range(j):
            matrix[k, j] = matrix[j, k]


@kernel
def _sum_again(  # noqa: PLR0917 -- kernels take their arguments by position
    first: int,
    t: float,
    stratum: IntArray,
    entry: FloatArray,
    weight: FloatArray,
    X: FloatArray,
    eta: FloatArray,
    shift: float,
    s1: FloatArray,
    s2: FloatArray,
) -> float:
    """The sums over those at risk at t, anew: subjects from `first` on in its stratum with entry < t."""
    s0, s1[:], s2[:] = 0.0, 0.0, 0.0
    j = first
    while j < len(eta) and stratum[j] == stratum[first]:
        if entry[j] < t:
            r = weight[j] * np.exp(eta[j] - shift)
            s0 += r
            _add_moments(r, X, j, s1, s2)
        j += 1
    return s0


@kernel
def _take_away(  # noqa: PLR0917 -- kernels take their arguments by position
    who: IntArray,
    weight: FloatArray,
    X: FloatArray,
    eta: FloatArray,
    shift: float,
    s1: FloatArray,
    s2: FloatArray,
) -> float:
    """Take those not yet under observation out of the sums; returns their Σ w exp(eta)."""
    total = 0.0
    for k in range(len(who) - 1, -1, -1):
        r = weight[who[k]] * np.exp(eta[who[k]] - shift)
        total += r
        _add_moments(-r, X, who[k], s1, s2)
    return total


@kernel
def partial_likelihood(  # noqa: C901, PLR0912, PLR0915, PLR0917 -- one pass over sorted subjects, arguments by position
    stratum: IntArray,
    time: FloatArray,
    event: BoolArray,
    entry: FloatArray,
    by_entry: IntArray,
    weight: FloatArray,
    X: FloatArray,
    eta: FloatArray,
    efron: bool,  # noqa: FBT001 -- likewise
    score: FloatArray,
    information: FloatArray,
    sums: FloatArray,
    vectors: FloatArray,
    matrices: FloatArray,
) -> float:
    """Log partial likelihood at eta = X β; writes its gradient (p,) and minus its second derivative (p, p).

    Subjects are sorted by stratum and time; `by_entry` lists them by stratum and entry and may be empty.
    s0, s1, s2 are Σ w exp(eta) (1, x, xx') over those at risk, e0, e1, e2 the same over the tied events.
    Returns -inf where a sum over those at risk vanishes. `sums` (m, 3), `vectors` (m, 3, p) and `matrices`
    (m, p, p), one for each of the m times with events, are filled by `_record` unless m is 0.
    """
    n, p = X.shape
    row = len(sums)
    score[:], information[:] = 0.0, 0.0
    s1, s2, e1, e2 = np.zeros(p), np.zeros((p, p)), np.zeros(p), np.zeros((p, p))
    shift = eta.max()
    loglik, s0, peak, deaths = 0.0, 0.0, 0.0, 0
    at_risk, current, alone, r_alone = 0, -1, 0, 0.0
    late = len(by_entry) - 1
    i = n - 1
    while i >= 0:
        s, t = stratum[i], time[i]
        if s != current:
            current, at_risk = s, 0
            while late >= 0 and stratum[by_entry[late]] > s:
                late -= 1
        if at_risk == 0:
            s0, peak, s1[:], s2[:] = 0.0, 0.0, 0.0, 0.0
        if deaths > 1:
            e1[:], e2[:] = 0.0, 0.0
        deaths, death_weight, e0 = 0, 0.0, 0.0
        while i >= 0 and time[i] == t and stratum[i] == s:
            r = weight[i] * np.exp(eta[i] - shift)
            at_risk += 1
            s0 += r
            _add_moments(r, X, i, s1, s2)
            if event[i]:
                deaths += 1
                death_weight += weight[i]
                loglik += weight[i] * (eta[i] - shift)
                e0 += r
                # The sums over tied events are needed only where there are two or more.
                if deaths == 1:
                    alone, r_alone = i, r
                else:
                    if deaths == 2:
                        _add_moments(r_alone, X, alone, e1, e2)
                    _add_moments(r, X, i, e1, e2)
                for j in range(p):
                    score[j] += weight[i] * X[i, j]
            i -= 1
        come = late
        while come >= 0 and stratum[by_entry[come]] == s and entry[by_entry[come]] >= t:
            come -= 1
        s0 -= _take_away(by_entry[come + 1 : late + 1], weight, X, eta, shift, s1, s2)
        at_risk, late = at_risk - (late - come), come
        peak = max(peak, s0)
        if s0 < _WORN * peak:
            s0 = _sum_again(i + 1, t, stratum, entry, weight, X, eta, shift, s1, s2)
            peak = s0
        if deaths > 0 and row > 0:
            row -= 1
            _record(
                deaths,
                death_weight,
                efron,
                s0,
                s1,
                s2,
                e0,
                e1,
                e2,
                np.exp(-shift),
                sums[row],
                vectors[row],
                matrices[row],
            )
        if deaths > 0:
            loglik -= _add_events(deaths, death_weight, efron, s0, s1, s2, e0, e1, e2, score, information)
    for j in range(p):
        for k in range(j):
            information[k, j] = information[j, k]
    return loglik
