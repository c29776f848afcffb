"""The cohort nearest to the prior whose exact statistics agree with the facts, or come nearest to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise.reconstruction._statistics_kernels import at_risk_by_day
from equipoise.reconstruction.event_times import at_quantiles, events_by_segment, in_bins, moved_to
from equipoise.reconstruction.exact_rows import linear_less_exact
from equipoise.reconstruction.polish import Polished, polish
from equipoise.reconstruction.whole_counts import CountProblem, first_counts, settled, whole_counts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from equipoise.reconstruction.assemble import Assembler
    from equipoise.reconstruction.event_times import Times
    from equipoise.reconstruction.grid import Grid
    from equipoise.reconstruction.objective import Objective
    from equipoise.reconstruction.placement import Cohort

    Numbers = NDArray[np.float64]
    Counts = NDArray[np.int64]

# Half-widths by which a fact may miss at the price of half a nat: the prior has more say at first.
_TIGHTNESS = (0.3, 0.2, 0.1, 0.1)
_NEIGHBOURS = 12
_MUCH_BETTER = 0.5


@dataclass(frozen=True, slots=True)
class Found:
    """The best cohort met, and its events by stratum, arm and segment."""

    polished: Polished
    events: Counts


@dataclass(slots=True)
class Search:
    """The linear problem, the exact one, what joins them, and how often numbers of events may step."""

    problem: CountProblem
    assembler: Assembler
    objective: Objective
    rounds: int = 12
    tilt: float = 0.0

    def find(self, mass: Numbers) -> Found:
        """Whole numbers from the linear rows first, then from the cohort itself, until its statistics agree.

        After each cohort the rows are taken again at it and shifted by (exact - linear); the best cohort met
        is kept throughout.
        """
        frame, grid = self.assembler.frame, self.assembler.grid
        start = first_counts(grid, mass, self.problem.bounds)
        best: Found | None = None
        for tightness in _TIGHTNESS:
            self.problem.tightness = tightness
            whole = settled(self.problem, whole_counts(self.problem, start).events)
            trial = self._cohort(at_quantiles(frame, grid, whole.mass, whole.events), thorough=True)
            best = trial if best is None or trial.polished.cost < best.polished.cost else best
            if best.polished.agrees:
                return best
            self._linearise(best.polished.cohort)
            start = best.events
        return self._descend(best) if best is not None else self._cohort([], thorough=True)

    def _descend(self, best: Found) -> Found:
        """Steps to neighbouring numbers of events, each judged by its own cohort, started from the best."""
        for _ in range(self.rounds):
            self._linearise(best.polished.cohort)
            nearest = self.problem.neighbours(best.events, self.problem.at(best.events))[:_NEIGHBOURS]
            here = best
            for _, counts in nearest:
                times = moved_to(self.assembler.frame, here.polished.cohort, counts)
                trial = self._cohort(times, thorough=False)
                if trial.polished.cost < best.polished.cost - 1e-9:
                    best = trial
                if best.polished.agrees:
                    return best
                if best.polished.cost < _MUCH_BETTER * here.polished.cost:
                    break
            if best is here:
                break
            again = polish(self.objective, best.polished.cohort)
            best = Found(again, best.events)
            if best.polished.agrees:
                return best
        return best

    def _cohort(self, times: Times, *, thorough: bool) -> Found:
        placed, self.tilt = self.assembler.with_follow_up(times, self.objective, self.tilt)
        events = events_by_segment(self.assembler.frame, times)
        return Found(polish(self.objective, placed, thorough=thorough), events)

    def _linearise(self, cohort: Cohort) -> None:
        """Rows at the cohort's own events and numbers at risk, shifted so that they are right there."""
        grid = self.assembler.grid
        events, exits = cohort.by_day(self.assembler.frame)
        mass, at_risk = in_bins(grid, cohort), at_risk_of(grid, events, exits)
        self.problem.linearise(mass, at_risk)
        self.problem.shift = linear_less_exact(self.problem.rows, mass, self.objective, events, exits)


def at_risk_of(grid: Grid, events: Counts, exits: Counts) -> Numbers:
    """Numbers at risk of a cohort in the middle of each bin, at least one half."""
    by_day = at_risk_by_day(events, exits)
    return np.maximum(by_day[:, :, grid.middle.astype(np.int64)], 0.5).astype(np.float64)
