"""The z of a hypothesis that is tested by something else than the log-rank test, on a snapshot."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from equipoise.design.from_protocol_by_statistic import is_another_test
from equipoise.errors import DataError
from equipoise.numerics import normal
from equipoise.survival import cox, logrank, maxcombo, milestone, rmst

if TYPE_CHECKING:
    from equipoise.analysis import EndpointData
    from equipoise.design import Design


@dataclass(frozen=True, slots=True)
class PlannedStatistic:
    """z = score / √information of the planned test; above 0 is benefit.

    Attributes
    ----------
    z : of a Cox score, weighted log-rank, restricted-mean or milestone test; of a MaxCombo test, the z whose
        one-sided p is the test's.
    score, information : z √information, and what joins the looks: the null variance of the weighted score, or
        one over the variance of the estimate in the protocol's unit of time. Of a Cox score or MaxCombo test
        that of the log-rank score, and events join the looks.
    hazard_ratio : the log-rank test's one-step estimate, for description: the test says nothing of it.
    """

    z: float
    score: float
    information: float
    hazard_ratio: float


def planned_statistic(design: Design, data: EndpointData, *, strata: pl.Series | None) -> PlannedStatistic:
    """The statistic that the hypothesis plans; times are in days, what the protocol plans in its own unit.

    Raises
    ------
    DataError
        Too short a follow-up for the horizon, or nothing to compare.
    """
    h, days = design.hypothesis, design.protocol.trial.days_per_unit
    arms: dict[str, Any] = {"control": design.protocol.control.id}
    who = (data.time, data.event, data.arm)
    plain = logrank(*who, strata=strata, **arms)
    ratio = plain.hazard_ratio
    assert ratio is not None and plain.information is not None  # noqa: PT018, S101 - two arms
    if h.test == "cox-score":
        z, information = _cox_score_z(design, data, strata), plain.information
    elif h.test == "weighted-logrank":
        weighted = logrank(*who, strata=strata, weight=h.weight.weight(days) if h.weight else None, **arms)
        assert weighted.z is not None and weighted.information is not None  # noqa: PT018, S101 - two arms
        z, information = weighted.z, weighted.information
    elif h.test == "maxcombo":
        weights = [w.weight(days) for w in h.weights]
        combo = maxcombo(*who, strata=strata, weights=weights, alternative="benefit", **arms)
        z, information = float(normal.upper_quantile(combo.p)), plain.information
    elif h.test == "rmst":
        means = rmst(*who, tau=_horizon(design, data), **arms)
        # The design plans information in the protocol's unit of time.
        z, information = means.difference / means.std_err, (days / means.std_err) ** 2
    else:
        found = milestone(*who, at=_horizon(design, data), **arms)
        z, information = found.z, 1.0 / found.std_err**2
        if h.scale == "log-log":
            if found.log_log_z is None or found.log_log_std_err is None:
                raise DataError("survival at the milestone is 0 or 1 on an arm: log(-log) of it is infinite.")
            z, information = found.log_log_z, 1.0 / found.log_log_std_err**2
    return PlannedStatistic(z, z * math.sqrt(information), information, ratio)


def is_read_by_its_own(design: Design) -> bool:
    """Whether the statistic of a look is another than the log-rank test's."""
    return is_another_test(design.hypothesis) or design.hypothesis.test == "cox-score"


def _cox_score_z(design: Design, data: EndpointData, strata: pl.Series | None) -> float:
    """-U / √I of Cox's partial likelihood at no effect, U its slope in the arm, Efron's ties."""
    treated = (data.arm != design.protocol.control.id).to_numpy().astype(np.float64)
    levels = None if strata is None else strata.cast(pl.String).to_numpy()
    fit = cox(data.time, data.event, treated, strata=levels)
    if not math.isfinite(fit.score_test.chi2) or math.isnan(fit.coef[0]):
        raise DataError("no event came while both arms were at risk: Cox's model says nothing of the arm.")
    return -math.copysign(math.sqrt(fit.score_test.chi2), float(fit.coef[0]))


def joined_by_events(design: Design) -> bool:
    """Whether events over planned events join the looks, or the test's own information."""
    return design.hypothesis.test in {"stratified-logrank", "logrank", "cox-score", "maxcombo"}


def _horizon(design: Design, data: EndpointData) -> float:
    """The horizon in days, where both arms have been followed so long."""
    horizon = (design.hypothesis.horizon or 0.0) * design.protocol.trial.days_per_unit
    shortest = min(float(data.time[(data.arm == arm).to_numpy()].max()) for arm in data.arm.unique())
    if shortest < horizon:
        raise DataError(
            f"{design.hypothesis.id}: the longest follow-up of an arm is {shortest:g} days, the horizon "
            f"{horizon:g}. Hold the look later."
        )
    return horizon
