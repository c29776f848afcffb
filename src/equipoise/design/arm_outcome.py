"""Probability of an observed event by time since entry in one arm of one stratum, in closed form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from equipoise._check import FloatArray
    from equipoise.numerics.piecewise import PiecewiseConstant

SERIES_BELOW = 0.5
SERIES_TERMS = 15


@dataclass(frozen=True, slots=True, eq=False)
class ArmOutcome:
    """One arm of one stratum, by pieces of time since entry with constant hazard and dropout.

    In a piece that starts at x with hazard a and leaving rate m (hazard and dropout),
    F(x + h) = F(x) + a C(x) h e1(m h) and its integral G(x + h) = G(x) + F(x) h + a C(x) h^2 e2(m h), where
    C(x) is the share still under observation without event, e1(y) = (1 - exp(-y)) / y and
    e2(y) = (y - 1 + exp(-y)) / y^2.

    Parameters
    ----------
    starts, hazard, leaving
        Start of each piece, its hazard of the event, its hazard of event or dropout, shape (m,).
    staying, reached, area
        C, F and G at the starts, shape (m,).

    """

    starts: FloatArray
    hazard: FloatArray
    leaving: FloatArray
    staying: FloatArray
    reached: FloatArray
    area: FloatArray

    @classmethod
    def of(cls, hazard: PiecewiseConstant, dropout: PiecewiseConstant) -> ArmOutcome:
        """Lay hazard and dropout out over their common pieces."""
        starts = np.union1d(hazard.starts, dropout.starts)
        a = hazard.rate(starts)
        m = a + dropout.rate(starts)
        width = np.diff(starts)
        y = m[:-1] * width
        staying = np.exp(-np.concatenate(([0.0], np.cumsum(y))))
        born = a[:-1] * staying[:-1] * width
        reached = np.concatenate(([0.0], np.cumsum(born * first_exponential(y))))
        area = np.cumsum(reached[:-1] * width + born * width * second_exponential(y))
        return cls(starts, a, m, staying, reached, np.concatenate(([0.0], area)))

    def event_probability(self, x: FloatArray) -> FloatArray:
        """F(x), probability of an observed event within x of entry; 0 before entry."""
        piece, h = self._locate(x)
        born = self.hazard[piece] * self.staying[piece] * h
        return self.reached[piece] + born * first_exponential(self.leaving[piece] * h)

    def event_area(self, x: FloatArray) -> FloatArray:
        """G(x), the integral of F from 0 to x: expected events by time x at an accrual of 1."""
        piece, h = self._locate(x)
        born = self.hazard[piece] * self.staying[piece] * h
        bent = born * h * second_exponential(self.leaving[piece] * h)
        return self.area[piece] + self.reached[piece] * h + bent

    def ever(self) -> float:
        """F at infinity: the share that is ever seen to have an event."""
        if self.leaving[-1] == 0.0:
            return float(self.reached[-1])
        return float(self.reached[-1] + self.staying[-1] * self.hazard[-1] / self.leaving[-1])

    def _locate(self, x: FloatArray) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.intp]], FloatArray]:
        since = np.maximum(x, 0.0)
        piece = np.searchsorted(self.starts, since, side="right") - 1
        return piece, since - self.starts[piece]


def first_exponential(y: FloatArray) -> FloatArray:
    """e1(y) = (1 - exp(-y)) / y, and 1 at 0."""
    safe = np.where(y == 0.0, 1.0, y)
    return np.where(y == 0.0, 1.0, -np.expm1(-safe) / safe)


def second_exponential(y: FloatArray) -> FloatArray:
    """e2(y) = (y - 1 + exp(-y)) / y^2, 1/2 at 0; near 0 by its series, as the difference would cancel."""
    small = y < SERIES_BELOW
    near = np.where(small, y, 0.0)
    series = np.zeros_like(near)
    for k in range(SERIES_TERMS, -1, -1):
        series = (1.0 - near * series) / (k + 2.0)
    far = np.where(small, 1.0, y)
    return np.where(small, series, (far + np.expm1(-far)) / (far * far))
