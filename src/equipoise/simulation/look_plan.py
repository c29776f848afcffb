"""The looks of a design as the simulation holds them: when each is due, who is compared, by which bounds."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise.monitoring.planned_statistic import is_read_by_its_own
from equipoise.randomization import PermutedBlocks
from equipoise.simulation._look_kernels import NEVER, LookLimits, LooksModel
from equipoise.simulation.subject_model import HORIZON

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise._check import FloatArray
    from equipoise.design import Design, GroupSequentialDesign
    from equipoise.design.when_due import WhenDue
    from equipoise.protocol import Protocol
    from equipoise.protocol.endpoints import Hypothesis
    from equipoise.simulation.subject_model import IntArray

# Day 0 of a protocol that does not say when accrual opens: a date for made-up records, no fact of the trial.
SOME_DAY = dt.date(2000, 1, 1)
BY_EVENTS = -1
# What happens is drawn up to this much beyond the planned end before it is drawn to the horizon.
SPARE_DURATION, SPARE_DAYS = 1.2, 60


@dataclass(frozen=True, slots=True, eq=False)
class LookPlan:
    """What is needed to hold the looks of a design.

    Parameters
    ----------
    design
        The design that the looks are of.
    protocol, endpoint
        The trial, and the endpoint that is monitored.
    boundaries, planned_events
        The rules of the bounds, and the events at information fraction 1.
    labels
        Names of the looks, shape (K,).
    looks
        When the looks are due and who is compared, for the kernels.
    information
        Information at which each look is due, 0 where it is due by something else, shape (K,).
    until
        Day of the calendar by which what happens is drawn at first: a matter of speed alone.

    """

    design: Design
    protocol: Protocol
    endpoint: str
    boundaries: GroupSequentialDesign
    planned_events: int
    labels: tuple[str, ...]
    looks: LooksModel
    information: FloatArray
    until: int

    @property
    def hypothesis(self) -> Hypothesis:
        """The hypothesis that is monitored."""
        return self.design.hypothesis

    @property
    def plain(self) -> bool:
        """Whether the looks are read by the plain path: no log-rank test, or one that pools sparse strata."""
        return is_read_by_its_own(self.design) or self.hypothesis.pool_strata_below is not None

    @property
    def fast(self) -> bool:
        """Whether the looks are read by the fast path: log-rank tests, none of them due by information."""
        return not (self.plain or self.by_information)

    @property
    def by_information(self) -> bool:
        """Whether any look is due by information."""
        return bool((self.information > 0.0).any())

    @property
    def opening(self) -> dt.date:
        """Date on which accrual opens: day 0."""
        return opening_date(self.protocol)


def look_plan(design: Design) -> LookPlan:
    """The looks of a design."""
    protocol, days = design.protocol, design.protocol.trial.days_per_unit
    due = [k.due.in_days(days) for k in design.looks]
    due_day = [BY_EVENTS if k.time is None else int(k.time) for k in due]
    # Events that never come hold no look: the day of its information is found beside.
    due_events = [NEVER if k.information else k.events for k in due]
    groups, strata = compared_groups(protocol, design.hypothesis)
    longest = max(k.time for k in design.looks) * days
    return LookPlan(
        design=design,
        protocol=protocol,
        endpoint=design.hypothesis.endpoint,
        boundaries=design.boundaries,
        planned_events=design.events,
        labels=tuple(k.label for k in design.looks),
        looks=LooksModel(
            np.array(due_events, dtype=np.int64),
            np.array(due_day, dtype=np.int64),
            groups,
            strata,
            look_limits(due),
            design.hypothesis.margin,
        ),
        information=np.array([k.information for k in due]),
        until=min(HORIZON, math.ceil(SPARE_DURATION * longest) + SPARE_DAYS),
    )


def look_limits(due: Sequence[WhenDue]) -> LookLimits:
    """Between which days each look is held, of limits in whole days."""
    columns = [
        [k.not_before for k in due],
        [-1 if k.follow_up is None else k.follow_up for k in due],
        [NEVER if math.isinf(k.not_after) else k.not_after for k in due],
    ]
    return LookLimits(*(np.array(column, dtype=np.int64) for column in columns))


def compared_groups(protocol: Protocol, hypothesis: Hypothesis) -> tuple[IntArray, int]:
    """Group of each stratum and arm in a test, as in `LooksModel`, and the number of its strata."""
    arms, population = PermutedBlocks.of(protocol).arms, protocol.population(hypothesis)
    stratified = hypothesis.test == "stratified-logrank" and "stratum" in hypothesis.strata
    side = {protocol.control.id: 0, hypothesis.experimental: 1}
    groups = np.full((len(protocol.stratum), len(arms)), -1, dtype=np.int64)
    tested = 0
    for s, stratum in enumerate(protocol.strata_ids):
        if stratum not in population:
            continue
        for a, arm in enumerate(arms):
            if arm in side:
                groups[s, a] = 2 * (tested if stratified else 0) + side[arm]
        tested += 1
    return groups.ravel(), tested if stratified else 1


def opening_date(protocol: Protocol) -> dt.date:
    """Date on which accrual opens; 1 January 2000 where the protocol does not say."""
    given = protocol.accrual.start_date if protocol.accrual else None
    return given or SOME_DAY
