"""When the looks of one replicate are held, and what each finds: events, patients, log-rank score."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from equipoise.numerics.kernels import kernel
from equipoise.survival._logrank_kernels import two_group_row

if TYPE_CHECKING:
    from equipoise._check import FloatArray
    from equipoise.simulation._subject_kernels import Subjects
    from equipoise.simulation.subject_model import IntArray

NOT_HELD = -1


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


class LookOutcomes(NamedTuple):
    """What the looks of each replicate find, each of shape (replicates, K).

    A look that is never held has `NOT_HELD` for its day and counts, and nan for U and V.
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


class CountingRoom(NamedTuple):
    """Counts by day for the T strata of the test, two groups each; zero between uses."""

    leaving: IntArray
    """Numbers that leave observation on each day, shape (2 T, days)."""
    failing: IntArray
    """Numbers with an event on each day, shape (2 T, days)."""
    last_day: IntArray
    """Last day with a count, shape (2 T,)."""


@kernel
def hold_looks(
    looks: LooksModel, subjects: Subjects, enrolled: int, event_ends: IntArray, day: IntArray
) -> bool:
    """Fill the day of each look from the subjects drawn; returns whether every look comes as planned.

    A look is due on the day of its d-th event, or on its day of the calendar, and never before the look ahead
    of it. Where the planned events never come, the looks that wait for them are not held, and the last look
    is held when nothing more can change: after the last event, and when every patient has been followed for
    as long as the latest event took.
    """
    entry, row, when, event = subjects.entry, subjects.row, subjects.day, subjects.event
    group_of = looks.group_of
    events, latest = 0, 0
    for i in range(enrolled):
        if event[i] and group_of[row[i]] >= 0:
            event_ends[events] = entry[i] + when[i] - 1
            events += 1
            latest = max(latest, when[i])
    event_ends[:events].sort()
    last = len(day) - 1
    before, as_planned = 0, True
    for k in range(last + 1):
        day[k] = NOT_HELD
        if looks.due_day[k] >= 0:
            day[k] = max(before, looks.due_day[k])
        elif looks.due_events[k] <= events:
            day[k] = max(before, event_ends[looks.due_events[k] - 1])
        else:
            as_planned = False
        before = max(before, day[k])
    if day[last] == NOT_HELD:
        settled = before
        if enrolled > 0:
            settled = max(settled, entry[enrolled - 1] + max(latest, 1) - 1)
        if events > 0:
            settled = max(settled, event_ends[events - 1])
        day[last] = settled
    return as_planned


@kernel
def read_look(
    looks: LooksModel, subjects: Subjects, enrolled: int, cutoff: int, room: CountingRoom
) -> tuple[int, int, int, float, float]:
    """What the data cut at the end of a day hold: patients, events, those on the experimental arm, U and V.

    Times at the cut are whole days: min(day, cutoff - entry + 1), and an event on the cut-off counts. They
    are counted by day, and the risk sets follow from the last day backwards.
    """
    entry, row, day, event = subjects.entry, subjects.row, subjects.day, subjects.event
    group_of, leaving, failing, last_day = looks.group_of, room.leaving, room.failing, room.last_day
    last_day[:] = 0
    known, events, experimental_events = 0, 0, 0
    for i in range(enrolled):
        if entry[i] > cutoff:
            break
        known += 1
        q = group_of[row[i]]
        if q < 0:
            continue
        followed = cutoff - entry[i] + 1
        t = min(day[i], followed)
        leaving[q, t] += 1
        if event[i] and day[i] <= followed:
            failing[q, t] += 1
            events += 1
            experimental_events += q & 1
        last_day[q] = max(last_day[q], t)
    excess, information = 0.0, 0.0
    for s in range(looks.test_strata):
        control, experimental = 2 * s, 2 * s + 1
        n0, n1 = 0, 0
        for t in range(max(last_day[control], last_day[experimental]), 0, -1):
            n0 += leaving[control, t]
            n1 += leaving[experimental, t]
            d1 = failing[experimental, t]
            d = failing[control, t] + d1
            if d > 0:
                o_minus_e, v = two_group_row(d, d1, n0 + n1, n1)
                excess += o_minus_e
                information += v
                failing[control, t] = failing[experimental, t] = 0
            leaving[control, t] = leaving[experimental, t] = 0
    return known, events, experimental_events, -excess, information
