"""What the bounds of a trial must meet, and the bounds that meet it at a given drift."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise.design.boundaries import Boundaries, solve_boundaries
from equipoise.design.crossing import crossing_probabilities
from equipoise.design.look_rules import given_bounds

if TYPE_CHECKING:
    from equipoise._check import FloatArray
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

    def rejected(self, bounds: Boundaries) -> FloatArray:
        """Probability under the null of having rejected by each look, shape (k,): on both sides with two."""
        looks = len(self.information)
        nothing = (0.0 if self.inner else -math.inf,) * looks
        idle = bounds.futility if self.binding and self.futility is not None else nothing
        harm = bounds.harm if self.binding or self.sides == 2 else (-math.inf,) * looks
        null = crossing_probabilities(self.information, bounds.efficacy, idle, harm, 0.0, inner=self.inner)
        return np.cumsum(null.efficacy + null.harm if self.sides == 2 else null.efficacy)
