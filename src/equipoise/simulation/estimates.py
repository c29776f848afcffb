"""Numbers found by simulation, each with its Monte-Carlo error."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from equipoise._check import FloatArray
    from equipoise.simulation.subject_model import IntArray

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


class Estimate(NamedTuple):
    """A simulated number and its Monte-Carlo standard error, of which it is normally within two."""

    value: float
    error: float


@dataclass(frozen=True, slots=True)
class Distribution:
    """How a quantity varies from trial to trial.

    Parameters
    ----------
    n
        Number of trials.
    mean
        Mean with its Monte-Carlo error, sd / sqrt(n).
    sd
        Standard deviation over trials.
    quantiles
        Values at the probabilities `QUANTILES`: the least that this share of the trials does not exceed.

    """

    n: int
    mean: Estimate
    sd: float
    quantiles: tuple[float, ...]


def proportion(count: int, n: int) -> Estimate:
    """The share count / n with the error sqrt(p (1 - p) / n); nan where n is 0."""
    if n == 0:
        return Estimate(math.nan, math.nan)
    p = count / n
    return Estimate(p, math.sqrt(p * (1.0 - p) / n))


def mean_of(values: FloatArray) -> Estimate:
    """The mean with the error sd / sqrt(n); nan where there is nothing."""
    n = len(values)
    if n == 0:
        return Estimate(math.nan, math.nan)
    spread = float(values.std(ddof=1)) if n > 1 else math.nan
    return Estimate(float(values.mean()), spread / math.sqrt(n))


def distribution(counts: IntArray, *, per: float = 1.0, shift: float = 0.0) -> Distribution:
    """Distribution of (value + shift) / per, from how often each whole number occurred."""
    n = int(counts.sum())
    if n == 0:
        nothing = Estimate(math.nan, math.nan)
        return Distribution(0, nothing, math.nan, (math.nan,) * len(QUANTILES))
    value = (np.arange(len(counts)) + shift) / per
    mean = float(value @ counts) / n
    variance = float(((value - mean) ** 2) @ counts) / max(1, n - 1)
    reached = np.cumsum(counts)
    at = [int(np.searchsorted(reached, math.ceil(q * n))) for q in QUANTILES]
    sd = math.sqrt(variance)
    return Distribution(n, Estimate(mean, sd / math.sqrt(n)), sd, tuple(float(value[i]) for i in at))
