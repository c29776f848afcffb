"""What a run of replicates adds up to: exits, and how often each number of events, patients, days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from equipoise.design.decision import Exit, decide
from equipoise.simulation._look_kernels import NOT_HELD
from equipoise.simulation.bounds_by_information import BoundsByInformation
from equipoise.simulation.estimate_at_stop import log_hazard_ratio

if TYPE_CHECKING:
    from equipoise._check import FloatArray
    from equipoise.design.decision import Exits
    from equipoise.simulation._look_kernels import LookOutcomes
    from equipoise.simulation.bounds_in_use import BoundsInUse
    from equipoise.simulation.subject_model import IntArray


class Counts(NamedTuple):
    """How often each whole number occurred: of events, patients, days, each of any length."""

    events: IntArray
    patients: IntArray
    day: IntArray

    def plus(self, other: Counts) -> Counts:
        """Both together."""
        return Counts(*(_add(a, b) for a, b in zip(self, other, strict=True)))


class Stops(NamedTuple):
    """The look at which each replicate of a run stops, each of shape (replicates,)."""

    look: IntArray
    """Index of the look, from 0."""
    reason: IntArray
    """Exit as its integer."""
    day: IntArray
    events: IntArray
    patients: IntArray
    score: FloatArray
    information: FloatArray
    log_hazard_ratio: FloatArray
    """As `estimate_at_stop` has it; nan where V = 0."""
    course: IntArray
    """Events at every look, shape (replicates, K)."""


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """Sums over replicates.

    Parameters
    ----------
    trials
        Number of replicates.
    exits
        How many left at each look and how, shape (K, number of exits); columns are the integers of `Exit`.
    at_look
        Counts over the replicates that reach each look and hold it, K of them.
    at_stop
        Counts at the look at which each replicate stops.
    log_hazard_ratio
        Number, sum and sum of squares of the log hazard ratio at the look of stopping, where V > 0.
    short
        Replicates in which the planned events of some look never came.
    stops
        The replicates one by one, run after run, where they are kept.

    """

    trials: int
    exits: IntArray
    at_look: tuple[Counts, ...]
    at_stop: Counts
    log_hazard_ratio: tuple[int, float, float]
    short: int
    stops: tuple[Stops, ...] = ()

    def plus(self, other: Tally) -> Tally:
        """Both runs together."""
        n, total, squares = self.log_hazard_ratio
        m, more, more_squares = other.log_hazard_ratio
        return Tally(
            self.trials + other.trials,
            self.exits + other.exits,
            tuple(a.plus(b) for a, b in zip(self.at_look, other.at_look, strict=True)),
            self.at_stop.plus(other.at_stop),
            (n + m, total + more, squares + more_squares),
            self.short + other.short,
            self.stops + other.stops,
        )


def standardised(outcomes: LookOutcomes) -> FloatArray:
    """The z = U / sqrt(V) of each look, shape (replicates, K); nan where nothing new is known, or V = 0."""
    so_far = np.maximum.accumulate(np.maximum(outcomes.events, 0), axis=1)
    before = np.concatenate((np.zeros((len(so_far), 1), dtype=so_far.dtype), so_far[:, :-1]), axis=1)
    readable = (outcomes.events > before) & (outcomes.information > 0.0)
    root = np.sqrt(np.where(readable, outcomes.information, 1.0))
    return np.where(readable, outcomes.score / root, np.nan)


def exits_of(outcomes: LookOutcomes, bounds: BoundsInUse | BoundsByInformation) -> Exits:
    """Where and how each replicate stops, by the rule that committees' looks are read with."""
    if isinstance(bounds, BoundsByInformation):
        return bounds.exits(outcomes)
    efficacy, futility, harm = bounds.of(outcomes.events)
    return decide(standardised(outcomes), efficacy, futility, harm)


def tally(
    outcomes: LookOutcomes,
    bounds: BoundsInUse | BoundsByInformation,
    *,
    hazard_ratio_null: float | None = 1.0,
    keep: bool = False,
) -> Tally:
    """Add up a run of replicates; with `keep` each stays to be seen.

    The hazard ratio at the stop is left open where the test is not a log-rank test (None).
    """
    trials, looks = outcomes.day.shape
    look, reason = exits_of(outcomes, bounds)
    exits = np.zeros((looks, len(Exit)), dtype=np.int64)
    np.add.at(exits, (look, reason), 1)
    columns = (outcomes.events, outcomes.enrolled, outcomes.day)
    at_look = []
    for k in range(looks):
        reached = (look >= k) & (outcomes.events[:, k] != NOT_HELD)
        at_look.append(Counts(*(np.bincount(c[reached, k]) for c in columns)))
    stopped = np.arange(trials), look
    score, information = outcomes.score[stopped], outcomes.information[stopped]
    stops = Stops(
        look,
        reason,
        outcomes.day[stopped],
        outcomes.events[stopped],
        outcomes.enrolled[stopped],
        score,
        information,
        np.full(trials, np.nan)
        if hazard_ratio_null is None
        else log_hazard_ratio(
            outcomes.events[stopped],
            outcomes.events_experimental[stopped],
            score,
            information,
            hazard_ratio_null,
        ),
        outcomes.events,
    )
    log_ratio = stops.log_hazard_ratio[np.isfinite(stops.log_hazard_ratio)]
    return Tally(
        trials=trials,
        exits=exits,
        at_look=tuple(at_look),
        at_stop=Counts(*(np.bincount(c[stopped]) for c in columns)),
        log_hazard_ratio=(len(log_ratio), float(log_ratio.sum()), float((log_ratio**2).sum())),
        short=int(outcomes.short.sum()),
        stops=(stops,) if keep else (),
    )


def _add(a: IntArray, b: IntArray) -> IntArray:
    out = np.zeros(max(len(a), len(b)), dtype=np.int64)
    out[: len(a)] += a
    out[: len(b)] += b
    return out
