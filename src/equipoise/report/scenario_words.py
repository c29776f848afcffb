"""What a simulated truth is called under tables and beside figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.report import numbers

if TYPE_CHECKING:
    from equipoise.simulation import OperatingCharacteristics

NAMES = {"null": "No effect", "alternative": "Effect as assumed"}


def scenario_words(found: OperatingCharacteristics, scenario: str) -> str:
    """A scenario in a reader's words: the null of a margin is the margin."""
    if scenario == "null" and found.hazard_ratio_null != 1.0:
        return f"At the margin {numbers.ratio(found.hazard_ratio_null)}"
    return NAMES.get(scenario, scenario)


def rejection_words(found: OperatingCharacteristics) -> str:
    """What a rejection says."""
    if found.hazard_ratio_null == 1.0:
        return "Rejects for benefit"
    return f"Shows a hazard ratio below {numbers.ratio(found.hazard_ratio_null)}"


def estimate_words(found: OperatingCharacteristics) -> tuple[str, str]:
    """The estimate at the stop: a title, and how it is made."""
    if found.hazard_ratio_null == 1.0:
        return (
            "Hazard ratio at the stop, one step",
            "exp of the mean of −U/V, not adjusted for stopping early",
        )
    how = "of observed over expected events, on the log scale, not adjusted for stopping early"
    return "Hazard ratio at the stop", how
