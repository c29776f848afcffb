"""One look as it was read: how much information, which statistic, against which bounds, how it ended."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from equipoise.design.decision import Exit

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class ArmEvents:
    """Subjects and events of one arm in one stratum."""

    stratum: str
    arm: str
    subjects: int
    events: int


@dataclass(frozen=True, slots=True)
class LookResult:
    """One look as read: information, statistic, boundary, status."""

    look: int
    """From 1, in the order in which looks were held; 0 where none is, and the statistic stands alone."""
    label: str
    cutoff: date | None
    events: int
    planned_events: int
    """Events of the final analysis."""
    information_fraction: float
    """Observed over planned events, by which the looks' covariance goes."""
    information: float
    """Null variance V of the log-rank score."""
    score: float
    """U: expected minus observed events on the experimental arm."""
    z: float
    """U over the root of V; above 0 is benefit."""
    nominal_p: float
    """One-sided for benefit, or two-sided where the hypothesis is."""
    hazard_ratio: float
    """exp(-U / V), the one-step estimate that belongs to the test of no difference. Where a margin is tested,
    one step would lead too far: then the hazard ratio at which U is 0 (Cox's, with Breslow's ties)."""
    efficacy_z: float
    """Infinite where the look is not read for efficacy."""
    futility_z: float
    """Minus infinity where the look is not read for futility."""
    harm_z: float
    """Minus infinity where the look is not read for harm; with two sides the mirrored efficacy bound."""
    alpha_spent: float
    """Cumulative, on all sides of the hypothesis together."""
    exit: Exit
    planned_look: int
    """Number of the planned look by whose rules it was read."""
    spending_fraction: float
    """By which alpha is spent; the information fraction unless said otherwise."""
    beta_spent: float
    """Probability, under the planned effect, of having stopped for futility by now; 0 without such a rule."""
    final: bool = False
    unplanned: bool = False
    timed_by_effect: bool = False
    overrun: bool = False
    by_arm: tuple[ArmEvents, ...] = ()
    """Subjects and events by stratum and arm."""
    pooled_strata: tuple[str, ...] = ()
    """Strata that were tested as one, having few events; none without such a rule."""
    lower_limit: float = 0.0
    """With a margin: repeated lower limit of the hazard ratio, the test inverted at the efficacy bound."""
    upper_limit: float = math.inf
    """The upper limit, below the margin exactly where z is over the bound; infinite without a margin."""

    def without_boundary(self) -> LookResult:
        """The statistic alone, on a date when no boundary is in force."""
        return replace(
            self,
            efficacy_z=math.inf,
            futility_z=-math.inf,
            harm_z=-math.inf,
            alpha_spent=0.0,
            beta_spent=0.0,
            exit=Exit.CONTINUE,
        )
