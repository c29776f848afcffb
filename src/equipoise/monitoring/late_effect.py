"""Does the effect come late? Looked at beside the primary test, never in its place."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import polars as pl
from scipy.special import ndtri

from equipoise.analysis import planned_strata
from equipoise.errors import EquipoiseError
from equipoise.survival import FlemingHarrington, cox, logrank, milestone, rmst

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from equipoise._check import FloatArray
    from equipoise.analysis import EndpointData
    from equipoise.design import Design

Result = TypeVar("Result")
LATE = FlemingHarrington(rho=0.0, gamma=1.0)


@dataclass(frozen=True, slots=True)
class PeriodHazardRatio:
    """Hazard ratio within one period of time since randomisation, in the protocol's unit."""

    start: float
    end: float
    """Infinite for the last."""
    events: int
    hazard_ratio: float | None
    lower: float | None
    upper: float | None


@dataclass(frozen=True, slots=True)
class LateEffect:
    """Sensitivity to non-proportional hazards; p-values two-sided, None where the data do not allow it."""

    proportionality_p: float | None
    """Score test of the hazard ratio's change with time (Kaplan-Meier scale)."""
    periods: tuple[PeriodHazardRatio, ...]
    late_weighted_z: float | None
    """Log-rank with Fleming-Harrington weight (0, 1); above 0 is benefit."""
    late_weighted_p: float | None
    rmst_difference: float | None
    """Days, experimental less control, to `rmst_horizon` (the protocol's unit)."""
    rmst_lower: float | None
    rmst_upper: float | None
    rmst_horizon: float | None
    milestone_time: float | None
    milestone_difference: float | None
    """Survival of the experimental less that of the control arm at `milestone_time`."""
    milestone_lower: float | None
    milestone_upper: float | None


def late_effect(design: Design, data: EndpointData) -> LateEffect:
    """Proportionality test, hazard ratios by period, late-weighted log-rank, restricted mean, milestone.

    Periods are parted at the protocol's milestones, or else at its risk-table times. Stratified as the
    primary test is.

    Parameters
    ----------
    design
        The design that the trial runs under.
    data
        Of the hypothesis (`hypothesis_data`).

    """
    protocol = design.protocol
    days, control = protocol.trial.days_per_unit, protocol.control.id
    strata = planned_strata(protocol, design.hypothesis, data)
    experimental = (data.arm == design.hypothesis.experimental).to_numpy().astype(np.float64)[:, None]
    level = protocol.analyses.level
    horizon = protocol.analyses.rmst_horizon
    at = protocol.analyses.milestones[-1] if protocol.analyses.milestones else None
    arms = (data.time, data.event, data.arm)
    model = _if_possible(lambda: cox(data.time, data.event, experimental, strata=strata))
    fit = model and _if_possible(model.proportional_hazards_test)
    late = _if_possible(lambda: logrank(*arms, control=control, strata=strata, weight=LATE))
    mean = horizon and _if_possible(lambda: rmst(*arms, control=control, tau=horizon * days, level=level))
    mile = at and _if_possible(lambda: milestone(*arms, control=control, at=at * days, level=level))
    cuts = protocol.analyses.risk_table_times or protocol.analyses.milestones
    return LateEffect(
        proportionality_p=None if fit is None else float(fit.p[0]),
        periods=_periods(data, experimental, strata, [c for c in cuts if c > 0.0], days),
        late_weighted_z=None if late is None else late.z,
        late_weighted_p=None if late is None else late.p,
        rmst_difference=mean.difference if mean else None,
        rmst_lower=mean.lower if mean else None,
        rmst_upper=mean.upper if mean else None,
        rmst_horizon=horizon,
        milestone_time=at,
        milestone_difference=mile.difference if mile else None,
        milestone_lower=mile.lower if mile else None,
        milestone_upper=mile.upper if mile else None,
    )


def _if_possible(make: Callable[[], Result]) -> Result | None:
    """The result, or None where the data do not allow it."""
    try:
        return make()
    except EquipoiseError:
        return None


def _periods(
    data: EndpointData, experimental: FloatArray, strata: pl.Series | None, cuts: Sequence[float], days: float
) -> tuple[PeriodHazardRatio, ...]:
    """The Cox hazard ratio among those at risk at each period's start, events within it."""
    found = []
    for start, end in pairwise([0.0, *cuts, math.inf]):
        at_risk = data.time > start * days
        time = np.minimum(data.time[at_risk], end * days)
        event = data.event[at_risk] & (data.time[at_risk] <= end * days)
        arm = experimental[at_risk]
        events = int(event.sum())
        ratio = lower = upper = None
        if event[arm[:, 0] == 1.0].any() and event[arm[:, 0] == 0.0].any():
            here = None if strata is None else strata.filter(pl.Series(at_risk))
            fit = cox(time, event, arm, strata=here)
            half = float(ndtri(0.975)) * float(fit.std_err[0])
            coef = float(fit.coef[0])
            ratio, lower, upper = math.exp(coef), math.exp(coef - half), math.exp(coef + half)
        if events or at_risk.any():
            found.append(PeriodHazardRatio(start, end, events, ratio, lower, upper))
    return tuple(found)
