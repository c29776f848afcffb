"""A run of replicates: subjects drawn, looks held, statistics read, one replicate after another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from equipoise.numerics.kernels import kernel
from equipoise.simulation._look_kernels import (
    NOT_HELD,
    CountingRoom,
    LookOutcomes,
    LooksModel,
    hold_looks,
    read_look,
)
from equipoise.simulation._subject_kernels import (
    Subjects,
    draw_fates,
    draw_subjects,
    room_for_subjects,
)

if TYPE_CHECKING:
    from equipoise.numerics.streams import Word
    from equipoise.simulation.subject_model import IntArray, SubjectModel


@kernel
def draw_trial(  # noqa: PLR0917 -- the whole address of a replicate, then what it fills
    model: SubjectModel,
    looks: LooksModel,
    seed: Word,
    scenario: Word,
    replicate: Word,
    reach: int,
    subjects: Subjects,
    event_ends: IntArray,
    day: IntArray,
) -> tuple[int, int]:
    """Draw one replicate's subjects and the days of its looks; returns how many come, and the reach drawn to.

    Subjects are followed for `reach` days first. Where a look would lie beyond, they are followed to the
    horizon; what was found before stands.
    """
    horizon = model.no_event.shape[1] - 1
    enrolled = draw_subjects(model, seed, scenario, replicate, reach, subjects)
    as_planned = hold_looks(looks, subjects, enrolled, event_ends, day)
    if reach < horizon and not (as_planned and day[-1] < reach):
        draw_fates(model, enrolled, horizon, subjects)
        hold_looks(looks, subjects, enrolled, event_ends, day)
        return enrolled, horizon
    return enrolled, reach


@kernel
def run_replicates(  # noqa: PLR0917 -- the whole address of a run, then what it fills
    model: SubjectModel,
    looks: LooksModel,
    seed: Word,
    scenario: Word,
    first: int,
    reach: int,
    out: LookOutcomes,
) -> None:
    """Fill `out` with the looks of the replicates `first`, `first` + 1, ..., as many as it has rows."""
    horizon = model.no_event.shape[1] - 1
    groups, days = 2 * looks.test_strata, 2 * horizon + 3
    subjects = room_for_subjects(model.patients)
    event_ends = np.empty(model.patients, dtype=np.int64)
    room = CountingRoom(
        np.zeros((groups, days), dtype=np.int64),
        np.zeros((groups, days), dtype=np.int64),
        np.zeros(groups, dtype=np.int64),
    )
    for i in range(out.day.shape[0]):
        enrolled, _ = draw_trial(
            model, looks, seed, scenario, first + i, reach, subjects, event_ends, out.day[i]
        )
        for k in range(out.day.shape[1]):
            if out.day[i, k] == NOT_HELD:
                out.events[i, k] = out.events_experimental[i, k] = out.enrolled[i, k] = NOT_HELD
                out.score[i, k] = out.information[i, k] = np.nan
                continue
            known, events, experimental, score, information = read_look(
                looks, subjects, enrolled, out.day[i, k], room
            )
            out.enrolled[i, k], out.events[i, k] = known, events
            out.events_experimental[i, k] = experimental
            out.score[i, k], out.information[i, k] = score, information
