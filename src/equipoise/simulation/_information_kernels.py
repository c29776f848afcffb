"""Looks due by information: the day of the event with which the null variance of the score reaches it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from equipoise.monitoring.dates_due import MOST_PER_EVENT
from equipoise.numerics.kernels import kernel
from equipoise.simulation._look_kernels import (
    NOT_HELD,
    CountingRoom,
    LookOutcomes,
    LooksModel,
    between_limits,
    hold_looks,
    prepare_counts,
    read_look,
    room_for_counting,
)
from equipoise.simulation._replicate_kernels import draw_trial
from equipoise.simulation._subject_kernels import Subjects, room_for_subjects

if TYPE_CHECKING:
    from equipoise._check import FloatArray
    from equipoise.numerics.streams import Word
    from equipoise.simulation.subject_model import IntArray, SubjectModel


@kernel
def fill_by_information(  # noqa: PLR0917 -- the whole address of a run, then what it fills
    model: SubjectModel,
    looks: LooksModel,
    information: FloatArray,
    seed: Word,
    scenario: Word,
    first: int,
    out: LookOutcomes,
) -> None:
    """Fill `out` with the looks of the replicates `first`, `first` + 1, ..., all of them read.

    `information` holds what each look is due at, 0 where it is due by something else, shape (K,).
    """
    horizon = model.no_event.shape[1] - 1
    subjects = room_for_subjects(model)
    room = room_for_counting(model.patients, looks.test_strata, horizon)
    for i in range(out.day.shape[0]):
        day = out.day[i]
        enrolled, gone, _ = draw_trial(
            model, looks, seed, scenario, first + i, 2 * horizon, subjects, room, day
        )
        out.short[i] = not hold_by_information(looks, information, subjects, enrolled, gone, room, day)
        prepare_counts(looks, subjects, enrolled, gone, room)
        for k in range(len(day)):
            if day[k] == NOT_HELD:
                out.events[i, k] = out.events_experimental[i, k] = out.enrolled[i, k] = NOT_HELD
                out.score[i, k] = out.information[i, k] = np.nan
                continue
            known, events, experimental, score, v = read_look(looks, subjects, enrolled, day[k], room)
            out.enrolled[i, k], out.events[i, k] = known, events
            out.events_experimental[i, k] = experimental
            out.score[i, k], out.information[i, k] = score, v


@kernel
def hold_by_information(  # noqa: PLR0917 -- subjects and how many of them, then what is filled
    looks: LooksModel,
    information: FloatArray,
    subjects: Subjects,
    enrolled: int,
    gone: int,
    room: CountingRoom,
    day: IntArray,
) -> bool:
    """Fill the day of each look, those due by information among them; whether every look comes as planned.

    A look due by information is due on the first day on which an event becomes known and V, of the data cut
    at the end of that day, is no less. Where none of the last look's conditions is ever met, it is held when
    nothing more can change.
    """
    hold_looks(looks, subjects, enrolled, gone, room, day)
    prepare_counts(looks, subjects, enrolled, gone, room)
    known, events = np.empty(room.first[looks.test_strata], dtype=np.int64), 0
    for j in range(len(known)):
        known[events] = room.by_day.known[j]
        events += room.by_day.what[j] >> 1
    known = known[:events]
    known.sort()
    before, last, as_planned = 0, len(day) - 1, True
    for k in range(last + 1):
        settled = day[k]
        if information[k] > 0.0:
            due = day_of_information(looks, information[k], subjects, enrolled, known, room)
            day[k] = between_limits(looks.limits, subjects, enrolled, k, due)
        elif looks.due_day[k] < 0 and looks.due_events[k] > events:
            day[k] = between_limits(looks.limits, subjects, enrolled, k, NOT_HELD)
        if day[k] == NOT_HELD:
            as_planned = False
            day[k] = settled if k == last else NOT_HELD
        if day[k] != NOT_HELD:
            day[k] = max(before, day[k])
            before = day[k]
    return as_planned


@kernel
def day_of_information(  # noqa: PLR0917 -- subjects and how many of them, then the room
    looks: LooksModel,
    information: float,
    subjects: Subjects,
    enrolled: int,
    known: IntArray,
    room: CountingRoom,
) -> int:
    """First day on which an event becomes known and V is no less than so much; `NOT_HELD` if none is.

    `known` holds the days on which events become known, rising.
    """
    j = math.ceil(information / MOST_PER_EVENT * (1.0 - 1e-12)) - 1
    while j < len(known):
        today = known[j]
        v = read_look(looks, subjects, enrolled, today, room)[4]
        if v >= information:
            return int(today)
        while j < len(known) and known[j] == today:
            j += 1
    return NOT_HELD
