"""When the looks of one replicate are held, and what each finds: events, patients, log-rank score."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from equipoise.numerics.kernels import kernel, kernel_in_place
from equipoise.simulation._subject_kernels import first_at_least
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
# Days of the calendar are counted 64 together, and sorted by their last 7 bits first.
_BLOCK = 6
_DIGIT = 7


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


class Gone(NamedTuple):
    """Those whose time ends, of those compared, each of shape (patients,)."""

    entry: IntArray
    day: IntArray
    known: IntArray
    """Day on which the end is known."""
    what: IntArray
    """1 on the experimental arm, and 2 where the time ends by an event."""


class CountingRoom(NamedTuple):
    """Room for counting in one replicate."""

    on_day: IntArray
    """Events reported on each day of the calendar; zero between uses, shape (days,)."""
    on_days: IntArray
    """The same for 64 days together; zero between uses."""
    digits: IntArray
    """Places by a digit of the day and the stratum."""
    order: IntArray
    """Those gone by the last digit of the day, shape (patients,)."""
    first: IntArray
    """Where each of the test's strata begins among those gone, shape (T + 1,)."""
    by_entry: Gone
    """Those gone in order of entry, stratum by stratum."""
    by_day: Gone
    """The same by the day on which their time ends."""
    day: IntArray
    """Days of those gone whose end is known at a look, shape (patients + 2,)."""
    mark: IntArray
    """What each adds to the counts of both arms, and of both arms' events, shape (2, patients + 2)."""
    joins: IntArray
    """Days of entry of the same, shape (patients + 2,)."""
    joining: IntArray
    """What each of these adds to the counts of both arms, shape (patients + 2,)."""
    entered: IntArray
    """Number on both arms of stratum t who have entered by a day, at [t, day], the experimental arm's times
    2^32, shape (T, days)."""


@kernel
def room_for_counting(patients: int, test_strata: int, horizon: int) -> CountingRoom:
    """Arrays for the looks of a replicate."""
    days = 2 * horizon + 3
    return CountingRoom(
        np.zeros(days, dtype=np.int64),
        np.zeros((days >> _BLOCK) + 1, dtype=np.int64),
        np.empty(max(1 << _DIGIT, test_strata * ((horizon >> _DIGIT) + 2)) + 1, dtype=np.int64),
        np.empty(patients, dtype=np.int64),
        np.empty(test_strata + 1, dtype=np.int64),
        room_for_gone(patients),
        room_for_gone(patients),
        np.empty(patients + 2, dtype=np.int64),
        np.empty((2, patients + 2), dtype=np.int64),
        np.empty(patients + 2, dtype=np.int64),
        np.empty(patients + 2, dtype=np.int64),
        np.empty((test_strata, horizon + 2), dtype=np.int64),
    )


@kernel
def room_for_gone(patients: int) -> Gone:
    """Arrays for those gone."""
    return Gone(
        np.empty(patients, dtype=np.int64),
        np.empty(patients, dtype=np.int64),
        np.empty(patients, dtype=np.int64),
        np.empty(patients, dtype=np.int64),
    )


@kernel_in_place
def hold_looks(  # noqa: PLR0917 -- subjects and how many of them, then what is filled
    looks: LooksModel, subjects: Subjects, enrolled: int, gone: int, room: CountingRoom, day: IntArray
) -> bool:
    """Fill the day of each look from the subjects drawn; returns whether every look comes as planned.

    A look is due on the day on which its d-th event is known, or on its day of the calendar; it is held
    within its limits, and never before the look ahead of it. Where the planned events never come, the looks
    that wait for them are not held, and the last look is held when nothing more can change: after the last
    event, and when every patient has been followed for as long as the latest event took.
    """
    events, longest, final = count_reports(looks, subjects, gone, 1, room)
    last = len(day) - 1
    before, as_planned = 0, True
    for k in range(last + 1):
        due = NOT_HELD
        if looks.due_day[k] >= 0:
            due = looks.due_day[k]
        elif looks.due_events[k] <= events:
            due = day_of_event(room.on_day, room.on_days, looks.due_events[k])
        day[k] = between_limits(looks.limits, subjects, enrolled, k, due)
        if day[k] == NOT_HELD:
            as_planned = False
        else:
            day[k] = max(before, day[k])
            before = day[k]
    count_reports(looks, subjects, gone, -1, room)
    if day[last] == NOT_HELD:
        settled = before
        if enrolled > 0:
            settled = max(settled, subjects.entry[enrolled - 1] + max(longest, 1) - 1)
        settled = max(settled, final)
        day[last] = settled
    return as_planned


