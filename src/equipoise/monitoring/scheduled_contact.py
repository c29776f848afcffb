"""Sensitivity to late reports of well-being: follow-up ended at the last scheduled contact."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from equipoise.monitoring.hypothesis_test import hypothesis_data, hypothesis_test, shown_hazard_ratio

if TYPE_CHECKING:
    from equipoise.analysis import EndpointData
    from equipoise.design import Design
    from equipoise.records import Snapshot


@dataclass(frozen=True, slots=True)
class ScheduledContact:
    """The primary test with follow-up ended at the last scheduled contact before the cut-off."""

    interval: float
    """Between contacts, in the protocol's unit."""
    events: int
    events_left_out: int
    """Later than the last scheduled contact."""
    z: float
    hazard_ratio: float


def scheduled_contact(design: Design, snapshot: Snapshot) -> ScheduledContact | None:
    """Read the primary test on scheduled follow-up alone; None where the protocol plans no contacts.

    An event is known at once and well-being at the next contact, so that between contacts the data hold the
    events of all and the well-being of few. With contacts every d from randomisation, a patient who could
    have been followed for C days counts for floor(C / d) d days: what came later is left out, event or not.

    Parameters
    ----------
    design
        Its protocol plans contacts in `analyses.contact_interval`.
    snapshot
        The data at the cut-off.

    """
    interval = design.protocol.analyses.contact_interval
    data = hypothesis_data(design, snapshot)
    if interval is None or "start" not in data.baseline.columns or data.baseline["start"].null_count():
        return None
    ended = up_to_scheduled_contact(data, snapshot, interval * design.protocol.trial.days_per_unit)
    test = hypothesis_test(design, ended)
    if test.z is None or test.score is None or not test.information:
        return None
    return ScheduledContact(
        interval=interval,
        events=int(ended.event.sum()),
        events_left_out=int(data.event.sum() - ended.event.sum()),
        z=test.z,
        hazard_ratio=shown_hazard_ratio(design, ended, test),
    )


def up_to_scheduled_contact(data: EndpointData, snapshot: Snapshot, days: float) -> EndpointData:
    """The same patients, each followed at most to the last scheduled contact before the cut-off."""
    start = data.baseline["start"]
    last = snapshot.cutoff or data.baseline["end"].max()
    could = np.array([(last - day).days + 1 for day in start], dtype=np.float64)
    limit = np.maximum(np.floor(could / days) * days, 0.0)
    return replace(data, time=np.minimum(data.time, limit), event=data.event & (data.time <= limit))
