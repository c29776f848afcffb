"""Everything that a committee's closed session reads, from one snapshot; nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from equipoise.analysis import analyze
from equipoise.analysis.baseline import BaselineFactor, BaselineRow, baseline_rows
from equipoise.analysis.currency import follow_up_currency
from equipoise.errors import DataError
from equipoise.monitoring.blinded import blind
from equipoise.monitoring.disposition import ArmDisposition, Death, deaths, disposition
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

    import polars as pl

    from equipoise.analysis import EndpointData
    from equipoise.analysis.results import TrialAnalysis
    from equipoise.design import Design
    from equipoise.monitoring.blinded import BlindedSnapshot
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
    late: LateEffect
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


def open_meeting(protocol: Protocol, snapshot: Snapshot) -> OpenMeeting:
    """Blind the data, then summarise what is left."""
    blinded = blind(protocol, snapshot)
    return OpenMeeting(protocol, blinded, open_summary(protocol, blinded))


def closed_meeting(
    design: Design,
    snapshot: Snapshot,
    *,
    history: Sequence[LookResult] = (),
    occasion: Occasion = AS_PLANNED,
    ledger: InformationLedger | None = None,
    unblinded: bool = False,
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

    """
    result = monitor(design, snapshot, history=history, occasion=occasion)
    data = hypothesis_data(design, snapshot)
    named = None if unblinded else lettered(design.protocol, snapshot)
    protocol, shown = (design.protocol, snapshot) if named is None else (named.protocol, named.snapshot)
    letters = {} if named is None else named.letters
    factors = [BaselineFactor(s.column, s.label, s.levels) for s in protocol.analyses.subgroup]
    by_arm = shown.subjects[protocol.data.arm].cast(str).replace({a.data_value: a.id for a in protocol.arm})
    arm = data.arm.cast(str).replace(letters) if letters else data.arm
    return ClosedMeeting(
        protocol=protocol,
        design=design,
        result=result,
        inference=interim_inference(design, result),
        past=past_looks_now(design, snapshot, history),
        ledger=ledger,
        letters=letters,
        analysis=analyze(protocol, shown),
        late=late_effect(design, data),
        disposition=disposition(protocol, shown),
        deaths=deaths(protocol, shown),
        baseline=baseline_rows(shown.subjects, factors, by_arm),
        currency=_current(data, snapshot.cutoff, arm),
        currency_by_stratum=_current(data, snapshot.cutoff, data.stratum),
        new=_new(result, letters),
        strata=stratification_check(design, snapshot),
        scheduled=scheduled_contact(design, snapshot),
    )


def _current(data: EndpointData, cutoff: dt.date | None, group: pl.Series) -> Completeness | None:
    """How current the follow-up is; None where the data hold no dates."""
    try:
        return follow_up_currency(data, cutoff, group)
    except DataError:
        return None


def _new(result: InterimResult, letters: dict[str, str]) -> tuple[NewSince, ...]:
    if result.not_read or len(result.looks) < 2:
        return ()
    before = {(c.stratum, c.arm): c for c in result.looks[-2].by_arm}
    found = []
    for now in result.current.by_arm:
        old = before.get((now.stratum, now.arm))
        patients, events = (old.subjects, old.events) if old else (0, 0)
        arm = letters.get(now.arm, now.arm)
        found.append(NewSince(now.stratum, arm, now.subjects - patients, now.events - events))
    return tuple(sorted(found, key=lambda n: (n.stratum, n.arm)))