@kernel_in_place
def count_reports(
    looks: LooksModel, subjects: Subjects, gone: int, count: int, room: CountingRoom
) -> tuple[int, int, int]:
    """Count the days on which events are reported, or with -1 take them back.

    Returns the events, the longest time to one, and the last day on which one is reported.
    """
    events, longest, final = 0, 0, 0
    for j in range(gone):
        i = subjects.gone[j]
        if subjects.event[i] and looks.group_of[subjects.seen[i]] >= 0:
            reported = subjects.known[i]
            room.on_day[reported] += count
            room.on_days[reported >> _BLOCK] += count
            events += 1
            longest, final = max(longest, subjects.day[i]), max(final, reported)
    return events, longest, final


@kernel_in_place
def day_of_event(on_day: IntArray, on_days: IntArray, wanted: int) -> int:
    """Day on which so many events are known."""
    block, known = 0, 0
    while known + on_days[block] < wanted:
        known += on_days[block]
        block += 1
    day = block << _BLOCK
    known += on_day[day]
    while known < wanted:
        day += 1
        known += on_day[day]
    return day


@kernel_in_place
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


@kernel_in_place
def prepare_counts(
    looks: LooksModel, subjects: Subjects, enrolled: int, gone: int, room: CountingRoom
) -> None:
    """Lay out those gone stratum by stratum, by entry and by day, and count the arms by the day of entry."""
    lay_out(looks, subjects, gone, room)
    order_by_day(looks.test_strata, room)
    entered, last = room.entered, subjects.entry[enrolled - 1] if enrolled > 0 else 0
    entered[:, : last + 1] = 0
    for i in range(enrolled):
        q = looks.group_of[subjects.seen[i]]
        if q >= 0:
            entered[q >> 1, subjects.entry[i]] += 1 << (_UPPER * (q & 1))
    for t in range(looks.test_strata):
        total = 0
        for d in range(last + 1):
            total += entered[t, d]
            entered[t, d] = total


@kernel_in_place
def lay_out(looks: LooksModel, subjects: Subjects, gone: int, room: CountingRoom) -> None:
    """Those gone of those compared, stratum by stratum in order of entry."""
    strata, first, to = looks.test_strata, room.first, room.by_entry
    first[:] = 0
    for j in range(gone):
        q = looks.group_of[subjects.seen[subjects.gone[j]]]
        if q >= 0:
            first[(q >> 1) + 1] += 1
    for t in range(strata):
        first[t + 1] += first[t]
    for j in range(gone):
        i = subjects.gone[j]
        q = looks.group_of[subjects.seen[i]]
        if q >= 0:
            p = first[q >> 1]
            first[q >> 1] = p + 1
            to.entry[p], to.day[p], to.known[p] = subjects.entry[i], subjects.day[i], subjects.known[i]
            to.what[p] = (q & 1) | (2 * subjects.event[i])
    for t in range(strata, 0, -1):
        first[t] = first[t - 1]
    first[0] = 0


