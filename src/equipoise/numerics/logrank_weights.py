"""Weights of log-rank tests: how much the events at one time count, by the survival just before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from equipoise import _check

if TYPE_CHECKING:
    FloatArray = np.ndarray[Any, np.dtype[np.float64]]


class LogrankWeight(Protocol):
    """Anything that weighs events by the survival just before them."""

    def of_survival(self, survival: FloatArray) -> FloatArray:
        """Weights at times before which a share S(t-) was free of the event; same shape."""
        ...


@dataclass(frozen=True, slots=True)
class FlemingHarrington:
    """Fleming-Harrington G(rho, gamma): w(t) = S(t-)^rho (1 - S(t-))^gamma, rho and gamma 0 or more.

    S(t-) is the Kaplan-Meier estimate of all groups together just before t, within stratum. (0, 0) is the
    log-rank test, (1, 0) near Wilcoxon's (early differences), (0, 1) looks at late differences; 0^0 is 1.
    R's survdiff has rho only.

    Reference: Fleming, Harrington (1991), Counting Processes and Survival Analysis, section 7.2;
    Harrington, Fleming (1982), Biometrika 69:553-566.
    """

    rho: float = 0.0
    gamma: float = 0.0

    def __post_init__(self) -> None:
        """Refuse exponents below 0."""
        _check.not_negative("rho", self.rho)
        _check.not_negative("gamma", self.gamma)

    def of_survival(self, survival: FloatArray) -> FloatArray:
        """S^rho (1 - S)^gamma for an array of S(t-)."""
        return np.asarray(survival**self.rho * (1.0 - survival) ** self.gamma)
