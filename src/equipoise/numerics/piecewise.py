"""Rates that are constant by pieces of time: accrual, hazards, hazard ratios."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise import _check
from equipoise.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise._check import FloatArray


@dataclass(frozen=True, slots=True)
class PiecewiseConstant:
    """r(t) = rates[j] for starts[j] <= t < starts[j + 1], the last rate for ever; t >= 0.

    Parameters
    ----------
    starts
        Times at which the rates begin, shape (m,), increasing, the first 0.
    rates
        Rates of 0 or more per unit of time, shape (m,).

    """

    starts: tuple[float, ...]
    rates: tuple[float, ...]

    def __post_init__(self) -> None:
        """Check that the pieces follow one another from 0 and that no rate is negative."""
        starts = _check.increasing("starts", self.starts, per="piece")
        rates = _check.numbers("rates", self.rates)
        if starts.size == 0 or starts[0] != 0.0:
            raise ArgumentError("starts", self.starts, "must begin at 0")
        if starts.size != rates.size:
            raise ArgumentError("rates", self.rates, f"must hold one rate for each of {starts.size} starts")
        if (rates < 0.0).any():
            raise ArgumentError("rates", self.rates, "must be 0 or more")
        object.__setattr__(self, "starts", tuple(starts.tolist()))
        object.__setattr__(self, "rates", tuple(rates.tolist()))

    @classmethod
    def constant(cls, rate: float) -> PiecewiseConstant:
        """The same rate for ever."""
        return cls((0.0,), (rate,))

    def rate(self, t: float | Sequence[float] | FloatArray) -> FloatArray:
        """r(t), right-continuous; 0 before time 0."""
        times = np.asarray(t, dtype=np.float64)
        piece = np.searchsorted(self.starts, times, side="right") - 1
        return np.where(piece >= 0, np.asarray(self.rates)[np.maximum(piece, 0)], 0.0)

    def cumulative(self, t: float | Sequence[float] | FloatArray) -> FloatArray:
        """R(t), the integral of r from 0 to t; 0 before time 0."""
        times = np.maximum(np.asarray(t, dtype=np.float64), 0.0)
        starts, rates = np.asarray(self.starts), np.asarray(self.rates)
        piece = np.searchsorted(starts, times, side="right") - 1
        return np.asarray(self._reached()[piece] + rates[piece] * (times - starts[piece]))

    def inverse_cumulative(self, total: float | Sequence[float] | FloatArray) -> FloatArray:
        """The first t with R(t) >= total; infinite where R never reaches it."""
        wanted = np.asarray(total, dtype=np.float64)
        starts, rates, reached = np.asarray(self.starts), np.asarray(self.rates), self._reached()
        piece = np.maximum(np.searchsorted(reached, wanted, side="left") - 1, 0)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            t = starts[piece] + (wanted - reached[piece]) / rates[piece]
        return np.where(wanted <= 0.0, 0.0, np.where(rates[piece] > 0.0, t, np.inf))

    def times(self, other: PiecewiseConstant) -> PiecewiseConstant:
        """The product with another piecewise function, as a hazard times a hazard ratio."""
        starts = np.union1d(self.starts, other.starts)
        return PiecewiseConstant(
            tuple(starts.tolist()), tuple((self.rate(starts) * other.rate(starts)).tolist())
        )

    def plus(self, other: PiecewiseConstant) -> PiecewiseConstant:
        """The sum with another piecewise function, as the hazards of two causes."""
        starts = np.union1d(self.starts, other.starts)
        return PiecewiseConstant(
            tuple(starts.tolist()), tuple((self.rate(starts) + other.rate(starts)).tolist())
        )

    def scaled(self, factor: float) -> PiecewiseConstant:
        """Every rate times a factor."""
        return PiecewiseConstant(self.starts, tuple(r * factor for r in self.rates))

    def in_unit(self, per_unit: float) -> PiecewiseConstant:
        """The same rates in a finer unit of time, `per_unit` of which make one of the present unit."""
        return PiecewiseConstant(
            tuple(s * per_unit for s in self.starts), tuple(r / per_unit for r in self.rates)
        )

    def _reached(self) -> FloatArray:
        """R at each start."""
        steps = np.diff(self.starts) * np.asarray(self.rates)[:-1]
        return np.concatenate(([0.0], np.cumsum(steps)))
