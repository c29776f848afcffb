"""A run of replicates: subjects drawn, looks held, statistics read, one replicate after another."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from equipoise.numerics.kernels import kernel, kernel_in_place
from equipoise.numerics.streams import ILLNESS_DEATH, fill_words
from equipoise.simulation._look_kernels import (
    NOT_HELD,
    CountingRoom,
    LookOutcomes,
    LooksModel,
    PlannedBounds,
    hold_looks,
    prepare_counts,
    read_look,
    room_for_counting,
)
from equipoise.simulation._subject_kernels import (
    Subjects,
    draw_fates,
    draw_reports,
    draw_subjects,
    room_for_subjects,
)

if TYPE_CHECKING:
    from equipoise.numerics.streams import Word
    from equipoise.simulation.subject_model import IntArray, SubjectModel


@kernel_in_place
def draw_trial(  # noqa: PLR0917 -- the whole address of a replicate, then what it fills
    model: SubjectModel,
    looks: LooksModel,
    seed: Word,
    scenario: Word,
    replicate: Word,
    until: int,
    subjects: Subjects,
    room: CountingRoom,
    day: IntArray,
) -> tuple[int, int, bool]:
    """Draw one replicate's subjects and the days of its looks: how many come, are gone, and looks as planned.

    What happens by the day `until` is drawn first. Where a look would lie beyond, everybody is followed to
    the horizon; what was found before stands.
    """
    horizon = model.no_event.shape[1] - 1
    enrolled = draw_subjects(model, seed, scenario, replicate, subjects)
    gone = play_subjects(model, seed, scenario, replicate, enrolled, until, subjects)
    as_planned = hold_looks(looks, subjects, enrolled, gone, room, day)
    if until < 2 * horizon and not (as_planned and day[-1] <= until):
        gone = play_subjects(model, seed, scenario, replicate, enrolled, 2 * horizon, subjects)
        as_planned = hold_looks(looks, subjects, enrolled, gone, room, day)
    return enrolled, gone, as_planned


@kernel_in_place
def play_subjects(  # noqa: PLR0917 -- the whole address of a replicate, then how far it is played
    model: SubjectModel,
    seed: Word,
    scenario: Word,
    replicate: Word,
    enrolled: int,
    until: int,
    subjects: Subjects,
) -> int:
    """How each subject's time ends by a day, and when that is known; returns the number gone."""
    if model.survival_monitored:
        fill_words(seed, scenario, replicate, ILLNESS_DEATH, 0, subjects.more)
    gone = draw_fates(model, enrolled, until, subjects)
    draw_reports(model, seed, scenario, replicate, gone, subjects)
    return gone


@kernel
def run_replicates(  # noqa: PLR0917 -- the whole address of a run, then what it fills
    model: SubjectModel,
    looks: LooksModel,
    bounds: PlannedBounds,
    seed: Word,
    scenario: Word,
    first: int,
    until: int,
    out: LookOutcomes,
) -> None:
    """Fill `out` with the looks of the replicates `first`, `first` + 1, ..., as many as it has rows.

    While every look so far holds exactly its planned events, its bounds are the planned ones, and a look
    after a crossing is not read. Where several events of one day bring more, all looks are read.
    """
    subjects = room_for_subjects(model)
    room = room_for_counting(model.patients, looks.test_strata, model.no_event.shape[1] - 1)
    for i in range(out.day.shape[0]):
        day = out.day[i]
        enrolled, gone, as_planned = draw_trial(
            model, looks, seed, scenario, first + i, until, subjects, room, day
        )
        out.short[i] = not as_planned
        prepare_counts(looks, subjects, enrolled, gone, room)
        on_plan, stopped = True, False
        for k in range(len(day)):
            if stopped or day[k] == NOT_HELD:
                out.events[i, k] = out.events_experimental[i, k] = out.enrolled[i, k] = NOT_HELD
                out.score[i, k] = out.information[i, k] = np.nan
                continue
            known, events, experimental, score, information = read_look(
                looks, subjects, enrolled, day[k], room
            )
            out.enrolled[i, k], out.events[i, k] = known, events
            out.events_experimental[i, k] = experimental
            out.score[i, k], out.information[i, k] = score, information
            on_plan = on_plan and events == looks.due_events[k]
            if on_plan and information > 0.0:
                z = score / math.sqrt(information)
                stopped = z >= bounds.efficacy[k] or z <= bounds.futility[k] or z <= bounds.harm[k]
