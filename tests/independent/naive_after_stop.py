"""What comes in after a stop, played with plain loops on the trials of `naive_trial_simulator`.

Shares no code with the package. Nobody enters after the stop. On the control arm whoever is event-free and followed at
the offer crosses over with a probability, and from then on has the event at a rate times a ratio, drawn anew.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from independent.naive_trial_simulator import (
    Assumptions,
    Subjects,
    draw_subjects,
    look_at,
    stratified_logrank,
)

if TYPE_CHECKING:
    Array = np.ndarray


class After(NamedTuple):
    """One trial after its stop."""

    more_events: int
    crossed: int
    log_ratio: float
    """One-step, at the end of follow-up, as randomised."""
    log_ratio_censored: float
    """The same with those who cross censored there."""


def next_time(hazard: float, rng: np.random.Generator) -> float:
    """An exponential time."""
    return rng.exponential(1.0 / hazard) if hazard > 0 else math.inf


def play_after(
    trial: Assumptions,
    stop_events: int,
    *,
    overrun: float,
    delay: float,
    share: float,
    ratio: float,
    follow_up: float,
    rng: np.random.Generator,
) -> After:
    """A trial that stops at a number of events; one constant hazard a stratum and arm."""
    people = draw_subjects(trial, rng)
    stop = np.sort((people.entry + people.time)[people.event])[stop_events - 1]
    here = people.entry <= stop
    people = Subjects(*(column[here] for column in people))
    offer = stop + delay
    time, event = people.time.copy(), people.event.copy()
    until, crossed = np.full(len(time), math.inf), 0
    for i in range(len(time)):
        followed = offer - people.entry[i]
        if people.arm[i] == 0 and time[i] > followed and rng.random() < share:
            crossed += 1
            fails = followed + next_time(trial.control_hazard[people.stratum[i]][0] * ratio, rng)
            leaves = followed + next_time(trial.dropout_control, rng)
            time[i], event[i], until[i] = min(fails, leaves), fails <= leaves, followed
    people = people._replace(time=time, event=event)
    at_stop, later = look_at(people, stop), look_at(people, stop + overrun)
    end = stop + follow_up
    last = look_at(people, end)
    limit = np.minimum(np.minimum(time, end - people.entry), until)
    seen = event & (time <= end - people.entry) & (time <= until)
    score, variance = stratified_logrank(people.stratum, people.arm, limit, seen)
    return After(later.events - at_stop.events, crossed, -last.score / last.variance, -score / variance)
