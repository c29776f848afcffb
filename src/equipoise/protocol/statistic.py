"""The weight of a weighted log-rank test, as a protocol names it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from equipoise.numerics.logrank_weights import FlemingHarrington, LogrankWeight, MagirrBurman
from equipoise.protocol._section import NotNegative, Positive, Section

WeightFamily = Literal["log-rank", "Fleming-Harrington", "Magirr-Burman"]


class WeightPlan(Section):
    """How much the events at one time count in a log-rank test."""

    family: WeightFamily
    """Name of the family of weights; "log-rank" weighs all events alike."""
    rho: NotNegative = 0.0
    """Fleming-Harrington: exponent of S(t-), above 0 for early differences."""
    gamma: NotNegative = 0.0
    """Fleming-Harrington: exponent of 1 - S(t-), above 0 for late differences."""
    delay: Positive | None = None
    """Magirr-Burman: time up to which weights rise, in the trial's unit."""
    least_survival: float | None = Field(default=None, gt=0.0, le=1.0)
    """Magirr-Burman: survival below which weights rise no more, in place of `delay`."""

    def weight(self, per_unit: float = 1.0) -> LogrankWeight | None:
        """The weight itself, in a finer unit of time, `per_unit` of which make one of the trial's."""
        if self.family == "Fleming-Harrington":
            return FlemingHarrington(self.rho, self.gamma)
        if self.family == "Magirr-Burman" and self.delay is not None:
            return MagirrBurman(delay=self.delay * per_unit)
        if self.family == "Magirr-Burman":
            return MagirrBurman(least_survival=self.least_survival)
        return None
