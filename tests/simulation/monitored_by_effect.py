"""Simulated log-rank trials whose looks follow z, or whose data are corrected later, read by `monitor` itself.

The rules are those played on canonical draws (`looks_by_effect`, `late_corrections`), here on patients.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl
from scipy.special import ndtr

from equipoise.design import Design, Exit, design_trial
from equipoise.monitoring import Occasion, monitor, past_looks_now
from equipoise.numerics.streams import Stream
from equipoise.records import cut
from equipoise.simulation.played import Played
from equipoise.simulation.replicate import full_replicate
from equipoise.simulation.scenario import scenarios_of
from simulation.held_courses import as_planned, fixed, play, rejections
from simulation.late_corrections import readings, rejected_as_read, rejected_if_acted_on
from simulation.looks_by_effect import added_when_close, ended_when_good, resized
from simulation.monitored_trials import SECTIONS, date_of
from simulation.small_trials import small_trial

if TYPE_CHECKING:
    from collections.abc import Callable

    from equipoise.monitoring import LookResult
    from equipoise.records import TrialRecords

    Conduct = Callable[[TrialRecords, np.random.Generator], bool]

EVENTS = (40, 60, 80)
CLOSE, ADDED, GOOD, SOON = 0.5, 6, 1.2816, 4
RAISED, POWER = 1.5, 0.5
WRONG = 0.2
TWO = SECTIONS["monitoring"].replace("[[monitoring.look]]\nevents = 60\n", "")


class Rates(NamedTuple):
    """Probability of rejecting under the null: of trials of patients, and of canonical draws."""

    trials: float
    draws: float


def plan(monitoring: str = SECTIONS["monitoring"]) -> Design:
    """The small trial's design."""
    return design_trial(small_trial(**{**SECTIONS, "monitoring": monitoring}))


THREE_LOOKS, TWO_LOOKS = plan(), plan(TWO)
LONGER = plan(TWO.replace("events = 80", f"events = {round(RAISED * EVENTS[-1])}"))


def read(
    design: Design,
    records: TrialRecords,
    events: int,
    history: tuple[LookResult, ...],
    occasion: Occasion | None = None,
) -> LookResult:
    """The look held when so many events have been seen."""
    data = cut(records, date_of(records, events))
    return monitor(design, data, history=history, occasion=occasion or Occasion()).current


def held_as_planned(records: TrialRecords, rng: np.random.Generator) -> bool:
    """Every look at its events."""
    del rng
    looks: tuple[LookResult, ...] = ()
    for events in EVENTS:
        looks = (*looks, read(THREE_LOOKS, records, events, looks))
        if looks[-1].exit is Exit.EFFICACY:
            return True
    return False


def look_added(records: TrialRecords, rng: np.random.Generator) -> bool:
    """After a look just below its bound another is added, some events later."""
    del rng
    looks: tuple[LookResult, ...] = ()
    for k, events in enumerate(EVENTS, start=1):
        looks = (*looks, read(THREE_LOOKS, records, events, looks, Occasion(planned_look=k)))
        if looks[-1].exit is Exit.EFFICACY:
            return True
        if k < len(EVENTS) and looks[-1].z >= looks[-1].efficacy_z - CLOSE:
            added = Occasion(unplanned=True, timed_by_effect=True)
            looks = (*looks, read(THREE_LOOKS, records, events + ADDED, looks, added))
            if looks[-1].exit is Exit.EFFICACY:
                return True
    return False


def ended_early(records: TrialRecords, rng: np.random.Generator) -> bool:
    """A look that is good but below its bound ends the trial, some events later."""
    del rng
    looks: tuple[LookResult, ...] = ()
    for events in EVENTS:
        looks = (*looks, read(THREE_LOOKS, records, events, looks))
        if looks[-1].exit is Exit.EFFICACY:
            return True
        if events < EVENTS[-1] and looks[-1].z >= GOOD:
            last = read(
                THREE_LOOKS, records, events + SOON, looks, Occasion(final=True, timed_by_effect=True)
            )
            return last.exit is Exit.EFFICACY
    return False


