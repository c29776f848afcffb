"""Units of time, in days: a year is 365.25 days, a month 30.4375."""

from __future__ import annotations

DAYS_PER_UNIT = {"days": 1.0, "weeks": 7.0, "months": 30.4375, "years": 365.25}
