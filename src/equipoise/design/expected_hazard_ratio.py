"""Average hazard ratio by calendar time: what hazard ratio a trial sees whose effect changes with time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise.design.score_influence import TrialCourse
from equipoise.design.weighted_logrank_design import calendar_looks
from equipoise.errors import DesignError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from equipoise._check import FloatArray
    from equipoise.design.population import Accrual, Stratum


@dataclass(frozen=True, slots=True, eq=False)
class ExpectedHazardRatio:
    """Average hazard ratios (experimental over control) by calendar time, shape (T,); below 1 is benefit.

    Parameters
    ----------
    time, events
        Calendar times since the first patient, and events expected by then.
    by_events
        Geometric mean over the expected events, exp(∫ log HR dE(N) / E(N)).
    by_information
        Geometric mean over the null information V = ∫ p (1 - p) dE(N), p the experimental share of those at
        risk, exp(∫ log HR p (1 - p) dE(N) / V): by it Schoenfeld's mean of z is -log HR × √V.
    by_score
        exp(-E U / V) with U the log-rank score: the limit of the one-step estimate.

    """

    time: FloatArray
    events: FloatArray
    by_events: FloatArray
    by_information: FloatArray
    by_score: FloatArray

    def to_frame(self) -> pl.DataFrame:
        """One row a time."""
        import polars as pl

        return pl.DataFrame({name: getattr(self, name) for name in self.__slots__})


def expected_hazard_ratio(
    strata: Sequence[Stratum], accrual: Accrual, *, at: Sequence[float] | FloatArray, ratio: float = 1.0
) -> ExpectedHazardRatio:
    """Average hazard ratios of the stratified log-rank test at calendar times.

    The three agree where the hazard ratio is one and close to 1. Where it changes with time since entry they
    change with calendar time: a late effect shows late.

    Parameters
    ----------
    strata
        What is assumed in each stratum.
    accrual
        Patients entering.
    at
        Calendar times since the first patient, rising, shape (T,).
    ratio
        Patients on the experimental arm for each one on the control arm.

    Raises
    ------
    DesignError
        A time by which no event is expected.

    References
    ----------
    Schemper, Wakounig, Heinze (2009), Statistics in Medicine 28:2473-2489; Mukhopadhyay, Huang, Metcalfe et
    al. (2020), Statistics in Biopharmaceutical Research 12:387-398.

    """
    times = calendar_looks(at)
    course = TrialCourse.of(strata, accrual, ratio=ratio)
    rows = np.array([_totals(course, u) for u in times.tolist()])
    events, effect, information, informed, score = rows.T
    return ExpectedHazardRatio(
        time=times,
        events=events,
        by_events=np.exp(effect / events),
        by_information=np.exp(informed / information),
        by_score=np.exp(-score / information),
    )


def _totals(course: TrialCourse, until: float) -> FloatArray:
    """Events, log hazard ratio over them, V, log hazard ratio over V, and the score, by a calendar time."""
    panels = course.panels(until)
    seen = course.risk_sets(panels.nodes)
    informs = seen.dying * seen.p * (1.0 - seen.p)
    log_ratio = np.log([c.hazard_ratio.rate(panels.nodes) for c in course.cells])
    score = seen.dying * (seen.p - course.arm)
    gain = np.array([seen.dying, seen.dying * log_ratio, informs, informs * log_ratio, score]).sum(axis=1)
    found = np.asarray(gain @ (panels.weights * course.accrual.entered(until - panels.nodes)))
    if found[0] <= 0.0:
        raise DesignError(f"no event is expected by calendar time {until:g}. Look later.")
    return found
