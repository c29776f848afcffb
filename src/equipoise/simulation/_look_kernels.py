"""When the looks of one replicate are held, and what each finds: events, patients, log-rank score."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from equipoise.numerics.kernels import kernel
from equipoise.survival._logrank_kernels import two_group_row

if TYPE_CHECKING:
    from equipoise._check import FloatArray
    from equipoise.simulation._subject_kernels import Subjects
    from equipoise.simulation.subject_model import BoolArray, IntArray

NOT_HELD = -1
# A day after every other.
NEVER = 1 << 40
# Two counts in one number: the experimental arm's above, the control arm's below.
_UPPER = 32
_LOWER = (1 << _UPPER) - 1


class LookLimits(NamedTuple):
    """Between which days looks are held, each of shape (K,)."""

    not_before: IntArray
    """First day on which each look may be held."""
    follow_up: IntArray
    """Days after the last planned patient's entry before which it is not held; -1 where there is no such."""
    not_after: IntArray
    """Day on which it is held at the latest, due or not."""


class LooksModel(NamedTuple):
    """When looks are due, and who is compared."""

    due_events: IntArray
    """Events at which each look is due, 0 where it is due by the calendar, shape (K,)."""
    due_day: IntArray
    """Day at which each look is due, -1 where it is due by events, shape (K,)."""
    group_of: IntArray
    """Group compared of stratum s and arm a, at s A + a: 2 t + 1 on the experimental arm of the test's
    stratum t, 2 t on its control arm, -1 for those who are not compared, shape (S A,)."""
    test_strata: int
    """Number of the test's strata T."""
    limits: LookLimits
    """Between which days looks are held."""
    hazard_ratio_null: float = 1.0
    """Hazard ratio that is tested."""


class PlannedBounds(NamedTuple):
    """Bounds of the looks where each holds exactly its planned events, each of shape (K,)."""

    efficacy: FloatArray
    futility: FloatArray
    harm: FloatArray


class LookOutcomes(NamedTuple):
    """What the looks of each replicate find, each of shape (replicates, K), `short` of shape (replicates,).

    A look that is never held, or comes after a stop, has `NOT_HELD` for its counts, and nan for U and V. The
    day of a look after a stop is that on which it would have been.
    """

    day: IntArray
    """Day of the cut-off, from 0 on the day on which accrual opens."""
    events: IntArray
    """Events of the test."""
    events_experimental: IntArray
    """Of these on the experimental arm."""
    enrolled: IntArray
    """Patients randomised by then, all arms and strata."""
    score: FloatArray
    """U, expected minus observed events on the experimental arm."""
    information: FloatArray
    """V, null variance of U."""
    short: BoolArray
    """Whether the planned events of some look never come."""


class CountingRoom(NamedTuple):
    """Room for counting in one replicate."""

    order: IntArray
    """Those gone, by the day on which their time ends, shape (patients,)."""
    by_day: IntArray
    """Of these, whose end is known at the look, shape (patients,)."""
    by_entry: IntArray
    """The same in the order of entry, shape (patients,)."""
    group: IntArray
    """Group compared of those gone, by subject, shape (patients,)."""
    on_day: IntArray
    """Number for each day of a subject's time or of the calendar; zero between uses, shape (days,)."""
    entered: IntArray
    """Number on both arms of stratum t among the first i subjects, at [t, i], the experimental arm's times
    2^32, shape (T, patients + 1)."""
    absent: IntArray
    """Of those long enough in the trial to be at risk, the number gone, shape (2 T,)."""
    failing: IntArray
    """Number with an event on the day; zero between uses, shape (2 T,)."""


@kernel
def room_for_counting(patients: int, test_strata: int, horizon: int) -> CountingRoom:
    """Arrays for the looks of a replicate."""
    return CountingRoom(
        np.empty(patients, dtype=np.int64),
        np.empty(patients, dtype=np.int64),
        np.empty(patients, dtype=np.int64),
        np.empty(patients, dtype=np.int64),
        np.zeros(2 * horizon + 3, dtype=np.int64),
        np.zeros((test_strata, patients + 1), dtype=np.int64),
        np.zeros(2 * test_strata, dtype=np.int64),
        np.zeros(2 * test_strata, dtype=np.int64),
    )


@kernel
def hold_looks(  # noqa: PLR0917 -- subjects and how many of them, then what is filled
    looks: LooksModel, subjects: Subjects, enrolled: int, gone: int, room: CountingRoom, day: IntArray
) -> bool:
    """Fill the day of each look from the subjects drawn; returns whether every look comes as planned.

    A look is due on the day on which its d-th event is known, or on its day of the calendar; it is held
    within its limits, and never before the look ahead of it. Where the planned events never come, the looks
    that wait for them are not held, and the last look is held when nothing more can change: after the last
    event, and when every patient has been followed for as long as the latest event took.
    """
    entry, seen, when, event = subjects.entry, subjects.seen, subjects.day, subjects.event
    on_day = room.on_day
    events, longest, final = 0, 0, 0
    for j in range(gone):
        i = subjects.gone[j]
        if event[i] and looks.group_of[seen[i]] >= 0:
            reported = subjects.known[i]
            on_day[reported] += 1
            events += 1
            longest, final = max(longest, when[i]), max(final, reported)
    last, at, reached = len(day) - 1, 0, on_day[0]
    before, as_planned = 0, True
    for k in range(last + 1):
        due = NOT_HELD
        if looks.due_day[k] >= 0:
            due = looks.due_day[k]
        elif looks.due_events[k] <= events:
            while reached < looks.due_events[k]:
                at += 1
                reached += on_day[at]
            due = at
        day[k] = between_limits(looks.limits, subjects, enrolled, k, due)
        if day[k] == NOT_HELD:
            as_planned = False
        else:
            day[k] = max(before, day[k])
            before = day[k]
    on_day[: final + 1] = 0
    if day[last] == NOT_HELD:
        settled = before
        if enrolled > 0:
            settled = max(settled, entry[enrolled - 1] + max(longest, 1) - 1)
        settled = max(settled, final)
        day[last] = settled
    return as_planned


