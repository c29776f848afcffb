"""After a stop: events that overrun it, control patients who cross over, and the last analysis of all."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from equipoise.design import bounds_at, looks_as_held
from equipoise.design.decision import Exit
from equipoise.errors import DesignError
from equipoise.numerics.streams import CROSSOVER, fill_words
from equipoise.records import trial_records
from equipoise.simulation.bounds_in_use import BoundsInUse
from equipoise.simulation.estimate_at_stop import log_hazard_ratio
from equipoise.simulation.estimates import Estimate, mean_of, proportion
from equipoise.simulation.made_up_records import report_lags
from equipoise.simulation.plain_path import TrialRoom, read_plainly
from equipoise.simulation.subject_model import HORIZON

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from equipoise._check import FloatArray
    from equipoise.numerics.streams import Stream
    from equipoise.records import TrialRecords
    from equipoise.simulation._subject_kernels import Subjects
    from equipoise.simulation.plain_path import PlainReading
    from equipoise.simulation.played import PlayedScenario
    from equipoise.simulation.subject_model import BoolArray, IntArray, SubjectModel
    from equipoise.simulation.tally import Tally

_TWO_POW_MINUS_32 = 2.0**-32


@dataclass(frozen=True, slots=True)
class AfterStop:
    """What trials of one scenario show after they have stopped; the decision stands whatever it is."""

    events: Estimate
    """Mean number of events that overrun: of the time from the cut-off to the end of the data."""
    hazard_ratio: Estimate
    """exp of the mean log hazard ratio with them, estimated as at the stop: -U/V, or where a margin is tested
    that of observed over expected events."""
    confirmed: Estimate
    """Of the trials stopped for efficacy, the share whose z with the overrunning events is on the bound or
    beyond that spends all that is left at the events then observed."""
    crossed: Estimate
    """Mean number of control patients who cross over, in trials stopped for efficacy."""
    last_hazard_ratio: Estimate
    """The same at the last analysis of trials stopped for efficacy, as randomised."""
    last_hazard_ratio_censored: Estimate
    """The same with patients who cross over censored at the offer."""


class Aftermath(NamedTuple):
    """One stopped trial."""

    enrolled: int
    """Who entered by the stop."""
    subjects: Subjects
    """As they go on, those who cross over changed."""
    offered: IntArray
    """Own day, from 1, on which each is offered the experimental treatment; 0 where it never is."""
    crosses: BoolArray
    overrun: PlainReading
    last: PlainReading | None
    """At the end of follow-up, of a trial stopped for efficacy."""
    censored: PlainReading | None
    """The same with those who cross over censored at the offer."""


def has_aftermath(played: PlayedScenario) -> bool:
    """Whether anything is played after a stop."""
    return played.truth.simulation.after_stop is not None


def after_stop(total: Tally, played: PlayedScenario, stream: Stream) -> AfterStop:
    """What comes after the stops of all replicates, each drawn again; `total` holds them one by one.

    Raises
    ------
    DesignError
        The hypothesis has another test than the log-rank, or patients of `illness_death` cross over.
    """
    require_playable(played)
    room = TrialRoom(played.model, played.plan)
    read: tuple[list[PlainReading | None], ...] = ([], [], [])
    more, crossed, confirmed = [], [], []
    for number, look, reason, day, events, course in _stops(total):
        found = aftermath(played, room, stream, number, stop=day, positive=reason == Exit.EFFICACY)
        more.append(float(found.overrun.events - events))
        read[0].append(found.overrun)
        if reason == Exit.EFFICACY:
            crossed.append(float(found.crosses.sum()))
            bound = overrun_bound(played, course[:look], found.overrun.events)
            confirmed.append(found.overrun.score >= bound * math.sqrt(found.overrun.information))
            read[1].append(found.last)
            read[2].append(found.censored)
    null = played.plan.looks.hazard_ratio_null
    overrun, last, censored = (_mean_ratio(values, null) for values in read)
    return AfterStop(
        events=mean_of(np.array(more)),
        hazard_ratio=overrun,
        confirmed=proportion(sum(confirmed), len(confirmed)),
        crossed=mean_of(np.array(crossed)),
        last_hazard_ratio=last,
        last_hazard_ratio_censored=censored,
    )


def require_playable(played: PlayedScenario) -> None:
    """Refuse what cannot be played after a stop."""
    truth, plan = played.truth.simulation, played.plan
    if plan.plain:
        raise DesignError(
            "simulation.after_stop is played for the log-rank test, without pooled strata. Leave it out."
        )
    if truth.after_stop is not None and truth.after_stop.crossover and truth.illness_death is not None:
        raise DesignError(
            "simulation.after_stop.crossover does not go with illness_death: it does not say whether "
            "progression or death is to change. Give survival an [[assumption]] of its own."
        )


def aftermath(
    played: PlayedScenario, room: TrialRoom, stream: Stream, number: int, *, stop: int, positive: bool
) -> Aftermath:
    """How one replicate goes on after its stop on a day of the calendar.

    Nobody enters after it. After a stop for efficacy a control patient who is event-free and followed at the
    end of the day of the offer crosses over with the share's probability; with S and L the probabilities of
    no event and of no loss, and c the own day of the offer, the event is then drawn from (S(m) / S(c))^r and
    the loss from L(m) / L(c), r the hazard ratio of crossing over.
    """
    model, plan, rules = played.model, played.plan, played.truth.simulation.after_stop
    assert rules is not None  # noqa: S101 -- asked for only where it is declared
    per_unit = plan.protocol.trial.days_per_unit
    subjects = room.subjects
    drawn = room.draw(stream, number)
    enrolled = int(np.searchsorted(subjects.entry[:drawn], stop, side="right"))
    offered, crosses = np.zeros(enrolled, dtype=np.int64), np.zeros(enrolled, dtype=np.bool_)
    if positive and rules.crossover is not None:
        offer = stop + round(rules.crossover.delay * per_unit)
        entry, day = subjects.entry[:enrolled], subjects.day[:enrolled]
        control = [a.id for a in plan.protocol.arm].index(plan.protocol.control.id)
        own = offer - entry + 1
        there = (subjects.arm[:enrolled] == control) & (day > own)
        offered[there] = own[there]
        u = _uniform(stream, number, enrolled)
        crosses = there & (u[0] < rules.crossover.share)
        _cross(model, subjects, np.where(crosses, offered, 0), u, rules.crossover.hazard_ratio)
        lag = report_lags(model, replace(stream, replicate=number), enrolled)
        ends = entry + subjects.day[:enrolled] - 1
        late = ends if lag is None else ends + np.where(subjects.event[:enrolled], lag, 0)
        subjects.known[:enrolled][crosses] = late[crosses]
    overrun = read_plainly(plan, subjects, enrolled, stop + round(rules.overrun * per_unit))
    last = censored = None
    if positive and rules.follow_up is not None:
        end = stop + round(rules.follow_up * per_unit)
        last = read_plainly(plan, subjects, enrolled, end)
        censored = read_plainly(plan, _censored(subjects, offered, crosses), enrolled, end)
    return Aftermath(enrolled, subjects, offered, crosses, overrun, last, censored)


def with_offers(records: TrialRecords, found: Aftermath, opening: dt.date) -> TrialRecords:
    """The records with OFFERDT and CROSSDT in ADSL: when crossing over was offered, and when it happened."""
    start = np.datetime64(opening) + found.subjects.entry[: found.enrolled]
    dates = (start + found.offered - 1).astype("datetime64[D]")
    columns = {}
    for name, there in (("OFFERDT", found.offered > 0), ("CROSSDT", found.crosses)):
        days = pl.Series(name, dates).cast(pl.Date)
        columns[name] = pl.select(pl.when(pl.Series(there)).then(days)).to_series()
    adsl = records.subjects.with_columns(**columns)
    return trial_records(adsl, records.times, synthetic=True, source=records.source)


def overrun_bound(played: PlayedScenario, before: tuple[int, ...], events: int) -> float:
    """Efficacy bound of an overrun analysis: after the looks before the stop, all that is left is spent."""
    design, bounds = played.plan.design, played.bounds
    assert isinstance(bounds, BoundsInUse)  # noqa: S101 -- what log-rank tests are read against
    read = [k for k, d in enumerate(before) if d > max((0, *before[:k]))]
    course = [before[k] for k in read]
    if events <= max((0, *course)):
        return math.inf
    # Where a look was skipped, as nothing was new, the bounds are those of the rules at the events observed.
    held = bounds.held(tuple(course)) if course and len(read) == len(before) else None
    observed = [float(d) for d in (*course, events)]
    fractions = [d / design.events for d in observed]
    numbers = [*(k + 1 for k in read), len(before) + 1]
    plan = looks_as_held(design.boundaries, fractions, numbers, final=True)
    found = bounds_at(plan, observed, planned=float(design.events), previous=held, final=True)
    return float(found.efficacy_z[-1])


def _stops(total: Tally) -> Iterator[tuple[int, int, int, int, int, tuple[int, ...]]]:
    """Number, look, exit, day and events of each replicate's stop, and the events of all its looks."""
    number = 0
    for run in total.stops:
        for look, reason, day, events, course in zip(
            run.look.tolist(),
            run.reason.tolist(),
            run.day.tolist(),
            run.events.tolist(),
            run.course.tolist(),
            strict=True,
        ):
            yield number, look, reason, day, events, tuple(course)
            number += 1


