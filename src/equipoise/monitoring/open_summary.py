"""What an open session may see: enrolment, patients, pooled events, follow-up and pooled adverse events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from equipoise.analysis.baseline import BaselineFactor, BaselineRow, baseline_rows
from equipoise.analysis.currency import currency_of
from equipoise.monitoring.enrolment import Enrolment, enrolment

if TYPE_CHECKING:
    from equipoise.monitoring.blinded import BlindedSnapshot
    from equipoise.protocol import Protocol
    from equipoise.survival import Completeness

ALL = "all"


@dataclass(frozen=True, slots=True)
class PooledEvents:
    """Patients and events of one endpoint in one stratum, arms together."""

    endpoint: str
    stratum: str
    patients: int
    events: int


@dataclass(frozen=True, slots=True)
class PooledAdverseEvent:
    """Patients with an adverse event among those evaluable, arms together."""

    term: str
    any_grade: int
    severe: int
    """Of the protocol's grade or above."""
    evaluable: int


@dataclass(frozen=True, slots=True)
class OpenSummary:
    """Everything of an open report, pooled over arms."""

    patients: int
    enrolment: Enrolment
    """Against the plan."""
    baseline: tuple[BaselineRow, ...]
    events: tuple[PooledEvents, ...]
    currency: Completeness | None
    """Of the first endpoint, by stratum; None where the data hold no dates."""
    adverse_events: tuple[PooledAdverseEvent, ...]
    not_found: tuple[str, ...]
    """Terms that the protocol names and the data do not hold."""


def open_summary(protocol: Protocol, data: BlindedSnapshot) -> OpenSummary:
    """Pool what a blinded snapshot holds."""
    strata = {s.data_value: s.id for s in protocol.stratum}
    subjects = data.subjects.with_columns(stratum=pl.col("stratum").replace(strata))
    factors = [BaselineFactor(s.column, s.label, s.levels) for s in protocol.analyses.subgroup]
    return OpenSummary(
        patients=subjects.height,
        enrolment=enrolment(protocol, subjects["entered"], subjects["stratum"], data.cutoff),
        baseline=baseline_rows(subjects, factors),
        events=_events(protocol, data.times),
        currency=_currency(data),
        adverse_events=_adverse_events(protocol, data),
        not_found=_not_found(protocol, data),
    )


def _events(protocol: Protocol, times: pl.DataFrame) -> tuple[PooledEvents, ...]:
    found = []
    for endpoint in times["endpoint"].unique(maintain_order=True):
        mine = times.filter(pl.col("endpoint") == endpoint)
        found.append(PooledEvents(endpoint, ALL, mine.height, int(mine["event"].sum())))
        if len(protocol.stratum) > 1:
            for s in protocol.stratum:
                here = mine.filter(pl.col("stratum") == s.id)
                found.append(PooledEvents(endpoint, s.id, here.height, int(here["event"].sum())))
    return tuple(found)


def _currency(data: BlindedSnapshot) -> Completeness | None:
    first = data.times.filter(pl.col("endpoint") == data.times["endpoint"][0])
    if first["start"].null_count():
        return None
    last = data.cutoff or first["end"].max()
    group = first["stratum"] if first["stratum"].n_unique() > 1 else None
    return currency_of(first["time"].to_numpy(), first["event"].to_numpy(), first["start"], last, group)


def _not_found(protocol: Protocol, data: BlindedSnapshot) -> tuple[str, ...]:
    if data.adverse_events is None:
        return ()
    held = set(data.adverse_events["term"].drop_nulls())
    return tuple(t for t in protocol.safety.terms if t not in held and t not in data.withheld)


def _adverse_events(protocol: Protocol, data: BlindedSnapshot) -> tuple[PooledAdverseEvent, ...]:
    if data.adverse_events is None:
        return ()
    evaluable = data.subjects.filter("evaluable")["USUBJID"]
    events = data.adverse_events.filter(pl.col("USUBJID").is_in(evaluable.to_list()))
    severe = events.filter(pl.col("grade") >= protocol.safety.grade)
    listed = [t for t in protocol.safety.terms if t not in data.withheld]
    counts = (
        events.group_by("term")
        .agg(n=pl.col("USUBJID").n_unique())
        .sort("n", "term", descending=[True, False])
    )
    terms = listed or counts["term"].to_list()

    def patients(table: pl.DataFrame, term: str) -> int:
        return table.filter(pl.col("term") == term)["USUBJID"].n_unique()

    return tuple(
        PooledAdverseEvent(t, patients(events, t), patients(severe, t), len(evaluable)) for t in terms
    )
