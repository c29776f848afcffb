"""Trials played by the hundred thousand, with weighted log-rank, restricted-mean and milestone z at every look.

Plain loops, one subject after another, compiled. Shares no code with the package. Patients enter independently with
density proportional to the accrual rate, are allotted by permuted blocks within stratum, fail and drop out by
piecewise-constant hazards. A look is held when its event comes, or at its calendar time.
"""

# ruff: noqa: ANN001, ANN202, C901, NPY002, PLR0912, PLR0917 - loops that numba compiles, with its one generator

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

# Fleming-Harrington (rho, gamma) as kind 0, Magirr-Burman by survival (kind 1) or by delay (kind 2) with its value.
WEIGHTS = ((0, 0.0, 0.0), (0, 0.0, 1.0), (0, 1.0, 0.0), (0, 0.5, 0.5), (1, 0.8, 0.0), (2, 6.0, 0.0))
NAMES = ("fh00", "fh01", "fh10", "fh0505", "mb_survival", "mb_delay", "rmst", "milestone", "log_log")


class Course(NamedTuple):
    """One row of the table of settings; stratum s and piece j in hazard[s][j], hazard_ratio[s][j]; months."""

    name: str
    patients: int
    accrual_end: tuple[float, ...]
    accrual_rate: tuple[float, ...]
    prevalence: tuple[float, ...]
    hazard_from: tuple[float, ...]
    hazard: tuple[tuple[float, ...], ...]
    hazard_ratio: tuple[tuple[float, ...], ...]
    dropout: tuple[float, float]
    allocation: int
    look_events: tuple[int, ...]
    look_times: tuple[float, ...]
    tau: float


@njit
def _fails(starts, rates, spend):
    """Time at which the cumulative hazard reaches `spend`; inf if it never does."""
    for j in range(len(starts)):
        last = j + 1 == len(starts)
        width = np.inf if last else starts[j + 1] - starts[j]
        if rates[j] > 0.0 and spend <= rates[j] * width:
            return starts[j] + spend / rates[j]
        if not last:
            spend -= rates[j] * width
    return np.inf


@njit
def _enters(ends, mass):
    left = np.random.random() * mass.sum()
    begin = 0.0
    for j in range(len(ends)):
        if left <= mass[j] or j == len(ends) - 1:
            return begin + min(left / mass[j], 1.0) * (ends[j] - begin)
        left -= mass[j]
        begin = ends[j]
    return begin


@njit
def _people(n, ends, mass, shares, starts, hazard, ratio, dropout, allocation):
    entry, stratum = np.empty(n), np.empty(n, np.int64)
    for i in range(n):
        entry[i] = _enters(ends, mass)
        u, s = np.random.random(), 0
        while s < len(shares) - 1 and u >= shares[s]:
            u -= shares[s]
            s += 1
        stratum[i] = s
    entry.sort()
    arm, time, event = np.empty(n, np.int64), np.empty(n), np.empty(n, np.bool_)
    size = 2 * (1 + allocation)
    block, used = np.zeros((len(shares), size), np.int64), np.full(len(shares), size)
    for i in range(n):
        s = stratum[i]
        if used[s] == size:
            for j in range(size):
                block[s, j] = 0 if j < 2 else 1
            for j in range(size - 1, 0, -1):
                k = np.random.randint(0, j + 1)
                block[s, j], block[s, k] = block[s, k], block[s, j]
            used[s] = 0
        arm[i] = block[s, used[s]]
        used[s] += 1
        rates = hazard[s] * ratio[s] if arm[i] == 1 else hazard[s]
        fails = _fails(starts, rates, np.random.exponential())
        leaves = np.random.exponential() / dropout[arm[i]] if dropout[arm[i]] > 0.0 else np.inf
        time[i], event[i] = min(fails, leaves), fails <= leaves
    return entry, stratum, arm, time, event