def _cross(model: SubjectModel, subjects: Subjects, crossed: IntArray, u: FloatArray, ratio: float) -> None:
    """Draw what happens to those who cross over (on their own day, 0 for the others) after that day."""
    for i in np.flatnonzero(crossed):
        row, c = int(subjects.row[i]), min(int(crossed[i]), HORIZON)
        no_event, no_loss = model.no_event[row], model.no_loss[model.loss_of[row]]
        fails = _first_below(no_event, no_event[c] * u[1, i] ** (1.0 / ratio), c)
        leaves = _first_below(no_loss, no_loss[c] * u[2, i], c)
        subjects.day[i] = min(fails, leaves)
        subjects.event[i] = fails <= min(leaves, HORIZON)


def _first_below(survival: FloatArray, level: float, after: int) -> int:
    """The first day after one with S below a level; the horizon + 1 where there is none."""
    return after + 1 + int(np.searchsorted(-survival[after + 1 :], -level, side="right"))


def _censored(subjects: Subjects, offered: IntArray, crosses: BoolArray) -> Subjects:
    """Those who cross over followed to the offer alone."""
    n = len(offered)
    day, event, known = subjects.day.copy(), subjects.event.copy(), subjects.known.copy()
    day[:n][crosses] = offered[crosses]
    event[:n][crosses] = False
    known[:n][crosses] = (subjects.entry[:n] + offered - 1)[crosses]
    return subjects._replace(day=day, event=event, known=known)


def _uniform(stream: Stream, number: int, n: int) -> FloatArray:
    words = np.empty((4, n), dtype=np.uint64)
    fill_words(np.uint64(stream.seed), stream.scenario, number, CROSSOVER, 0, words)
    return np.asarray((words.astype(np.float64) + 0.5) * _TWO_POW_MINUS_32)


def _mean_ratio(read: list[PlainReading | None], hazard_ratio_null: float) -> Estimate:
    """The mean log hazard ratio, exponentiated, of the readings that are there and have information."""
    there = [one for one in read if one is not None]
    logs = log_hazard_ratio(
        np.array([one.events for one in there], dtype=np.int64),
        np.array([one.experimental for one in there], dtype=np.int64),
        np.array([one.score for one in there]),
        np.array([one.information for one in there]),
        hazard_ratio_null,
    )
    found = mean_of(logs[np.isfinite(logs)])
    ratio = math.exp(found.value) if math.isfinite(found.value) else math.nan
    return Estimate(ratio, ratio * found.error)
