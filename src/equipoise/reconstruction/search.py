"""The cohort nearest to the prior whose exact statistics agree with the facts, or come nearest to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from equipoise.reconstruction.polish import Polished, polish
from equipoise.reconstruction.targets import Statistic
from equipoise.reconstruction.whole_counts import CountProblem, WholeCounts, first_counts, whole_counts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from equipoise.reconstruction.assemble import Assembler
    from equipoise.reconstruction.grid import Grid
    from equipoise.reconstruction.objective import Objective
    from equipoise.reconstruction.placement import Cohort

    Numbers = NDArray[np.float64]
    Counts = NDArray[np.int64]

# Half-widths by which a fact may miss at the price of half a nat: the prior has more say at first.
_TIGHTNESS = (0.3, 0.2, 0.1, 0.1)
_DAMPING = 0.7
_ROUNDS = 4
_NEIGHBOURS = 8


@dataclass(frozen=True, slots=True)
class Found:
    """The best cohort met, and the events by cell and segment that it holds."""

    polished: Polished
    whole: WholeCounts


def search(problem: CountProblem, assembler: Assembler, objective: Objective, mass: Numbers) -> Found:
    """Correct the linear rows by the exact statistics, then try neighbouring numbers of events.

    The rows are shifted by (exact - linear), damped; the best cohort is kept throughout.
    """
    start = first_counts(assembler.grid, mass, problem.bounds)
    best: Found | None = None
    tilt = 0.0
    for problem.tightness in _TIGHTNESS:
        whole = whole_counts(problem, start)
        placed, tilt = assembler.with_follow_up(whole, objective, tilt)
        polished = polish(objective, placed)
        best = _better(best, Found(polished, whole))
        if best.polished.agrees:
            return best
        fresh = _difference(problem, objective, assembler, polished.cohort)
        problem.shift += _DAMPING * (fresh - problem.shift)
        start = whole.events
    assert best is not None  # noqa: S101 - the loop above runs at least once
    return _neighbours(problem, assembler, objective, best, tilt)


def _better(best: Found | None, trial: Found) -> Found:
    return trial if best is None or trial.polished.cost < best.polished.cost - 1e-12 else best


def _neighbours(
    problem: CountProblem, assembler: Assembler, objective: Objective, best: Found, tilt: float
) -> Found:
    """Descend over numbers of events that differ by one, each judged by its polished cohort."""
    for _ in range(_ROUNDS):
        here = best
        for counts in problem.neighbours(here.whole.events, problem.at(here.whole.events))[:_NEIGHBOURS]:
            whole = problem.whole(counts, problem.at(counts))
            placed, tilt = assembler.with_follow_up(whole, objective, tilt)
            trial = polish(objective, placed, thorough=False)
            best = _better(best, Found(trial, whole))
            if best.polished.agrees:
                return best
        if best is here:
            break
        best = _better(best, Found(polish(objective, best.polished.cohort), best.whole))
    return best


def events_in_bins(grid: Grid, cohort: Cohort) -> Numbers:
    """Events of a cohort by stratum, arm and bin."""
    strata, bins = int(cohort.stratum.max()) + 1, len(grid.start)
    where = np.searchsorted(grid.start, cohort.time[cohort.event], side="right") - 1
    cell = 2 * cohort.stratum[cohort.event] + cohort.arm[cohort.event]
    return (
        np.bincount(cell * bins + where, minlength=2 * strata * bins).reshape(strata, 2, bins).astype(float)
    )


def _difference(problem: CountProblem, objective: Objective, assembler: Assembler, cohort: Cohort) -> Numbers:
    """What the linear rows say of a cohort less what is so, in half-widths."""
    values = dict(
        zip(
            [(t.statistic, t.stratum, t.arm, t.day) for t in objective.targets],
            objective.values(*cohort.by_day(assembler.frame)),
            strict=True,
        )
    )
    linear = problem.linear_misses(events_in_bins(assembler.grid, cohort))
    found = np.zeros(len(linear))
    for i, owner in enumerate(problem.owners):
        value = values[owner.statistic, owner.stratum, owner.arm, owner.day]
        exact: float | None = None
        if owner.statistic is Statistic.SURVIVAL:
            exact = problem.row_miss(i, -np.log(max(value, 1e-9)))
        elif owner.statistic is Statistic.HAZARD_RATIO:
            exact = problem.row_miss(i, float(np.log(value)))
        elif owner.statistic is Statistic.UPPER_LIMIT:
            lower = values[Statistic.LOWER_LIMIT, owner.stratum, owner.arm, owner.day]
            z = float(ndtri(0.5 + 0.5 * owner.level))
            exact = problem.row_miss(i, (2.0 * z / np.log(value / lower)) ** 2)
        elif owner.statistic is Statistic.RESTRICTED_MEAN:
            exact = problem.row_miss(i, float(value))
        if exact is not None and np.isfinite(exact):
            found[i] = linear[i] - exact
    return np.clip(found, -5.0, 5.0)
