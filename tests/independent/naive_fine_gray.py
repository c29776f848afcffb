"""Fine and Gray's score by its definition, with a weight for each subject; no code shared with the library."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class CompetingData:
    """cause 0 is censored, 1 of interest; strata and censoring groups by label."""

    time: Sequence[float]
    cause: Sequence[int]
    x: Sequence[Sequence[float]]
    strata: Sequence[str]
    censoring: Sequence[str]


def uncensored_before(data: CompetingData, group: str, t: float, weight: Sequence[float]) -> float:
    """Kaplan-Meier of being uncensored just before t, within one group; 0 after its last time.

    Weights move it as they move the cumulative hazard of censoring, exp(-change): Fine and Gray's linearisation.
    """
    mine = [i for i, g in enumerate(data.censoring) if g == group]
    if t > max(data.time[i] for i in mine):
        return 0.0
    g, moved = 1.0, 0.0
    for u in sorted({data.time[i] for i in mine if data.cause[i] == 0 and data.time[i] < t}):
        n = math.fsum(weight[i] for i in mine if data.time[i] >= u)
        c = math.fsum(weight[i] for i in mine if data.time[i] == u and data.cause[i] == 0)
        plain_n = sum(1 for i in mine if data.time[i] >= u)
        plain_c = sum(1 for i in mine if data.time[i] == u and data.cause[i] == 0)
        g *= (plain_n - plain_c) / plain_n
        moved += c / n - plain_c / plain_n
    return g * math.exp(-moved)


def at_risk_weight(data: CompetingData, j: int, t: float, weight: Sequence[float]) -> float:
    """1 up to one's own time, falling after another cause, 0 after any other end."""
    if data.time[j] >= t:
        return 1.0
    if data.cause[j] in {0, 1}:
        return 0.0
    g = data.censoring[j]
    return uncensored_before(data, g, t, weight) / uncensored_before(data, g, data.time[j], weight)


def loglik_and_score(
    beta: Sequence[float], data: CompetingData, weight: Sequence[float] | None = None
) -> tuple[float, list[float]]:
    """Breslow's ties; `weight` counts subjects in the sums and in the censoring curves."""
    n, p = len(data.time), len(beta)
    weight = [1.0] * n if weight is None else weight
    eta = [math.fsum(b * v for b, v in zip(beta, row, strict=True)) for row in data.x]
    loglik, score = 0.0, [0.0] * p
    cache: dict[tuple[str, float], list[float]] = {}
    for i in range(n):
        if data.cause[i] != 1:
            continue
        key = (data.strata[i], data.time[i])
        if key not in cache:
            cache[key] = [
                weight[j] * math.exp(eta[j]) * at_risk_weight(data, j, data.time[i], weight)
                if data.strata[j] == data.strata[i]
                else 0.0
                for j in range(n)
            ]
        risk = cache[key]
        total = math.fsum(risk)
        loglik += weight[i] * (eta[i] - math.log(total))
        for k in range(p):
            mean = math.fsum(r * row[k] for r, row in zip(risk, data.x, strict=True)) / total
            score[k] += weight[i] * (data.x[i][k] - mean)
    return loglik, score


def influence(beta: Sequence[float], data: CompetingData) -> list[list[float]]:
    """Change of the score with each subject's weight, through the sums and the censoring curves alike."""
    n, h = len(data.time), 1e-4
    out = []
    for i in range(n):
        ends = []
        for side in (1, -1):
            weight = [1.0] * n
            weight[i] += side * h
            ends.append(loglik_and_score(beta, data, weight)[1])
        out.append([(a - b) / (2 * h) for a, b in zip(*ends, strict=True)])
    return out
