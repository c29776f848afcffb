"""Overall survival after the event: who has died by when, so that its numbers at risk are kept too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from equipoise.reconstruction.frame import Frame
    from equipoise.reconstruction.placement import Cohort

    Counts = NDArray[np.int64]

NEVER = np.iinfo(np.int64).max
_GOLDEN = 0.6180339887498949


@dataclass(frozen=True, slots=True)
class _Past:
    """A subject whose event is past: row, day of the event, last day of possible follow-up."""

    row: int
    event: int
    reach: int


def survival_times(
    frame: Frame, cohort: Cohort, alive: Counts, fatal: Counts, hazard: float
) -> tuple[Counts, NDArray[np.bool_], NDArray[np.bool_]]:
    """Days to death or censoring, whether died, and whether the event itself was the death.

    alive[a, k] subjects of an arm must be followed at boundary k though their event is past (-1: not known);
    fatal[a] events are deaths; otherwise subjects die at the hazard per day given.
    """
    time, died = cohort.time.copy(), np.zeros(len(cohort.time), dtype=bool)
    by_event = np.zeros(len(cohort.time), dtype=bool)
    for a in range(2):
        rows = np.flatnonzero(cohort.event & (cohort.arm == a))
        order = rows[np.argsort(cohort.time[rows], kind="stable")]
        people = [_Past(int(r), int(cohort.time[r]), int(cohort.reach[r])) for r in order]
        death = _deaths(frame, people, alive[a], hazard)
        for row in _fatal(frame, people, death, int(fatal[a])):
            death[row], by_event[row] = int(cohort.time[row]), True
        for person in people:
            day = death.get(person.row, NEVER)
            died[person.row] = day <= person.reach
            time[person.row] = min(day, person.reach)
    return time, died, by_event


def _deaths(frame: Frame, people: list[_Past], alive: Counts, hazard: float) -> dict[int, int]:
    """Day of death by row: first those that the numbers at risk ask for, then those that the hazard does."""
    death: dict[int, int] = {}
    following: list[_Past] = []
    for k in range(1, frame.segments):
        first = int(frame.first[k])
        following = [p for p in people if p.event < first <= p.reach and p.row not in death]
        if alive[k] < 0:
            continue
        surplus = len(following) - int(alive[k])
        for person in sorted(following, key=lambda p: p.event):
            if surplus <= 0:
                break
            if _still_possible(frame, people, {*death, person.row}, alive, k):
                low = max(person.event, int(frame.first[k - 1]))
                death[person.row] = low + int((len(death) * _GOLDEN + 0.5) % 1.0 * (first - low))
                surplus -= 1
        # Where no choice keeps every later number, the shortest followed go first: they count in fewest.
        rest = sorted((p for p in following if p.row not in death), key=lambda p: p.reach)
        for person in rest[: max(surplus, 0)]:
            death[person.row] = max(person.event, int(frame.first[k - 1]))
    owed = 0.5
    bounded = [int(frame.first[k]) for k in range(1, frame.segments) if alive[k] >= 0]
    for person in people:
        if person.row in death:
            continue
        since = max([person.event, *(b for b in bounded if b <= person.reach)])
        owed += 1.0 - float(np.exp(-hazard * (person.reach - since)))
        if owed >= 1.0:
            owed -= 1.0
            death[person.row] = since + int((len(death) * _GOLDEN + 0.5) % 1.0 * (person.reach - since))
    return death


def _still_possible(frame: Frame, people: list[_Past], dead: set[int], alive: Counts, k: int) -> bool:
    """Whether the numbers from boundary k on can be kept when these are dead.

    At each boundary those in excess die, the shortest followed first: no other choice leaves more for later.
    """
    gone = set(dead)
    for j in range(k, frame.segments):
        first = int(frame.first[j])
        here = [p for p in people if p.event < first <= p.reach and p.row not in gone]
        if alive[j] < 0:
            continue
        if len(here) < alive[j]:
            return False
        here.sort(key=lambda p: p.reach)
        gone |= {p.row for p in here[: len(here) - int(alive[j])]}
    return True


def _fatal(frame: Frame, people: list[_Past], death: dict[int, int], count: int) -> list[int]:
    """Rows whose event is the death: those no number at risk needs alive after it, soonest dead first."""

    def passes_boundary(person: _Past) -> bool:
        until = min(death.get(person.row, NEVER), person.reach)
        return bool(((frame.first > person.event) & (frame.first <= until)).any())

    free = [p for p in people if not passes_boundary(p)]
    rest = [p for p in people if passes_boundary(p)]
    gap = sorted(free, key=lambda p: min(death.get(p.row, NEVER), NEVER - 1) - p.event)
    return [p.row for p in [*gap, *rest][:count]]
