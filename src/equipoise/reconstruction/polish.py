"""Moving the events of a placed cohort a little, until its exact statistics print as published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from equipoise.reconstruction.objective import Objective
    from equipoise.reconstruction.placement import Cohort

    Numbers = NDArray[np.float64]
    Counts = NDArray[np.int64]

# Facts inside this part of their interval pull no more; all inside the other, the search is over.
_INNER = 0.75
_DONE = 0.95
_STEPS = 40
_MOST_FREE = 200
_PROBE = 12
_SIZES = (60, 25, 10, 4, 1)
_WEAKEST = 1e5
_WORTH = 0.01
_KNEE = 10.0
_PAIR_STEPS = 12
_MOST_PAIRED = 14
_PAIR_SIZES = (2, 9, 35)


@dataclass(frozen=True, slots=True)
class Polished:
    """The cohort, each fact's distance in half-widths, and the sum of the squared excesses."""

    cohort: Cohort
    misses: Numbers
    cost: float

    @property
    def agrees(self) -> bool:
        """Whether every fact aimed at would be printed as it was."""
        return bool((np.abs(self.misses) <= 1.0).all())


def _excess(misses: Numbers) -> Numbers:
    return np.asarray(np.sign(misses) * np.maximum(np.abs(misses) - _INNER, 0.0))


def _cost(misses: Numbers) -> Numbers:
    """Huber's: the square of a fact's excess up to the knee, then straight, as contradictions ask for."""
    size = np.abs(_excess(misses))
    return np.asarray(np.where(size <= _KNEE, size**2, 2.0 * _KNEE * size - _KNEE**2).sum(axis=-1))


