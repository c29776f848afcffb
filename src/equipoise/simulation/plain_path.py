"""Simulated looks read by the test as monitoring computes it: for tests without a kernel of their own."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np
import polars as pl

from equipoise.analysis import EndpointData
from equipoise.errors import ArgumentError, DataError
from equipoise.monitoring.hypothesis_test import hypothesis_test
from equipoise.simulation._information_kernels import fill_by_information
from equipoise.simulation._look_kernels import NOT_HELD, LookOutcomes, room_for_counting
from equipoise.simulation._replicate_kernels import draw_trial
from equipoise.simulation._subject_kernels import room_for_subjects
from equipoise.simulation.subject_model import HORIZON

if TYPE_CHECKING:
    from equipoise.numerics.streams import Stream
    from equipoise.records import TimeToEvent
    from equipoise.simulation._subject_kernels import Subjects
    from equipoise.simulation.look_plan import LookPlan
    from equipoise.simulation.played import PlayedScenario
    from equipoise.simulation.subject_model import SubjectModel


class PlainReading(NamedTuple):
    """What a look finds."""

    day: int
    events: int
    experimental: int
    patients: int
    score: float
    information: float


class TrialRoom:
    """Room for one replicate's subjects, followed to the horizon, to be drawn again and again."""

    def __init__(self, model: SubjectModel, plan: LookPlan) -> None:
        self.model, self.plan = model, plan
        self.subjects = room_for_subjects(model)
        self._room = room_for_counting(model.patients, plan.looks.test_strata, HORIZON)
        self.day = np.empty(len(plan.labels), dtype=np.int64)
        """Days of the looks of the replicate drawn last."""
        self.as_planned = True
        """Whether every one of them comes as planned."""

    def draw(self, stream: Stream, number: int) -> int:
        """Draw a replicate; returns how many patients come."""
        enrolled, _, self.as_planned = draw_trial(
            self.model,
            self.plan.looks,
            np.uint64(stream.seed),
            stream.scenario,
            number,
            2 * HORIZON,
            self.subjects,
            self._room,
            self.day,
        )
        return int(enrolled)


def fill_plainly(played: PlayedScenario, stream: Stream, first: int, out: LookOutcomes) -> None:
    """Fill `out` with the looks of the replicates `first`, `first` + 1, ..., all of them read.

    Subjects and the days of the looks are those of the fast path. A look at which the test cannot be computed
    (a horizon longer than the follow-up, an arm without patients) has no information, and stops nothing.
    """
    plan, model = played.plan, played.model
    if plan.by_information:
        seed, information = np.uint64(stream.seed), plan.information
        fill_by_information(model, plan.looks, information, seed, stream.scenario, first, out)
        return
    room = TrialRoom(model, plan)
    for i in range(len(out.short)):
        enrolled = room.draw(stream, first + i)
        out.day[i], out.short[i] = room.day, not room.as_planned
        for k, cutoff in enumerate(room.day.tolist()):
            if cutoff == NOT_HELD:
                read = PlainReading(NOT_HELD, NOT_HELD, NOT_HELD, NOT_HELD, math.nan, math.nan)
            else:
                read = read_plainly(plan, room.subjects, enrolled, cutoff)
            out.events[i, k], out.events_experimental[i, k] = read.events, read.experimental
            out.enrolled[i, k] = read.patients
            out.score[i, k], out.information[i, k] = read.score, read.information


def read_plainly(plan: LookPlan, subjects: Subjects, enrolled: int, cutoff: int) -> PlainReading:
    """The planned test on the data cut at the end of a day: times are min(day, cutoff - entry + 1)."""
    entry = subjects.entry[:enrolled]
    patients = int((entry <= cutoff).sum())
    group = plan.looks.group_of[subjects.seen[:enrolled]]
    rows = np.flatnonzero((entry <= cutoff) & (group >= 0))
    there = subjects.day[rows] <= HORIZON
    reported = there & (subjects.known[rows] <= cutoff)
    event = subjects.event[rows] & reported
    left = cutoff - entry[rows] + 1
    time = np.where(reported, np.minimum(subjects.day[rows], left), left).astype(np.float64)
    experimental = int((event & (group[rows] % 2 == 1)).sum())
    events = int(event.sum())
    try:
        test = hypothesis_test(plan.design, _endpoint_data(plan, subjects, rows, time, event))
    except (DataError, ArgumentError):
        return PlainReading(cutoff, events, experimental, patients, math.nan, math.nan)
    if test.score is None or test.information is None:
        return PlainReading(cutoff, events, experimental, patients, math.nan, math.nan)
    return PlainReading(cutoff, events, experimental, patients, float(test.score), float(test.information))


def _endpoint_data(
    plan: LookPlan,
    subjects: Subjects,
    rows: np.ndarray[Any, Any],
    time: np.ndarray[Any, Any],
    event: np.ndarray[Any, Any],
) -> EndpointData:
    """The times in the protocol's terms, as `endpoint_data` gives them of a snapshot."""
    protocol = plan.protocol
    arms = [a.id for a in sorted(protocol.arm, key=lambda a: not a.control)]
    names = np.array([a.id for a in protocol.arm])
    count = len(names)
    seen = subjects.seen[rows]
    strata = list(protocol.strata_ids)
    return EndpointData(
        # There is no table behind these times, and no test asks for it.
        source=cast("TimeToEvent", None),
        time=time,
        event=event,
        arm=pl.Series(names[seen % count].tolist(), dtype=pl.Enum(arms)),
        stratum=pl.Series(np.array(strata)[seen // count].tolist(), dtype=pl.Enum(strata)),
        baseline=pl.DataFrame(),
    )
