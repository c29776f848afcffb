"""One simulated trial in full: its records, and what its looks found."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from equipoise.design.decision import Exit
from equipoise.records import TrialRecords, trial_records
from equipoise.simulation._look_kernels import NOT_HELD, room_for_counting
from equipoise.simulation._replicate_kernels import draw_trial, run_replicates
from equipoise.simulation._subject_kernels import room_for_subjects
from equipoise.simulation.bounds_in_use import all_looks
from equipoise.simulation.chunks import room_for_outcomes
from equipoise.simulation.subject_model import HORIZON
from equipoise.simulation.tally import exits_of, standardised

if TYPE_CHECKING:
    from equipoise.numerics.streams import Stream
    from equipoise.protocol import Protocol
    from equipoise.simulation._subject_kernels import Subjects
    from equipoise.simulation.bounds_in_use import BoundsInUse
    from equipoise.simulation.look_plan import LookPlan
    from equipoise.simulation.subject_model import SubjectModel

LOST = "Lost to follow-up"
STILL_FOLLOWED = "Followed to the horizon"


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

    """

    scenario: str
    number: int
    records: TrialRecords
    looks: tuple[ReplicateLook, ...]
    stopped: int
    exit: Exit


def full_replicate(
    plan: LookPlan, model: SubjectModel, bounds: BoundsInUse, scenario: str, stream: Stream
) -> Replicate:
    """Draw one replicate, read its looks as the simulation does, and write its records."""
    outcomes = room_for_outcomes(1, len(plan.labels))
    seed, first = np.uint64(stream.seed), stream.replicate
    run_replicates(
        model, plan.looks, all_looks(len(plan.labels)), seed, stream.scenario, first, plan.until, outcomes
    )
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
    return Replicate(
        scenario=scenario,
        number=stream.replicate,
        records=_records(plan, subjects, enrolled, f"replicate {stream.replicate} of {scenario}"),
        looks=looks,
        stopped=int(exits.look[0]) + 1,
        exit=Exit(int(exits.reason[0])),
    )


def _records(plan: LookPlan, subjects: Subjects, enrolled: int, source: str) -> TrialRecords:
    protocol, endpoint = plan.protocol, plan.protocol.endpoint_of(plan.endpoint)
    day, event = subjects.day[:enrolled], subjects.event[:enrolled]
    start = pl.Series(np.datetime64(plan.opening) + subjects.entry[:enrolled]).cast(pl.Date)
    end = pl.Series(np.datetime64(plan.opening) + subjects.entry[:enrolled] + day - 1).cast(pl.Date)
    ids = [f"{protocol.trial.name}-{i:05}" for i in range(1, enrolled + 1)]
    adsl = pl.DataFrame({"USUBJID": ids, **_assigned(protocol, subjects, enrolled)}).with_columns(
        start.alias("RANDDT"), ITTFL=pl.lit("Y"), SYNTHFL=pl.lit("Y")
    )
    reason = np.where(event, endpoint.events[0], np.where(day > HORIZON, STILL_FOLLOWED, LOST))
    adtte = pl.DataFrame(
        {
            "USUBJID": ids,
            "PARAMCD": [endpoint.paramcd] * enrolled,
            "PARAM": [endpoint.label] * enrolled,
            "STARTDT": start,
            "ADT": end,
            "AVAL": day.astype(np.float64),
            "CNSR": (~event).astype(np.int64),
            "EVNTDESC": reason.tolist(),
        }
    )
    return trial_records(adsl, adtte, synthetic=True, source=source)


def _assigned(protocol: Protocol, subjects: Subjects, enrolled: int) -> dict[str, list[str]]:
    """Arm and stratum as the data would write them."""
    values = [a.data_value for a in protocol.arm]
    arms = [values[i] for i in subjects.arm[:enrolled]]
    strata = [s.data_value for s in protocol.stratum]
    return {
        "TRT01P": arms,
        protocol.data.arm: arms,
        protocol.data.stratum or "STRATUM": [strata[i] for i in subjects.stratum[:enrolled]],
    }
