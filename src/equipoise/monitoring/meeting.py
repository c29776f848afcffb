"""Everything that a committee's closed session reads, from one snapshot; nothing is written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from equipoise.analysis import analyze, endpoint_data
from equipoise.analysis.baseline import BaselineFactor, BaselineRow, baseline_rows
from equipoise.analysis.cause_comparison import CauseComparison, compare_causes
from equipoise.analysis.currency import follow_up_currency
from equipoise.design import design_trial
from equipoise.errors import DataError, EquipoiseError
from equipoise.monitoring.blinded import blind
from equipoise.monitoring.disposition import ArmDisposition, Death, deaths, disposition, first_events
from equipoise.monitoring.enrolment import Enrolment, enrolment
from equipoise.monitoring.forecast import DRAWS, forecast_events
from equipoise.monitoring.hypothesis_test import hypothesis_data
from equipoise.monitoring.interim_inference import InterimInference, interim_inference
from equipoise.monitoring.late_effect import LateEffect, late_effect
from equipoise.monitoring.lettered import lettered
from equipoise.monitoring.monitor import monitor
from equipoise.monitoring.occasion import AS_PLANNED, Occasion
from equipoise.monitoring.open_summary import OpenSummary, open_summary
from equipoise.monitoring.past_looks_now import PastLookNow, past_looks_now
from equipoise.monitoring.scheduled_contact import ScheduledContact, scheduled_contact
from equipoise.monitoring.strata_as_recorded import StratificationCheck, stratification_check

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from equipoise.analysis import EndpointData
    from equipoise.analysis.results import TrialAnalysis
    from equipoise.design import Design
    from equipoise.monitoring.blinded import BlindedSnapshot
    from equipoise.monitoring.event_forecast import EventForecast
    from equipoise.monitoring.interim_result import InterimResult
    from equipoise.monitoring.ledger import InformationLedger
    from equipoise.monitoring.look_result import LookResult
    from equipoise.protocol import Protocol
    from equipoise.records import Snapshot
    from equipoise.survival import Completeness


@dataclass(frozen=True, slots=True)
class NewSince:
    """Patients and events of one arm in one stratum that are new since the look before."""

    stratum: str
    arm: str
    patients: int
    events: int
    deaths: int | None
    """Dated after the cut-off of the look before; None where the data hold no dates of death."""


@dataclass(frozen=True, slots=True)
class ComingLooks:
    """When the looks to come are due, foretold from data without arms; or why that cannot be said."""

    about: str
    """Whose events these are."""
    forecast: EventForecast | None
    reason: str
    dates: tuple[dt.date, ...]
    """Of the events so far, all arms together."""


@dataclass(frozen=True, slots=True)
class ClosedMeeting:
    """What the closed session reads; arms are letters unless unblinded."""

    protocol: Protocol
    """With the arms as they are named here."""
    design: Design
    result: InterimResult
    inference: InterimInference
    past: tuple[PastLookNow, ...]
    ledger: InformationLedger | None
    """As it stood before this look is recorded."""
    letters: dict[str, str]
    """Letter of each arm by its id; empty where unblinded."""
    analysis: TrialAnalysis
    causes: tuple[CauseComparison, ...]
    """Of the hypothesis' endpoint; empty where no causes are grouped."""
    late: LateEffect
    enrolment: Enrolment
    """By arm."""
    coming: ComingLooks
    disposition: tuple[ArmDisposition, ...]
    deaths: tuple[Death, ...]
    baseline: tuple[BaselineRow, ...]
    currency: Completeness | None
    """By arm; None where the data hold no dates."""
    currency_by_stratum: Completeness | None
    new: tuple[NewSince, ...]
    """Since the look before; empty at the first."""
    strata: StratificationCheck | None
    """None where no recorded strata are named."""
    scheduled: ScheduledContact | None
    """None where no contacts are planned."""


@dataclass(frozen=True, slots=True)
class OpenMeeting:
    """What the open session reads: made of a blinded snapshot alone."""

    protocol: Protocol
    snapshot: BlindedSnapshot
    summary: OpenSummary
    coming: ComingLooks


def open_meeting(protocol: Protocol, snapshot: Snapshot, *, seed: int = 1, draws: int = DRAWS) -> OpenMeeting:
    """Blind the data, then summarise what is left and foretell the looks to come from it.

    Parameters
    ----------
    protocol
        The trial as planned.
    snapshot
        The data at the cut-off.
    seed, draws
        Of the forecast: its random numbers, and how many futures are played.

    """
    blinded = blind(protocol, snapshot)
    try:
        design: Design | None = design_trial(protocol)
    except EquipoiseError:
        design = None
    plan = protocol if design is None else design.protocol
    return OpenMeeting(
        protocol=protocol,
        snapshot=blinded,
        summary=open_summary(plan, blinded),
        coming=_coming(design, blinded, seed, draws),
    )


def _coming(
    design: Design | None, blinded: BlindedSnapshot, seed: int, draws: int, held: int = 0
) -> ComingLooks:
    """A forecast that is given no arm, of the planned looks after the last one held."""
    if design is None:
        return ComingLooks("", None, "The protocol plans no looks.", ())
    label = design.protocol.endpoint_of(design.hypothesis.endpoint).label
    strata = [design.protocol.stratum_of(s).name for s in design.protocol.population(design.hypothesis)]
    about = label if len(strata) == len(design.protocol.stratum) else f"{label}, {' and '.join(strata)}"
    mine = blinded.times.filter(pl.col("event") & (pl.col("endpoint") == design.hypothesis.endpoint))
    mine = mine.filter(pl.col("stratum").is_in(list(design.protocol.population(design.hypothesis))))
    dates = tuple(sorted(mine["end"].drop_nulls().to_list()))
    try:
        found = forecast_events(blinded, design.protocol, seed=seed, design=design, draws=draws)
    except DataError as error:
        return ComingLooks(about, None, str(error), dates)
    left = tuple(k for k in found.looks if k.look > held)
    return ComingLooks(about, replace(found, looks=left), "", dates)


