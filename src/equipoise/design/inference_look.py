"""The look that inference speaks of: its statistic, and the bounds of the looks until then and after."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise import _check
from equipoise.design.interim_boundary import bounds_at
from equipoise.design.look_rules import CLOSEST_LOOKS
from equipoise.design.stopping_regions import StoppingRegions
from equipoise.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise._check import FloatArray
    from equipoise.design.group_sequential_design import GroupSequentialDesign
    from equipoise.design.interim_boundary import InterimBounds


@dataclass(frozen=True, slots=True, eq=False)
class InterimLook:
    """One look of a trial, held or imagined.

    Parameters
    ----------
    design
        The design that the trial runs under.
    look
        Number of the look, from 1.
    z
        Statistic at the look; above 0 is benefit of the experimental arm.
    planned
        Planned maximum information I_max, in the unit that `estimate` is wanted in.
    information_fraction
        I_k / I_max of the looks held, then of those still planned, shape (K,).
    efficacy_z, futility_z, harm_z
        Bounds of the same looks as z, shape (K,); None without such a rule.
    spending_fraction
        Spending time of the looks held, shape (look,).
    final
        Whether the look was the last analysis, however little information there was.

    """

    design: GroupSequentialDesign
    look: int
    z: float
    planned: float
    information_fraction: FloatArray
    efficacy_z: FloatArray
    futility_z: FloatArray | None
    harm_z: FloatArray | None
    spending_fraction: FloatArray
    final: bool

    @property
    def fraction(self) -> float:
        """Information fraction t_k of the look."""
        return float(self.information_fraction[self.look - 1])

    @property
    def information(self) -> float:
        """Information I_k of the look."""
        return self.fraction * self.planned

    @property
    def estimate(self) -> float:
        """Maximum-likelihood estimate z / sqrt(I_k) of theta; -log hazard ratio with log-rank information."""
        return self.z / math.sqrt(self.information)

    @property
    def level(self) -> float:
        """Confidence level that goes with the test: 1 - 2 alpha with one side, 1 - alpha with two."""
        return 1.0 - 2.0 * self.design.alpha / self.design.sides

    def regions(self, *, futility: bool | None = None) -> StoppingRegions:
        """Where the trial stops.

        Parameters
        ----------
        futility
            Whether stops for futility, and with one side for harm, are obeyed; as the design has it
            (`binding`) unless given.

        """
        obeyed = self.design.binding if futility is None else futility
        return StoppingRegions.of(
            self.information_fraction.tolist(),
            self.efficacy_z.tolist(),
            None if self.futility_z is None or not obeyed else self.futility_z.tolist(),
            None if self.harm_z is None or not (obeyed or self.design.sides == 2) else self.harm_z.tolist(),
            inner=self.design.inner,
        )


def interim_look(
    design: GroupSequentialDesign,
    z: float,
    *,
    look: int | None = None,
    bounds: InterimBounds | None = None,
    planned: float = 1.0,
    ahead: Sequence[float] | FloatArray | None = None,
    spending_fraction: Sequence[float] | FloatArray | None = None,
    final: bool = False,
) -> InterimLook:
    """Set a statistic among the bounds of its trial, so that inference can be asked for.

    Parameters
    ----------
    design
        The design that the trial runs under.
    z
        Statistic at the look; above 0 is benefit of the experimental arm.
    look
        The look planned, from 1, if it was held at the information planned; or else
    bounds
        the bounds used so far (`bounds_at`), the last being those of this look.
    planned
        Planned maximum information I_max: events times r / (1 + r)^2 for r:1 allocation makes the estimates
        -log hazard ratio. With 1 they are drifts, expected z at the planned maximum.
    ahead
        Information fractions of the looks to come, with `bounds`; the planned ones above the present unless
        given. Their bounds are what the design's rules give after the bounds used.
    spending_fraction
        Spending time of the looks held where it is not the information, shape (k,), with `bounds`.
    final
        The last analysis, however little information there is: there is no look ahead.

    Raises
    ------
    ArgumentError
        Both or neither of `look` and `bounds`, a look that is not planned, or a z that is no number.

    """
    z = _check.number("z", z, "Positive is benefit of the experimental arm.")
    planned = _check.positive("planned", planned, "The planned maximum information.")
    if (look is None) == (bounds is None):
        raise ArgumentError("look", look, "or bounds must be given, one of them", "Give the look's number.")
    if bounds is not None:
        return _as_used(design, z, bounds, planned, ahead=ahead, spending=spending_fraction, final=final)
    _check.one_of("look", look, range(1, design.looks + 1), "Looks are counted from 1.")
    if ahead is not None or spending_fraction is not None or final:
        raise ArgumentError("look", look, "is as planned; ahead, spending_fraction and final go with bounds")
    k = int(look or 0)
    spent = design.information_fraction if design.spending_fraction is None else design.spending_fraction
    return InterimLook(
        design,
        k,
        z,
        planned,
        design.information_fraction,
        design.efficacy_z,
        design.futility_z,
        design.harm_z,
        spent[:k],
        final=k == design.looks,
    )


def _as_used(
    design: GroupSequentialDesign,
    z: float,
    bounds: InterimBounds,
    planned: float,
    *,
    ahead: Sequence[float] | FloatArray | None,
    spending: Sequence[float] | FloatArray | None,
    final: bool,
) -> InterimLook:
    held = bounds.information_fraction
    k = len(held)
    used = held if spending is None else _check.numbers("spending_fraction", spending)
    if used.size != k:
        raise ArgumentError("spending_fraction", used.size, f"must hold one fraction for each of {k} looks")
    coming = _to_come(design, held, used, ahead, final=final)
    every = bounds
    for j, t in enumerate(coming):
        every = bounds_at(
            design,
            [*held, *coming[: j + 1]],
            planned=1.0,
            previous=every,
            spending_fraction=None if spending is None else [*used, *coming[: j + 1]],
            final=t == coming[-1],
        )
    return InterimLook(
        design,
        k,
        z,
        planned,
        every.information_fraction,
        every.efficacy_z,
        every.futility_z,
        every.harm_z,
        used,
        final=final or not coming,
    )


def _to_come(
    design: GroupSequentialDesign,
    held: FloatArray,
    used: FloatArray,
    ahead: Sequence[float] | FloatArray | None,
    *,
    final: bool,
) -> list[float]:
    """Information fractions of the looks after the present one."""
    if final or used[-1] >= 1.0:
        return []
    if ahead is None:
        plan = design.information_fraction
        # A late look stands for the planned one just after it; the final look never falls away.
        near = held[-1] + 0.5 * float(np.diff(plan, prepend=0.0).min())
        return [float(t) for t in plan[:-1] if t > near] + ([1.0] if held[-1] < 1.0 - CLOSEST_LOOKS else [])
    given = _check.increasing("ahead", ahead, "Information fractions of the looks to come.")
    if given.size and given[0] <= held[-1]:
        raise ArgumentError("ahead", tuple(given.tolist()), f"must lie above the present {held[-1]:.4g}")
    return [float(t) for t in given]
