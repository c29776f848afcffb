"""A randomized trial with looks at numbers of events, played subject by subject with numpy and plain loops.

Shares no code with the package. Strata by prevalence, entry by accrual intensity, permuted blocks within stratum,
piecewise-exponential event times, exponential dropout; at the calendar time of the d-th event everybody in the trial
is censored and the stratified log-rank statistic is taken: z > 0 means fewer events on the experimental arm (1).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    Floats = Sequence[float]
    Array = np.ndarray

EFFICACY, FUTILITY, FINISHED, UNREACHED = "efficacy", "futility", "finished", "unreached"


@dataclass(frozen=True)
class Assumptions:
    """What the world is like and how the trial is run; times in one unit, hazards per unit.

    control_hazard[s][j] holds in stratum s from hazard_from[j]; hazard_ratio[s][j] likewise. accrual_rate[j] holds
    until accrual_end[j]. patients: that many enter, with density proportional to the rate; None: a Poisson process
    until the last accrual_end; last_patient: a Poisson process until so many have entered, the last rate going on.
    block: the arms of one block in any order, (0, 0, 1, 1) for 1:1 in blocks of four, (0, 1, 1) for 1:2.
    """

    prevalence: Floats
    hazard_from: Floats
    control_hazard: Sequence[Floats]
    hazard_ratio: Sequence[Floats]
    accrual_end: Floats
    accrual_rate: Floats
    look_events: Sequence[int]
    efficacy_z: Floats
    futility_z: Floats | None = None
    dropout_control: float = 0.0
    dropout_experimental: float = 0.0
    patients: int | None = None
    last_patient: int | None = None
    block: Sequence[int] = (0, 0, 1, 1)


class Subjects(NamedTuple):
    """Everybody who would ever enter, in order of entry; time is to event or dropout, whichever is first."""

    entry: Array
    stratum: Array
    arm: Array
    time: Array
    event: Array


class Look(NamedTuple):
    """What one look saw."""

    calendar: float
    events: int
    enrolled: int
    score: float
    variance: float

    @property
    def z(self) -> float:
        """Standardised: above 0 is benefit."""
        return self.score / math.sqrt(self.variance) if self.variance > 0 else 0.0


class PlayedTrial(NamedTuple):
    """One trial: the look (1..K) at which it stopped, why, and every look that its events allowed."""

    stop: int
    reason: str
    looks: list[Look]


def entry_times(trial: Assumptions, rng: np.random.Generator) -> Array:
    """Ordered entry times."""
    starts = np.concatenate([[0.0], trial.accrual_end[:-1]])
    widths = np.asarray(trial.accrual_end) - starts
    mass = widths * np.asarray(trial.accrual_rate)
    if trial.last_patient is not None:
        # A Poisson process of rate 1 seen through the cumulative intensity.
        arrived = np.cumsum(rng.exponential(size=trial.last_patient))
        corners = np.concatenate([[0.0], np.cumsum(mass)])
        late = trial.accrual_end[-1] + (arrived - corners[-1]) / trial.accrual_rate[-1]
        within = np.interp(arrived, corners, np.concatenate([[0.0], trial.accrual_end]))
        return np.where(arrived < corners[-1], within, late)
    count = rng.poisson(mass.sum()) if trial.patients is None else trial.patients
    which = rng.choice(len(mass), size=count, p=mass / mass.sum())
    return np.sort(starts[which] + widths[which] * rng.random(count))


def permuted_blocks(stratum: Array, block: Sequence[int], rng: np.random.Generator) -> Array:
    """Arms in order of entry, one sequence of shuffled blocks in each stratum."""
    arm = np.empty(len(stratum), dtype=np.int64)
    for s in np.unique(stratum):
        mine = np.flatnonzero(stratum == s)
        blocks = np.tile(np.asarray(block), (-(-len(mine) // len(block)), 1))
        arm[mine] = rng.permuted(blocks, axis=1).ravel()[: len(mine)]
    return arm


def event_times(hazard_from: Floats, hazard: Floats, count: int, rng: np.random.Generator) -> Array:
    """Piecewise-exponential times: the unit exponential draw is used up piece by piece."""
    left = rng.exponential(size=count)
    time = np.full(count, math.inf)
    for j, start in enumerate(hazard_from):
        width = hazard_from[j + 1] - start if j + 1 < len(hazard_from) else math.inf
        if hazard[j] > 0:
            here = np.isinf(time) & (left <= hazard[j] * width)
            time[here] = start + left[here] / hazard[j]
            left = left - hazard[j] * width if math.isfinite(width) else left
    return time


def draw_subjects(trial: Assumptions, rng: np.random.Generator) -> Subjects:
    """Everybody, with what would happen to them."""
    entry = entry_times(trial, rng)
    n = len(entry)
    stratum = rng.choice(len(trial.prevalence), size=n, p=np.asarray(trial.prevalence))
    arm = permuted_blocks(stratum, trial.block, rng)
    failure, dropout = np.empty(n), np.full(n, math.inf)
    for s in range(len(trial.prevalence)):
        for a in (0, 1):
            mine = (stratum == s) & (arm == a)
            hazard = [
                h * (hr if a else 1.0)
                for h, hr in zip(trial.control_hazard[s], trial.hazard_ratio[s], strict=True)
            ]
            failure[mine] = event_times(trial.hazard_from, hazard, int(mine.sum()), rng)
            rate = trial.dropout_experimental if a else trial.dropout_control
            if rate > 0:
                dropout[mine] = rng.exponential(1.0 / rate, size=int(mine.sum()))
    return Subjects(entry, stratum, arm, np.minimum(failure, dropout), failure <= dropout)


def stratified_logrank(stratum: Array, arm: Array, time: Array, event: Array) -> tuple[float, float]:
    """Expected minus observed events on arm 1, and the null variance, summed over strata; times without ties."""
    score = variance = 0.0
    for s in np.unique(stratum):
        mine = np.flatnonzero(stratum == s)
        late_first = mine[np.argsort(-time[mine])]
        at_risk = np.arange(1, len(mine) + 1)
        on_one = np.cumsum(arm[late_first])
        seen = event[late_first]
        share = on_one[seen] / at_risk[seen]
        score += float(np.sum(share - arm[late_first][seen]))
        variance += float(np.sum(share * (1.0 - share)))
    return score, variance


def cut(people: Subjects, calendar: float) -> tuple[Array, Array, Array, Array]:
    """Stratum, arm, time and event of those who have entered by `calendar`, censored there."""
    there = people.entry < calendar
    follow_up = calendar - people.entry[there]
    # An event on the cut counts: the look is held when it happens.
    seen = people.event[there] & (people.time[there] <= follow_up + 1e-12 * calendar)
    return people.stratum[there], people.arm[there], np.minimum(people.time[there], follow_up), seen


def look_at(people: Subjects, calendar: float) -> Look:
    """The stratified log-rank test at a calendar time."""
    stratum, arm, time, event = cut(people, calendar)
    score, variance = stratified_logrank(stratum, arm, time, event)
    return Look(calendar, int(event.sum()), len(arm), score, variance)


def play(trial: Assumptions, rng: np.random.Generator) -> PlayedTrial:
    """One trial; looks after the stop are computed too, so that z at every look is known."""
    people = draw_subjects(trial, rng)
    happening = np.sort((people.entry + people.time)[people.event])
    looks = [look_at(people, happening[d - 1]) for d in trial.look_events if d <= len(happening)]
    for k, look in enumerate(looks):
        if look.z >= trial.efficacy_z[k]:
            return PlayedTrial(k + 1, EFFICACY, looks)
        if trial.futility_z is not None and look.z < trial.futility_z[k]:
            return PlayedTrial(k + 1, FUTILITY, looks)
    if len(looks) < len(trial.look_events):
        return PlayedTrial(len(looks) + 1, UNREACHED, looks)
    return PlayedTrial(len(looks), FINISHED, looks)


def play_many(trial: Assumptions, count: int, seed: int) -> list[PlayedTrial]:
    """Independent trials, each with its own child of the seed."""
    return [play(trial, np.random.default_rng(child)) for child in np.random.SeedSequence(seed).spawn(count)]


def exits(played: list[PlayedTrial], looks: int, reason: str) -> Array:
    """Share of trials that stopped for `reason` at each look."""
    found = np.zeros(looks)
    for one in played:
        if one.reason == reason:
            found[one.stop - 1] += 1.0
    return found / len(played)


def rerandomized_z(
    people: Subjects, calendar: float, block: Sequence[int], repeats: int, rng: np.random.Generator
) -> tuple[float, Array]:
    """Observed z, and z with the arms drawn again in the same blocks while times and events stay as they are.

    Under the sharp null hypothesis all are equally likely: p = (1 + number of redrawn z >= observed) / (1 + repeats).
    """
    stratum, arm, time, event = cut(people, calendar)

    def z(arms: Array) -> float:
        score, variance = stratified_logrank(stratum, arms, time, event)
        return score / math.sqrt(variance)

    return z(arm), np.array([z(permuted_blocks(stratum, block, rng)) for _ in range(repeats)])
