"""Adverse events become rates and comparisons."""

from __future__ import annotations

from equipoise.safety.adverse_event_rates import AdverseEventRates, adverse_event_rates
from equipoise.safety.proportions import newcombe_interval, wilson_interval
from equipoise.safety.worst_grades import WorstGrades, worst_grades

__all__ = [
    "AdverseEventRates",
    "WorstGrades",
    "adverse_event_rates",
    "newcombe_interval",
    "wilson_interval",
    "worst_grades",
]
