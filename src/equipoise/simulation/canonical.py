"""The design's bounds and decision rule on exactly normal draws: is the arithmetic right?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from equipoise.design.decision import Exit, decide
from equipoise.numerics import normal
from equipoise.numerics.streams import CANONICAL_SCORES, Stream, scenario_code
from equipoise.simulation.bounds_in_use import require_outer_futility
from equipoise.simulation.estimates import Estimate, proportion

if TYPE_CHECKING:
    from equipoise._check import FloatArray
    from equipoise.design import GroupSequentialDesign

BLOCK = 100_000


def canonical_exit_rates(
    design: GroupSequentialDesign, *, trials: int, seed: int, drift: float = 0.0
) -> tuple[dict[Exit, Estimate], ...]:
    """Exit probabilities at each look when z is exactly normal.

    z_k sqrt(t_k) has independent increments, normal with mean drift (t_k - t_{k-1}) and variance
    t_k - t_{k-1}. The draws go through the decision rule that trials and simulations use, so the rates must
    meet the design's own crossing probabilities: what then differs in log-rank trials is the statistic.

    Parameters
    ----------
    design
        Bounds at the planned information.
    trials, seed
        Number of draws, and the seed that gives them again.
    drift
        Expected z at information fraction 1; 0 is the null.

    Raises
    ------
    DesignError
        The design stops for futility where |z| is small, which the decision rule does not read.

    Returns
    -------
    For each look the probability of each exit, with its Monte-Carlo error.

    """
    require_outer_futility(design)
    stream = Stream(seed, scenario_code("canonical"))
    t = design.information_fraction
    counts = np.zeros((design.looks, len(Exit)), dtype=np.int64)
    for first in range(0, trials, BLOCK):
        size = min(BLOCK, trials - first)
        z = _canonical_z(stream.uniforms(CANONICAL_SCORES, size, design.looks, first=first), t, drift)
        look, reason = decide(z, design.efficacy_z, design.futility_z, design.harm_z)
        np.add.at(counts, (look, reason), 1)
    return tuple({e: proportion(int(row[e]), trials) for e in Exit} for row in counts)


def _canonical_z(uniforms: FloatArray, t: FloatArray, drift: float) -> FloatArray:
    steps = np.diff(t, prepend=0.0)
    score = np.cumsum(normal.upper_quantile(uniforms) * np.sqrt(steps) + drift * steps, axis=1)
    return np.asarray(score / np.sqrt(t))
