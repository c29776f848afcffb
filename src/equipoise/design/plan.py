"""What the bounds of a trial must meet, and the bounds that meet it at a given drift."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from equipoise.design.boundaries import Boundaries, solve_boundaries
from equipoise.design.crossing import crossing_probabilities
from equipoise.design.look_rules import given_bounds
from equipoise.numerics.roots import increasing_root

if TYPE_CHECKING:
    from equipoise._check import FloatArray
    from equipoise.design.crossing import Crossing
    from equipoise.design.look_rules import LookRule


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What the bounds must meet, laid out look by look.

    Parameters
    ----------
    information
        Of each look relative to the planned maximum, shape (k,).
    efficacy, futility, harm
        Rules for each bound.
    sides
        1 or 2.
    binding
        Whether efficacy and harm bounds count on futility stops being obeyed.
    inner
        Whether futility stops where |z| is below its bound (two-sided), instead of z.
    ends
        Whether the last look is the end of the trial.

    """

    information: tuple[float, ...]
    efficacy: LookRule
    futility: LookRule | None
    harm: LookRule | None
    sides: int
    binding: bool
    inner: bool = False
    ends: bool = True

    @property
    def mirrored(self) -> bool:
        """A two-sided test without a harm rule of its own."""
        return self.sides == 2 and self.harm is None

    def without_futility(self) -> Boundaries:
        """Efficacy bounds that hold whatever is done about futility, and harm bounds beside them.

        With one side the harm bound spends its error as if there were no futility, binding or not: stopped
        paths would otherwise let it rise into benefit.
        """
        if self.efficacy.shape is not None:
            return self._by_shape(None, 0.0).without_futility()
        if self.sides == 2:
            return solve_boundaries(self.information, self.efficacy, harm=self.harm, mirrored=self.mirrored)
        bounds = solve_boundaries(self.information, self.efficacy)
        if self.harm is None:
            return bounds
        return solve_boundaries(self.information, given_bounds(bounds.efficacy), harm=self.harm)

    def with_futility(self, drift: float, alone: Boundaries) -> Boundaries:
        """All bounds, with beta spent under the drift.

        Parameters
        ----------
        drift
            Expected z at information 1.
        alone
            The bounds without futility: kept as they are if it is not binding.

        """
        if self.futility is not None and self.futility.follows:
            return self._on_scale(self.futility, drift, alone)
        if self.binding and self.efficacy.shape is not None:
            return self._by_shape(self.futility, drift).with_futility(drift, alone)
        efficacy = self.efficacy if self.binding else given_bounds(alone.efficacy)
        harm = self.harm
        if harm is not None and not (self.binding and self.sides == 2):
            harm = given_bounds(alone.harm)
        return solve_boundaries(
            self.information,
            efficacy,
            harm=harm,
            mirrored=self.mirrored,
            futility=self.futility,
            inner=self.inner,
            drift=drift,
            ends=self.ends,
        )

    def _on_scale(self, rule: LookRule, drift: float, alone: Boundaries) -> Boundaries:
        """Futility that follows from the last efficacy bound, which with binding follows from it in turn."""

        def solved(last: float) -> Boundaries:
            futility = rule.at_drift(self.information, drift, last)
            return replace(self, futility=futility).with_futility(drift, alone)

        last = alone.efficacy[-1]
        if not self.binding:
            return solved(last)

        def excess(bound: float) -> float:
            return bound - solved(bound).efficacy[-1]

        return solved(increasing_root(excess, last, 1.0, tolerance=1e-11, what="the last efficacy bound"))

    def _by_shape(self, futility: LookRule | None, drift: float) -> Plan:
        """The same plan with the efficacy shape times the constant that makes its error exact."""
        rule = self.efficacy
        wanted = float(ndtri(rule.error))

        def excess(constant: float) -> float:
            trial = replace(self, efficacy=rule.scaled(self.information, constant), futility=futility)
            bounds = trial.without_futility()
            if futility is not None:
                bounds = trial.with_futility(drift, bounds)
            crossed = trial.crossed(bounds).efficacy.sum()
            return wanted - float(ndtri(min(max(crossed, 1e-300), 1.0 - 1e-16)))

        start = -wanted * (1.0 + 0.1 * math.log(len(self.information)))
        constant = increasing_root(excess, start, 1.0, tolerance=1e-12, what="the constant of the boundary")
        return replace(self, efficacy=rule.scaled(self.information, constant))

    def rejected(self, bounds: Boundaries) -> FloatArray:
        """Probability under the null of having rejected by each look, shape (k,): on both sides with two."""
        null = self.crossed(bounds)
        return np.cumsum(null.efficacy + null.harm if self.sides == 2 else null.efficacy)

    def crossed(self, bounds: Boundaries) -> Crossing:
        """Exits under the null that the errors are counted by: with futility only if it is binding."""
        looks = len(self.information)
        nothing = (0.0 if self.inner else -math.inf,) * looks
        idle = bounds.futility if self.binding and self.futility is not None else nothing
        harm = bounds.harm if self.binding or self.sides == 2 else (-math.inf,) * looks
        return crossing_probabilities(self.information, bounds.efficacy, idle, harm, 0.0, inner=self.inner)
