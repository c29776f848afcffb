"""Files and tables become TrialRecords, TimeToEvent and Snapshot."""

from __future__ import annotations

from equipoise.protocol.estimands import Strategy
from equipoise.records.cut import cut
from equipoise.records.data_columns import DataColumns, flat_records
from equipoise.records.data_hash import data_hash
from equipoise.records.derive_time_to_event import derive_time_to_event
from equipoise.records.estimand import IntercurrentEvent
from equipoise.records.read_records import read_records
from equipoise.records.readers import read_table
from equipoise.records.snapshot import Snapshot, snapshot
from equipoise.records.time_to_event import TimeToEvent
from equipoise.records.trial_records import TrialRecords, trial_records
from equipoise.records.writers import write_records

__all__ = [
    "DataColumns",
    "IntercurrentEvent",
    "Snapshot",
    "Strategy",
    "TimeToEvent",
    "TrialRecords",
    "cut",
    "data_hash",
    "derive_time_to_event",
    "flat_records",
    "read_records",
    "read_table",
    "snapshot",
    "trial_records",
    "write_records",
]
