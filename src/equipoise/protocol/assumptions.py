"""What the plan assumes: survival on the control arm in each stratum, and the effect of each other arm."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import Field

from equipoise.errors import DesignError
from equipoise.numerics.piecewise import PiecewiseConstant
from equipoise.numerics.piecewise_survival import hazard_by_pieces
from equipoise.protocol._section import Identifier, NotNegative, Positive, Section
from equipoise.protocol.enrollment import MilestoneSurvival, PiecewiseRates

if TYPE_CHECKING:
    from equipoise._check import FloatArray

CURE_PIECES_PER_SHORTEST_MILESTONE = 96
CURE_HORIZON = 8.0
# Cumulative hazard of the susceptible at which fewer than one in 10^10 is left.
CURE_COMPLETE = 25.0
# Up to this cumulative hazard, by when 95 % have had their event, a Weibull hazard has this many pieces.
WEIBULL_SOON = 3.0
WEIBULL_PIECES = 385


class Weibull(Section):
    """Survival exp(-(t / scale)^shape); a shape below 1 is a falling hazard."""

    shape: Positive
    """Power of time in the cumulative hazard."""
    scale: Positive | None = None
    """Time by which survival is exp(-1) = 0.368."""
    milestone: MilestoneSurvival | None = None
    """Survival at one time, in place of `scale`."""

    def scale_for(self, cure: float) -> float:
        """Scale among those who are not cured."""
        if self.scale is not None or self.milestone is None:
            return self.scale or math.nan
        at_risk = (self.milestone.survival - cure) / (1.0 - cure)
        return float(self.milestone.time / (-math.log(at_risk)) ** (1.0 / self.shape))


class Assumption(Section):
    """Survival on the control arm in one stratum, in one of four ways, and how many are cured."""

    endpoint: Identifier
    """Endpoint that is assumed about."""
    stratum: Identifier
    """Stratum that is assumed about."""
    hazard: PiecewiseRates | None = None
    """Hazard per unit of time, constant by pieces."""
    milestones: tuple[MilestoneSurvival, ...] = ()
    """Survival at one or more times, in place of `hazard`."""
    median: Positive | None = None
    """Time by which half have had the event, in place of `hazard`: the milestone of survival 0.5."""
    weibull: Weibull | None = None
    """Weibull survival, in place of `hazard`."""
    cure_fraction: float = Field(default=0.0, ge=0.0, lt=1.0)
    """Share that never has an event (not with `hazard`)."""

    def control_hazard(self) -> PiecewiseConstant:
        """Hazard on the control arm.

        Without cure the hazard is constant between milestones, so that S(t_k) is met exactly. With a cure
        fraction c, S(t) = c + (1 - c) S0(t) with S0 of constant hazards between milestones; the hazard of all
        patients falls steadily then, and is given by pieces that meet S exactly at every piece's end: of 1/96
        of the first milestone up to 8 times the last one, wider after it, and 0 once all but the cured have
        had their event.
        """
        if self.hazard is not None:
            return self.hazard.piecewise()
        if self.weibull is not None:
            return self._weibull_hazard(self.weibull)
        known = self.milestones or (MilestoneSurvival(time=self.median or math.nan, survival=0.5),)
        times = np.array([m.time for m in known])
        survival = np.array([m.survival for m in known])
        cure = self.cure_fraction
        cumulative = -np.log((survival - cure) / (1.0 - cure))
        rates = np.diff(cumulative, prepend=0.0) / np.diff(times, prepend=0.0)
        starts = np.concatenate(([0.0], times[:-1]))
        susceptible = PiecewiseConstant(tuple(starts.tolist()), tuple(rates.tolist()))
        if cure == 0.0:
            return susceptible
        grid = self._cure_grid(times, susceptible)
        population = -np.log(cure + (1.0 - cure) * np.exp(-susceptible.cumulative(grid)))
        return PiecewiseConstant(tuple(grid.tolist()), (*(np.diff(population) / np.diff(grid)).tolist(), 0.0))

    def _weibull_hazard(self, weibull: Weibull) -> PiecewiseConstant:
        """S(t) = c + (1 - c) exp(-(t / scale)^shape), met at every piece's end."""
        cure, scale = self.cure_fraction, weibull.scale_for(self.cure_fraction)

        def survival(t: FloatArray) -> FloatArray:
            return np.asarray(cure + (1.0 - cure) * np.exp(-((t / scale) ** weibull.shape)))

        end = scale * CURE_COMPLETE ** (1.0 / weibull.shape)
        soon = scale * WEIBULL_SOON ** (1.0 / weibull.shape)
        ends = np.linspace(0.0, soon, WEIBULL_PIECES)
        if weibull.milestone is not None:
            ends = np.append(ends, weibull.milestone.time)
        found = hazard_by_pieces(survival, until=end, breaks=ends)
        if cure == 0.0:
            return found
        return PiecewiseConstant((*found.starts, end), (*found.rates, 0.0))

    @staticmethod
    def _cure_grid(times: FloatArray, susceptible: PiecewiseConstant) -> FloatArray:
        """Ends of the pieces: fine ones, then wider ones until the susceptible have had their events."""
        fine = times[-1] * CURE_HORIZON
        grid = np.union1d(np.arange(0.0, fine, times[0] / CURE_PIECES_PER_SHORTEST_MILESTONE), [*times, fine])
        end = float(susceptible.inverse_cumulative(CURE_COMPLETE))
        if np.isfinite(end) and end > fine:
            grid = np.union1d(grid, np.geomspace(fine, end, CURE_PIECES_PER_SHORTEST_MILESTONE))
        return grid


class Effect(Section):
    """Hazard ratio of an experimental arm over the control, by pieces of time since randomisation."""

    endpoint: Identifier
    """Endpoint that is assumed about."""
    arm: Identifier
    """Experimental arm."""
    strata: tuple[Identifier, ...] = ()
    """Strata that the effect holds in; none named means all."""
    starts: tuple[NotNegative, ...] = (0.0,)
    """Times since randomisation at which the hazard ratios begin; the first is 0."""
    hazard_ratio: Annotated[tuple[Positive, ...], Field(min_length=1)] | None = None
    """Hazard ratio from each start on: below 1 is benefit. One value is proportional hazards. Left out, the
    design solves for the one that has the power."""

    def piecewise(self) -> PiecewiseConstant:
        """The hazard ratio as a function of time since randomisation."""
        if self.hazard_ratio is None:
            raise DesignError(
                "effect.hazard_ratio is left open: `design_trial(protocol).protocol` is the protocol with "
                "the one that the design solves. Give effect.hazard_ratio, or use that protocol."
            )
        return PiecewiseConstant(self.starts, self.hazard_ratio)
