"""Who enters a trial, how fast, and what is expected to happen to them in each stratum and arm."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from equipoise import _check
from equipoise.errors import ArgumentError, DesignError
from equipoise.numerics.piecewise import PiecewiseConstant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise._check import FloatArray

NO_HAZARD = PiecewiseConstant.constant(0.0)


def piecewise(name: str, value: PiecewiseConstant | float) -> PiecewiseConstant:
    """A rate given once for all times, or by pieces."""
    if isinstance(value, PiecewiseConstant):
        return value
    return PiecewiseConstant.constant(_check.not_negative(name, value))


@dataclass(frozen=True, slots=True)
class Stratum:
    """What is assumed about the patients of one stratum; times are since randomisation.

    Parameters
    ----------
    prevalence
        Share of the patients; the shares of all strata add up to 1.
    control_hazard
        Hazard of the event on the control arm, a number or by pieces.
    hazard_ratio
        Experimental over control, a number or by pieces; below 1 is benefit.
    control_dropout, experimental_dropout
        Hazard of loss to follow-up on each arm.
    name
        For tables.

    """

    prevalence: float
    control_hazard: PiecewiseConstant
    hazard_ratio: PiecewiseConstant
    control_dropout: PiecewiseConstant = NO_HAZARD
    experimental_dropout: PiecewiseConstant = NO_HAZARD
    name: str = "all"

    def __post_init__(self) -> None:
        """Check the share and turn numbers into rates that hold for ever."""
        _check.positive("prevalence", self.prevalence)
        for field in ("control_hazard", "hazard_ratio", "control_dropout", "experimental_dropout"):
            object.__setattr__(self, field, piecewise(field, getattr(self, field)))
        if min(self.hazard_ratio.rates) <= 0.0:
            raise ArgumentError("hazard_ratio", self.hazard_ratio.rates, "must be above 0")

    @property
    def experimental_hazard(self) -> PiecewiseConstant:
        """Hazard of the event on the experimental arm."""
        return self.control_hazard.times(self.hazard_ratio)


def require_strata(strata: Sequence[Stratum]) -> tuple[Stratum, ...]:
    """Strata whose shares add up to 1."""
    given = tuple(strata)
    total = math.fsum(s.prevalence for s in given)
    if abs(total - 1.0) > 1e-9:
        shares = tuple(s.prevalence for s in given)
        raise ArgumentError(
            "prevalence", shares, f"must add up to 1 over the strata (they add up to {total:g})"
        )
    return given


@dataclass(frozen=True, slots=True)
class Accrual:
    """Patients entering per unit of time, from the first patient at time 0 until `duration`.

    Parameters
    ----------
    rates
        Patients per unit of calendar time over all strata and arms, a number or by pieces.
    duration
        Time at which accrual ends.

    """

    rates: PiecewiseConstant
    duration: float

    def __post_init__(self) -> None:
        """Check the duration and that somebody enters."""
        _check.positive("duration", self.duration)
        object.__setattr__(self, "rates", piecewise("rates", self.rates))
        if self.patients <= 0.0:
            raise ArgumentError("rates", self.rates.rates, f"must let patients in before {self.duration:g}")

    @classmethod
    def of_patients(cls, patients: float, rates: PiecewiseConstant | float) -> Accrual:
        """Accrual at these rates until so many patients have entered."""
        rates = piecewise("rates", rates)
        duration = float(rates.inverse_cumulative(_check.positive("patients", patients)))
        if math.isinf(duration):
            most = float(rates.cumulative(rates.starts[-1]))
            raise DesignError(
                f"{patients:g} patients never enter at these rates: at most {most:g} do. "
                "Let the last rate be above 0, or plan fewer patients."
            )
        return cls(rates, duration)

    @property
    def patients(self) -> float:
        """Expected number of patients in all."""
        return float(self.rates.cumulative(self.duration))

    def entered(self, at: float | FloatArray) -> FloatArray:
        """Expected number of patients who have entered by calendar times."""
        return self.rates.cumulative(np.minimum(at, self.duration))

    def rate(self, at: FloatArray) -> FloatArray:
        """Patients entering per unit of time at calendar times; 0 before the first and after the last."""
        return np.where(at < self.duration, self.rates.rate(at), 0.0)

    def scaled(self, factor: float) -> Accrual:
        """The same calendar with every rate times a factor."""
        return replace(self, rates=self.rates.scaled(factor))

    def jumps(self) -> tuple[FloatArray, FloatArray]:
        """Times at which the rate changes, the end among them, and by how much; both shape (m,)."""
        starts = np.array([s for s in self.rates.starts if s < self.duration])
        rates = self.rates.rate(starts)
        return np.append(starts, self.duration), np.diff(np.concatenate(([0.0], rates, [0.0])))
