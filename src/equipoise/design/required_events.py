"""Events that a log-rank test needs, and the drift that events give: Schoenfeld's formula."""

from __future__ import annotations

import math

from equipoise import _check
from equipoise.errors import DesignError


def information_per_event(ratio: float) -> float:
    """Null information of one event at r:1 allocation, r / (1 + r)^2: 1/4 at 1:1."""
    r = _check.positive("ratio", ratio)
    return r / (1.0 + r) ** 2


def drift_of_events(
    events: float, hazard_ratio: float, *, ratio: float = 1.0, hazard_ratio_null: float = 1.0
) -> float:
    """Expected z with so many events: (log HR_null - log HR) sqrt(events r / (1 + r)^2); above 0 is benefit.

    Reference: Schoenfeld (1981), Biometrika 68:316-319.
    """
    effect = math.log(_check.positive("hazard_ratio_null", hazard_ratio_null))
    effect -= math.log(_check.positive("hazard_ratio", hazard_ratio))
    return effect * math.sqrt(_check.not_negative("events", events) * information_per_event(ratio))


def required_events(
    drift: float, hazard_ratio: float, *, ratio: float = 1.0, hazard_ratio_null: float = 1.0
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

    Raises
    ------
    DesignError
        The alternative is no better than what is tested.

    References
    ----------
    Schoenfeld (1981), Biometrika 68:316-319; Schoenfeld (1983), Biometrics 39:499-503.

    """
    unit = drift_of_events(1.0, hazard_ratio, ratio=ratio, hazard_ratio_null=hazard_ratio_null)
    if unit * drift <= 0.0:
        raise DesignError(
            f"hazard_ratio {hazard_ratio:g} is no benefit over {hazard_ratio_null:g}, which is tested: no "
            "number of events gives the power. Give a hazard ratio (experimental over control) below it."
        )
    return (drift / unit) ** 2
