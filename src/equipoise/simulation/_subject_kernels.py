"""Drawing the subjects of one replicate: entry, stratum, arm, and what happens first."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from equipoise.numerics.kernels import kernel, kernel_in_place
from equipoise.numerics.streams import (
    REPORTING_LAG,
    STRATIFICATION_ERROR,
    SUBJECT,
    Word,
    fill_words,
    unit_of,
)
from equipoise.simulation._arm_kernels import ListRoom, draw_arms, room_for_lists
from equipoise.simulation._log_kernels import fill_minus_log

if TYPE_CHECKING:
    from equipoise._check import FloatArray
    from equipoise.numerics.streams import WordArray
    from equipoise.simulation.subject_model import BoolArray, Int32Array, IntArray, SubjectModel

GUIDE_CLASSES = 4096
STRETCH = 64


class Subjects(NamedTuple):
    """Room for the subjects of one replicate, in order of entry, each of shape (patients,)."""

    entry: IntArray
    """Day of randomisation, from 0 on the day on which accrual opens."""
    stratum: IntArray
    """Index of the stratum."""
    arm: IntArray
    """Index of the arm."""
    day: IntArray
    """Day on which the time ends, from 1 on the day of randomisation; horizon + 1 where it goes on."""
    event: BoolArray
    """Whether it ends by an event."""
    row: IntArray
    """Stratum and arm in one: stratum times number of arms plus arm."""
    seen: IntArray
    """The same with the stratum that tests are stratified by, where that may be another."""
    recorded: IntArray
    """Index of the stratum recorded at randomisation."""
    known: IntArray
    """Day of the calendar on which the end of the time is known, for those gone."""
    gone: IntArray
    """Those whose time ends, in order of entry, the first so many places."""
    words: WordArray
    """What each subject is drawn from: entry, stratum, event, loss, shape (4, patients)."""
    more: WordArray
    """Room for what else is drawn, of the same shape."""
    gap: FloatArray
    """Patients expected between one entry and the next."""
    bits: IntArray
    lists: ListRoom


@kernel
def room_for_subjects(model: SubjectModel) -> Subjects:
    """Arrays for one replicate's subjects, to be filled again and again."""
    n = model.patients
    return Subjects(
        np.empty(n, dtype=np.int64),
        np.empty(n, dtype=np.int64),
        np.empty(n, dtype=np.int64),
        np.empty(n, dtype=np.int64),
        np.empty(n, dtype=np.bool_),
        np.empty(n, dtype=np.int64),
        np.empty(n, dtype=np.int64),
        np.empty(n, dtype=np.int64),
        np.empty(n, dtype=np.int64),
        np.empty(n, dtype=np.int64),
        np.empty((4, n), dtype=np.uint64),
        np.empty((4, n), dtype=np.uint64),
        np.empty(n),
        np.empty(n, dtype=np.int64),
        room_for_lists(model),
    )


@kernel_in_place
def draw_subjects(
    model: SubjectModel, seed: Word, scenario: Word, replicate: Word, subjects: Subjects
) -> int:
    """Draw entry, stratum and arm; returns how many come, the first so many places of `subjects`.

    `draw_fates` follows.
    """
    x = subjects
    fill_words(seed, scenario, replicate, SUBJECT, 0, x.words)
    if model.random_accrual:
        fill_minus_log(x.words[0], x.bits, x.gap)
    else:
        x.gap[:] = 1.0
        x.gap[0] = 0.5
    enrolled = draw_entries(model, x.gap, x.entry)
    draw_strata(model.stratum_up_to, x.words[1], enrolled, x.stratum)
    arms = len(model.ratio)
    if model.error > 0.0:
        fill_words(seed, scenario, replicate, STRATIFICATION_ERROR, 0, x.more)
        record_strata(model, x.more, enrolled, x.stratum, x.recorded)
    else:
        for i in range(enrolled):
            x.recorded[i] = x.stratum[i]
    draw_arms(model, seed, scenario, replicate, enrolled, x.recorded, x.arm, x.lists)
    for i in range(enrolled):
        x.row[i] = x.stratum[i] * arms + x.arm[i]
        x.seen[i] = (x.recorded[i] if model.recorded_analysed else x.stratum[i]) * arms + x.arm[i]
    return enrolled


