"""Gray's test by what one event more would do to the score: every influence added up, time by time.

The score of group i is Σ over groups g and times t of a(t) (1 - F(t-)) dF_g(t)/(1 - F_g(t-)), with
a = W n_i/S_i (δ_ig - share of g). An event more in group g at u moves its own jump dF_g(u), all that it had
reached after u, and the survival S_g by which later jumps are made; each of these is carried through here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Sample:
    """Times, causes (0 censored, 1 of interest, 2 another) and groups 0, 1, ... of one stratum."""

    time: np.ndarray
    cause: np.ndarray
    group: np.ndarray


@dataclass(frozen=True)
class Path:
    """One group at each time: at risk, events of the cause and of others, and S before and after."""

    n: list[int]
    d1: list[int]
    d2: list[int]
    before: list[float]
    after: list[float]
    incidence_before: list[float]


def path(sample: Sample, g: int, times: list[float]) -> Path:
    """Counts and curves of one group."""
    mine, found = sample.group == g, Path([], [], [], [], [], [])
    survival, incidence = 1.0, 0.0
    for t in times:
        n = int(np.sum(mine & (sample.time >= t)))
        d1, d2 = (int(np.sum(mine & (sample.time == t) & (sample.cause == c))) for c in (1, 2))
        found.n.append(n)
        found.d1.append(d1)
        found.d2.append(d2)
        found.before.append(survival)
        found.incidence_before.append(incidence)
        if n:
            incidence += survival * d1 / n
            survival *= (n - d1 - d2) / n
        found.after.append(survival)
    return found


def gray_by_influence(sample: Sample, rho: float) -> tuple[np.ndarray, np.ndarray]:  # noqa: C901 -- read from top to bottom beside the formula
    """Score (k,) and its null covariance (k, k)."""
    times = sorted(set(sample.time.tolist()))
    k, m = int(sample.group.max()) + 1, len(times)
    paths = [path(sample, g, times) for g in range(k)]
    inflated = [[p.n[j] / p.before[j] if p.n[j] else 0.0 for p in paths] for j in range(m)]
    common_before, rise, reached = [], [], 0.0
    for j in range(m):
        common_before.append(reached)
        rise.append(sum(p.d1[j] for p in paths) / sum(inflated[j]) if sum(inflated[j]) else 0.0)
        reached += rise[j]
    weight = [(1.0 - f) ** rho for f in common_before]

    score = np.zeros(k)
    for j in range(m):
        events = sum(p.d1[j] for p in paths)
        kept = [x * (1.0 - p.incidence_before[j]) for x, p in zip(inflated[j], paths, strict=True)]
        for i in range(k):
            if events:
                score[i] += weight[j] * (paths[i].d1[j] - events * kept[i] / sum(kept))

    def a(i: int, g: int, j: int) -> float:
        if not inflated[j][i] or not inflated[j][g]:
            return 0.0
        return weight[j] * inflated[j][i] * ((i == g) - inflated[j][g] / sum(inflated[j]))

    def moved(i: int, g: int, u: int, *, own: bool) -> float:
        """Change of score i by a rise of 1 in a hazard of group g at time u."""
        p = paths[g]
        jump = p.before[u] if own else 0.0
        total, so_far = a(i, g, u) * jump, jump
        lost = p.before[u] / p.after[u] if p.after[u] else 0.0
        for t in range(u + 1, m):
            further = -lost * rise[t]
            total += a(i, g, t) * (further + so_far * rise[t] / (1.0 - common_before[t]))
            so_far += further
        return total

    covariance = np.zeros((k, k))
    for g, p in enumerate(paths):
        for u in range(m):
            if not p.n[u]:
                continue
            d1 = sum(q.d1[u] for q in paths)
            # A tied event leaves fewer for the next, as in the log-rank test's (n - d)/(n - 1).
            room = sum(inflated[u]) * p.before[u] - 1.0
            tie1 = 1.0 - (d1 - 1) / room if d1 > 1 and room > 0.0 else 1.0
            tie2 = 1.0 - (p.d2[u] - 1) / (p.n[u] - 1) if p.d2[u] > 1 else 1.0
            of_cause = tie1 * rise[u] / p.before[u] / p.n[u]
            of_others = tie2 * p.d2[u] / p.n[u] ** 2
            by1 = np.array([moved(i, g, u, own=True) for i in range(k)])
            by2 = np.array([moved(i, g, u, own=False) for i in range(k)])
            covariance += of_cause * np.outer(by1, by1) + of_others * np.outer(by2, by2)
    return score, covariance
