"""Patients drawn in continuous time, one draw after another, by what each trouble is said to be in words."""

from __future__ import annotations

import numpy as np

YEAR = 365.25


def frail_times(rng: np.random.Generator, n: int, rate: float, variance: float) -> np.ndarray:
    """Exponential times whose hazard is `rate` times each patient's own gamma variable of mean 1."""
    own = rng.gamma(shape=1.0 / variance, scale=variance, size=n)
    return rng.exponential(size=n) / (rate * own)


def progression_and_death(
    rng: np.random.Generator, n: int, rate: float, death_share: float, after: float
) -> tuple[np.ndarray, np.ndarray]:
    """Times of the first event and of death: progression and death race, then death after progression."""
    progression = rng.exponential(1.0 / (rate * (1.0 - death_share)), size=n)
    death = rng.exponential(1.0 / (rate * death_share), size=n)
    later = progression + rng.exponential(1.0 / after, size=n)
    return np.minimum(progression, death), np.where(death < progression, death, later)


def first_of(rng: np.random.Generator, n: int, rates: tuple[float, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Time of the first of several exponential causes, and which it is."""
    times = np.column_stack([rng.exponential(1.0 / r, size=n) for r in rates])
    return times.min(axis=1), times.argmin(axis=1)
