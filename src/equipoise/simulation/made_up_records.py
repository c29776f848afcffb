"""The records of one simulated trial as a real one would keep them: who, when, what, when reported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import polars as pl

from equipoise.numerics.streams import COMPETING_CAUSE, ILLNESS_DEATH, REPORTING_LAG, fill_words
from equipoise.records import TrialRecords, trial_records
from equipoise.simulation._log_kernels import fill_minus_log
from equipoise.simulation.subject_model import HORIZON, competing_hazards

if TYPE_CHECKING:
    from equipoise._check import FloatArray
    from equipoise.numerics.streams import Stream, WordArray
    from equipoise.protocol import Protocol
    from equipoise.protocol.endpoints import Endpoint
    from equipoise.simulation._subject_kernels import Subjects
    from equipoise.simulation.played import PlayedScenario
    from equipoise.simulation.subject_model import BoolArray, IntArray, SubjectModel

LOST = "Lost to follow-up"
STILL_FOLLOWED = "Followed to the horizon"
_TWO_POW_MINUS_32 = 2.0**-32


class _Times(NamedTuple):
    """Times to one endpoint, and what its events are called."""

    endpoint: Endpoint
    day: IntArray
    event: BoolArray
    called: list[str]


def made_up_records(
    played: PlayedScenario, subjects: Subjects, enrolled: int, stream: Stream, source: str
) -> TrialRecords:
    """ADSL and ADTTE of a replicate, every subject followed to event, loss or horizon.

    With a reporting lag ADTRDT is the date on which an event is known; with errors of stratification STRATREC
    and STRATTRU are the stratum recorded and the true one.
    """
    plan, truth, model = played.plan, played.truth, played.model
    protocol, opening = plan.protocol, np.datetime64(plan.opening)
    entry = subjects.entry[:enrolled]
    ids = [f"{protocol.trial.name}-{i:05}" for i in range(1, enrolled + 1)]
    adsl = pl.DataFrame({"USUBJID": ids, **_assigned(protocol, model, subjects, enrolled)}).with_columns(
        _dates(opening + entry).alias("RANDDT"), ITTFL=pl.lit("Y"), SYNTHFL=pl.lit("Y")
    )
    adsl = adsl.with_columns(_no_intercurrent_events(truth, adsl.columns))
    lag = report_lags(model, stream, enrolled)
    tables = []
    for one in _times(played, subjects, enrolled, stream):
        what = _ends(truth, subjects, one, stream)
        columns: dict[str, pl.Series | list[str] | FloatArray | IntArray] = {
            "USUBJID": ids,
            "PARAMCD": [one.endpoint.paramcd] * enrolled,
            "PARAM": [one.endpoint.label] * enrolled,
            "STARTDT": _dates(opening + entry),
            "ADT": _dates(opening + entry + one.day - 1),
            "AVAL": one.day.astype(np.float64),
            "CNSR": (~one.event).astype(np.int64),
            "EVNTDESC": what,
        }
        if lag is not None:
            columns["ADTRDT"] = _dates(opening + entry + one.day - 1 + np.where(one.event, lag, 0))
        tables.append(pl.DataFrame(columns))
    return trial_records(adsl, pl.concat(tables), synthetic=True, source=source)


def _dates(days: np.ndarray[Any, Any]) -> pl.Series:
    return pl.Series(days).cast(pl.Date)


def _no_intercurrent_events(truth: Protocol, there: list[str]) -> list[pl.Expr]:
    """The dates of intercurrent events, empty: what is assumed of an endpoint is assumed of its estimand."""
    dates = dict.fromkeys(e.date.upper() for endpoint in truth.endpoint for e in endpoint.intercurrent)
    return [pl.lit(None, dtype=pl.Date).alias(d) for d in dates if d not in there]


def _assigned(
    protocol: Protocol, model: SubjectModel, subjects: Subjects, enrolled: int
) -> dict[str, list[str]]:
    """Arm and stratum as the data would write them."""
    values = [a.data_value for a in protocol.arm]
    arms = [values[i] for i in subjects.arm[:enrolled]]
    names = [s.data_value for s in protocol.stratum]
    recorded = [names[i] for i in subjects.recorded[:enrolled]]
    true = [names[i] for i in subjects.stratum[:enrolled]]
    column = protocol.data.stratum or "STRATUM"
    found = {"TRT01P": arms, protocol.data.arm: arms, column: recorded if model.recorded_analysed else true}
    return found | ({"STRATREC": recorded, "STRATTRU": true} if model.error > 0.0 else {})


def _times(played: PlayedScenario, subjects: Subjects, enrolled: int, stream: Stream) -> list[_Times]:
    """The endpoint monitored, and where progression and death are followed both of these."""
    plan, truth, model = played.plan, played.truth, played.model
    illness = truth.simulation.illness_death
    monitored = truth.endpoint_of(plan.endpoint)
    if illness is None or plan.endpoint not in {illness.progression_free, illness.survival}:
        event = subjects.event[:enrolled]
        return [_Times(monitored, subjects.day[:enrolled], event, [monitored.events[0]] * enrolled)]
    words = _words(stream, ILLNESS_DEATH, enrolled)
    first = _first_days(model.no_event, subjects.row[:enrolled], _unit(subjects.words[2, :enrolled]))
    rest = _first_days(model.after, subjects.arm[:enrolled], _unit(words[1]))
    dies_first = _unit(words[0]) < model.death_share
    death = np.minimum(np.where(dies_first, first, first + rest), HORIZON + 1)
    lost = _first_days(
        model.no_loss, model.loss_of[subjects.row[:enrolled]], _unit(subjects.words[3, :enrolled])
    )
    progression_free, survival = (
        truth.endpoint_of(illness.progression_free),
        truth.endpoint_of(illness.survival),
    )
    progression = next((e for e in progression_free.events if e not in survival.events), "")
    dying = next((e for e in progression_free.events if e in survival.events), progression_free.events[-1])
    called = np.where(dies_first, dying, progression or dying).tolist()
    found = []
    for endpoint, day, names in (
        (progression_free, first, called),
        (survival, death, [survival.events[0]] * enrolled),
    ):
        ends = np.minimum(day, lost)
        found.append(_Times(endpoint, ends, (day <= lost) & (ends <= HORIZON), names))
    return found


def _ends(truth: Protocol, subjects: Subjects, one: _Times, stream: Stream) -> list[str]:
    """Name each end: an event, a competing event, loss, or the horizon."""
    enrolled = len(one.day)
    what = np.array([LOST] * enrolled, dtype=object)
    if truth.simulation.competing:
        row = subjects.row[:enrolled]
        u = _unit(_words(stream, COMPETING_CAUSE, enrolled)[0])
        for r in np.unique(row):
            mine = np.flatnonzero((row == r) & ~one.event & (one.day <= HORIZON))
            what[mine] = _causes(truth, int(r), one.day[mine], u[mine])
    what[one.day > HORIZON] = STILL_FOLLOWED
    called: list[str] = np.where(one.event, np.array(one.called, dtype=object), what).tolist()
    return called


def _causes(truth: Protocol, row: int, day: IntArray, u: FloatArray) -> list[str]:
    """Which of loss and the competing causes ends a time on a day, by their shares of that day's hazard."""
    arms = len(truth.arm)
    stratum, arm = truth.strata_ids[row // arms], truth.arm[row % arms].id
    hazards = (*competing_hazards(truth, stratum, arm), truth.dropout.hazard(arm))
    per_unit = truth.trial.days_per_unit
    steps = np.array([h.cumulative(day / per_unit) - h.cumulative((day - 1) / per_unit) for h in hazards])
    up_to = np.cumsum(steps, axis=0) / np.maximum(steps.sum(axis=0), np.finfo(float).tiny)
    which = np.minimum((u >= up_to).sum(axis=0), len(hazards) - 1)
    names = [*(c.id for c in truth.simulation.competing), LOST]
    return [names[i] for i in which]


def report_lags(model: SubjectModel, stream: Stream, enrolled: int) -> IntArray | None:
    """Days from event to report; None where every event is known on its day."""
    if model.lag_fixed == 0.0 and model.lag_mean == 0.0:
        return None
    words = _words(stream, REPORTING_LAG, model.patients)
    minus_log, bits = np.empty(model.patients), np.empty(model.patients, dtype=np.int64)
    fill_minus_log(words[0], bits, minus_log)
    return (model.lag_fixed + model.lag_mean * minus_log[:enrolled]).astype(np.int64)


def _words(stream: Stream, purpose: int, n: int) -> WordArray:
    words = np.empty((4, n), dtype=np.uint64)
    fill_words(np.uint64(stream.seed), stream.scenario, stream.replicate, purpose, 0, words)
    return words


def _unit(words: WordArray) -> FloatArray:
    return np.asarray((words.astype(np.float64) + 0.5) * _TWO_POW_MINUS_32)


def _first_days(survival: FloatArray, row: IntArray, u: FloatArray) -> IntArray:
    """The first m with S(m) < u in each subject's row; horizon + 1 where there is none."""
    found = np.empty(len(u), dtype=np.int64)
    for r in np.unique(row):
        mine = row == r
        found[mine] = np.searchsorted(-survival[r], -u[mine], side="right")
    return found