@kernel_in_place
def order_by_day(strata: int, room: CountingRoom) -> None:
    """Those gone of each stratum by the day on which their time ends: by its last digit, then by the rest."""
    source, to, digits, order, first = room.by_entry, room.by_day, room.digits, room.order, room.first
    compared, longest = first[strata], 0
    for p in range(compared):
        longest = max(longest, source.day[p])
    mask, rest = (1 << _DIGIT) - 1, (longest >> _DIGIT) + 1
    digits[: mask + 2] = 0
    for p in range(compared):
        digits[(source.day[p] & mask) + 1] += 1
    for k in range(mask):
        digits[k + 1] += digits[k]
    for p in range(compared):
        k = source.day[p] & mask
        order[digits[k]] = p
        digits[k] += 1
    digits[: strata * rest + 1] = 0
    for t in range(strata):
        for p in range(first[t], first[t + 1]):
            digits[t * rest + (source.day[p] >> _DIGIT) + 1] += 1
    for k in range(strata * rest):
        digits[k + 1] += digits[k]
    for j in range(compared):
        p, t = order[j], 0
        while p >= first[t + 1]:
            t += 1
        k = t * rest + (source.day[p] >> _DIGIT)
        at = digits[k]
        digits[k] = at + 1
        to.day[at], to.known[at], to.what[at] = source.day[p], source.known[p], source.what[p]


@kernel_in_place
def read_look(
    looks: LooksModel, subjects: Subjects, enrolled: int, cutoff: int, room: CountingRoom
) -> tuple[int, int, int, float, float]:
    """What the data cut at the end of a day hold: patients, events, those on the experimental arm, U and V.

    Times at the cut are whole days: min(day, cutoff - entry + 1), and an event on the cut-off counts. At risk
    at t are those who entered by the day cutoff - t + 1, less those of them whose time ended before t: as t
    falls, these join by their entry and leave by their day.
    """
    day, mark, joins, joining = room.day, room.mark, room.joins, room.joining
    last = subjects.entry[enrolled - 1] if enrolled > 0 else 0
    events, experimental_events = 0, 0
    excess, information = 0.0, 0.0
    for s in range(looks.test_strata):
        j = choose_known(room, s, cutoff)
        absent, joined = 0, 0
        while j > 0:
            t, failing = day[j], 0
            by = cutoff - t + 1
            while joins[joined] <= by:
                absent += joining[joined]
                joined += 1
            while day[j] == t:
                absent -= mark[0, j]
                failing += mark[1, j]
                j -= 1
            if failing == 0:
                continue
            at_risk = room.entered[s, min(by, last)] - absent
            d1, n1 = failing >> _UPPER, at_risk >> _UPPER
            d, n = d1 + (failing & _LOWER), n1 + (at_risk & _LOWER)
            o_minus_e, v = two_group_row(d, d1, n, n1, looks.hazard_ratio_null)
            events += d
            experimental_events += d1
            excess += o_minus_e
            information += v
    known = first_at_least(subjects.entry, 0, enrolled, cutoff + 1)
    return known, events, experimental_events, -excess, information


@kernel_in_place
def choose_known(room: CountingRoom, stratum: int, cutoff: int) -> int:
    """Those gone of a stratum whose end is known by a day: places 1, 2, ... by day, 0, 1, ... by entry.

    Returns the last place by day. A day that is none stands before the first, and one that never comes after
    the last by entry.
    """
    by_day, by_entry = room.by_day, room.by_entry
    leaving, joined = 1, 0
    room.day[0] = 0
    for j in range(room.first[stratum], room.first[stratum + 1]):
        room.day[leaving], one = by_day.day[j], 1 << (_UPPER * (by_day.what[j] & 1))
        room.mark[0, leaving], room.mark[1, leaving] = one, one * (by_day.what[j] >> 1)
        leaving += by_day.known[j] <= cutoff
        room.joins[joined] = by_entry.entry[j]
        room.joining[joined] = 1 << (_UPPER * (by_entry.what[j] & 1))
        joined += by_entry.known[j] <= cutoff
    room.joins[joined] = NEVER
    return leaving - 1
