"""How often the stage-wise interval and estimate of a stopped trial lie right, over canonical normal draws.

At one look of one course of looks the limits rise with z: so each is asked for the z at which it meets theta, and
the draws are counted on both sides.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scipy.optimize import brentq

from equipoise.design import interim_look, looks_as_held, stopped_estimate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from equipoise.design import Exit, GroupSequentialDesign, StoppedEstimate
    from simulation.held_courses import Group

# Draws farther from their mean than this do not occur.
REACH = 7.5


@dataclass(frozen=True)
class Coverage:
    """Shares of trials."""

    above: float
    """The lower limit is above theta."""
    below: float
    """The upper limit is below theta."""
    high: float
    """The estimate is above theta."""
    trials: int

    @property
    def covered(self) -> float:
        """The interval holds theta."""
        return 1.0 - self.above - self.below


def estimate_of(
    design: GroupSequentialDesign, group: Group, z: float, *, futility: bool | None = None
) -> StoppedEstimate:
    """The stage-wise estimate of a trial that stops with z after a course of looks; theta as a drift."""
    now = group.looks[-1]
    fractions = [look.information / now.planned for look in group.looks]
    plan = looks_as_held(design, fractions, [look.read_as for look in group.looks], final=now.final)
    ahead = None if now.final else plan.information_fraction[len(fractions) :]
    at = interim_look(plan, z, bounds=group.bounds, planned=now.planned, ahead=ahead, final=now.final)
    return stopped_estimate(at, futility=futility)


def coverage(
    design: GroupSequentialDesign,
    stops: Iterable[tuple[Exit, Group]],
    theta: float,
    *,
    futility: bool | None = None,
) -> Coverage:
    """Where limits and estimate of the stopped paths lie beside theta."""
    above = below = high = trials = 0
    for _, group in stops:
        z = group.z
        trials += len(z)
        for name in ("lower", "estimate", "upper"):
            turn = meets(design, group, name, theta, futility=futility)
            over = int((z > turn).sum())
            if name == "lower":
                above += over
            elif name == "estimate":
                high += over
            else:
                below += len(z) - over
    return Coverage(above / trials, below / trials, high / trials, trials)


def meets(
    design: GroupSequentialDesign, group: Group, name: str, theta: float, *, futility: bool | None
) -> float:
    """The z at which one of the three is theta; infinite where none of the draws has it."""

    def excess(z: float) -> float:
        return float(getattr(estimate_of(design, group, z, futility=futility), name)) - theta

    mean = theta * math.sqrt(group.looks[-1].information)
    low, high = float(min(group.z.min(), mean - REACH)), float(max(group.z.max(), mean + REACH))
    if excess(low) > 0.0:
        return -math.inf
    if excess(high) < 0.0:
        return math.inf
    return float(brentq(excess, low, high, xtol=1e-7))
