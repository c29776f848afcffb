"""Firth's penalty, profile limits and exact ties by their definitions; no code shared with the library."""

from __future__ import annotations

import math
from itertools import combinations
from typing import TYPE_CHECKING

import mpmath as mp

from independent.naive_cox import CoxData, partial_loglik

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_STEP = mp.mpf(10) ** -10


def penalised_loglik(beta: Sequence[mp.mpf], data: CoxData, ties: str) -> mp.mpf:
    """Log partial likelihood and half the logarithm of the determinant of minus its second derivative."""
    p = len(beta)

    def f(*shifts: tuple[int, int]) -> mp.mpf:
        at = list(beta)
        for j, side in shifts:
            at[j] += side * _STEP
        return partial_loglik(at, data, ties)

    centre = f()
    information = mp.matrix(p, p)
    for j in range(p):
        information[j, j] = -(f((j, 1)) - 2 * centre + f((j, -1))) / _STEP**2
        for k in range(j):
            corners = f((j, 1), (k, 1)) - f((j, 1), (k, -1)) - f((j, -1), (k, 1)) + f((j, -1), (k, -1))
            information[j, k] = information[k, j] = -corners / (4 * _STEP**2)
    return centre + mp.log(mp.det(information)) / 2


def exact_loglik(beta: Sequence[float], data: CoxData) -> float:
    """Of those at risk at each event time, the chance that just these had the event: every subset listed."""
    total = 0.0
    n_all = len(data.time)
    strata = data.strata or ["all"] * n_all
    entry = data.entry if data.entry is not None else [-math.inf] * n_all
    score = [sum(b * v for b, v in zip(beta, row, strict=True)) for row in data.x]
    for stratum in sorted(set(strata)):
        mine = [i for i in range(n_all) if strata[i] == stratum]
        for now in sorted({data.time[i] for i in mine if data.event[i]}):
            at_risk = [i for i in mine if entry[i] < now <= data.time[i]]
            died = [i for i in mine if data.event[i] and data.time[i] == now]
            every = math.fsum(
                math.exp(sum(score[i] for i in chosen)) for chosen in combinations(at_risk, len(died))
            )
            total += sum(score[i] for i in died) - math.log(every)
    return total


def highest(f: Callable[[mp.mpf], mp.mpf], start: float) -> mp.mpf:
    """Where the slope of a smooth concave function of one number vanishes."""
    return mp.findroot(lambda b: (f(b + _STEP) - f(b - _STEP)) / (2 * _STEP), (start, start + 0.1), tol=1e-16)