class _EventTimes:
    """The event times of a cohort as variables, each free inside its segment and its subject's follow-up.

    Of very many events an even selection is free, which is more than enough.
    """

    def __init__(self, objective: Objective, cohort: Cohort) -> None:
        frame = objective.frame
        self.objective, self.cohort = objective, cohort
        events = np.flatnonzero(cohort.event)
        order = np.lexsort((cohort.time[events], cohort.arm[events], cohort.stratum[events]))
        self.rows = events[order][:: -(-len(events) // _MOST_FREE) or 1]
        segment = np.asarray(frame.segment_of(cohort.time[self.rows]))
        self.lower = frame.first[segment]
        self.upper = np.minimum(frame.ends[segment] - 1, cohort.reach[self.rows])
        self.scale = np.maximum((self.upper - self.lower) / 4.0, 1.0)
        self.stratum, self.arm = cohort.stratum[self.rows], cohort.arm[self.rows]
        by_day, self._exits = cohort.by_day(frame)
        self._held = by_day.copy()
        np.subtract.at(self._held, (self.stratum, self.arm, cohort.time[self.rows]), 1)
        self.times = cohort.time[self.rows].copy()
        self.misses = self.at(self.times)

    def at(self, times: Counts) -> Numbers:
        """Distances of the facts with these event times."""
        return self.objective.misses(self._by_day(times), self._exits)

    def after(self, which: Counts, to: Counts) -> Numbers:
        """Distances after moving the events which[i, :] to the days to[i, :], for each i."""
        moves = np.stack([self.stratum[which], self.arm[which], self.times[which], to], axis=-1)
        return self.objective.misses_after(self._by_day(self.times), self._exits, moves)

    def accept(self, times: Counts, misses: Numbers) -> None:
        """Take new times."""
        self.times, self.misses = times, misses

    def result(self) -> Polished:
        """The cohort with the times reached."""
        whole = self.cohort.time.copy()
        whole[self.rows] = self.times
        return Polished(self.cohort.with_times(whole), self.misses, float(_cost(self.misses)))

    def _by_day(self, times: Counts) -> Counts:
        found = self._held.copy()
        np.add.at(found, (self.stratum, self.arm, times), 1)
        return found


def polish(objective: Objective, cohort: Cohort, *, thorough: bool = True) -> Polished:
    """Gauss-Newton steps of least displacement on the event times, then single moves by whole days.

    Every event stays in its segment of follow-up, so that no number at risk at a boundary changes.
    The Jacobian is taken by probing each event some days to and fro on the exact statistics. Without
    `thorough`, a few steps show what the numbers of events allow.
    """
    state = _EventTimes(objective, cohort)
    if state.rows.size and objective.targets:
        _newton(state, _STEPS if thorough else _STEPS // 4)
        if thorough:
            _single_moves(state)
            _pair_moves(state)
    return state.result()


def _newton(state: _EventTimes, steps: int) -> None:
    ridge = 0.1
    every = np.arange(len(state.rows))
    for _ in range(steps):
        if np.abs(state.misses).max() <= _DONE or ridge > _WEAKEST:
            return
        down, up = (
            np.maximum(state.lower, state.times - _PROBE),
            np.minimum(state.upper, state.times + _PROBE),
        )
        change = state.after(every[:, None], up[:, None]) - state.after(every[:, None], down[:, None])
        slopes = (change / np.maximum(up - down, 1)[:, None]).T
        room = (state.lower - state.times, state.upper - state.times)
        excess = _excess(state.misses)
        weight = np.sqrt(np.minimum(1.0, _KNEE / np.maximum(np.abs(excess), 1e-9)))
        while ridge <= _WEAKEST:
            step = _least_step(slopes * weight[:, None], excess * weight, state.scale, room, ridge)
            times = np.clip(state.times + np.rint(step).astype(np.int64), state.lower, state.upper)
            misses = state.at(times)
            if _cost(misses) < _cost(state.misses) * (1.0 - _WORTH):
                state.accept(times, misses)
                ridge = max(ridge / 10.0, 1e-4)
                break
            ridge *= 5.0


def _least_step(
    slopes: Numbers, excess: Numbers, scale: Numbers, room: tuple[Counts, Counts], ridge: float
) -> Numbers:
    """Step of least scaled length against the excess, D J'(J D J' + ridge I)^-1, kept inside the room."""
    step = np.zeros(slopes.shape[1])
    free = room[0] < room[1]
    for _ in range(6):
        if not free.any():
            break
        rest = excess + slopes @ np.where(free, 0.0, step)
        weighted = slopes[:, free] * scale[free] ** 2
        gram = weighted @ slopes[:, free].T
        strength = ridge * max(float(np.trace(gram)) / len(gram), 1e-12)
        step[free] = -weighted.T @ np.linalg.solve(gram + strength * np.eye(len(gram)), rest)
        outside = free & ((step < room[0]) | (step > room[1]))
        step = np.clip(step, room[0], room[1])
        if not outside.any():
            break
        free &= ~outside
    return step


def _single_moves(state: _EventTimes) -> None:
    """The best single move by 60, 25, ... 1 days, until none helps."""
    every = np.concatenate([np.arange(len(state.rows))] * 2)
    for size in _SIZES:
        while np.abs(state.misses).max() > _DONE:
            to = state.times[every] + np.repeat([-size, size], len(state.rows))
            if not _take_best(state, every[:, None], to[:, None]):
                break


def _pair_moves(state: _EventTimes) -> None:
    """The best joint move of two events of a cell whose facts are missed: small strata need it.

    Few events among few subjects give few values of a survival estimate, and single moves get stuck between.
    """
    for _ in range(_PAIR_STEPS):
        missed = [t for t, u in zip(state.objective.targets, state.misses, strict=True) if abs(u) > 1.0]
        cells = {(t.stratum, t.arm) for t in missed if t.stratum is not None and t.arm is not None}
        if not any(_best_pair(state, s, a) for s, a in sorted(cells)):
            return


def _best_pair(state: _EventTimes, stratum: int, arm: int) -> bool:
    mine = np.flatnonzero((state.stratum == stratum) & (state.arm == arm))
    mine = mine[:: max(1, len(mine) // _MOST_PAIRED)]
    first, second = np.triu_indices(len(mine), 1)
    steps = [(sign * p, q) for p in _PAIR_SIZES for q in _PAIR_SIZES for sign in (-1, 1)]
    steps += [(-p, -q) for p, q in steps]
    which = np.concatenate([np.stack([mine[first], mine[second]], axis=1)] * len(steps))
    to = state.times[which] + np.repeat(np.array(steps), len(first), axis=0)
    return _take_best(state, which, to)


def _take_best(state: _EventTimes, which: Counts, to: Counts) -> bool:
    """Make the best of the moves that are inside their bounds; whether one was worth it."""
    inside = ((to >= state.lower[which]) & (to <= state.upper[which])).all(axis=1)
    which, to = which[inside], to[inside]
    if not len(which):
        return False
    found = state.after(which, to)
    best = int(np.argmin(_cost(found)))
    if _cost(found[best]) >= _cost(state.misses) * (1.0 - 0.3 * _WORTH):
        return False
    times = state.times.copy()
    times[which[best]] = to[best]
    state.accept(times, found[best])
    return True
