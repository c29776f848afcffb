"""One look as it was read: how much information, which statistic, against which bounds, how it ended."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from equipoise.design.decision import Exit


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
    """From 1, in the order in which looks were held."""
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
    """The one-step estimate that belongs to the test: exp(-U / V), times the margin where there is one."""
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

    @property
    def upper_limit(self) -> float:
        """Repeated upper limit of the hazard ratio: below the tested one exactly where z is over its bound.

        The estimate times exp(efficacy_z / sqrt(V)); infinite where the look is not read for efficacy.
        Reference: Jennison, Turnbull (1989), JRSS B 51:305-361.
        """
        return self.hazard_ratio * math.exp(self.efficacy_z / math.sqrt(self.information))
