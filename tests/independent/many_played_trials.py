"""Event-driven randomised trials played by the hundred thousand: plain loops, one subject after another, compiled.

Shares no code with the package, nor with `naive_trial_simulator`, beside which it is checked. Patients enter
independently of one another with density proportional to the accrual rate, are allotted by permuted blocks within
stratum, and fail, are cured or drop out by piecewise-constant hazards. A look is held when its event comes.
"""

# ruff: noqa: ANN001, ANN202, NPY002, PLR0917 - compiled loops take plain arrays and numba's own random numbers
from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit


class Setting(NamedTuple):
    """One row of the table of settings: rates per month; stratum s and piece j in hazard[s][j], hazard_ratio[s][j]."""

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
    efficacy_z: tuple[float, ...]
    futility_z: tuple[float, ...]


@njit
def _fails(starts, rates, spend):
    """Time at which the cumulative hazard reaches `spend`; inf if it never does."""
    for j in range(len(starts)):
        width = starts[j + 1] - starts[j] if j + 1 < len(starts) else np.inf
        if rates[j] > 0.0 and spend <= rates[j] * width:
            return starts[j] + spend / rates[j]
        if j + 1 < len(starts):
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
def _draws_stratum(prevalence):
    left = np.random.random()
    for s in range(len(prevalence) - 1):
        if left < prevalence[s]:
            return s
        left -= prevalence[s]
    return len(prevalence) - 1


@njit
def _logrank(now, entry, time, event, arm, stratum, order, strata):
    """Expected minus observed on arm 1 and the null variance; `order` runs from the longest time down."""
    at_risk = np.zeros((strata, 2))
    score = variance = 0.0
    # Those whose clock the cut stops are all at risk from their follow-up down: they must be met in order of it.
    follow = np.minimum(time, now - entry)
    for i in order[np.argsort(-follow[order], kind="mergesort")]:
        if entry[i] >= now:
            continue
        s, a = stratum[i], arm[i]
        at_risk[s, a] += 1.0
        if event[i] and time[i] <= now - entry[i] + 1e-12 * now:
            share = at_risk[s, 1] / (at_risk[s, 0] + at_risk[s, 1])
            score += share - a
            variance += share * (1.0 - share)
    return score, variance


@njit
def _one_trial(
    n, ends, mass, prevalence, starts, hazard, ratio, dropout, allocation, entry, time, event, arm, stratum
):
    strata = len(prevalence)
    block = 2 * (1 + allocation)
    shuffled = np.empty((strata, block), np.int64)
    used = np.full(strata, block)
    for i in range(n):
        entry[i] = _enters(ends, mass)
    entry[:n] = np.sort(entry[:n])
    for i in range(n):
        s = _draws_stratum(prevalence)
        if used[s] == block:
            for j in range(block):
                shuffled[s, j] = 1 if j >= 2 else 0
            for j in range(block - 1, 0, -1):
                k = np.random.randint(0, j + 1)
                shuffled[s, j], shuffled[s, k] = shuffled[s, k], shuffled[s, j]
            used[s] = 0
        a = shuffled[s, used[s]]
        used[s] += 1
        rates = hazard[s] * ratio[s] if a == 1 else hazard[s]
        fails = _fails(starts, rates, np.random.exponential())
        lost = np.random.exponential() / dropout[a] if dropout[a] > 0.0 else np.inf
        stratum[i], arm[i], time[i], event[i] = s, a, min(fails, lost), fails <= lost and fails < np.inf


@njit
def _play(
    seed,
    count,
    n,
    ends,
    mass,
    prevalence,
    starts,
    hazard,
    ratio,
    dropout,
    allocation,
    looks,
    efficacy,
    futility,
):
    np.random.seed(seed)
    entry, time = np.empty(n), np.empty(n)
    event, arm, stratum = np.empty(n, np.bool_), np.empty(n, np.int64), np.empty(n, np.int64)
    z = np.full((count, len(looks)), np.nan)
    exits = np.zeros((3, len(looks)), np.int64)
    for trial in range(count):
        _one_trial(
            n,
            ends,
            mass,
            prevalence,
            starts,
            hazard,
            ratio,
            dropout,
            allocation,
            entry,
            time,
            event,
            arm,
            stratum,
        )
        happening = np.sort((entry + time)[event])
        order = np.argsort(-time)
        going = True
        for k in range(len(looks)):
            if looks[k] > len(happening):
                if going:
                    exits[2, k] += 1
                break
            score, variance = _logrank(
                happening[looks[k] - 1], entry, time, event, arm, stratum, order, len(prevalence)
            )
            z[trial, k] = score / np.sqrt(variance) if variance > 0.0 else 0.0
            if going and z[trial, k] >= efficacy[k]:
                exits[0, k] += 1
                going = False
            elif going and k + 1 < len(looks) and z[trial, k] < futility[k]:
                exits[1, k] += 1
                going = False
    return z, exits


def play_many(setting: Setting, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The z at every look of every trial (nan where its events never came), and how often each exit was taken at each.

    Exits: efficacy, futility, the look's events never came.
    """
    ends = np.array(setting.accrual_end)
    mass = np.diff(np.concatenate([[0.0], ends])) * np.array(setting.accrual_rate)
    return _play(
        seed,
        count,
        setting.patients,
        ends,
        mass,
        np.array(setting.prevalence),
        np.array(setting.hazard_from),
        np.array(setting.hazard),
        np.array(setting.hazard_ratio),
        np.array(setting.dropout),
        setting.allocation,
        np.array(setting.look_events),
        np.array(setting.efficacy_z),
        np.array(setting.futility_z),
    )
