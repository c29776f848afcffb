"""Sums over the bins of an event mass, on one thread whatever the linear-algebra library would do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from equipoise.numerics.kernels import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Counts = NDArray[np.int64]


@kernel
def tilted(prior: Numbers, rows: Numbers, y: Numbers, largest: float) -> Numbers:
    """Q exp(-A'y), the exponent held within +-largest."""
    mass = np.empty_like(prior)
    for i in range(len(prior)):
        exponent = 0.0
        for j in range(len(y)):
            exponent -= y[j] * rows[j, i]
        mass[i] = prior[i] * np.exp(min(largest, max(-largest, exponent)))
    return mass


@kernel
def shares_within(
    prior: Numbers, rows: Numbers, y: Numbers, group: Counts, groups: int
) -> tuple[Numbers, Numbers]:
    """Q exp(-A'y) / Z within each group, and log Z, Z its sum there; no exponent overflows."""
    exponent = np.log(prior)
    for i in range(len(prior)):
        for j in range(len(y)):
            exponent[i] -= y[j] * rows[j, i]
    highest = np.full(groups, -np.inf)
    for i in range(len(prior)):
        highest[group[i]] = max(highest[group[i]], exponent[i])
    total = np.zeros(groups)
    share = np.empty_like(prior)
    for i in range(len(prior)):
        share[i] = np.exp(exponent[i] - highest[group[i]])
        total[group[i]] += share[i]
    for i in range(len(prior)):
        share[i] /= total[group[i]]
    return share, highest + np.log(total)


@kernel
def first_moments(rows: Numbers, mass: Numbers) -> Numbers:
    """A m."""
    found = np.zeros(rows.shape[0])
    for j in range(rows.shape[0]):
        for i in range(rows.shape[1]):
            found[j] += rows[j, i] * mass[i]
    return found


@kernel
def second_moments(rows: Numbers, mass: Numbers) -> Numbers:
    """A diag(m) A'."""
    r = rows.shape[0]
    found = np.zeros((r, r))
    for j in range(r):
        for k in range(j + 1):
            total = 0.0
            for i in range(rows.shape[1]):
                total += rows[j, i] * mass[i] * rows[k, i]
            found[j, k] = found[k, j] = total
    return found


@kernel
def group_moments(rows: Numbers, mass: Numbers, group: Counts, groups: int) -> Numbers:
    """A m within each group, shape (rows, groups)."""
    found = np.zeros((rows.shape[0], groups))
    for j in range(rows.shape[0]):
        for i in range(rows.shape[1]):
            found[j, group[i]] += rows[j, i] * mass[i]
    return found
