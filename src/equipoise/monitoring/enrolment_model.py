"""How patients will go on to come: a Poisson process whose rate may rise or fall, stratum by stratum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize

if TYPE_CHECKING:
    from equipoise._check import FloatArray

MONTH = 30.4375
MONTHS_LOOKED_BACK = 18
MONTHS_OF_TREND = 6.0
RATE_SD = 1.0
TREND_SD = 0.05
"""Prior standard deviation of the change of the log rate a month."""


@dataclass(frozen=True, slots=True)
class EnrolmentModel:
    """Draws of the rate now (patients a month) and of its log change a month."""

    rate: FloatArray
    trend: FloatArray
    extra: float
    """Variance of monthly counts over their mean, 1 where they are Poisson."""

    @classmethod
    def fitted(cls, entered: FloatArray, now: float, draws: int, rng: np.random.Generator) -> EnrolmentModel:
        """Fit the months looked back on; days of entry count from any origin, `now` from the same.

        The log rate is a straight line, with a prior that holds its slope near 0; counts that vary more than
        Poisson's widen the draws. The trend goes on for half a year and then stays.
        """
        months = min(MONTHS_LOOKED_BACK, max(int((now - entered.min()) // MONTH), 1))
        edges = now - MONTH * np.arange(months, -1, -1)
        counts = np.histogram(entered, bins=edges)[0].astype(np.float64)
        back = np.arange(-months, 0) + 0.5

        # Prior of the rate: that of the whole period so far, within a factor of e.
        usual = float(np.log(len(entered) / max((now - float(entered.min())) / MONTH, 1.0)))

        def less(p: FloatArray) -> float:
            mean = np.exp(np.clip(p[0] + p[1] * back, -30.0, 30.0))
            prior = 0.5 * ((p[0] - usual) / RATE_SD) ** 2 + 0.5 * (p[1] / TREND_SD) ** 2
            return float((mean - counts * np.log(mean)).sum() + prior)

        start = np.array([usual, 0.0])
        mode = np.asarray(minimize(less, start, method="BFGS").x)
        mean = np.exp(mode[0] + mode[1] * back)
        extra = max(1.0, float(((counts - mean) ** 2 / np.maximum(mean, 0.1)).sum()) / max(months - 2, 1))
        design = np.column_stack([np.ones(months), back])
        information = design.T @ (mean[:, None] * design) / extra + np.diag([RATE_SD**-2, TREND_SD**-2])
        kept = rng.multivariate_normal(mode, np.linalg.inv(information), size=draws)
        return cls(np.exp(kept[:, 0]), kept[:, 1], extra)

    def arrivals(self, draw: int, patients: int, rng: np.random.Generator) -> FloatArray:
        """Days from now at which so many patients come under one draw, rising."""
        rate, trend = float(self.rate[draw]), float(self.trend[draw])
        # Unit-rate arrivals in operational time; more than Poisson's variance by gamma-distributed gaps.
        gaps = rng.gamma(1.0 / self.extra, self.extra, size=patients)
        need = np.cumsum(gaps)
        changing = (
            rate * MONTHS_OF_TREND if abs(trend) < 1e-9 else rate * np.expm1(trend * MONTHS_OF_TREND) / trend
        )
        if abs(trend) < 1e-9:
            early = need / rate
        else:
            early = np.log1p(np.maximum(np.minimum(need, changing) * trend / rate, -1.0 + 1e-12)) / trend
        steady = MONTHS_OF_TREND + (need - changing) / (rate * np.exp(trend * MONTHS_OF_TREND))
        months: FloatArray = np.where(need <= changing, early, steady)
        return months * MONTH