@kernel
def between_limits(limits: LookLimits, subjects: Subjects, enrolled: int, k: int, due: int) -> int:
    """Day on which look k is held, which is due on day `due` (or never): both, or whichever comes first."""
    day = due
    if due != NOT_HELD:
        day = max(day, limits.not_before[k])
        if limits.follow_up[k] >= 0 and enrolled > 0:
            day = max(day, subjects.entry[enrolled - 1] + limits.follow_up[k])
    if day == NOT_HELD or day > limits.not_after[k]:
        return int(limits.not_after[k]) if limits.not_after[k] < NEVER else NOT_HELD
    return int(day)


@kernel
def prepare_counts(
    looks: LooksModel, subjects: Subjects, enrolled: int, gone: int, room: CountingRoom
) -> int:
    """Order those gone by the day on which their time ends, and count the arms in the order of entry.

    Returns how many are gone of those compared: the others are dropped from `gone`.
    """
    on_day, day = room.on_day, subjects.day
    longest, compared = 0, 0
    for j in range(gone):
        i = subjects.gone[j]
        q, d = looks.group_of[subjects.seen[i]], day[i]
        if q >= 0:
            room.group[i] = q
            subjects.gone[compared] = i
            compared += 1
            on_day[d + 1] += 1
            longest = max(longest, d)
    for d in range(longest + 1):
        on_day[d + 1] += on_day[d]
    for j in range(compared):
        i = subjects.gone[j]
        room.order[on_day[day[i]]] = i
        on_day[day[i]] += 1
    on_day[: longest + 2] = 0
    for t in range(looks.test_strata):
        entered, total = room.entered[t], 0
        for i in range(enrolled):
            q = looks.group_of[subjects.seen[i]]
            if q >> 1 == t:
                total += 1 << (_UPPER * (q & 1))
            entered[i + 1] = total
    return compared


@kernel
def read_look(  # noqa: PLR0917 -- subjects and how many of them, then the look
    looks: LooksModel, subjects: Subjects, enrolled: int, gone: int, cutoff: int, room: CountingRoom
) -> tuple[int, int, int, float, float]:
    """What the data cut at the end of a day hold: patients, events, those on the experimental arm, U and V.

    Times at the cut are whole days: min(day, cutoff - entry + 1), and an event on the cut-off counts. At risk
    at t are those who entered by the day cutoff - t + 1, less those of them whose time ended before t: as t
    falls, these join by their entry and leave by their day.
    """
    entry, day, failing, absent = subjects.entry, subjects.day, room.failing, room.absent
    by_day, by_entry = room.by_day, room.by_entry
    leaving, joining = 0, 0
    for j in range(gone):
        i, m = room.order[j], subjects.gone[j]
        by_day[leaving], by_entry[joining] = i, m
        leaving += subjects.known[i] <= cutoff
        joining += subjects.known[m] <= cutoff
    absent[:] = 0
    events, experimental_events, followed, joined = 0, 0, 0, 0
    excess, information = 0.0, 0.0
    j = leaving - 1
    while j >= 0:
        t, some = day[by_day[j]], 0
        by = cutoff - t + 1
        while joined < joining and entry[by_entry[joined]] <= by:
            absent[room.group[by_entry[joined]]] += 1
            joined += 1
        while j >= 0 and day[by_day[j]] == t:
            i = by_day[j]
            q, d = room.group[i], int(subjects.event[i])
            absent[q] -= 1
            failing[q] += d
            some += d
            experimental_events += d & q
            j -= 1
        if some == 0:
            continue
        events += some
        while followed < enrolled and entry[followed] <= by:
            followed += 1
        for s in range(looks.test_strata):
            d1 = failing[2 * s + 1]
            d = failing[2 * s] + d1
            if d > 0:
                entered = room.entered[s, followed]
                n1 = (entered >> _UPPER) - absent[2 * s + 1]
                n0 = (entered & _LOWER) - absent[2 * s]
                o_minus_e, v = two_group_row(d, d1, n0 + n1, n1, looks.hazard_ratio_null)
                excess += o_minus_e
                information += v
                failing[2 * s] = failing[2 * s + 1] = 0
    known = int(np.searchsorted(entry[:enrolled], cutoff, side="right"))
    return known, events, experimental_events, -excess, information