@njit
def _weighted(order, follow, seen, arm, stratum, strata, weights, z) -> None:
    """Z of every weight, summed over strata; the Kaplan-Meier curve of the stratum's arms together."""
    m = len(weights)
    score, variance = np.zeros(m), np.zeros(m)
    for s in range(strata):
        n = np.zeros(2)
        for i in order:
            if stratum[i] == s:
                n[arm[i]] += 1.0
        floor, at_risk = 1.0, n.sum()
        for i in order:
            if stratum[i] != s:
                continue
            if seen[i] and follow[i] <= weights[5, 1]:
                floor *= 1.0 - 1.0 / at_risk
            at_risk -= 1.0
        survival = 1.0
        for i in order:
            if stratum[i] != s:
                continue
            total = n[0] + n[1]
            if seen[i]:
                p = n[1] / total
                for k in range(m):
                    if weights[k, 0] == 0.0:
                        w = survival ** weights[k, 1] * (1.0 - survival) ** weights[k, 2]
                    elif weights[k, 0] == 1.0:
                        w = 1.0 / max(survival, weights[k, 1])
                    else:
                        w = 1.0 / max(survival, floor)
                    score[k] += w * (p - arm[i])
                    variance[k] += w * w * p * (1.0 - p)
                survival *= 1.0 - 1.0 / total
            n[arm[i]] -= 1.0
    for k in range(m):
        z[k] = score[k] / np.sqrt(variance[k]) if variance[k] > 0.0 else 0.0


@njit
def _curves(order, follow, seen, arm, tau, z) -> None:
    """Z of restricted means, survival at tau, and log(-log S), each by Greenwood's variance."""
    mean, mean_var, s_tau, s_var = np.zeros(2), np.zeros(2), np.ones(2), np.zeros(2)
    for a in range(2):
        n = 0.0
        for i in order:
            if arm[i] == a:
                n += 1.0
        survival, last, green, begun = 1.0, 0.0, 0.0, n
        for i in order:
            if arm[i] != a:
                continue
            if follow[i] > tau:
                break
            if seen[i]:
                mean[a] += survival * (follow[i] - last)
                last = follow[i]
                green += 1.0 / (n * (n - 1.0)) if n > 1.0 else 0.0
                survival *= 1.0 - 1.0 / n
            n -= 1.0
        mean[a] += survival * (tau - last)
        s_tau[a], s_var[a] = survival, survival * survival * green
        n, survival, last, area = begun, 1.0, 0.0, 0.0
        for i in order:
            if arm[i] != a:
                continue
            if follow[i] > tau:
                break
            if seen[i]:
                area += survival * (follow[i] - last)
                last = follow[i]
                if n > 1.0:
                    mean_var[a] += (mean[a] - area) ** 2 / (n * (n - 1.0))
                survival *= 1.0 - 1.0 / n
            n -= 1.0
    z[0] = (mean[1] - mean[0]) / np.sqrt(mean_var.sum())
    z[1] = (s_tau[1] - s_tau[0]) / np.sqrt(s_var.sum())
    g = np.log(-np.log(s_tau))
    z[2] = (g[0] - g[1]) / np.sqrt((s_var / (s_tau * np.log(s_tau)) ** 2).sum())


@njit
def _play(
    count,
    seed,
    n,
    ends,
    mass,
    shares,
    starts,
    hazard,
    ratio,
    dropout,
    allocation,
    events,
    times,
    tau,
    weights,
):
    np.random.seed(seed)
    looks = len(times) if len(events) == 0 else len(events)
    z, reached = np.zeros((count, looks, 9)), np.zeros(count, np.bool_)
    for r in range(count):
        entry, stratum, arm, time, event = _people(
            n, ends, mass, shares, starts, hazard, ratio, dropout, allocation
        )
        happening = np.sort((entry + time)[event])
        reached[r] = len(events) == 0 or len(happening) >= events[-1]
        if not reached[r]:
            continue
        for k in range(looks):
            now = times[k] if len(events) == 0 else happening[events[k] - 1]
            follow = np.minimum(time, now - entry)
            order = np.argsort(follow)
            order = order[follow[order] > 0.0]
            seen = event & (time <= (now - entry) * (1.0 + 1e-12))
            _weighted(order, follow, seen, arm, stratum, len(shares), weights, z[r, k, :6])
            _curves(order, follow, seen, arm, tau, z[r, k, 6:])
    return z[reached]


def play(course: Course, count: int, seed: int) -> np.ndarray:
    """Z of every trial that reached its last look, look and statistic (in the order of NAMES)."""
    ends = np.array(course.accrual_end)
    mass = np.diff(ends, prepend=0.0) * np.array(course.accrual_rate)
    return _play(
        count,
        seed,
        course.patients,
        ends,
        mass,
        np.array(course.prevalence),
        np.array(course.hazard_from),
        np.array(course.hazard),
        np.array(course.hazard_ratio),
        np.array(course.dropout),
        course.allocation,
        np.array(course.look_events, dtype=np.int64),
        np.array(course.look_times),
        course.tau,
        np.array(WEIGHTS),
    )
