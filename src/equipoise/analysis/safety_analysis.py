"""Adverse events by arm as the protocol plans: of any grade, from the planned grade on, and by stratum."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from equipoise.safety import AdverseEventRates, adverse_event_rates

if TYPE_CHECKING:
    from equipoise.protocol import Protocol
    from equipoise.records import Snapshot


@dataclass(frozen=True, slots=True)
class SafetyAnalysis:
    """Adverse events; arms as the data write them."""

    graded: AdverseEventRates
    """From the planned grade on, by term and course, with differences from the control."""
    any_grade: AdverseEventRates
    """Any grade, all terms together."""
    by_stratum: dict[str, AdverseEventRates]
    """As `graded` without courses, in each stratum; empty where there is one."""


def safety_analysis(protocol: Protocol, data: Snapshot) -> SafetyAnalysis | None:
    """Count adverse events as planned; None where the data hold none."""
    if data.adverse_events is None:
        return None
    plan, known = protocol.safety, set(data.adverse_events.columns)
    count = partial(
        adverse_event_rates,
        arm=protocol.data.arm,
        control=protocol.control.data_value,
        population=plan.evaluable if plan.evaluable in data.subjects.columns else None,
        emergent=plan.treatment_emergent if plan.treatment_emergent in known else None,
        grade_column=plan.grade_column,
        level=protocol.analyses.level,
    )
    graded = partial(count, by=plan.term, terms=plan.terms, grade=plan.grade)
    courses = tuple(dict.fromkeys(c.name for a in protocol.arm for c in a.course)) if plan.course else ()
    strata: dict[str, AdverseEventRates] = {}
    if protocol.data.stratum is not None and len(protocol.stratum) > 1:
        for s in protocol.stratum:
            strata[s.id] = graded(_of_stratum(data, protocol.data.stratum, s.data_value))
    return SafetyAnalysis(
        graded=graded(data, course=plan.course, courses=courses),
        any_grade=count(data, by=None, grade=None),
        by_stratum=strata,
    )


def _of_stratum(data: Snapshot, column: str, value: str) -> Snapshot:
    """The subjects of one stratum and what is recorded of them."""
    subjects = data.subjects.filter(pl.col(column).cast(pl.String) == value)
    ids = subjects["USUBJID"].to_list()
    events = data.adverse_events
    return replace(
        data,
        subjects=subjects,
        times=None,
        adverse_events=None if events is None else events.filter(pl.col("USUBJID").is_in(ids)),
    )
