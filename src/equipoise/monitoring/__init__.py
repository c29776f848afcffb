"""A Design and a Snapshot become an InterimResult."""

from __future__ import annotations

from equipoise.monitoring.interim_result import InterimResult, LookResult
from equipoise.monitoring.monitor import monitor
from equipoise.monitoring.past_looks import due_date, first_efficacy_look, look_due, past_looks
from equipoise.monitoring.what_if import AssumedPlan, CrossingTable, crossing_table

__all__ = [
    "AssumedPlan",
    "CrossingTable",
    "InterimResult",
    "LookResult",
    "crossing_table",
    "due_date",
    "first_efficacy_look",
    "look_due",
    "monitor",
    "past_looks",
]
