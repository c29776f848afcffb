"""A Design and a Snapshot become an InterimResult; the ledger keeps what was decided."""

from __future__ import annotations

from equipoise.monitoring.amendment import Amendment, amendment, amendment_of_graph
from equipoise.monitoring.blinded import BlindedSnapshot, blind
from equipoise.monitoring.event_forecast import EventForecast, LookForecast
from equipoise.monitoring.forecast import forecast_events
from equipoise.monitoring.hypotheses_due import read_hypotheses
from equipoise.monitoring.hypothesis_standing import HypothesisStanding
from equipoise.monitoring.interim_inference import (
    InterimInference,
    SequentialInterval,
    inference_of,
    interim_inference,
)
from equipoise.monitoring.interim_result import InterimResult
from equipoise.monitoring.late_effect import LateEffect, late_effect
from equipoise.monitoring.ledger import InformationLedger, open_ledger, read_ledger
from equipoise.monitoring.ledger_entry import LedgerEntry
from equipoise.monitoring.ledger_replay import LedgerReplay, replay_ledger
from equipoise.monitoring.lettered import Lettered, lettered
from equipoise.monitoring.look_result import ArmEvents, LookResult
from equipoise.monitoring.meeting import ClosedMeeting, OpenMeeting, closed_meeting, open_meeting
from equipoise.monitoring.monitor import monitor
from equipoise.monitoring.occasion import Occasion
from equipoise.monitoring.over_time import (
    MonitoredDate,
    MonitoredOverTime,
    every_months,
    monitored_over_time,
    period_of,
)
from equipoise.monitoring.past_looks import (
    due_date,
    first_efficacy_look,
    look_due,
    looks_due,
    next_not_due,
    past_looks,
)
from equipoise.monitoring.past_looks_now import PastLookNow, past_looks_frame, past_looks_now
from equipoise.monitoring.scheduled_contact import ScheduledContact, scheduled_contact
from equipoise.monitoring.several_hypotheses import (
    BoundInForce,
    MonitoredHypotheses,
    monitor_several,
)
from equipoise.monitoring.strata_as_recorded import Misplaced, StratificationCheck, stratification_check
from equipoise.monitoring.what_if import AssumedPlan, CrossingTable, crossing_table

__all__ = [
    "Amendment",
    "ArmEvents",
    "AssumedPlan",
    "BlindedSnapshot",
    "BoundInForce",
    "ClosedMeeting",
    "CrossingTable",
    "EventForecast",
    "HypothesisStanding",
    "InformationLedger",
    "InterimInference",
    "InterimResult",
    "LateEffect",
    "LedgerEntry",
    "LedgerReplay",
    "Lettered",
    "LookForecast",
    "LookResult",
    "Misplaced",
    "MonitoredDate",
    "MonitoredHypotheses",
    "MonitoredOverTime",
    "Occasion",
    "OpenMeeting",
    "PastLookNow",
    "ScheduledContact",
    "SequentialInterval",
    "StratificationCheck",
    "amendment",
    "amendment_of_graph",
    "blind",
    "closed_meeting",
    "crossing_table",
    "due_date",
    "every_months",
    "first_efficacy_look",
    "forecast_events",
    "inference_of",
    "interim_inference",
    "late_effect",
    "lettered",
    "look_due",
    "looks_due",
    "monitor",
    "monitor_several",
    "monitored_over_time",
    "next_not_due",
    "open_ledger",
    "open_meeting",
    "past_looks",
    "past_looks_frame",
    "past_looks_now",
    "period_of",
    "read_hypotheses",
    "read_ledger",
    "replay_ledger",
    "scheduled_contact",
    "stratification_check",
]
