"""Standardised survival by its definition, and the infinitesimal jackknife by differentiating case weights."""

from __future__ import annotations

from dataclasses import dataclass

import mpmath as mp


@dataclass(frozen=True)
class Subjects:
    """Columns; `cell` is the stratum of the baseline hazard, `x` the covariates of the model."""

    time: list[int]
    event: list[bool]
    cell: list[int]
    x: list[list[float]]


def coefficients(data: Subjects, weights: list) -> list:
    """Newton's method on the weighted partial likelihood with Breslow's ties."""
    n, q = len(data.time), len(data.x[0])
    b = mp.matrix(q, 1)
    for _ in range(40):
        score, information = mp.matrix(q, 1), mp.matrix(q, q)
        for i in (i for i in range(n) if data.event[i]):
            at_risk = [j for j in range(n) if data.cell[j] == data.cell[i] and data.time[j] >= data.time[i]]
            r = [
                weights[j] * mp.exp(mp.fsum(p * v for p, v in zip(b, data.x[j], strict=True)))
                for j in at_risk
            ]
            s0 = mp.fsum(r)
            s1 = mp.matrix(
                [mp.fsum(w * data.x[j][k] for w, j in zip(r, at_risk, strict=True)) for k in range(q)]
            )
            s2 = mp.matrix(q, q)
            for w, j in zip(r, at_risk, strict=True):
                v = mp.matrix(data.x[j])
                s2 += w * v * v.T
            score += weights[i] * (mp.matrix(data.x[i]) - s1 / s0)
            information += weights[i] * (s2 / s0 - s1 * s1.T / s0**2)
        move = mp.lu_solve(information, score)
        b += move
        if mp.norm(move) < mp.mpf(10) ** -28:
            break
    return list(b)


def curve(  # noqa: PLR0917 - a formula's arguments
    data: Subjects, b: list, weights: list, as_if: list[list[float]], cells: list[int], t: float
) -> object:
    """Weighted mean over everybody of exp(-H exp(x'b)) with the covariates and cells given."""
    n = len(data.time)

    def hazard(cell: int) -> object:
        total = mp.mpf(0)
        for i in range(n):
            if data.event[i] and data.cell[i] == cell and data.time[i] <= t:
                total += weights[i] / mp.fsum(
                    weights[j] * mp.exp(mp.fsum(p * v for p, v in zip(b, data.x[j], strict=True)))
                    for j in range(n)
                    if data.cell[j] == cell and data.time[j] >= data.time[i]
                )
        return total

    baseline = {cell: hazard(cell) for cell in set(cells)}
    survival = [
        mp.exp(-baseline[c] * mp.exp(mp.fsum(p * v for p, v in zip(b, x, strict=True))))
        for c, x in zip(cells, as_if, strict=True)
    ]
    return mp.fsum(w * s for w, s in zip(weights, survival, strict=True)) / mp.fsum(weights)


def both_curves(
    data: Subjects, as_if: list[list[list[float]]], cells: list[list[int]], t: float
) -> tuple[list[float], list[float]]:
    """Survival of both arms and their difference, with the roots of the sums of squared derivatives."""
    with mp.workdps(35):
        n, h = len(data.time), mp.mpf(10) ** -10
        ones = [mp.mpf(1)] * n

        def values(weights: list) -> list:
            b = coefficients(data, weights)
            s = [curve(data, b, weights, as_if[a], cells[a], t) for a in (0, 1)]
            return [*s, s[1] - s[0]]

        squares = [mp.mpf(0)] * 3
        for i in range(n):
            up = values([w + h * (j == i) for j, w in enumerate(ones)])
            down = values([w - h * (j == i) for j, w in enumerate(ones)])
            squares = [s + ((u - d) / (2 * h)) ** 2 for s, u, d in zip(squares, up, down, strict=True)]
        return [float(v) for v in values(ones)], [float(mp.sqrt(s)) for s in squares]
