"""Futility rules that speak of the design: of its effect, its last bound, or the chance to cross it yet."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
from scipy.special import ndtri

from equipoise import _check
from equipoise.errors import ArgumentError

if TYPE_CHECKING:
    from equipoise._check import FloatArray


@runtime_checkable
class FutilityScale(Protocol):
    """A bound for futility that follows from the drift and from the last efficacy bound."""

    def futility_z(self, t: FloatArray, drift: float, last: float) -> FloatArray:
        """The bound as z at information fractions t, shape (K,); -inf where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class GivenHazardRatio:
    """Stop where the hazard ratio (experimental over control) is above `ratio`: z = -log(ratio) sqrt(t I).

    `information` is the planned maximum I, events times r / (1 + r)^2 for r:1 allocation.
    """

    ratio: float
    information: float

    def __post_init__(self) -> None:
        """Check the numbers."""
        _check.positive("ratio", self.ratio)
        _check.positive("information", self.information, "Events times r / (1 + r)^2 for r:1 allocation.")

    def futility_z(self, t: FloatArray, drift: float, last: float) -> FloatArray:  # noqa: ARG002 - of every scale
        """The bound as z at information fractions t, shape (K,)."""
        return np.asarray(-math.log(self.ratio) * np.sqrt(t * self.information))


@dataclass(frozen=True, slots=True)
class GivenConditionalPower:
    """Stop where the power left at the last look, given z now, is below `power`.

    The effect from now on is the design's drift, or with `trend` the estimate so far. Later interim looks
    are left out of account: z sqrt(t) + d (1 - t) = b + sqrt(1 - t) Phi^-1(power) with b the last bound.
    Reference: Lan, Simon, Halperin (1982), Sequential Analysis 1:207-219.
    """

    power: float
    trend: bool = False

    def __post_init__(self) -> None:
        """Check the power."""
        _check.probability("power", self.power)

    def futility_z(self, t: FloatArray, drift: float, last: float) -> FloatArray:
        """The bound as z at information fractions t, shape (K,)."""
        left = np.maximum(1.0 - t, 0.0)
        score = last + np.sqrt(left) * ndtri(self.power)
        return np.asarray(score * np.sqrt(t) if self.trend else (score - drift * left) / np.sqrt(t))


@dataclass(frozen=True, slots=True)
class GivenPredictivePower:
    """Stop where the predictive power at the last look is below `power`.

    The prior of the drift (expected z at the planned maximum) is normal with `mean` and `sd`; flat with
    sd = inf. A prior of -log hazard ratio has its mean and sd multiplied by sqrt(information).
    Reference: Spiegelhalter, Freedman, Blackburn (1986), Controlled Clinical Trials 7:8-17.
    """

    power: float
    mean: float = 0.0
    sd: float = math.inf

    def __post_init__(self) -> None:
        """Check the numbers."""
        _check.probability("power", self.power)
        _check.number("mean", self.mean)
        if self.sd != math.inf:
            _check.positive("sd", self.sd, "inf is the flat prior.")

    def futility_z(self, t: FloatArray, drift: float, last: float) -> FloatArray:  # noqa: ARG002 - of every scale
        """The bound as z at information fractions t, shape (K,)."""
        left, before = np.maximum(1.0 - t, 0.0), self.sd**-2
        variance = 1.0 / (before + t)
        sd = np.sqrt(left + left * left * variance)
        score = last + sd * ndtri(self.power) - self.mean * before * variance * left
        return np.asarray(score / (np.sqrt(t) * (1.0 + variance * left)))


@dataclass(frozen=True, slots=True)
class RejectsAlternative:
    """Stop where a one-sided test of the design's effect rejects it at level p: z = drift sqrt(t) - z_p.

    Reference: Fleming, Harrington, O'Brien (1984), Controlled Clinical Trials 5:348-361, with p = 0.005.
    """

    p: float = 0.005

    def __post_init__(self) -> None:
        """Check the level."""
        _check.probability("p", self.p)

    def futility_z(self, t: FloatArray, drift: float, last: float) -> FloatArray:  # noqa: ARG002 - of every scale
        """The bound as z at information fractions t, shape (K,)."""
        return np.asarray(drift * np.sqrt(t) + ndtri(self.p))


@dataclass(frozen=True, slots=True)
class LinearInefficacy:
    """A line in the estimate: 0 at information fraction `start`, `share` of the design's effect at 1.

    z = share (t - start) / (1 - start) drift sqrt(t) from `start` on, and no bound before.
    Reference: Freidlin, Korn, Gray (2010), Clinical Trials 7:197-208.
    """

    share: float = 0.2
    start: float = 0.5

    def __post_init__(self) -> None:
        """Check the numbers."""
        _check.fraction("share", self.share)
        if not 0.0 <= _check.number("start", self.start) < 1.0:
            raise ArgumentError("start", self.start, "must lie from 0 to below 1")

    def futility_z(self, t: FloatArray, drift: float, last: float) -> FloatArray:  # noqa: ARG002 - of every scale
        """The bound as z at information fractions t, shape (K,)."""
        line = self.share * (t - self.start) / (1.0 - self.start) * drift * np.sqrt(t)
        return np.asarray(np.where(t >= self.start * (1.0 - 1e-12), line, -np.inf))
