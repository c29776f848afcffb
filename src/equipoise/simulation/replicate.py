"""One simulated trial in full: its records, and what its looks found."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise.design.decision import Exit
from equipoise.simulation._look_kernels import NOT_HELD, room_for_counting
from equipoise.simulation._replicate_kernels import draw_trial, run_replicates
from equipoise.simulation._subject_kernels import room_for_subjects
from equipoise.simulation.after_stop import aftermath, has_aftermath, require_playable, with_offers
from equipoise.simulation.bounds_in_use import all_looks
from equipoise.simulation.chunks import room_for_outcomes
from equipoise.simulation.made_up_records import made_up_records
from equipoise.simulation.plain_path import TrialRoom, fill_plainly
from equipoise.simulation.subject_model import HORIZON
from equipoise.simulation.tally import exits_of, standardised

if TYPE_CHECKING:
    from equipoise.numerics.streams import Stream
    from equipoise.records import TrialRecords
    from equipoise.simulation.plain_path import PlainReading
    from equipoise.simulation.played import PlayedScenario


@dataclass(frozen=True, slots=True)
class ReplicateLook:
    """What one look of a simulated trial found."""

    look: int
    """From 1."""
    cutoff: dt.date
    """Last day of the data."""
    events: int
    patients: int
    score: float
    """U, expected minus observed events on the experimental arm."""
    information: float
    """V, null variance of U."""
    z: float
    """U / sqrt(V); nan where the look has nothing new to tell."""


@dataclass(frozen=True, slots=True)
class Replicate:
    """One simulated trial.

    Parameters
    ----------
    scenario, number
        Which one it is: with the seed, enough to draw it again.
    records
        ADSL and ADTTE, every subject followed to event, loss or horizon: `cut` at a look's date gives what
        the look saw.
    looks
        The looks held, also those after the stop.
    stopped
        Look at which the trial stops, from 1.
    exit
        How it stops.
    overrun, last
        The analysis with overrunning events, and that at the end of follow-up after a stop for efficacy,
        where the protocol's [simulation.after_stop] has them. The records are then those of a trial that
        takes nobody in after its stop: `looks` end there, and in ADSL OFFERDT is the date on which crossing
        over was offered to a control patient, CROSSDT that on which one crossed over.

    """

    scenario: str
    number: int
    records: TrialRecords
    looks: tuple[ReplicateLook, ...]
    stopped: int
    exit: Exit
    overrun: ReplicateLook | None = None
    last: ReplicateLook | None = None


def full_replicate(played: PlayedScenario, scenario: str, stream: Stream) -> Replicate:
    """Draw one replicate, read its looks as the simulation does, and write its records."""
    plan, bounds, model = played.plan, played.bounds, played.model
    outcomes = room_for_outcomes(1, len(plan.labels))
    seed, first = np.uint64(stream.seed), stream.replicate
    if not plan.fast:
        fill_plainly(played, stream, first, outcomes)
    else:
        every = all_looks(len(plan.labels))
        run_replicates(model, plan.looks, every, seed, stream.scenario, first, plan.until, outcomes)
    subjects = room_for_subjects(model)
    room = room_for_counting(model.patients, plan.looks.test_strata, HORIZON)
    day = np.empty(len(plan.labels), dtype=np.int64)
    enrolled, _, _ = draw_trial(
        model, plan.looks, seed, stream.scenario, first, 2 * HORIZON, subjects, room, day
    )
    z = standardised(outcomes)[0]
    looks = tuple(
        ReplicateLook(
            look=k + 1,
            cutoff=plan.opening + dt.timedelta(days=int(outcomes.day[0, k])),
            events=int(outcomes.events[0, k]),
            patients=int(outcomes.enrolled[0, k]),
            score=float(outcomes.score[0, k]),
            information=float(outcomes.information[0, k]),
            z=float(z[k]),
        )
        for k in range(len(plan.labels))
        if outcomes.day[0, k] != NOT_HELD
    )
    exits = exits_of(outcomes, bounds)
    stopped, reason = int(exits.look[0]) + 1, Exit(int(exits.reason[0]))
    source = f"replicate {stream.replicate} of {scenario}"
    if not has_aftermath(played):
        records = made_up_records(played, subjects, enrolled, stream, source)
        return Replicate(scenario, first, records, looks, stopped, reason)
    require_playable(played)
    stop, positive = int(outcomes.day[0, stopped - 1]), reason is Exit.EFFICACY
    found = aftermath(played, TrialRoom(model, plan), stream, first, stop=stop, positive=positive)
    records = made_up_records(played, found.subjects, found.enrolled, stream, source)
    overrun, last = (
        None if read is None else _after(read, stopped, plan.opening) for read in (found.overrun, found.last)
    )
    held = tuple(look for look in looks if look.look <= stopped)
    records = with_offers(records, found, plan.opening)
    return Replicate(scenario, first, records, held, stopped, reason, overrun, last)


def _after(read: PlainReading, look: int, opening: dt.date) -> ReplicateLook:
    """What an analysis after the stop finds."""
    return ReplicateLook(
        look=look,
        cutoff=opening + dt.timedelta(days=read.day),
        events=read.events,
        patients=read.patients,
        score=read.score,
        information=read.information,
        z=read.score / math.sqrt(read.information) if read.information > 0.0 else math.nan,
    )
