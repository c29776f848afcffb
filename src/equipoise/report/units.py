"""Days in each unit of time that a protocol may speak in."""

from __future__ import annotations

from equipoise import _check

DAYS: dict[str, float] = {"days": 1.0, "weeks": 7.0, "months": 30.4375, "years": 365.25}


def days_in(unit: str) -> float:
    """Days in one unit: a year is 365.25, a month 30.4375."""
    return DAYS[_check.one_of("unit", unit, DAYS)]
