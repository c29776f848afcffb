"""Drawing the subjects of one replicate: entry, stratum, arm, and what happens first."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from equipoise.numerics.kernels import kernel
from equipoise.numerics.streams import ENTRY_AND_STRATUM, EVENT_AND_DROPOUT, Word, fill_pairs
from equipoise.randomization._block_kernels import fill_block

if TYPE_CHECKING:
    from equipoise._check import FloatArray
    from equipoise.simulation.subject_model import BoolArray, Int32Array, IntArray, SubjectModel

GUIDE_CLASSES = 4096


@kernel
def first_days(  # noqa: PLR0917 -- what it reads, then what it fills
    survival: FloatArray,
    guide: Int32Array,
    row: IntArray,
    u: FloatArray,
    enrolled: int,
    reach: int,
    day: IntArray,
) -> None:
    """For each subject the first m with S(m) < u: the whole day, counted from 1, in which S falls below u.

    So P(day > m) = S(m). Days beyond `reach` are all given as reach + 1.
    """
    for i in range(enrolled):
        r, x = row[i], u[i]
        if x <= survival[r, reach]:
            day[i] = reach + 1
            continue
        g = int(x * GUIDE_CLASSES)
        low, high = np.int64(guide[r, g + 1]), np.int64(guide[r, g])
        while low < high:
            middle = (low + high) >> 1
            if survival[r, middle] < x:
                high = middle
            else:
                low = middle + 1
        day[i] = low


@kernel
def draw_entries(
    model: SubjectModel, u: FloatArray, v: FloatArray, entry: IntArray, stratum: IntArray
) -> int:
    """Days of randomisation, rising, and strata; returns how many patients come before the horizon.

    Accrual is a Poisson process: the cumulated rate between patients is exponential, -log u.
    """
    horizon = model.no_event.shape[1] - 1
    pieces, strata = len(model.accrual_rate), len(model.stratum_up_to)
    expected, piece = 0.0, 0
    for i in range(len(u)):
        u[i] = -math.log(u[i])
    for i in range(len(u)):
        expected += u[i]
        while piece + 1 < pieces and expected >= model.accrual_reached[piece + 1]:
            piece += 1
        if model.accrual_rate[piece] <= 0.0:
            return i
        days = (expected - model.accrual_reached[piece]) / model.accrual_rate[piece]
        at = model.accrual_start[piece] + days
        if at > horizon:
            return i
        entry[i] = int(at)
        s = 0
        for j in range(strata):
            s += v[i] >= model.stratum_up_to[j]
        stratum[i] = s
    return len(u)


@kernel
def draw_arms(  # noqa: PLR0917 -- the whole address of the lists, then what they fill
    model: SubjectModel,
    seed: Word,
    scenario: Word,
    replicate: Word,
    enrolled: int,
    stratum: IntArray,
    arm: IntArray,
) -> None:
    """Arms of the subjects in order of entry, each stratum along its own list of permuted blocks."""
    lists = 0
    for s in range(len(model.list_of)):
        lists = max(lists, model.list_of[s] + 1)
    largest = 0
    for size in model.block_sizes:
        largest = max(largest, size)
    blocks = np.empty((lists, largest), dtype=np.int64)
    drawn = np.empty(largest, dtype=np.int64)
    block = np.full(lists, -1, dtype=np.int64)
    position = np.zeros(lists, dtype=np.int64)
    size_of = np.zeros(lists, dtype=np.int64)
    for i in range(enrolled):
        s = model.list_of[stratum[i]]
        if position[s] == size_of[s]:
            block[s] += 1
            position[s] = 0
            size_of[s] = fill_block(
                seed, scenario, replicate, s, block[s], model.ratio, model.block_sizes, drawn
            )
            for j in range(size_of[s]):
                blocks[s, j] = drawn[j]
        arm[i] = blocks[s, position[s]]
        position[s] += 1


@kernel
def draw_fates(model: SubjectModel, enrolled: int, reach: int, subjects: Subjects) -> None:
    """How each subject's time ends within `reach` days: when, and whether by an event.

    Event and loss are drawn apart, and the first to come ends the time; on one day the event comes first.
    Where neither comes within `reach` days the day is reach + 1; a longer reach finds the same otherwise.
    """
    arms, row, stratum, arm = len(model.ratio), subjects.row, subjects.stratum, subjects.arm
    day, lost, event = subjects.day, subjects.lost, subjects.event
    for i in range(enrolled):
        row[i] = stratum[i] * arms + arm[i]
    first_days(model.no_event, model.no_event_guide, row, subjects.u, enrolled, reach, day)
    first_days(model.no_loss, model.no_loss_guide, arm, subjects.v, enrolled, reach, lost)
    for i in range(enrolled):
        event[i] = (day[i] <= lost[i]) & (day[i] <= reach)
        day[i] = min(day[i], lost[i])


class Subjects(NamedTuple):
    """Room for the subjects of one replicate, in order of entry, each of shape (patients,)."""

    entry: IntArray
    """Day of randomisation, from 0 on the day on which accrual opens."""
    stratum: IntArray
    """Index of the stratum."""
    arm: IntArray
    """Index of the arm."""
    day: IntArray
    """Day on which the time ends, from 1 on the day of randomisation; reach + 1 where it goes on."""
    event: BoolArray
    """Whether it ends by an event."""
    row: IntArray
    """Stratum and arm in one: stratum times number of arms plus arm."""
    lost: IntArray
    """Day of loss to follow-up alone."""
    u: FloatArray
    v: FloatArray


@kernel
def room_for_subjects(patients: int) -> Subjects:
    """Arrays for one replicate's subjects, to be filled again and again."""
    return Subjects(
        np.empty(patients, dtype=np.int64),
        np.empty(patients, dtype=np.int64),
        np.empty(patients, dtype=np.int64),
        np.empty(patients, dtype=np.int64),
        np.empty(patients, dtype=np.bool_),
        np.empty(patients, dtype=np.int64),
        np.empty(patients, dtype=np.int64),
        np.empty(patients),
        np.empty(patients),
    )


@kernel
def draw_subjects(  # noqa: PLR0917 -- the whole address of a replicate
    model: SubjectModel, seed: Word, scenario: Word, replicate: Word, reach: int, subjects: Subjects
) -> int:
    """Draw the subjects of a replicate; returns how many come, the first so many places of `subjects`.

    `draw_fates` with a longer reach may follow, to see further.
    """
    x = subjects
    fill_pairs(seed, scenario, replicate, ENTRY_AND_STRATUM, x.u, x.v)
    enrolled = draw_entries(model, x.u, x.v, x.entry, x.stratum)
    draw_arms(model, seed, scenario, replicate, enrolled, x.stratum, x.arm)
    fill_pairs(seed, scenario, replicate, EVENT_AND_DROPOUT, x.u, x.v)
    draw_fates(model, enrolled, reach, x)
    return enrolled
