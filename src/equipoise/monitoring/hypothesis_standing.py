"""How one of several hypotheses stands at a meeting: what was read, the level and bound in force."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from equipoise.monitoring.look_result import LookResult


@dataclass(frozen=True, slots=True)
class HypothesisStanding:
    """One hypothesis of a meeting that reads several by a graph; recorded in the ledger with the others."""

    hypothesis: str
    level: float
    """One-sided alpha: at which it was rejected, or stands now."""
    rejected: bool
    status: str
    """What the rule implies, in words."""
    look: LookResult | None = None
    """Read at this meeting, its bounds at the level that the hypothesis begins with; None where none was."""
    efficacy_z: float = math.inf
    """Bound of that look at the level in force."""
    alpha_spent: float = 0.0
    """By that look at the level in force, cumulative."""
    not_read: str = ""
    """Why no look was read."""
