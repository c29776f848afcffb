"""The weight of each risk row, from the groups of its stratum together or of all strata together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from equipoise.numerics.logrank_weights import WeightRows
from equipoise.survival._step_kernels import just_before, product_limit

if TYPE_CHECKING:
    from equipoise.numerics.logrank_weights import LogrankWeight
    from equipoise.survival._arrays import FloatArray, IntArray
    from equipoise.survival.risk_table import RiskTable

UNWEIGHTED = np.empty(0)


def row_weights(risk: RiskTable, weight: LogrankWeight | None, *, pooled: bool) -> FloatArray:
    """Weights (rows,); empty where there is none. Only rows with events are shown to the weight."""
    if weight is None:
        return UNWEIGHTED
    n, d = risk.at_risk.sum(axis=1), risk.events.sum(axis=1)
    with_events = np.flatnonzero(d > 0.0)
    out = np.zeros(len(n))
    if pooled and len(risk.strata) > 1:
        time, place = np.unique(risk.time, return_inverse=True)
        at_risk, events = _across_strata(risk, time), np.bincount(place, weights=d)
        rows = _rows(np.zeros(len(time), dtype=np.int64), time, at_risk, np.asarray(events, dtype=np.float64))
        seen = np.flatnonzero(events > 0.0)
        of_time = np.zeros(len(time))
        of_time[seen] = weight.of_rows(_chosen(rows, seen))
        out[with_events] = of_time[place[with_events]]
        return out
    rows = _rows(risk.stratum, risk.time, n, d)
    for s in range(len(risk.strata)):
        here = with_events[risk.stratum[with_events] == s]
        out[here] = weight.of_rows(_chosen(rows, here))
    return out


def _rows(stratum: IntArray, time: FloatArray, n: FloatArray, d: FloatArray) -> WeightRows:
    return WeightRows(time, just_before(stratum, product_limit(stratum, n, d), 1.0), n, d)


def _chosen(rows: WeightRows, at: IntArray) -> WeightRows:
    return WeightRows(rows.time[at], rows.survival[at], rows.at_risk[at], rows.events[at])


def _across_strata(risk: RiskTable, time: FloatArray) -> FloatArray:
    """Subjects of all strata at risk at each time."""
    total = np.zeros(len(time))
    for s in range(len(risk.strata)):
        total += risk.at_risk_at(s, time).sum(axis=1)
    return total
