"""Formulas for what one event adds to the log-rank test's expected z, each by its author's name."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

from equipoise import _check
from equipoise.errors import DesignError


class EventsConvention(Protocol):
    """Expected z is sqrt(events) times `effect`."""

    def effect(self, hazard_ratio: float, ratio: float, hazard_ratio_null: float) -> float:
        """Expected z of one event; above 0 is benefit; `ratio` is r, experimental to control."""
        ...


@dataclass(frozen=True, slots=True)
class Schoenfeld:
    """(log HR_null - log HR) sqrt(r) / (1 + r): the variance of the score is that under no difference.

    Reference: Schoenfeld (1981), Biometrika 68:316-319.
    """

    def effect(self, hazard_ratio: float, ratio: float, hazard_ratio_null: float) -> float:
        """Expected z of one event; above 0 is benefit."""
        return (math.log(hazard_ratio_null) - math.log(hazard_ratio)) * math.sqrt(ratio) / (1.0 + ratio)


@dataclass(frozen=True, slots=True)
class Freedman:
    """(1 - HR) sqrt(r) / (1 + r HR): events fall as they would if the numbers at risk stayed r to 1.

    Reference: Freedman (1982), Statistics in Medicine 1:121-129.
    """

    def effect(self, hazard_ratio: float, ratio: float, hazard_ratio_null: float) -> float:
        """Expected z of one event; above 0 is benefit."""
        _require_no_margin(self, hazard_ratio_null)
        return (1.0 - hazard_ratio) * math.sqrt(ratio) / (1.0 + ratio * hazard_ratio)


@dataclass(frozen=True, slots=True)
class HsiehFreedman:
    """2 sqrt(r) (1 - HR) / ((1 + r) (1 + HR)): Freedman's at 1:1, allocation as in Schoenfeld's.

    Reference: Hsieh (1992), Statistics in Medicine 11:1091-1098.
    """

    def effect(self, hazard_ratio: float, ratio: float, hazard_ratio_null: float) -> float:
        """Expected z of one event; above 0 is benefit."""
        _require_no_margin(self, hazard_ratio_null)
        return 2.0 * math.sqrt(ratio) / (1.0 + ratio) * (1.0 - hazard_ratio) / (1.0 + hazard_ratio)


def _require_no_margin(convention: EventsConvention, hazard_ratio_null: float) -> None:
    if _check.positive("hazard_ratio_null", hazard_ratio_null) != 1.0:
        raise DesignError(
            f"{convention!r} tests a hazard ratio of 1, not {hazard_ratio_null:g}. Use Schoenfeld()."
        )
