"""Multi-state probabilities by matrix products from the definition, and their covariance in closed form.

Cov P(s,t) = Σ_u [P(u,t)' ⊗ P(s,u-)] Cov dA(u) [P(u,t)' ⊗ P(s,u-)]' over all times u (Andersen et al. 1993, IV.4.19);
no code shared with the library.
"""

from __future__ import annotations

import numpy as np

Stays = list[tuple[float, float, int, int | None]]  # entry, time, origin, destination (None: no move)


def increments(
    stays: Stays, size: int, start: float, end: float
) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """I + dA and the covariances of vec(dA) by Greenwood and by Aalen, at each time of a move in (start, end]."""
    out = []
    for now in sorted({t for _, t, _, j in stays if j is not None and start < t <= end}):
        step = np.eye(size)
        multinomial, poisson = np.zeros((2, size, size, size, size))
        for h in range(size):
            at_risk = sum(1 for e, t, i, _ in stays if i == h and e < now <= t)
            moved = [
                sum(1 for e, t, i, j in stays if (i, j, t) == (h, k, now) and e < now) for k in range(size)
            ]
            for k in range(size):
                if k == h or not moved[k]:
                    continue
                step[h, k] += moved[k] / at_risk
                step[h, h] -= moved[k] / at_risk
            for k in range(size):
                for m in range(size):
                    if h in {k, m} or not at_risk:
                        continue
                    both = (moved[k] * at_risk if k == m else 0) - moved[k] * moved[m]
                    multinomial[h, k, h, m] = both / at_risk**3
                    poisson[h, k, h, m] = moved[k] / at_risk**2 if k == m else 0.0
            for cov in (multinomial, poisson):
                others = [k for k in range(size) if k != h]
                for k in others:
                    cov[h, h, h, k] = cov[h, k, h, h] = -sum(cov[h, m, h, k] for m in others)
                cov[h, h, h, h] = sum(cov[h, k, h, m] for k in others for m in others)
        out.append((step, multinomial, poisson))
    return out


def probabilities(
    stays: Stays, size: int, start: float, end: float
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """P(start, end), and the covariance of all its entries, index (h, j, h', j'), by both conventions."""
    steps = increments(stays, size, start, end)
    matrix = np.eye(size)
    for step, _, _ in steps:
        matrix = matrix @ step
    cov = {"greenwood": np.zeros((size,) * 4), "aalen": np.zeros((size,) * 4)}
    for k, (_, multinomial, poisson) in enumerate(steps):
        before, after = np.eye(size), np.eye(size)
        for step, _, _ in steps[:k]:
            before = before @ step
        for step, _, _ in steps[k + 1 :]:
            after = after @ step
        for name, middle in (("greenwood", multinomial), ("aalen", poisson)):
            cov[name] += np.einsum("ha,bj,abcd,kc,dl->hjkl", before, after, middle, before, after)
    return matrix, cov
