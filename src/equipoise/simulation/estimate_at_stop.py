"""The hazard ratio that a simulated trial shows where it stops, from its events alone."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from equipoise._check import FloatArray
    from equipoise.simulation.subject_model import IntArray

# An arm without events counts as half a one, so that the logarithm is finite.
NO_EVENT = 0.5


def log_hazard_ratio(
    events: IntArray,
    experimental: IntArray,
    score: FloatArray,
    information: FloatArray,
    hazard_ratio_null: float,
) -> FloatArray:
    """Log hazard ratio of each trial; nan where it has no information. All of shape (trials,).

    Of a test of no difference the one-step estimate -U/V. From a margin m one step leads too far; there it is
    log m + log(O1/E1) - log(O0/E0), with O the observed events of an arm and E those expected at m, O + U on
    the experimental arm. It is Cox's estimate where the arms stay in proportion at risk.

    References
    ----------
    Peto, Pike, Armitage et al. (1977), Br J Cancer 35:1-39.
    """
    known = information > 0.0
    out = np.full(len(score), np.nan)
    if hazard_ratio_null == 1.0:
        out[known] = -score[known] / information[known]
        return out
    o1 = experimental[known].astype(np.float64)
    o0, e1 = events[known] - o1, o1 + score[known]
    e0 = events[known] - e1
    observed = np.log(np.maximum(o1, NO_EVENT)) - np.log(np.maximum(o0, NO_EVENT))
    out[known] = math.log(hazard_ratio_null) + observed - np.log(e1 / e0)
    return out
