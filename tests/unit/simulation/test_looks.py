"""When looks are held, and what they find, against the naive log-rank test and the rules in words."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.simulation import _look_kernels
from equipoise.simulation._look_kernels import (
    NOT_HELD,
    LookLimits,
    LooksModel,
    hold_looks,
    prepare_counts,
    read_look,
    room_for_counting,
)
from equipoise.simulation._subject_kernels import Subjects, room_for_subjects
from equipoise.simulation.scenario import NULL
from equipoise.simulation.subject_model import HORIZON, subject_model
from independent.naive_logrank import exact_logrank
from simulation.small_trials import small_trial
from tolerances import SUMMATION

TWO_STRATA = np.array([0, 1, 2, 3])
NEVER = 400
ROOM = room_for_subjects(subject_model(small_trial(), "DFS", NULL))


def _subjects(entry: list[int], group: list[int], day: list[int], event: list[bool]) -> Subjects:
    n = len(entry)
    x = Subjects(*(part[:n].copy() if isinstance(part, np.ndarray) else part for part in ROOM))
    x.entry[:], x.seen[:], x.day[:], x.event[:] = entry, group, day, event
    x.known[:] = x.entry + x.day - 1
    return x


def _gone(subjects: Subjects) -> int:
    """Whoever does not stay for NEVER days is gone, in the order of entry."""
    gone = np.flatnonzero(subjects.day < NEVER)
    subjects.gone[: len(gone)] = gone
    return len(gone)


def _read(looks: LooksModel, subjects: Subjects, cutoff: int) -> tuple[int, int, int, float, float]:
    n, room = len(subjects.entry), room_for_counting(len(subjects.entry), looks.test_strata, HORIZON)
    prepare_counts(looks, subjects, n, _gone(subjects), room)
    found = {read_look(looks, subjects, n, cutoff, room) for _ in range(2)}
    assert not room.on_day.any()
    assert not room.on_days.any()
    assert len(found) == 1, "the room is left as it was found"
    return found.pop()


def _looks(
    events: list[int],
    days: list[int] | None = None,
    groups: np.ndarray = TWO_STRATA,
    strata: int = 2,
    limits: LookLimits | None = None,
) -> LooksModel:
    due = np.full(len(events), -1) if days is None else np.array(days)
    return LooksModel(np.array(events), due, np.asarray(groups), strata, limits or _limits(len(events)))


def _limits(
    looks: int,
    not_before: dict[int, int] | None = None,
    follow_up: dict[int, int] | None = None,
    not_after: dict[int, int] | None = None,
) -> LookLimits:
    """Limits of the looks named by their index."""
    columns = [
        np.array([(given or {}).get(k, off) for k in range(looks)])
        for given, off in ((not_before, 0), (follow_up, -1), (not_after, _look_kernels.NEVER))
    ]
    return LookLimits(*columns)


def _hold(looks: LooksModel, subjects: Subjects) -> tuple[list[int], bool]:
    day = np.empty(len(looks.due_events), dtype=np.int64)
    n = len(subjects.entry)
    room = room_for_counting(n, looks.test_strata, HORIZON)
    came = hold_looks(looks, subjects, n, _gone(subjects), room, day)
    assert not room.on_day.any()
    return day.tolist(), came


trials = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 3), st.integers(1, 25), st.booleans()),
    min_size=1,
    max_size=40,
).map(sorted)


@given(
    trials,
    st.integers(0, 60),
    st.sampled_from([(TWO_STRATA, 2), (np.array([0, 1, 0, 1]), 1), (np.array([-1, -1, 0, 1]), 1)]),
)
@settings(max_examples=300, deadline=None)
def test_a_look_finds_what_the_naive_test_finds_in_the_data_cut_at_its_day(
    trial: list[tuple[int, int, int, bool]], cutoff: int, compared: tuple[np.ndarray, int]
) -> None:
    groups, strata = compared
    subjects = _subjects(*map(list, zip(*trial, strict=True)))
    known, events, experimental, score, information = _read(
        _looks([1], groups=groups, strata=strata), subjects, cutoff
    )
    seen = [
        (e, groups[g], min(d, cutoff - e + 1), v and e + d - 1 <= cutoff)
        for e, g, d, v in trial
        if e <= cutoff
    ]
    assert known == len(seen)
    compared_here = [s for s in seen if s[1] >= 0]
    assert events == sum(s[3] for s in compared_here)
    assert experimental == sum(s[3] for s in compared_here if s[1] % 2 == 1)
    if not compared_here:
        assert score == information == 0.0
        return
    test = exact_logrank(
        [s[2] for s in compared_here],
        [bool(s[3]) for s in compared_here],
        ["experimental" if s[1] % 2 else "control" for s in compared_here],
        strata=[str(s[1] // 2) for s in compared_here],
    )
    i = test.groups.index("experimental") if "experimental" in test.groups else None
    u = 0.0 if i is None else float(test.expected[i] - test.observed[i])
    v = 0.0 if i is None else float(test.variance[i][i])
    assert score == pytest.approx(u, abs=SUMMATION)
    assert information == pytest.approx(v, abs=SUMMATION)


def test_fewer_events_on_the_experimental_arm_give_a_positive_score() -> None:
    subjects = _subjects([0, 0, 0, 0], [0, 0, 1, 1], [1, 2, 9, 9], [True, True, False, False])
    _, events, experimental, score, _ = _read(_looks([1]), subjects, 5)
    assert (events, experimental) == (2, 0)
    assert score == pytest.approx(1 / 2 + 2 / 3)


def test_a_look_is_held_on_the_day_of_its_last_event_and_that_event_counts() -> None:
    subjects = _subjects([0, 0, 3, 10], [0, 1, 0, 1], [30, 5, 4, 2], [True, True, True, True])
    # Events end on days 29, 4, 6, 11.
    assert _hold(_looks([1, 2, 3, 4]), subjects) == ([4, 6, 11, 29], True)
    known, events, _, _, _ = _read(_looks([1]), subjects, 4)
    assert (known, events) == (3, 1)


def test_subjects_who_are_not_compared_bring_no_look_forward() -> None:
    subjects = _subjects([0, 0, 0], [0, 2, 1], [3, 4, 9], [True, True, True])
    assert _hold(_looks([2], groups=np.array([0, 1, -1, -1]), strata=1), subjects) == ([8], True)


def test_looks_of_the_calendar_are_held_on_their_day_and_in_their_order() -> None:
    subjects = _subjects([0, 0, 3, 10], [0, 1, 0, 1], [30, 5, 4, 2], [True, True, True, True])
    assert _hold(_looks([0, 3, 0], [5, -1, 8]), subjects) == ([5, 11, 11], True)


def test_where_the_events_never_come_the_last_look_is_held_when_nothing_can_change() -> None:
    subjects = _subjects([0, 2, 20], [0, 1, 1], [9, 6, 400], [True, True, False])
    days, came = _hold(_looks([1, 3, 5]), subjects)
    # The last event is on day 8; the patient entered on day 20 is followed for 9 days by day 28.
    assert (days, came) == ([7, NOT_HELD, 28], False)
    late = [_read(_looks([1]), subjects, c)[3:] for c in (28, 29, 300)]
    assert late[0] == late[1] == late[2]
    assert _read(_looks([1]), subjects, 27)[3:] != late[0]


def test_a_trial_without_any_event_still_ends() -> None:
    subjects = _subjects([0, 12], [0, 1], [400, 400], [False, False])
    assert _hold(_looks([1, 2]), subjects) == ([NOT_HELD, 12], False)
    known, events, _, score, information = _read(_looks([1]), subjects, 12)
    assert (known, events, score, information) == (2, 0, 0.0, 0.0)
    assert not math.isnan(score)


def test_a_look_waits_for_its_date_and_for_the_follow_up_of_the_last_patient() -> None:
    subjects = _subjects([0, 0, 3, 10], [0, 1, 0, 1], [30, 5, 4, 2], [True, True, True, True])
    # Events end on days 29, 4, 6, 11; the last patient enters on day 10.
    assert _hold(_looks([1, 2, 4], limits=_limits(3, not_before={0: 5, 2: 20})), subjects) == (
        [5, 6, 29],
        True,
    )
    assert _hold(_looks([1, 2, 4], limits=_limits(3, follow_up={1: 3})), subjects) == ([4, 13, 29], True)
    assert _hold(_looks([1, 2, 4], limits=_limits(3, follow_up={1: 0})), subjects) == ([4, 10, 29], True)


def test_a_look_is_held_at_its_latest_date_whether_its_events_have_come_or_not() -> None:
    subjects = _subjects([0, 0, 3, 10], [0, 1, 0, 1], [30, 5, 4, 2], [True, True, True, True])
    assert _hold(_looks([1, 3, 9], limits=_limits(3, not_after={1: 8, 2: 40})), subjects) == (
        [4, 8, 40],
        True,
    )
    assert _hold(_looks([1, 2, 9], limits=_limits(3, not_after={1: 8, 2: 40})), subjects) == (
        [4, 6, 40],
        True,
    )
    assert _hold(_looks([1, 3, 9], limits=_limits(3, not_after={1: 8})), subjects)[1] is False
    assert _hold(_looks([1, 2], limits=_limits(2, not_before={1: 30}, not_after={1: 20})), subjects) == (
        [4, 20],
        True,
    )