@kernel_in_place
def draw_entries(model: SubjectModel, gap: FloatArray, entry: IntArray) -> int:
    """Days of randomisation, rising; returns how many patients come before the horizon. Uses `gap` up.

    Accrual is a Poisson process: the cumulated rate between patients is exponential, -log u.
    """
    horizon, n = model.no_event.shape[1] - 1, len(gap)
    add_up(gap)
    first, last = 0, len(model.accrual_rate) - 1
    for piece in range(last + 1):
        beyond = n
        if piece < last:
            beyond = first_at_least(gap, first, n, model.accrual_reached[piece + 1])
        if beyond == first:
            continue
        reached, start, rate = (
            model.accrual_reached[piece],
            model.accrual_start[piece],
            model.accrual_rate[piece],
        )
        if rate <= 0.0:
            return first
        for i in range(first, beyond):
            at = start + np.divide(gap[i] - reached, rate)
            gap[i] = at
            entry[i] = np.int64(min(at, horizon + 1.0))
        if gap[beyond - 1] > horizon:
            while gap[first] <= horizon:
                first += 1
            return first
        first = beyond
    return n


@kernel_in_place
def first_at_least(rising: FloatArray | IntArray, begin: int, end: int, value: float) -> int:
    """The first of the places from `begin` on whose number is no less; `end` where there is none."""
    low, high = begin, end
    while low < high:
        middle = (low + high) >> 1
        if rising[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low


@kernel_in_place
def add_up(gap: FloatArray) -> None:
    """Running sums, in four stretches side by side: one sum would wait for the one before it."""
    n = len(gap)
    quarter = n // 4
    a = b = c = d = 0.0
    for i in range(quarter):
        a += gap[i]
        b += gap[quarter + i]
        c += gap[2 * quarter + i]
        d += gap[3 * quarter + i]
        gap[i], gap[quarter + i], gap[2 * quarter + i], gap[3 * quarter + i] = a, b, c, d
    for k in range(1, 4):
        before = gap[k * quarter - 1] if quarter > 0 else 0.0
        for i in range(k * quarter, (k + 1) * quarter):
            gap[i] += before
    for i in range(max(4 * quarter, 1), n):
        gap[i] += gap[i - 1]


@kernel_in_place
def draw_strata(up_to: FloatArray, words: WordArray, enrolled: int, stratum: IntArray) -> None:
    """Strata by prevalence."""
    stratum[:enrolled] = 0
    for j in range(len(up_to) - 1):
        for i in range(enrolled):
            stratum[i] += unit_of(words[i]) >= up_to[j]


@kernel_in_place
def record_strata(
    model: SubjectModel, words: WordArray, enrolled: int, stratum: IntArray, recorded: IntArray
) -> None:
    """The stratum recorded at randomisation: the true one, or in error another, by prevalence."""
    for i in range(enrolled):
        recorded[i] = stratum[i]
        if unit_of(words[0, i]) < model.error:
            u, j = unit_of(words[1, i]), 0
            while u >= model.mistaken_up_to[stratum[i], j]:
                j += 1
            recorded[i] = j


@kernel_in_place
def draw_reports(  # noqa: PLR0917 -- the whole address of a replicate, then what it fills
    model: SubjectModel, seed: Word, scenario: Word, replicate: Word, gone: int, subjects: Subjects
) -> None:
    """When the end of each time is known: an event when it is reported, a loss on its day."""
    x, latest = subjects, 2 * (model.no_event.shape[1] - 1) + 2
    for j in range(gone):
        i = x.gone[j]
        x.known[i] = x.entry[i] + x.day[i] - 1
    if model.lag_fixed > 0.0 or model.lag_mean > 0.0:
        fill_words(seed, scenario, replicate, REPORTING_LAG, 0, x.more)
        fill_minus_log(x.more[0], x.bits, x.gap)
        for j in range(gone):
            i = x.gone[j]
            if x.event[i]:
                lag = int(model.lag_fixed + model.lag_mean * x.gap[i])
                x.known[i] = min(x.known[i] + lag, latest)


@kernel_in_place
def draw_fates(model: SubjectModel, enrolled: int, until: int, subjects: Subjects) -> int:
    """How each subject's time ends by the day `until` of the calendar; returns the number gone by then.

    Event and loss are drawn apart, and the first to come ends the time; on one day the event comes first.
    A later `until` finds the same and more.
    """
    x, horizon = subjects, model.no_event.shape[1] - 1
    event_word, loss_word = x.words[2], x.words[3]
    x.day[:enrolled] = horizon + 1
    x.event[:enrolled] = False
    some = 0
    # Who may be gone by then, judged by the longest follow-up of each stretch of entries.
    for start in range(0, enrolled, STRETCH):
        reach = min(horizon, until - x.entry[start] + 1)
        if reach < 1:
            break
        event_from, loss_from = (
            word_above(least(model.no_event, reach)),
            word_above(least(model.no_loss, reach)),
        )
        for i in range(start, min(start + STRETCH, enrolled)):
            x.gone[some] = i
            some += (event_word[i] >= event_from) | (loss_word[i] >= loss_from)
    gone = 0
    for j in range(some):
        i = x.gone[j]
        u, v = unit_of(event_word[i]), unit_of(loss_word[i])
        row, lost = x.row[i], model.loss_of[x.row[i]]
        fails = leaves = horizon + 1
        reach = min(horizon, until - x.entry[i] + 1)
        if reach < 1:
            continue
        if u > model.no_event[row, reach]:
            fails = first_day(model.no_event[row], model.no_event_guide[row], u)
            if model.survival_monitored:
                fails = day_of_death(model, x.more[0, i], x.more[1, i], x.arm[i], fails)
        if v > model.no_loss[lost, reach]:
            leaves = first_day(model.no_loss[lost], model.no_loss_guide[lost], v)
        ends = min(fails, leaves)
        if ends <= reach:
            x.day[i] = ends
            x.event[i] = fails <= leaves
            x.gone[gone] = i
            gone += 1
    return gone


@kernel_in_place
def least(survival: FloatArray, day: int) -> float:
    """The lowest S(m) of all rows on a day."""
    found = 1.0
    for row in range(survival.shape[0]):
        found = min(found, survival[row, day])
    return found


@kernel_in_place
def word_above(p: float) -> np.uint64:
    """The first word whose number in (0, 1) is above p."""
    return np.uint64(math.floor(p * 2.0**32 - 0.5) + 1)


@kernel_in_place
def day_of_death(model: SubjectModel, which: np.uint64, rest: np.uint64, arm: int, first: int) -> int:
    """Day of death of a subject whose first event, progression or death, is on day `first`.

    A death after progression comes a whole number of days after it, drawn by the arm's hazard.
    """
    horizon = model.no_event.shape[1] - 1
    if unit_of(which) < model.death_share:
        return first
    rested = first_day(model.after[arm], model.after_guide[arm], unit_of(rest))
    return int(min(first + rested, horizon + 1))


@kernel_in_place
def first_day(survival: FloatArray, guide: Int32Array, u: float) -> int:
    """The first m with S(m) < u: the whole day, counted from 1, in which S falls below u.

    So P(day > m) = S(m).
    """
    g = int(u * GUIDE_CLASSES)
    low, high = np.int64(guide[g + 1]), np.int64(guide[g])
    while low < high:
        middle = (low + high) >> 1
        if survival[middle] < u:
            high = middle
        else:
            low = middle + 1
    return int(low)
