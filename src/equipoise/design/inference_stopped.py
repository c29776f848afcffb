"""Inference after a trial has stopped: p-value, median-unbiased estimate and interval by an ordering."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scipy.special import ndtri

from equipoise import _check
from equipoise.design.inference_orderings import StageWise
from equipoise.numerics.roots import increasing_root

if TYPE_CHECKING:
    import polars as pl

    from equipoise.design.inference_look import InterimLook
    from equipoise.design.inference_orderings import Ordering

PROBABILITY_ENDS = 1e-300, 1.0 - 1e-16


@dataclass(frozen=True, slots=True)
class StoppedEstimate:
    """Estimate, interval and p-value of a trial that stopped at `look`.

    `estimate` is median-unbiased: it lies above and below theta with equal probability. Estimates are of
    theta, z per square root of information (-log hazard ratio with log-rank information); `p_value` is of
    theta = 0 and of so many `sides`, with one side against benefit.
    """

    look: int
    ordering: Ordering
    estimate: float
    lower: float
    upper: float
    level: float
    p_value: float
    sides: int

    def to_frame(self) -> pl.DataFrame:
        """One row."""
        import polars as pl

        row = {name: getattr(self, name) for name in StoppedEstimate.__slots__}
        return pl.DataFrame([row | {"ordering": type(self.ordering).__name__}])


def stopped_estimate(
    at: InterimLook,
    ordering: Ordering | None = None,
    *,
    level: float | None = None,
    futility: bool | None = None,
) -> StoppedEstimate:
    """Inference that allows for the looks at which the trial might have stopped.

    With U(d) the probability, under drift d, of an outcome as much in favour or more: the p-value is U(0) on
    one side and 2 min(U(0), 1 - U(0)) on two, and U is (1 - level)/2, 1/2 and (1 + level)/2 at the lower
    limit, the estimate and the upper limit.

    Parameters
    ----------
    at
        The look at which the trial stopped (`interim_look`).
    ordering
        `StageWise()` (unless given), `LikelihoodRatio()` or `SampleMean()`.
    level
        Of confidence; 1 - 2 alpha with one side and 1 - alpha with two, unless given.
    futility
        Whether stops for futility would have been obeyed; as the design has it (`binding`) unless given.

    Raises
    ------
    ArgumentError
        A z that stops no trial, with an ordering that needs the looks to come.
    DesignError
        The stage-wise ordering with futility between two continuation regions.

    References
    ----------
    Tsiatis, Rosner, Mehta (1984), Biometrics 40:797-803.
    Jennison, Turnbull (2000), Group Sequential Methods, sections 8.4 and 8.5.

    """
    by = StageWise() if ordering is None else ordering
    level = at.level if level is None else _check.probability("level", level)
    regions = at.regions(futility=futility)
    start, slope = at.z / math.sqrt(at.fraction), math.sqrt(at.fraction)

    def drift_with(probability: float, what: str) -> float:
        target = float(ndtri(probability))

        def excess(drift: float) -> float:
            low, high = PROBABILITY_ENDS
            return float(ndtri(min(max(by.at_least(at, regions, drift), low), high))) - target

        return increasing_root(excess, start + target / slope, slope, tolerance=1e-11, what=what)

    null = by.at_least(at, regions, 0.0)
    unit = math.sqrt(at.planned)
    return StoppedEstimate(
        look=at.look,
        ordering=by,
        estimate=drift_with(0.5, "the median-unbiased estimate") / unit,
        lower=drift_with(0.5 * (1.0 - level), "the lower limit") / unit,
        upper=drift_with(0.5 * (1.0 + level), "the upper limit") / unit,
        level=level,
        p_value=null if at.design.sides == 1 else min(2.0 * min(null, 1.0 - null), 1.0),
        sides=at.design.sides,
    )
