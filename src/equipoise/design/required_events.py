"""Events that a log-rank test needs, and the drift that events give, by Schoenfeld or another by name."""

from __future__ import annotations

import math

from equipoise import _check
from equipoise.design.events_conventions import EventsConvention, Schoenfeld
from equipoise.errors import DesignError

SCHOENFELD = Schoenfeld()


def information_per_event(ratio: float) -> float:
    """Null information of one event at r:1 allocation, r / (1 + r)^2: 1/4 at 1:1."""
    r = _check.positive("ratio", ratio)
    return r / (1.0 + r) ** 2


def drift_of_events(
    events: float,
    hazard_ratio: float,
    *,
    ratio: float = 1.0,
    hazard_ratio_null: float = 1.0,
    convention: EventsConvention = SCHOENFELD,
) -> float:
    """Expected z with so many events: (log HR_null - log HR) sqrt(events r / (1 + r)^2); above 0 is benefit.

    That is Schoenfeld's; another `convention` has its own effect of one event.
    Reference: Schoenfeld (1981), Biometrika 68:316-319.
    """
    _check.positive("hazard_ratio_null", hazard_ratio_null)
    _check.positive("hazard_ratio", hazard_ratio)
    effect = convention.effect(hazard_ratio, _check.positive("ratio", ratio), hazard_ratio_null)
    return effect * math.sqrt(_check.not_negative("events", events))


def required_events(
    drift: float,
    hazard_ratio: float,
    *,
    ratio: float = 1.0,
    hazard_ratio_null: float = 1.0,
    convention: EventsConvention = SCHOENFELD,
) -> float:
    """Events for which the expected z is `drift`: drift^2 (1 + r)^2 / (r (log HR - log HR_null)^2).

    Parameters
    ----------
    drift
        Expected z at the last look: `GroupSequentialDesign.drift`, or z_{1-alpha} + z_{1-beta} without looks.
    hazard_ratio
        Experimental over control under the alternative.
    ratio
        Patients on the experimental arm for each one on the control arm.
    hazard_ratio_null
        The hazard ratio that is tested, above 1 for a non-inferiority margin.
    convention
        `Schoenfeld()` unless given; `Freedman()`, `HsiehFreedman()`.

    Raises
    ------
    DesignError
        The alternative is no better than what is tested.

    References
    ----------
    Schoenfeld (1981), Biometrika 68:316-319; Schoenfeld (1983), Biometrics 39:499-503.

    """
    unit = drift_of_events(
        1.0, hazard_ratio, ratio=ratio, hazard_ratio_null=hazard_ratio_null, convention=convention
    )
    if unit * drift <= 0.0:
        raise DesignError(
            f"hazard_ratio {hazard_ratio:g} is no benefit over {hazard_ratio_null:g}, which is tested: no "
            "number of events gives the power. Give a hazard ratio (experimental over control) below it."
        )
    return (drift / unit) ** 2
