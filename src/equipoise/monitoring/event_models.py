"""Models of the time to event from which coming events are foretold, each with draws of its parameters.

All are fitted to patients seen so far, arms together or one arm; time counts from randomisation, in any unit.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

if TYPE_CHECKING:
    from equipoise._check import FloatArray
    from equipoise.analysis.endpoint_data import BoolArray

EVENTS_PER_PIECE = 12
MOST_PIECES = 4
# Draws of a normal that is wider than the posterior, for each draw that is kept.
PROPOSALS = 4
WIDER = 1.4
SMALLEST = 1e-300


class EventModel(ABC):
    """A fitted model: M draws of its parameters, each a survival function."""

    __slots__ = ()
    name: str

    @abstractmethod
    def cumulative(self, time: FloatArray) -> FloatArray:
        """Cumulative hazard at times (n,) under each draw, shape (M, n)."""

    @abstractmethod
    def cumulative_under(self, draw: int, time: FloatArray) -> FloatArray:
        """Cumulative hazard at times (n,) under one draw, shape (n,)."""

    @abstractmethod
    def log_hazard(self, time: FloatArray) -> FloatArray:
        """Logarithm of the hazard at times (n,) under each draw, shape (M, n)."""

    @abstractmethod
    def time_of(self, draw: int, cumulative: FloatArray) -> FloatArray:
        """Times at which one draw's cumulative hazard reaches these values; infinite where it never does."""


