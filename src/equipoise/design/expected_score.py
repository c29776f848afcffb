"""Expected stratified log-rank score and information by calendar time, for any course of the hazard ratio."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise import _check
from equipoise.design.population import Accrual, Stratum, require_strata
from equipoise.errors import ArgumentError
from equipoise.numerics.recursion_nodes import gauss_legendre_rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from equipoise._check import FloatArray

ORDER = 16
# Within a piece exp(-m t) is integrated to rounding by 16 nodes while m times the width stays below this.
WIDEST = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class ExpectedScore:
    """Expected numbers of the stratified log-rank test by calendar time, shape (T,) each.

    Parameters
    ----------
    time
        Calendar times since the first patient.
    events
        Expected events.
    score
        Expected minus observed events on the experimental arm, in expectation: above 0 is benefit.
    information
        Null variance V of the score, in expectation.
    log_hazard_ratio
        Log hazard ratio averaged over the expected events.

    """

    time: FloatArray
    events: FloatArray
    score: FloatArray
    information: FloatArray
    log_hazard_ratio: FloatArray

    @property
    def drift(self) -> FloatArray:
        """Expected z at each time, score / sqrt(information)."""
        return self.score / np.sqrt(self.information)

    @property
    def hazard_ratio(self) -> FloatArray:
        """Average hazard ratio exp(-score / information), the limit of the one-step estimate at each time."""
        return np.exp(-self.score / self.information)

    def to_frame(self) -> pl.DataFrame:
        """One row a time."""
        import polars as pl

        return pl.DataFrame(
            {
                "time": self.time,
                "events": self.events,
                "score": self.score,
                "information": self.information,
                "drift": self.drift,
                "hazard_ratio": self.hazard_ratio,
                "log_hazard_ratio": self.log_hazard_ratio,
            }
        )


def expected_score(
    strata: Sequence[Stratum], accrual: Accrual, *, at: Sequence[float] | FloatArray, ratio: float = 1.0
) -> ExpectedScore:
    """Expected score and null variance of the stratified log-rank test by calendar time.

    At time t since entry and calendar time u, y0 and y1 patients are expected at risk, R(u - t) of them
    entered and the share C(t) still there. Summed over strata and integrated over t,
    score = y0 y1 / (y0 + y1) (h0 - h1) and V = y0 y1 / (y0 + y1)^2 (h0 y0 + h1 y1).

    Parameters
    ----------
    strata
        What is assumed in each stratum.
    accrual
        Patients entering.
    at
        Calendar times since the first patient, above 0, shape (T,).
    ratio
        Patients on the experimental arm for each one on the control arm.

    References
    ----------
    Tsiatis (1982), Journal of the American Statistical Association 77:855-861; Yung, Liu (2020), Biometrics
    76:939-950.

    """
    times = _check.numbers("at", at)
    if (times <= 0.0).any():
        raise ArgumentError(
            "at", tuple(times.tolist()), "must be above 0", "Times count from the first patient."
        )
    given = require_strata(strata)
    share = _check.positive("ratio", ratio) / (1.0 + ratio)
    rows = np.array([sum(_one_stratum(s, accrual, float(u), share) for s in given) for u in times])
    return ExpectedScore(times, rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3] / rows[:, 0])


def _one_stratum(stratum: Stratum, accrual: Accrual, until: float, share: float) -> FloatArray:
    """Events, score, V and events times log hazard ratio of one stratum at one calendar time."""
    h0, h1 = stratum.control_hazard, stratum.experimental_hazard
    d0, d1 = stratum.control_dropout, stratum.experimental_dropout
    breaks = np.unique(np.concatenate([h1.starts, d0.starts, d1.starts, until - accrual.jumps()[0]]))
    edges = np.concatenate(([0.0], breaks[(breaks > 0.0) & (breaks < until)], [until]))
    leaving = np.maximum(h0.rate(edges[:-1]) + d0.rate(edges[:-1]), h1.rate(edges[:-1]) + d1.rate(edges[:-1]))
    t, weight = _nodes(edges, leaving)
    entered = stratum.prevalence * accrual.entered(until - t)
    y0 = (1.0 - share) * entered * np.exp(-h0.cumulative(t) - d0.cumulative(t))
    y1 = share * entered * np.exp(-h1.cumulative(t) - d1.cumulative(t))
    born0, born1 = h0.rate(t) * y0, h1.rate(t) * y1
    all_at_risk = np.where(y0 + y1 > 0.0, y0 + y1, 1.0)
    events = born0 + born1
    score = (y1 * born0 - y0 * born1) / all_at_risk
    information = y0 * y1 / all_at_risk**2 * events
    effect = np.log(stratum.hazard_ratio.rate(t)) * events
    return np.array([weight @ events, weight @ score, weight @ information, weight @ effect])


def _nodes(edges: FloatArray, leaving: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Gauss-Legendre nodes and weights on every piece, long pieces cut."""
    width = np.diff(edges)
    cuts = np.maximum(np.ceil(leaving * width / WIDEST), 1.0).astype(np.int64)
    first = np.concatenate(([0], np.cumsum(cuts)[:-1]))
    within = np.arange(cuts.sum()) - np.repeat(first, cuts)
    half = np.repeat(0.5 * width / cuts, cuts)
    middle = np.repeat(edges[:-1], cuts) + half * (2.0 * within + 1.0)
    x, w = gauss_legendre_rule(ORDER)
    return (middle[:, None] + half[:, None] * x).ravel(), (half[:, None] * w).ravel()
