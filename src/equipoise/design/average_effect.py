"""The mean log hazard ratio over the expected events: what a log-rank test sees of a changing effect."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from equipoise.design.expected_events import EventCalendar
from equipoise.numerics.piecewise import PiecewiseConstant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise.design.population import Accrual, Stratum


def mean_log_hazard_ratio(strata: Sequence[Stratum], accrual: Accrual, ratio: float, at: float) -> float:
    """Log hazard ratio by pieces, averaged with the events expected in each piece by calendar time `at`.

    Events of a piece are those expected with the hazards set to 0 after it, less those with the hazards set
    to 0 before it.
    """
    values = {r for s in strata for r in s.hazard_ratio.rates}
    if len(values) == 1:
        return math.log(values.pop())
    edges = sorted({start for s in strata for start in s.hazard_ratio.starts if start > 0.0})
    reached = [np.zeros(2 * len(strata))]
    for edge in [*edges, math.inf]:
        truncated = [s if math.isinf(edge) else _until(s, edge) for s in strata]
        reached.append(EventCalendar.of(truncated, accrual, ratio).by_arm(np.array([at]))[0])
    events = np.diff(np.array(reached), axis=0)
    starts = [0.0, *edges]
    logs = np.array([[math.log(float(s.hazard_ratio.rate(t))) for s in strata] for t in starts])
    return float((events * np.tile(logs, 2)).sum() / events.sum())


def _until(stratum: Stratum, edge: float) -> Stratum:
    """The stratum with no hazard of the event from `edge` on."""
    on = PiecewiseConstant((0.0, edge), (1.0, 0.0))
    return replace(stratum, control_hazard=stratum.control_hazard.times(on))
