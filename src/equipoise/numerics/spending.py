"""Error-spending functions: how much type I error may be used by information fraction t."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
from scipy.special import ndtr, ndtri

from equipoise import _check

if TYPE_CHECKING:
    from equipoise._check import FloatArray


@runtime_checkable
class Spending(Protocol):
    """Anything that says how much of an error may be used by information fraction t."""

    def spent(self, t: FloatArray, alpha: float) -> FloatArray:
        """Cumulative error spent at information fractions t, shape (K,): 0 at t = 0, alpha from t = 1 on."""
        ...


def fractions(t: float | FloatArray) -> FloatArray:
    """Information fractions held between 0 and 1: past the planned maximum all of the error is spent."""
    return np.clip(np.asarray(t, dtype=np.float64), 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class LanDeMetsOBrienFleming:
    """Lan-DeMets function near O'Brien-Fleming: alpha(t) = 2 - 2 Phi(z_{alpha/2} / sqrt(t)).

    alpha is the error of one side: with two sides the function is applied to alpha/2 on each.
    Reference: Lan, DeMets (1983), Biometrika 70:659-663.
    """

    def spent(self, t: FloatArray, alpha: float) -> FloatArray:
        """Cumulative error spent at information fractions t, shape (K,)."""
        with np.errstate(divide="ignore"):
            return np.asarray(2.0 * ndtr(ndtri(0.5 * alpha) / np.sqrt(fractions(t))))


@dataclass(frozen=True, slots=True)
class LanDeMetsPocock:
    """Lan-DeMets function near Pocock: alpha(t) = alpha log(1 + (e - 1) t).

    Reference: Lan, DeMets (1983), Biometrika 70:659-663.
    """

    def spent(self, t: FloatArray, alpha: float) -> FloatArray:
        """Cumulative error spent at information fractions t, shape (K,)."""
        return np.asarray(alpha * np.log1p((math.e - 1.0) * fractions(t)))


@dataclass(frozen=True, slots=True)
class HwangShihDeCani:
    """Gamma family: alpha(t) = alpha (1 - exp(-gamma t)) / (1 - exp(-gamma)), and alpha t at gamma = 0.

    gamma = -4 is close to O'Brien-Fleming, gamma = 1 to Pocock.
    Reference: Hwang, Shih, De Cani (1990), Statistics in Medicine 9:1439-1445.
    """

    gamma: float

    def __post_init__(self) -> None:
        """Check the parameter."""
        _check.number("gamma", self.gamma)

    def spent(self, t: FloatArray, alpha: float) -> FloatArray:
        """Cumulative error spent at information fractions t, shape (K,)."""
        if self.gamma == 0.0:
            return np.asarray(alpha * fractions(t))
        return np.asarray(alpha * (np.expm1(-self.gamma * fractions(t)) / math.expm1(-self.gamma)))


@dataclass(frozen=True, slots=True)
class KimDeMets:
    """Power family: alpha(t) = alpha t^rho, rho > 0.

    rho = 3 is close to O'Brien-Fleming, rho = 1 to Pocock; rho = 2 is often used by cooperative groups.
    Reference: Kim, DeMets (1987), Biometrika 74:149-154.
    """

    rho: float

    def __post_init__(self) -> None:
        """Check the parameter."""
        _check.positive("rho", self.rho)

    def spent(self, t: FloatArray, alpha: float) -> FloatArray:
        """Cumulative error spent at information fractions t, shape (K,)."""
        return np.asarray(alpha * fractions(t) ** self.rho)
