"""Pseudo-values by leaving out each subject in turn, and generalised estimating equations by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mpmath as mp

from independent.naive_rmst import restricted_mean

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction


def pseudo_values(time: Sequence[int], event: Sequence[bool], tau: Fraction) -> list[Fraction]:
    """N m - (n-1) m without i."""
    n = len(time)
    whole, _ = restricted_mean(time, event, tau)
    out = []
    for i in range(n):
        rest, _ = restricted_mean([*time[:i], *time[i + 1 :]], [*event[:i], *event[i + 1 :]], tau)
        out.append(n * whole - (n - 1) * rest)
    return out


def equations(
    y: Sequence[Fraction], z: Sequence[Sequence[float]], *, logarithmic: bool
) -> tuple[list[float], list[float]]:
    """Coefficients and sandwich errors of E y = z'b or exp(z'b) with independent working covariance."""
    with mp.workdps(40):
        q = len(z[0])
        rows = [mp.matrix(list(r)) for r in z]
        values = [mp.mpf(v.numerator) / v.denominator for v in y]
        b = mp.matrix(q, 1)
        b[0] = mp.log(mp.fsum(values) / len(values)) if logarithmic else 0
        for _ in range(60):
            bread, slope, meat = mp.matrix(q, q), mp.matrix(q, 1), mp.matrix(q, q)
            for v, r in zip(values, rows, strict=True):
                eta = (r.T * b)[0]
                mean = mp.exp(eta) if logarithmic else eta
                d = r * mean if logarithmic else r
                bread += d * d.T
                slope += d * (v - mean)
                meat += d * d.T * (v - mean) ** 2
            move = mp.lu_solve(bread, slope)
            b += move
            if mp.norm(move) < mp.mpf(10) ** -25:
                break
        inverse = bread**-1
        covariance = inverse * meat * inverse
        return [float(v) for v in b], [float(mp.sqrt(covariance[j, j])) for j in range(q)]
