"""A mixture cure model's likelihood term by term in many digits, and its maximum; no code shared with the library."""

from __future__ import annotations

from dataclasses import dataclass

import mpmath as mp


@dataclass(frozen=True)
class CureData:
    """Columns of subjects, z and x without their intercepts."""

    time: list[float]
    event: list[bool]
    z: list[list[float]]
    x: list[list[float]]


def loglik(data: CureData, latency: str, theta: list) -> object:
    """Σ log of (1-c) f(t) for events and of c + (1-c) S(t) for the censored."""
    nz, nx = len(data.z[0]) + 1, len(data.x[0]) + 1
    b, a, s = theta[:nz], theta[nz : nz + nx], mp.exp(theta[nz + nx])
    total = mp.mpf(0)
    for t, seen, z, x in zip(data.time, data.event, data.z, data.x, strict=True):
        c = 1 / (1 + mp.exp(-(b[0] + mp.fsum(p * q for p, q in zip(b[1:], z, strict=True)))))
        mu = a[0] + mp.fsum(p * q for p, q in zip(a[1:], x, strict=True))
        if latency == "weibull":
            shape, scale = 1 / s, mp.exp(mu)
            survival = mp.exp(-((t / scale) ** shape))
            density = shape / scale * (t / scale) ** (shape - 1) * survival
        else:
            w = (mp.log(t) - mu) / s
            survival = mp.erfc(w / mp.sqrt(2)) / 2
            density = mp.exp(-(w**2) / 2) / (t * s * mp.sqrt(2 * mp.pi))
        total += mp.log((1 - c) * density if seen else c + (1 - c) * survival)
    return total


def curvature(data: CureData, latency: str, theta: list) -> object:
    """Matrix of second derivatives by central differences with 50 digits."""
    p, h = len(theta), mp.mpf(10) ** -14
    out = mp.matrix(p, p)
    for i in range(p):
        for j in range(i + 1):
            total = mp.mpf(0)
            for si, sj in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
                moved = list(theta)
                moved[i] += si * h
                moved[j] += sj * h
                total += si * sj * loglik(data, latency, moved)
            out[i, j] = out[j, i] = total / (4 * h * h)
    return out


def slope(data: CureData, latency: str, theta: list) -> object:
    """Vector of first derivatives, likewise."""
    h = mp.mpf(10) ** -18
    out = mp.matrix(len(theta), 1)
    for i in range(len(theta)):
        up, down = list(theta), list(theta)
        up[i] += h
        down[i] -= h
        out[i] = (loglik(data, latency, up) - loglik(data, latency, down)) / (2 * h)
    return out


def newton_step(data: CureData, latency: str, theta: list[float]) -> tuple[list[float], list[float], float]:
    """From theta: Newton's step to the maximum, the standard errors there, and the log-likelihood."""
    with mp.workdps(50):
        exact = [mp.mpf(v) for v in theta]
        information = -curvature(data, latency, exact)
        step = mp.lu_solve(information, slope(data, latency, exact))
        inverse = information**-1
        errors = [float(mp.sqrt(inverse[i, i])) for i in range(len(theta))]
        return [float(v) for v in step], errors, float(loglik(data, latency, exact))
