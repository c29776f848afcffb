"""How well the effect is estimated at the stop: bias and coverage, as it is and adjusted for the looks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from equipoise.design import Exit, conditional_power, interim_look, stopped_estimate
from equipoise.numerics import normal
from equipoise.simulation.estimates import Estimate, mean_of, proportion

if TYPE_CHECKING:
    from collections.abc import Callable

    from equipoise._check import FloatArray
    from equipoise.simulation.bounds_in_use import BoundsInUse
    from equipoise.simulation.subject_model import IntArray
    from equipoise.simulation.tally import Tally

# Trials that stop at one look after one course of events are read one by one up to this number, and beyond it
# by the polynomial through as many Chebyshev points, which differs by less than rounding shows.
POINTS = 40


@dataclass(frozen=True, slots=True)
class EstimatedEffect:
    """One way of estimating the log hazard ratio at the stop, over the trials in which it can be.

    Bias and coverage are against the scenario's hazard ratio where that is one number for all times and
    strata; else they are not known (nan).
    """

    log_hazard_ratio: Estimate
    """Mean of the estimates."""
    bias: Estimate
    """Mean less the true log hazard ratio: below 0 where the effect is exaggerated."""
    coverage: Estimate
    """Share of the trials whose interval holds the true value."""
    level: float
    """Confidence level of the interval, that of the test."""


@dataclass(frozen=True, slots=True)
class StoppedInference:
    """Estimates at the stop.

    Parameters
    ----------
    naive
        -U/V with limits as if there had been one look.
    adjusted
        Median-unbiased estimate and limits by the stage-wise ordering (`stopped_estimate`). Futility that
        does not bind is left out of account there, so that obeying it leaves a bias.
    conditional_power
        For each interim look, mean conditional power under the design's effect of the trials that stop there
        for futility.
    estimated
        Share of the trials that could be estimated: all but those without information, or whose looks came
        out of order.

    """

    naive: EstimatedEffect
    adjusted: EstimatedEffect
    conditional_power: tuple[Estimate, ...]
    estimated: Estimate


class _Adjusted(NamedTuple):
    """Drifts at information fraction 1, each of shape (n,)."""

    estimate: FloatArray
    lower: FloatArray
    upper: FloatArray


def stopped_inference(
    total: Tally,
    bounds: BoundsInUse,
    true_log_hazard_ratio: float | None,
    hazard_ratio_null: float = 1.0,
) -> StoppedInference:
    """Estimate the effect at the stop of every replicate of a tally that keeps them.

    The estimate of theta, z per root of information, is the design room's for the bounds used at the events
    observed, in the unit of the observed V; the log hazard ratio is log(m) - theta with m the one tested.
    """
    parts = [np.concatenate(column) for column in zip(*total.stops, strict=True)]
    look, reason, score, information, course = parts[0], parts[1], parts[5], parts[6], parts[8]
    known = information > 0.0
    z = np.where(known, score / np.sqrt(np.where(known, information, 1.0)), np.nan)
    found = _Adjusted(*(np.full(len(z), np.nan) for _ in range(3)))
    power = np.full(len(z), np.nan)
    for events, rows in _courses(look, course, known):
        if bounds.held(events) is None:
            continue
        values = _by_z(z[rows], lambda x, e=events: _estimated(bounds, e, x), 3)  # type: ignore[misc]
        for column, one in zip(found, values, strict=True):
            column[rows] = one
        futile = rows[reason[rows] == Exit.FUTILITY]
        if len(futile) and len(events) < bounds.design.looks:
            power[futile] = _by_z(z[futile], lambda x, e=events: _power(bounds, e, x), 1)[0]  # type: ignore[misc]
    read = np.isfinite(found.estimate)
    level = 1.0 - 2.0 * bounds.design.alpha / bounds.design.sides
    unit = np.sqrt(information[read] / (_last(course, look)[read] / bounds.planned))
    null = math.log(hazard_ratio_null)
    half = float(normal.upper_quantile(0.5 * (1.0 - level))) / np.sqrt(information[read])
    mle = parts[7][read]
    adjusted = [null - column[read] / unit for column in found]
    interim = [power[(look == k) & np.isfinite(power)] for k in range(bounds.design.looks - 1)]
    true = true_log_hazard_ratio
    return StoppedInference(
        naive=_effect(mle, mle - half, mle + half, true, level),
        adjusted=_effect(adjusted[0], adjusted[2], adjusted[1], true, level),
        conditional_power=tuple(mean_of(one) for one in interim),
        estimated=proportion(int(read.sum()), len(z)),
    )


def _last(course: IntArray, look: IntArray) -> IntArray:
    """Events at the stop."""
    return np.asarray(course[np.arange(len(look)), look])


def _courses(
    look: IntArray, course: IntArray, known: np.ndarray[Any, Any]
) -> list[tuple[tuple[int, ...], IntArray]]:
    """Replicates by the events at their looks until the stop."""
    groups: dict[tuple[int, ...], list[int]] = {}
    for i in np.flatnonzero(known).tolist():
        groups.setdefault(tuple(course[i, : look[i] + 1].tolist()), []).append(i)
    return [(events, np.array(rows)) for events, rows in sorted(groups.items())]


def _by_z(z: FloatArray, values: Callable[[float], tuple[float, ...]], columns: int) -> list[FloatArray]:
    """A function of z at many z: as it is, or by its polynomial through Chebyshev points."""
    if len(z) <= POINTS:
        return list(np.array([values(float(x)) for x in z]).reshape(len(z), columns).T)
    low, high = float(z.min()), float(z.max())
    middle, half = (low + high) / 2.0, max((high - low) / 2.0, 1e-9)
    nodes = np.cos(np.pi * (np.arange(POINTS) + 0.5) / POINTS)
    at = np.array([values(middle + half * float(x)) for x in nodes]).reshape(POINTS, columns)
    fitted = np.polynomial.chebyshev.chebfit(nodes, at, POINTS - 1)
    return list(np.atleast_2d(np.polynomial.chebyshev.chebval((z - middle) / half, fitted)))


def _estimated(bounds: BoundsInUse, events: tuple[int, ...], z: float) -> tuple[float, ...]:
    at = interim_look(bounds.design, z, bounds=bounds.held(events), final=True)
    one = stopped_estimate(at)
    return one.estimate, one.lower, one.upper


def _power(bounds: BoundsInUse, events: tuple[int, ...], z: float) -> tuple[float, ...]:
    at = interim_look(bounds.design, z, bounds=bounds.held(events), ahead=bounds.ahead(events))
    return (float(conditional_power(at).power),)


def _effect(
    estimate: FloatArray, lower: FloatArray, upper: FloatArray, true: float | None, level: float
) -> EstimatedEffect:
    nothing = Estimate(math.nan, math.nan)
    mean = mean_of(estimate)
    if true is None:
        return EstimatedEffect(mean, nothing, nothing, level)
    covered = int(((lower <= true) & (true <= upper)).sum())
    bias = Estimate(mean.value - true, mean.error)
    return EstimatedEffect(mean, bias, proportion(covered, len(estimate)), level)
