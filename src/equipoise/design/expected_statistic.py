"""A test statistic as it is expected to be at each look: effect, information, spread, correlation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from equipoise.design.crossing_by_look import LookMoments
from equipoise.errors import DesignError

if TYPE_CHECKING:
    import polars as pl

    from equipoise._check import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class ExpectedStatistic:
    """z = estimate × √information at K looks, under the assumptions; z above 0 is benefit.

    Parameters
    ----------
    name
        The test.
    measure
        What the effect is, in words.
    effect
        Expected estimate, shape (K,); above 0 is benefit.
    information
        One over the estimate's variance as the test reckons it, shape (K,): its fractions set the bounds.
    sd
        Standard deviation of z under the assumptions, shape (K,); 1 under the null.
    correlation
        Of z at each look with z at the next, shape (K - 1,).
    patients
        Entered by each look, shape (K,).
    events, time
        Expected events, and calendar times since the first patient, shape (K,); None where there are none.

    """

    name: str
    measure: str
    effect: FloatArray
    information: FloatArray
    sd: FloatArray
    correlation: FloatArray
    patients: FloatArray
    events: FloatArray | None = None
    time: FloatArray | None = None

    @property
    def mean(self) -> FloatArray:
        """Expected z, effect × √information, shape (K,)."""
        return np.asarray(self.effect * np.sqrt(self.information))

    @property
    def moments(self) -> LookMoments:
        """Mean, standard deviation and correlation of z."""
        return LookMoments(self.mean, self.sd, self.correlation)

    @property
    def information_fraction(self) -> FloatArray:
        """Information over that of the last look, shape (K,)."""
        return np.asarray(self.information / self.information[-1])

    def scaled(self, factor: float) -> ExpectedStatistic:
        """The same trial with `factor` times as many patients entering at each time."""
        return replace(
            self,
            information=self.information * factor,
            patients=self.patients * factor,
            events=None if self.events is None else self.events * factor,
        )

    def to_frame(self) -> pl.DataFrame:
        """One row a look; the correlation is with the look before."""
        import polars as pl

        before = pl.Series([None, *self.correlation.tolist()], dtype=pl.Float64)
        columns = {"look": np.arange(1, len(self.effect) + 1), "time": self.time, "patients": self.patients}
        columns |= {"events": self.events, "effect": self.effect, "information": self.information}
        columns |= {"information_fraction": self.information_fraction, "mean": self.mean, "sd": self.sd}
        there = {name: values for name, values in columns.items() if values is not None}
        return pl.DataFrame({**there, "correlation": before})


def correlation_of_estimates(variance: FloatArray) -> FloatArray:
    """Correlation of an estimate with the next one, √(next variance / variance), shape (K - 1,).

    An efficient estimate is uncorrelated with what the next one adds to it.
    Reference: Scharfstein, Tsiatis, Robins (1997), Journal of the American Statistical Association
    92:1342-1350.
    """
    if (np.diff(variance) >= 0.0).any():
        look = int(np.flatnonzero(np.diff(variance) >= 0.0)[0]) + 2
        raise DesignError(f"look {look} says no more than the look before. Hold it later, or leave it out.")
    return np.sqrt(variance[1:] / variance[:-1])
