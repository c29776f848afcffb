"""The chance that several correlated standard normal variables all stay within one bound."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.integrate import quad
from scipy.special import ndtr, ndtri

if TYPE_CHECKING:
    from equipoise.survival._arrays import FloatArray

_FAR = 9.0
_NODES = 32
_LATTICE = 1 << 16
_RANK_TOLERANCE = 1e-10


def all_within(correlation: FloatArray, bound: float, *, two_sided: bool) -> float:
    """P(|Z_k| <= bound for all k), or P(Z_k <= bound for all k); the correlation may be singular.

    By quadrature to 1e-9 where the rank is at most 3, else on a lattice of 65 536 points, to about 1e-6.
    """
    L = triangular_root(correlation)
    low = -bound if two_sided else -np.inf
    rank = L.shape[1]
    offset = np.zeros(len(L))
    if rank == 1:
        return float(_last(L[:, 0], offset[:, None], low, bound)[0])
    if rank == 2:
        return _last_two(L, offset, low, bound)
    if rank == 3:
        first = L[:, 0]

        def inner(y: float) -> float:
            return float(np.exp(-0.5 * y * y) / np.sqrt(2.0 * np.pi)) * _last_two(
                L[:, 1:], offset + first * y, low, bound
            )

        start, end = max(low, -_FAR), min(bound, _FAR)
        value, _ = quad(inner, start, end, epsabs=1e-10, epsrel=1e-10, limit=200)
        return float(value)
    return _on_lattice(L, low, bound)


def triangular_root(correlation: FloatArray) -> FloatArray:
    """L (m, rank) with L L' = R, by Cholesky's method with pivots: rows are in the given order."""
    rest = np.array(correlation, dtype=np.float64)
    columns: list[FloatArray] = []
    while True:
        k = int(np.argmax(np.diag(rest)))
        if rest[k, k] <= _RANK_TOLERANCE:
            return np.column_stack(columns)
        column = rest[:, k] / np.sqrt(rest[k, k])
        columns.append(column)
        rest -= np.outer(column, column)


def _last(slope: FloatArray, offset: FloatArray, low: float, high: float) -> FloatArray:
    """P(low <= offset + slope Y <= high for all k) for each column of offset (m, points)."""
    tiny = np.abs(slope) < 1e-12
    safe = np.where(tiny, 1.0, slope)[:, None]
    a, b = (low - offset) / safe, (high - offset) / safe
    floor = np.where(tiny[:, None], -np.inf, np.minimum(a, b)).max(axis=0)
    ceiling = np.where(tiny[:, None], np.inf, np.maximum(a, b)).min(axis=0)
    held = ~tiny[:, None] | ((offset >= low - 1e-12) & (offset <= high + 1e-12))
    chance = np.where(floor < 0.0, ndtr(ceiling) - ndtr(floor), ndtr(-floor) - ndtr(-ceiling))
    return np.where(held.all(axis=0), np.maximum(chance, 0.0), 0.0)


def _last_two(L: FloatArray, offset: FloatArray, low: float, high: float) -> float:
    """The same for two variables left: pieces between the corners of the region, Gauss-Legendre on each."""
    x_slope, y_slope = L[:, 0], L[:, 1]
    flat = np.abs(y_slope) < 1e-12
    start, end = -_FAR, _FAR
    for o, s in zip(offset[flat].tolist(), x_slope[flat].tolist(), strict=True):
        if abs(s) > 1e-12:
            start = max(start, min((low - o) / s, (high - o) / s))
            end = min(end, max((low - o) / s, (high - o) / s))
        elif not low <= o <= high:
            return 0.0
    if end <= start:
        return 0.0
    bounds = [b for b in (low, high) if np.isfinite(b)]
    cut = np.array([(b - o) / s for o, s in zip(offset[~flat], y_slope[~flat], strict=True) for b in bounds])
    tilt = np.repeat(-x_slope[~flat] / y_slope[~flat], len(bounds))
    i, j = np.triu_indices(len(cut), 1)
    apart = np.abs(tilt[i] - tilt[j]) > 1e-12
    corners = (cut[j] - cut[i])[apart] / (tilt[i] - tilt[j])[apart]
    points = np.concatenate((corners, np.arange(-6.0, 7.0, 2.0)))
    edges = np.concatenate(([start], np.sort(points[(points > start) & (points < end)]), [end]))
    node, weight = np.polynomial.legendre.leggauss(_NODES)
    half = 0.5 * np.diff(edges)
    x = (0.5 * (edges[1:] + edges[:-1])[:, None] + half[:, None] * node).ravel()
    w = (half[:, None] * weight).ravel() * np.exp(-0.5 * x * x) / np.sqrt(2.0 * np.pi)
    return float(w @ _last(y_slope, offset[:, None] + x_slope[:, None] * x, low, high))


def _on_lattice(L: FloatArray, low: float, high: float) -> float:
    """All variables but the last by conditional draws on a Richtmyer lattice, the last exactly.

    Reference: Genz (1992), J Comput Graph Stat 1:141-149.
    """
    rank = L.shape[1]
    primes = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)
    k = np.arange(1, _LATTICE + 1)
    offset, chance = np.zeros((len(L), _LATTICE)), np.ones(_LATTICE)
    for j in range(rank - 1):
        u = np.abs(2.0 * np.modf(k * np.sqrt(primes[j % len(primes)] + 0.0))[0] - 1.0)
        # The pivot row of column j has nothing after it: its bounds are those of variable j itself.
        pivot = int(np.argmax(np.where(np.abs(L[:, j + 1 :]).max(axis=1) < 1e-8, np.abs(L[:, j]), -1.0)))
        a = ndtr((low - offset[pivot]) / L[pivot, j])
        b = ndtr((high - offset[pivot]) / L[pivot, j])
        chance *= b - a
        y = ndtri(np.clip(a + u * (b - a), 1e-300, 1.0 - 1e-16))
        offset = offset + L[:, [j]] * y
    return float(np.mean(chance * _last(L[:, rank - 1], offset, low, high)))