def maximum_raised(records: TrialRecords, rng: np.random.Generator) -> bool:
    """Where conditional power after the first look is low the protocol is amended to more events."""
    del rng
    first = read(TWO_LOOKS, records, EVENTS[0], ())
    if first.exit is Exit.EFFICACY:
        return True
    t = first.information_fraction
    power = float(ndtr((first.z / math.sqrt(t) - TWO_LOOKS.boundaries.efficacy_z[-1]) / math.sqrt(1.0 - t)))
    amended = LONGER if power < POWER else TWO_LOOKS
    return read(amended, records, amended.events, (first,)).exit is Exit.EFFICACY


def misread(*, acted_on: bool) -> Conduct:
    """At each interim look the arms of a share of patients are wrong, and right by the next."""

    def conduct(records: TrialRecords, rng: np.random.Generator) -> bool:
        looks: tuple[LookResult, ...] = ()
        for k, events in enumerate(EVENTS, start=1):
            last = k == len(EVENTS)
            data = cut(records if last else arms_mixed(records, rng), date_of(records, events))
            if acted_on and looks:
                again = past_looks_now(THREE_LOOKS, cut(records, date_of(records, events)), looks)
                if any(past.exit_now is Exit.EFFICACY for past in again):
                    return True
            looks = (*looks, monitor(THREE_LOOKS, data, history=looks).current)
            if looks[-1].exit is Exit.EFFICACY:
                return True
        return False

    return conduct


def arms_mixed(records: TrialRecords, rng: np.random.Generator) -> TrialRecords:
    """A share of the patients, drawn blindly, with their arms shuffled among them."""
    arms = records.subjects["TRT01P"].to_numpy().copy()
    wrong = rng.choice(len(arms), size=round(WRONG * len(arms)), replace=False)
    arms[wrong] = arms[rng.permutation(wrong)]
    return replace(records, subjects=records.subjects.with_columns(TRT01P=pl.Series(arms)))


CONDUCTS: dict[str, Conduct] = {
    "as planned": held_as_planned,
    f"a look is added, {ADDED} events later, where z is less than {CLOSE:g} below the bound": look_added,
    f"the trial is ended, {SOON} events later, where z is {GOOD:.2f} or more but below the bound": ended_early,
    f"two looks; maximum × {RAISED:g} where conditional power is below {100 * POWER:.0f} %": maximum_raised,
    f"{100 * WRONG:.0f} % of arms wrong at interim looks, decisions stand": misread(acted_on=False),
    f"{100 * WRONG:.0f} % of arms wrong at interim looks, past looks acted on": misread(acted_on=True),
}


def rates(name: str, *, trials: int, draws: int, seed: int) -> Rates:
    """How often a conduct rejects where the treatment does nothing."""
    protocol, (null,) = THREE_LOOKS.protocol, scenarios_of("null")
    played, rng = Played(protocol).of(null), np.random.default_rng(seed)
    conduct = CONDUCTS[name]
    found = sum(
        conduct(full_replicate(played, null.name, Stream(seed, null.code, k)).records, rng)
        for k in range(trials)
    )
    return Rates(found / trials, canonical(name, draws=draws, seed=seed))


def canonical(name: str, *, draws: int, seed: int) -> float:
    """The same conduct on normal draws."""
    number = list(CONDUCTS).index(name)
    three, two = THREE_LOOKS.boundaries, TWO_LOOKS.boundaries
    if number >= 4:
        read_then = readings(three, wrong=WRONG, paths=draws, seed=seed)
        rejects = (rejected_as_read, rejected_if_acted_on)[number - 4]
        return float(rejects(three, read_then).mean())
    total = float(EVENTS[-1])
    design, choose = (
        (three, fixed(as_planned(three))),
        (three, added_when_close(three, within=CLOSE, after=ADDED / total)),
        (three, ended_when_good(three, least=GOOD, after=SOON / total)),
        (two, resized(two, (RAISED, 1.0), (POWER,))),
    )[number]
    stops = play(design, as_planned(design)[0], choose, paths=draws, seed=seed)
    return rejections(stops, Exit.EFFICACY) / draws
