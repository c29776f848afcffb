"""How the trial may go on from a look: conditional and predictive power, and where a later z will lie."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from equipoise import _check
from equipoise.design.crossing import region_probabilities
from equipoise.errors import ArgumentError
from equipoise.numerics import normal
from equipoise.numerics.recursion_nodes import gauss_legendre

if TYPE_CHECKING:
    import polars as pl

    from equipoise._check import FloatArray
    from equipoise.design.inference_look import InterimLook
    from equipoise.design.stopping_regions import StoppingRegions

REACH = 8.5


@dataclass(frozen=True, slots=True)
class NormalPrior:
    """What is believed of theta before the trial: normal with this mean and standard deviation.

    theta is z per square root of information, -log hazard ratio with log-rank information; sd = inf is the
    flat prior, which leaves the data alone to speak.
    """

    mean: float = 0.0
    sd: float = math.inf

    def __post_init__(self) -> None:
        """Check the numbers."""
        _check.number("mean", self.mean)
        if self.sd != math.inf:
            _check.positive("sd", self.sd, "inf is the flat prior.")

    def after(self, estimate: float, information: float) -> tuple[float, float]:
        """Posterior mean and standard deviation."""
        before = self.sd**-2
        total = before + information
        return (before * self.mean + information * estimate) / total, 1.0 / math.sqrt(total)


@dataclass(frozen=True, slots=True, eq=False)
class ConditionalPower:
    """Probability of rejecting for benefit at each look to come, given z at the present one.

    `theta` has shape () or (D,); `by_look` (K - k,) or (D, K - k); `power` is its sum, shape () or (D,).
    """

    look: int
    theta: FloatArray
    by_look: FloatArray
    power: FloatArray

    def to_frame(self) -> pl.DataFrame:
        """One row for each theta and look to come."""
        import polars as pl

        rows = np.atleast_2d(self.by_look)
        coming = rows.shape[1]
        return pl.DataFrame(
            {
                "theta": np.repeat(np.atleast_1d(self.theta), coming),
                "look": np.tile(np.arange(self.look + 1, self.look + coming + 1), len(rows)),
                "probability": rows.ravel(),
                "by_then": np.cumsum(rows, axis=1).ravel(),
            }
        )


def conditional_power(
    at: InterimLook, theta: float | FloatArray | None = None, *, futility: bool = True
) -> ConditionalPower:
    """Probability of rejecting for benefit at a later look, given z at this one.

    From look k on the score is a process with independent increments of its own, mean theta (I_j - I_k) and
    variance I_j - I_k, and the later bounds stand; with one look to come
    1 - Phi((b sqrt(I) - z sqrt(I_k) - theta (I - I_k)) / sqrt(I - I_k)).

    Parameters
    ----------
    at
        The present look, not the last (`interim_look`).
    theta
        Effect from now on, any number or shape (D,): the trend so far is `at.estimate`, the design's effect
        `at.design.drift / sqrt(at.planned)` (taken unless given).
    futility
        Whether later stops for futility are obeyed.

    References
    ----------
    Lan, Simon, Halperin (1982), Sequential Analysis 1:207-219.
    Lan, Wittes (1988), Biometrics 44:579-585.

    """
    rest = _to_come(at, futility=futility)
    effect = at.design.drift / math.sqrt(at.planned) if theta is None else theta
    values = np.asarray(effect, dtype=np.float64)
    if not np.isfinite(values).all() or values.ndim > 1:
        raise ArgumentError("theta", theta, "must be a finite number or a vector of them")
    by_look = region_probabilities(rest, values * math.sqrt(at.planned)).efficacy
    return ConditionalPower(at.look, values, by_look, np.asarray(by_look.sum(axis=-1)))


def predictive_power(at: InterimLook, prior: NormalPrior | None = None, *, futility: bool = True) -> float:
    """Conditional power averaged over what is believed of theta after this look.

    Parameters
    ----------
    at
        The present look, not the last (`interim_look`).
    prior
        Belief before the trial; flat unless given.
    futility
        Whether later stops for futility are obeyed.

    References
    ----------
    Spiegelhalter, Freedman, Blackburn (1986), Controlled Clinical Trials 7:8-17.

    """
    rest = _to_come(at, futility=futility)
    mean, sd = (prior or NormalPrior()).after(at.estimate, at.information)
    unit = math.sqrt(at.planned)
    centre, spread = mean * unit, sd * unit
    # Power rises with the drift over a stretch of 1 / sqrt(information to come).
    width = 1.0 / math.sqrt(spread**-2 + rest.information[-1])
    nodes, weights = gauss_legendre(centre - REACH * spread, centre + REACH * spread, width)
    density = normal.density((nodes - centre) / spread) / spread
    power = region_probabilities(rest, nodes).efficacy.sum(axis=-1)
    return float((weights * density) @ power)


@dataclass(frozen=True, slots=True)
class PredictedInterval:
    """Where z and the estimate at a later look will lie with probability `level`, if no look stops before."""

    look: int
    level: float
    z: float
    z_lower: float
    z_upper: float
    estimate: float
    lower: float
    upper: float

    def to_frame(self) -> pl.DataFrame:
        """One row."""
        import polars as pl

        return pl.DataFrame([{name: getattr(self, name) for name in PredictedInterval.__slots__}])


def predicted_interval(
    at: InterimLook,
    *,
    look: int | None = None,
    theta: float | None = None,
    prior: NormalPrior | None = None,
    level: float = 0.95,
) -> PredictedInterval:
    """Interval for z and the estimate at a later look, given z at this one.

    S_j is normal with mean S_k + theta (I_j - I_k) and variance I_j - I_k; where theta is not given it is
    averaged over its posterior, which adds (I_j - I_k)^2 times its variance.
    `z` and `estimate` are the middle.

    Parameters
    ----------
    at
        The present look, not the last (`interim_look`).
    look
        The later look; the last unless given.
    theta
        Effect from now on; or else
    prior
        belief before the trial, flat unless given.
    level
        Probability of the interval.

    References
    ----------
    Evans, Li, Wei (2007), Drug Information Journal 41:733-742.

    """
    _to_come(at, futility=False)
    last = len(at.information_fraction)
    j = last if look is None else int(_check.one_of("look", look, range(at.look + 1, last + 1)))
    _check.probability("level", level)
    if theta is not None and prior is not None:
        raise ArgumentError("prior", prior, "is not used where theta is given", "Give one of them.")
    coming = float(at.information_fraction[j - 1]) * at.planned
    added = coming - at.information
    if theta is None:
        effect, sd = (prior or NormalPrior()).after(at.estimate, at.information)
    else:
        effect, sd = _check.number("theta", theta), 0.0
    middle = at.z * math.sqrt(at.information) + effect * added
    half = -float(ndtri(0.5 * (1.0 - level))) * math.sqrt(added + (sd * added) ** 2)
    scores = (middle, middle - half, middle + half)
    z, z_lower, z_upper = (s / math.sqrt(coming) for s in scores)
    estimate, lower, upper = (s / coming for s in scores)
    return PredictedInterval(j, level, z, z_lower, z_upper, estimate, lower, upper)


def _to_come(at: InterimLook, *, futility: bool) -> StoppingRegions:
    if at.look == len(at.information_fraction):
        raise ArgumentError("look", at.look, "is the last, so nothing is to come", "Ask at an earlier look.")
    return at.regions(futility=futility).after(at.look - 1, at.z)
