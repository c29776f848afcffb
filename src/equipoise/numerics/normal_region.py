"""The chance that several correlated standard normal variables all stay within their bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtr, ndtri

if TYPE_CHECKING:
    FloatArray = np.ndarray[Any, np.dtype[np.float64]]

_FAR = 9.0
_NODES = 32
_LATTICE = 1 << 16
_RANK_TOLERANCE = 1e-10


def all_within(correlation: FloatArray, bound: float, *, two_sided: bool) -> float:
    """P(|Z_k| <= bound for all k), or P(Z_k <= bound for all k); the correlation may be singular."""
    high = np.full(len(correlation), bound)
    return region_probability(correlation, -high if two_sided else np.full_like(high, -np.inf), high)


def region_probability(correlation: FloatArray, low: FloatArray, high: FloatArray) -> float:
    """P(low_k <= Z_k <= high_k for all k); the correlation may be singular, bounds infinite.

    By quadrature to 1e-9 where the rank is at most 3, else on a lattice of 65 536 points, to about 1e-6 in
    few variables and 1e-5 in nine.

    Reference: Genz (1992), J Comput Graph Stat 1:141-149.
    """
    if (low >= high).any():
        return 0.0
    bounded = np.isfinite(low) | np.isfinite(high)
    if not bounded.any():
        return 1.0
    low, high = low[bounded], high[bounded]
    L = triangular_root(correlation[np.ix_(bounded, bounded)])
    rank = L.shape[1]
    offset = np.zeros(len(L))
    if rank == 1:
        return float(_last(L[:, 0], offset[:, None], low, high)[0])
    if rank == 2:
        return _last_two(L, offset, low, high)
    if rank == 3:
        # Loaded here: it brings half of SciPy, and three dimensions are rarely asked for.
        from scipy.integrate import quad

        first = L[:, 0]

        def inner(y: float) -> float:
            return float(np.exp(-0.5 * y * y) / np.sqrt(2.0 * np.pi)) * _last_two(
                L[:, 1:], offset + first * y, low, high
            )

        pivot = int(np.argmax(np.abs(first)))
        ends = float(low[pivot] / first[pivot]), float(high[pivot] / first[pivot])
        start, end = max(min(ends), -_FAR), min(max(ends), _FAR)
        value, _ = quad(inner, start, end, epsabs=1e-10, epsrel=1e-10, limit=200)
        return float(value)
    return _on_lattice(L, low, high)


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


def _last(slope: FloatArray, offset: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    """P(low <= offset + slope Y <= high for all k) for each column of offset (m, points)."""
    tiny = np.abs(slope) < 1e-12
    safe = np.where(tiny, 1.0, slope)[:, None]
    floor_of, ceiling_of = low[:, None], high[:, None]
    a, b = (floor_of - offset) / safe, (ceiling_of - offset) / safe
    floor = np.where(tiny[:, None], -np.inf, np.minimum(a, b)).max(axis=0)
    ceiling = np.where(tiny[:, None], np.inf, np.maximum(a, b)).min(axis=0)
    held = ~tiny[:, None] | ((offset >= floor_of - 1e-12) & (offset <= ceiling_of + 1e-12))
    chance = np.where(floor < 0.0, ndtr(ceiling) - ndtr(floor), ndtr(-floor) - ndtr(-ceiling))
    return np.where(held.all(axis=0), np.maximum(chance, 0.0), 0.0)


def _last_two(L: FloatArray, offset: FloatArray, low: FloatArray, high: FloatArray) -> float:
    """The same for two variables left: pieces between the corners of the region, Gauss-Legendre on each."""
    x_slope, y_slope = L[:, 0], L[:, 1]
    flat = np.abs(y_slope) < 1e-12
    start, end = -_FAR, _FAR
    for k in np.flatnonzero(flat):
        o, s = float(offset[k]), float(x_slope[k])
        if abs(s) > 1e-12:
            ends = (float(low[k]) - o) / s, (float(high[k]) - o) / s
            start, end = max(start, min(ends)), min(end, max(ends))
        elif not low[k] <= o <= high[k]:
            return 0.0
    if end <= start:
        return 0.0
    bound = np.concatenate((low[~flat], high[~flat]))
    there = np.isfinite(bound)
    twice = np.tile(np.flatnonzero(~flat), 2)[there]
    cut = (bound[there] - offset[twice]) / y_slope[twice]
    tilt = -x_slope[twice] / y_slope[twice]
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


def _on_lattice(L: FloatArray, low: FloatArray, high: FloatArray) -> float:
    """All variables but the last by conditional draws on a Richtmyer lattice, the last exactly."""
    rank = L.shape[1]
    step = np.sqrt(_first_primes(rank - 1))
    k = np.arange(1, _LATTICE + 1)
    offset, chance = np.zeros((len(L), _LATTICE)), np.ones(_LATTICE)
    for j in range(rank - 1):
        u = np.abs(2.0 * np.modf(k * step[j])[0] - 1.0)
        # The pivot row of column j has nothing after it: its bounds are those of variable j itself.
        pivot = int(np.argmax(np.where(np.abs(L[:, j + 1 :]).max(axis=1) < 1e-8, np.abs(L[:, j]), -1.0)))
        a = ndtr((low[pivot] - offset[pivot]) / L[pivot, j])
        b = ndtr((high[pivot] - offset[pivot]) / L[pivot, j])
        chance *= b - a
        y = ndtri(np.clip(a + u * (b - a), 1e-300, 1.0 - 1e-16))
        offset = offset + L[:, [j]] * y
    return float(np.mean(chance * _last(L[:, rank - 1], offset, low, high)))


def _first_primes(count: int) -> FloatArray:
    """The first prime numbers."""
    found: list[int] = []
    candidate = 2
    while len(found) < count:
        if all(candidate % p for p in found):
            found.append(candidate)
        candidate += 1
    return np.array(found, dtype=np.float64)