def closed_meeting(
    design: Design,
    snapshot: Snapshot,
    *,
    history: Sequence[LookResult] = (),
    occasion: Occasion = AS_PLANNED,
    ledger: InformationLedger | None = None,
    unblinded: bool = False,
    seed: int = 1,
) -> ClosedMeeting:
    """Read the look and all that is looked at beside it.

    Parameters
    ----------
    design
        The design that the trial runs under.
    snapshot
        The data at the cut-off.
    history, occasion
        As for `monitor`.
    ledger
        Whose head and entries the report prints.
    unblinded
        Name the arms instead of giving them letters.
    seed
        Of the forecast.

    """
    result = monitor(design, snapshot, history=history, occasion=occasion)
    data = hypothesis_data(design, snapshot)
    named = None if unblinded else lettered(design.protocol, snapshot)
    protocol, shown = (design.protocol, snapshot) if named is None else (named.protocol, named.snapshot)
    letters = {} if named is None else named.letters
    factors = [BaselineFactor(s.column, s.label, s.levels) for s in protocol.analyses.subgroup]
    by_arm = shown.subjects[protocol.data.arm].cast(str).replace({a.data_value: a.id for a in protocol.arm})
    arm = data.arm.cast(str).replace(letters) if letters else data.arm
    died = deaths(
        protocol, shown, first_events(endpoint_data(design.protocol, snapshot, design.hypothesis.endpoint))
    )
    return ClosedMeeting(
        protocol=protocol,
        design=design,
        result=result,
        inference=interim_inference(design, result),
        past=past_looks_now(design, snapshot, history),
        ledger=ledger,
        letters=letters,
        analysis=_in_order_of_letters(analyze(protocol, shown), letters),
        causes=compare_causes(design.protocol, snapshot, design.hypothesis.endpoint),
        late=late_effect(design, data),
        enrolment=enrolment(
            protocol, _entered(protocol, shown), _strata(protocol, shown), snapshot.cutoff, by_arm
        ),
        coming=_coming(design, blind(design.protocol, snapshot), seed, DRAWS, result.current.planned_look),
        disposition=disposition(protocol, shown),
        deaths=died,
        baseline=baseline_rows(shown.subjects, factors, by_arm),
        currency=_current(data, snapshot.cutoff, arm),
        currency_by_stratum=_current(data, snapshot.cutoff, data.stratum),
        new=_new(result, letters, died if "DTHDT" in shown.subjects.columns else None),
        strata=stratification_check(design, snapshot),
        scheduled=scheduled_contact(design, snapshot),
    )


def _current(data: EndpointData, cutoff: dt.date | None, group: pl.Series) -> Completeness | None:
    """How current the follow-up is; None where the data hold no dates."""
    try:
        return follow_up_currency(data, cutoff, group)
    except DataError:
        return None


def _entered(protocol: Protocol, snapshot: Snapshot) -> pl.Series:
    """Date of randomisation of each subject; missing where the data hold none."""
    table, column = snapshot.subjects, protocol.data.randomized
    return table[column] if column in table.columns else pl.Series([None] * table.height, dtype=pl.Date)


def _strata(protocol: Protocol, snapshot: Snapshot) -> pl.Series:
    """Id of each subject's stratum."""
    table, column = snapshot.subjects, protocol.data.stratum
    if column is None:
        return pl.Series([protocol.stratum[0].id] * table.height)
    return table[column].cast(pl.String).replace({s.data_value: s.id for s in protocol.stratum})


def _in_order_of_letters(analysis: TrialAnalysis, letters: dict[str, str]) -> TrialAnalysis:
    """Under letters the arms stand by letter in every table: the control is not told by its place."""
    if not letters:
        return analysis
    endpoints = tuple(
        replace(
            e,
            arms=tuple(sorted(e.arms, key=lambda a: a.arm)),
            milestones=tuple(sorted(e.milestones, key=lambda m: (m.time, m.arm))),
        )
        for e in analysis.endpoints
    )
    return replace(analysis, endpoints=endpoints)


def _new(
    result: InterimResult, letters: dict[str, str], died: Sequence[Death] | None
) -> tuple[NewSince, ...]:
    if result.not_read or len(result.looks) < 2:
        return ()
    before = {(c.stratum, c.arm): c for c in result.looks[-2].by_arm}
    found = []
    for now in result.current.by_arm:
        old = before.get((now.stratum, now.arm))
        patients, events = (old.subjects, old.events) if old else (0, 0)
        arm = letters.get(now.arm, now.arm)
        since = result.looks[-2].cutoff
        late = None
        if died is not None and since is not None:
            mine = [d for d in died if (d.stratum, d.arm) == (now.stratum, arm)]
            late = sum(d.date > since for d in mine)
        found.append(NewSince(now.stratum, arm, now.subjects - patients, now.events - events, late))
    return tuple(sorted(found, key=lambda n: (n.stratum, n.arm)))
