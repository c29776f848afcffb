"""Adverse events in the published numbers: who, which course, which day, which grade."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise.reconstruction.spread import whole_shares

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from equipoise.reconstruction.frame import Frame
    from equipoise.reconstruction.placement import Cohort
    from equipoise.reconstruction.published import Published
    from equipoise.reconstruction.published_detail import AdverseEvent, Course

_STREAM_OF_EVENTS = 4


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One adverse event: subject's row, term, grade, course, day since randomisation (1 is that day)."""

    row: int
    term: str
    grade: int
    course: str
    day: int


def evaluable(published: Published, frame: Frame, cohort: Cohort) -> NDArray[np.bool_]:
    """Subjects evaluable for adverse events: in the published number, the latest randomised left out."""
    found = np.ones(len(cohort.time), dtype=bool)
    for group in published.evaluable:
        if group.use != "input":
            continue
        s = frame.strata.index(group.stratum)
        for a, arm in enumerate(frame.arms):
            rows = np.flatnonzero((cohort.stratum == s) & (cohort.arm == a))
            order = rows[np.argsort(-cohort.reach[rows], kind="stable")]
            found[order[group.by_arm[arm] :]] = False
    return found


def occurrences(published: Published, frame: Frame, cohort: Cohort, seed: int) -> list[Occurrence]:
    """Every adverse event, by subject and day."""
    rng = np.random.default_rng([seed, _STREAM_OF_EVENTS])
    able = evaluable(published, frame, cohort)
    found: list[Occurrence] = []
    for event in published.adverse_event:
        if event.use != "input":
            continue
        s = frame.strata.index(event.stratum)
        for a, arm in enumerate(frame.arms):
            rows = np.flatnonzero((cohort.stratum == s) & (cohort.arm == a) & able)
            found += _in_cell(published, event, arm, rows, cohort, rng)
    return sorted(found, key=lambda o: (o.row, o.day, o.term))


def _in_cell(  # noqa: PLR0917 - one call, the facts of one cell
    published: Published,
    event: AdverseEvent,
    arm: str,
    rows: NDArray[np.intp],
    cohort: Cohort,
    rng: np.random.Generator,
) -> list[Occurrence]:
    """The subjects of a stratum and arm with the event; the latest course first, fewest have reached it."""
    count = min(event.by_arm[arm], len(rows))
    windows = _windows([c for c in published.course if c.arm == arm])
    weights = [c.weights.get(event.term, c.weight) for c, _, _ in windows]
    numbers = whole_shares(weights, count)
    grades = _grades(published, event, count, rng)
    free: list[int] = rng.permutation(rows).tolist()
    found: list[Occurrence] = []
    short = 0
    for (course, start, end), number in reversed(list(zip(windows, numbers, strict=True))):
        reached = [r for r in free if cohort.time[r] >= start]
        chosen = reached[: number + short]
        short = number + short - len(chosen)
        for row in chosen:
            day = int(rng.integers(start, min(end, int(cohort.time[row])) + 1))
            found.append(Occurrence(int(row), event.term, int(grades[len(found)]), course.name, day))
        taken = set(chosen)
        free = [r for r in free if r not in taken]
    return found


def _windows(courses: list[Course]) -> list[tuple[Course, int, int]]:
    """First and last day of each course, one after the other from the day of randomisation."""
    found, day = [], 1
    for course in courses:
        end = day + round(course.days) - 1
        found.append((course, day, end))
        day = end + 1
    return found


def _grades(
    published: Published, event: AdverseEvent, count: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Grades in the assumed shares, none below the grade counted."""
    own = [g for g in published.grades if g.term in {event.term, None}]
    shares = max(own, key=lambda g: g.term is not None).shares if own else {}
    kept = {int(g): w for g, w in shares.items() if int(g) >= event.grade} or {event.grade: 1.0}
    numbers = whole_shares(list(kept.values()), count)
    return rng.permutation(np.repeat(list(kept), numbers))
