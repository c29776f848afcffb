"""Simulated log-rank trials read by `monitor` itself, at looks that did not go as planned."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from equipoise.design import Design, Exit, design_trial
from equipoise.monitoring import InterimResult, Occasion, interim_inference, monitor
from equipoise.numerics.streams import Stream
from equipoise.records import cut
from equipoise.simulation.played import Played
from equipoise.simulation.replicate import full_replicate
from equipoise.simulation.scenario import scenarios_of
from simulation.held_courses import Look
from simulation.small_trials import small_trial

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from equipoise.records import TrialRecords

HAZARD_RATIO = 0.6
SECTIONS = {
    "accrual": "[accrual]\nstart_date = 2019-07-01\npatients = 160\nrates = [80.0]",
    "assumptions": f"""
[[assumption]]
endpoint = "DFS"
stratum = "low"
hazard = {{ rates = [0.3] }}
[[assumption]]
endpoint = "DFS"
stratum = "high"
hazard = {{ rates = [0.6] }}
[[effect]]
endpoint = "DFS"
arm = "treatment"
hazard_ratio = [{HAZARD_RATIO}]
""",
    "hypothesis": """
[[hypothesis]]
id = "primary"
endpoint = "DFS"
experimental = "treatment"
alpha = 0.1
power = 0.8
""",
    "monitoring": """
[monitoring]
hypothesis = "primary"
efficacy = { family = "Lan-DeMets Pocock" }
[[monitoring.look]]
events = 40
[[monitoring.look]]
events = 60
[[monitoring.look]]
events = 80
""",
    "data": '[data]\nstratum = "RISK"',
}


class HeldLook(NamedTuple):
    """A look held when so many events have been seen, and how it came about."""

    events: int
    occasion: Occasion


# A look added, the second left out, and an end short of the planned 80 events.
COURSE = (
    HeldLook(40, Occasion()),
    HeldLook(48, Occasion(unplanned=True)),
    HeldLook(70, Occasion(planned_look=3, final=True)),
)
READ_AS = (1, 1, 3)


class MonitoredTrial(NamedTuple):
    """A trial's last look, and whether the limits of what was estimated after it hold the truth."""

    result: InterimResult
    covered: bool
    high: bool
    """The estimate favours the experimental arm more than the truth does."""


def monitored_trials(scenario: str, *, trials: int, seed: int) -> Iterator[MonitoredTrial]:
    """Trials by the stream of a scenario, each read by the course above until it stops."""
    protocol = small_trial(**SECTIONS)
    design, (truth,) = design_trial(protocol), scenarios_of(scenario)
    played = Played(protocol).of(truth)
    true = 1.0 if scenario == "null" else HAZARD_RATIO
    for k in range(trials):
        records = full_replicate(played, truth.name, Stream(seed, truth.code, k)).records
        result = monitored(design, records)
        stopped = interim_inference(design, result).stopped
        assert stopped is not None
        yield MonitoredTrial(result, stopped.lower <= true <= stopped.upper, stopped.hazard_ratio < true)


def monitored(design: Design, records: TrialRecords) -> InterimResult:
    """The looks of the course, until one stops the trial."""
    result = None
    for held in COURSE:
        data = cut(records, date_of(records, held.events))
        history = () if result is None else result.looks
        result = monitor(design, data, history=history, occasion=held.occasion)
        if result.current.exit is not Exit.CONTINUE:
            return result
    raise AssertionError("the last look ends every trial")


def date_of(records: TrialRecords, events: int) -> dt.date:
    """Date of the event of this number."""
    found = records.times.filter(records.times["CNSR"] == 0)["ADT"].sort()
    when: dt.date = found[events - 1]
    return when


def as_canonical(planned: int) -> tuple[Look, ...]:
    """The same course for normal draws."""
    return tuple(
        Look(held.events / planned, read_as, final=held.occasion.final)
        for held, read_as in zip(COURSE, READ_AS, strict=True)
    )


def two_sample_error(rate: float, first: int, second: int) -> float:
    """Standard error of the difference of two rates that are alike."""
    return math.sqrt(rate * (1.0 - rate) * (1.0 / first + 1.0 / second))
