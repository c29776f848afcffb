"""Hazard rates by period: events per person-time, with exact Poisson limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import chdtri

from equipoise import _check
from equipoise.errors import ArgumentError
from equipoise.survival import _arrays
from equipoise.survival._display import Displayed
from equipoise.survival._frames import frame

if TYPE_CHECKING:
    import polars as pl

    from equipoise.survival._arrays import FloatArray, IntArray


@dataclass(frozen=True, slots=True, repr=False)
class PiecewiseHazards(Displayed):
    """A row for each group and period (begin, end], groups outermost; the last period has no end (inf).

    `rate` is events over `person_time` times `per`, `lower` and `upper` its exact limits: nan (null in the
    table) where nobody was at risk.
    """

    group: tuple[Any, ...]
    begin: FloatArray
    end: FloatArray
    events: IntArray
    person_time: FloatArray
    rate: FloatArray
    lower: FloatArray
    upper: FloatArray
    per: float
    level: float

    def headline(self) -> str:
        """What the rates are per."""
        return f"Hazard rates per {self.per:g} units of time, {self.level:g} exact Poisson limits"

    def to_frame(self) -> pl.DataFrame:
        """Columns group, begin, end, events, person_time, rate, lower, upper."""
        return frame({name: getattr(self, name) for name in self.__slots__[:-2]})


def piecewise_hazards(
    time: object,
    event: object,
    *,
    cuts: object,
    per: float = 1.0,
    group: object | None = None,
    entry: object | None = None,
    level: float = 0.95,
) -> PiecewiseHazards:
    """Events over time at risk in each period between cuts; an event at a cut is of the period before it.

    Limits of d events over a time P are χ²(2d)/2P at (1-level)/2 and χ²(2d+2)/2P at (1+level)/2.

    Parameters
    ----------
    time, event : shape (n,); `event` True or 1 where the event was observed.
    cuts : times above 0 that rise, where periods end; with none there is one period.
    per : rates are per so many units of time: 365.25 makes events per person-year of days.
    group : labels, shape (n,); None is one group called "all".
    entry : times of coming under observation, each before `time`.
    level : of the limits.

    Reference: Garwood (1936), Biometrika 28:437-442.
    """
    t = _arrays.times("time", time)
    d = _arrays.events("event", event)
    _check.same_length(time=t, event=d)
    came = _arrays.entries(entry, t)
    start = np.zeros(len(t)) if came is None else came
    edges = _check.increasing("cuts", cuts, per="cut")
    if len(edges) and edges[0] <= 0.0:
        remedy = "The first period begins at 0."
        raise ArgumentError("cuts", tuple(edges.tolist()), "must lie above 0", remedy)
    unit, tail = _check.positive("per", per), 0.5 * (1.0 - _check.probability("level", level))
    groups = _arrays.everybody(t) if group is None else _arrays.levels("group", group, t)
    bounds = np.concatenate(([0.0], edges, [np.inf]))
    k, m = len(groups.labels), len(bounds) - 1
    spent, events = np.empty((k, m)), np.empty((k, m), dtype=np.int64)
    period = np.maximum(np.searchsorted(bounds, t, side="left") - 1, 0)
    for j in range(m):
        within = np.maximum(np.minimum(t, bounds[j + 1]) - np.maximum(start, bounds[j]), 0.0)
        spent[:, j] = np.bincount(groups.codes, weights=within, minlength=k)
        events[:, j] = np.bincount(groups.codes[d & (period == j)], minlength=k)
    count, time_at_risk = events.ravel(), spent.ravel()
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(time_at_risk > 0.0, unit / time_at_risk, np.nan)
    lower = np.where(count > 0, 0.5 * chdtri(2.0 * np.maximum(count, 1), 1.0 - tail), 0.0)
    return PiecewiseHazards(
        tuple(label for label in groups.labels for _ in range(m)),
        np.tile(bounds[:-1], k),
        np.tile(bounds[1:], k),
        count,
        time_at_risk,
        np.asarray(count * scale, dtype=np.float64),
        np.asarray(lower * scale, dtype=np.float64),
        np.asarray(0.5 * chdtri(2.0 * count + 2.0, tail) * scale, dtype=np.float64),
        unit,
        level,
    )
