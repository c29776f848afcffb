"""Cox's discrete partial likelihood: the chance that of those at risk just these had the event."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from equipoise.numerics.kernels import kernel

if TYPE_CHECKING:
    from equipoise.survival._arrays import BoolArray, FloatArray, IntArray

_LARGE = 1e100


@kernel
def exact_partial_likelihood(  # noqa: C901, PLR0912, PLR0917 -- one recursion over subjects, arguments by position
    stratum: IntArray,
    time: FloatArray,
    event: BoolArray,
    entry: FloatArray,
    X: FloatArray,
    eta: FloatArray,
    score: FloatArray,
    information: FloatArray,
) -> float:
    """Log of Π exp(Σ eta over the d events)/(Σ over all sets of d at risk of the same), with derivatives.

    The denominator B(d) is an elementary symmetric function: adding a subject of risk r makes B(k) into
    B(k) + r B(k-1). Its gradient g(k) and second derivatives h(k) follow by the product rule. Sorted as
    `partial_likelihood`, by time within stratum; a subject counts one.

    Reference: Cox (1972), JRSS B 34:187-220; Gail, Lubin, Rubinstein (1981), Biometrika 68:703-707.
    """
    n, p = X.shape
    score[:], information[:] = 0.0, 0.0
    late = len(entry) > 0
    loglik, first = 0.0, 0
    while first < n:
        s, t = stratum[first], time[first]
        after, deaths = first, 0
        while after < n and stratum[after] == s and time[after] == t:
            if event[after]:
                deaths += 1
                loglik += eta[after]
                for j in range(p):
                    score[j] += X[after, j]
            after += 1
        if deaths > 0:
            top, last = -np.inf, first
            while last < n and stratum[last] == s:
                if not late or entry[last] < t:
                    top = max(top, eta[last])
                last += 1
            b, g, h = np.zeros(deaths + 1), np.zeros((deaths + 1, p)), np.zeros((deaths + 1, p, p))
            b[0] = 1.0
            log_scale, seen = 0.0, 0
            for i in range(first, last):
                if late and entry[i] >= t:
                    continue
                r = np.exp(eta[i] - top)
                seen += 1
                for k in range(min(seen, deaths), 0, -1):
                    for j in range(p):
                        for m in range(j + 1):
                            h[k, j, m] += r * (
                                h[k - 1, j, m]
                                + X[i, j] * g[k - 1, m]
                                + X[i, m] * g[k - 1, j]
                                + X[i, j] * X[i, m] * b[k - 1]
                            )
                        g[k, j] += r * (g[k - 1, j] + X[i, j] * b[k - 1])
                    b[k] += r * b[k - 1]
                largest = b.max()
                if largest > _LARGE:
                    b /= largest
                    g /= largest
                    h /= largest
                    log_scale += np.log(largest)
            if not b[deaths] > 0.0:
                return -np.inf
            loglik -= np.log(b[deaths]) + log_scale + deaths * top
            for j in range(p):
                mean = g[deaths, j] / b[deaths]
                score[j] -= mean
                for m in range(j + 1):
                    information[j, m] += h[deaths, j, m] / b[deaths] - mean * g[deaths, m] / b[deaths]
        first = after
    for j in range(p):
        for m in range(j):
            information[m, j] = information[j, m]
    return loglik