@dataclass(frozen=True, slots=True)
class PiecewiseExponential(EventModel):
    """Hazards constant by pieces, each with its gamma posterior under the prior of Jeffreys.

    Pieces end at quantiles of the event times, at least a dozen events each and at most four; the last one
    goes on for ever.
    """

    starts: FloatArray
    """Shape (K,), the first 0."""
    rates: FloatArray
    """Shape (M, K)."""
    name: str = "piecewise exponential"

    @classmethod
    def fitted(
        cls,
        time: FloatArray,
        event: BoolArray,
        draws: int,
        rng: np.random.Generator,
        *,
        pieces: int | None = None,
    ) -> PiecewiseExponential:
        """Posterior draws; `pieces` is found from the number of events unless given."""
        count = int(event.sum())
        k = max(1, min(MOST_PIECES, count // EVENTS_PER_PIECE)) if pieces is None else pieces
        cuts = np.quantile(time[event], np.arange(1, k) / k) if count else np.empty(0)
        starts = np.unique(np.concatenate(([0.0], cuts[cuts > 0.0])))
        ends = np.append(starts[1:], np.inf)
        lived = np.clip(time[:, None] - starts, 0.0, ends - starts).sum(axis=0)
        died = np.histogram(time[event], bins=np.append(starts, np.inf))[0]
        lived = np.maximum(lived, SMALLEST)
        rates = rng.gamma(died + 0.5, 1.0, size=(draws, len(starts))) / lived
        name = "exponential" if len(starts) == 1 else "piecewise exponential"
        return cls(starts, rates, name)

    def cumulative(self, time: FloatArray) -> FloatArray:
        """Sum of rate times time within each piece."""
        found: FloatArray = self.rates @ self._lived(time).T
        return found

    def cumulative_under(self, draw: int, time: FloatArray) -> FloatArray:
        """The same for one draw."""
        found: FloatArray = self._lived(time) @ self.rates[draw]
        return found

    def _lived(self, time: FloatArray) -> FloatArray:
        """Time spent in each piece, shape (n, K)."""
        ends = np.append(self.starts[1:], np.inf)
        found: FloatArray = np.clip(time[:, None] - self.starts, 0.0, ends - self.starts)
        return found

    def log_hazard(self, time: FloatArray) -> FloatArray:
        """Of the piece that holds each time."""
        piece = np.searchsorted(self.starts, time, side="right") - 1
        found: FloatArray = np.log(np.maximum(self.rates[:, piece], SMALLEST))
        return found

    def time_of(self, draw: int, cumulative: FloatArray) -> FloatArray:
        """Inverse of the broken line."""
        rates = np.maximum(self.rates[draw], SMALLEST)
        at_start = np.concatenate(([0.0], np.cumsum(rates[:-1] * np.diff(self.starts))))
        piece = np.searchsorted(at_start, cumulative, side="right") - 1
        found: FloatArray = self.starts[piece] + (cumulative - at_start[piece]) / rates[piece]
        return found


@dataclass(frozen=True, slots=True)
class CureWeibull(EventModel):
    """S(t) = c + (1 - c) exp(-(t / b)^k): a fraction c that never has the event; c = 0 is Weibull's model.

    Draws from the posterior under weak priors (log k normal(0, 1), logit c normal(0, 2), log b flat), by
    importance: a normal about the mode, wider than the posterior, drawn again in proportion to their ratio.
    """

    scale: FloatArray
    """b, shape (M,)."""
    shape: FloatArray
    """k, shape (M,)."""
    cured: FloatArray
    """c, shape (M,)."""
    name: str

    @classmethod
    def fitted(
        cls, time: FloatArray, event: BoolArray, draws: int, rng: np.random.Generator, *, cure: bool
    ) -> CureWeibull:
        """Posterior draws, with a cured fraction or without."""
        t = np.maximum(time, 1e-9 * float(time.max()))

        def less(parameters: FloatArray) -> float:
            value = _log_posterior(parameters, t, event, cure=cure)
            return -value if np.isfinite(value) else 1e12

        start = [np.log(t.sum() / max(int(event.sum()), 1)), 0.0, *([0.0] if cure else [])]
        mode = np.asarray(
            minimize(less, start, method="Nelder-Mead", options={"maxiter": 4000, "xatol": 1e-6}).x
        )
        spread = _spread(less, mode)
        proposal = mode + WIDER * rng.standard_normal((PROPOSALS * draws, len(mode))) @ spread.T
        distance = np.linalg.solve(spread, (proposal - mode).T).T / WIDER
        log_weight = np.array([-less(p) for p in proposal]) + 0.5 * (distance**2).sum(axis=1)
        weight = np.exp(log_weight - log_weight.max())
        kept = proposal[rng.choice(len(proposal), size=draws, p=weight / weight.sum())]
        cured = expit(kept[:, 2]) if cure else np.zeros(draws)
        name = "Weibull with cure" if cure else "Weibull"
        return cls(np.exp(kept[:, 0]), np.exp(kept[:, 1]), cured, name)

    def cumulative(self, time: FloatArray) -> FloatArray:
        """-log of the survival."""
        s = self._uncured(time)
        c = self.cured[:, None]
        found: FloatArray = -np.log(np.maximum(c + (1.0 - c) * s, SMALLEST))
        return found

    def cumulative_under(self, draw: int, time: FloatArray) -> FloatArray:
        """The same for one draw."""
        power = np.minimum((time / self.scale[draw]) ** self.shape[draw], 700.0)
        c = self.cured[draw]
        found: FloatArray = -np.log(np.maximum(c + (1.0 - c) * np.exp(-power), SMALLEST))
        return found

    def log_hazard(self, time: FloatArray) -> FloatArray:
        """Density of the uncured over the survival of all."""
        t = np.maximum(time, SMALLEST)
        k, b, c = self.shape[:, None], self.scale[:, None], self.cured[:, None]
        s = self._uncured(t)
        density = (1.0 - c) * s * k / b * (t / b) ** (k - 1.0)
        return np.log(np.maximum(density, SMALLEST)) - np.log(np.maximum(c + (1.0 - c) * s, SMALLEST))

    def time_of(self, draw: int, cumulative: FloatArray) -> FloatArray:
        """The uncured by Weibull's inverse; the cured never."""
        c = float(self.cured[draw])
        uncured = (np.exp(-cumulative) - c) / (1.0 - c)
        with np.errstate(divide="ignore", invalid="ignore"):
            reached = self.scale[draw] * (-np.log(uncured)) ** (1.0 / self.shape[draw])
        return np.where(uncured > 0.0, reached, np.inf)

    def _uncured(self, time: FloatArray) -> FloatArray:
        power = (time / self.scale[:, None]) ** self.shape[:, None]
        found: FloatArray = np.exp(-np.minimum(power, 700.0))
        return found


def _log_posterior(parameters: FloatArray, time: FloatArray, event: BoolArray, *, cure: bool) -> float:
    log_b, log_k = float(parameters[0]), float(parameters[1])
    if abs(log_k) > 5.0 or abs(log_b) > 50.0:
        return -np.inf
    k = np.exp(log_k)
    power = np.minimum(np.exp(k * (np.log(time) - log_b)), 700.0)
    log_density = log_k - log_b + (k - 1.0) * (np.log(time) - log_b) - power
    prior = -0.5 * log_k**2
    if not cure:
        return float(prior + np.where(event, log_density, -power).sum())
    c = float(expit(parameters[2]))
    alive = np.log(np.maximum(c + (1.0 - c) * np.exp(-power), SMALLEST))
    prior -= 0.5 * (float(parameters[2]) / 2.0) ** 2
    return float(prior + np.where(event, np.log1p(-c) + log_density, alive).sum())


def _spread(less, mode: FloatArray) -> FloatArray:  # type: ignore[no-untyped-def]  # noqa: ANN001 - a function of a vector
    """Root of the inverse curvature at the mode, by differences; narrow directions are kept apart from 0."""
    p, step = len(mode), 1e-3
    curvature = np.empty((p, p))
    unit = step * np.eye(p)
    for i in range(p):
        for j in range(p):
            curvature[i, j] = (
                less(mode + unit[i] + unit[j])
                - less(mode + unit[i] - unit[j])
                - less(mode - unit[i] + unit[j])
                + less(mode - unit[i] - unit[j])
            ) / (4.0 * step**2)
    values, vectors = np.linalg.eigh(0.5 * (curvature + curvature.T))
    found: FloatArray = vectors * np.sqrt(1.0 / np.clip(values, 0.05, 1e8))
    return found
