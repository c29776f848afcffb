"""Adverse events by arm as the protocol plans: of any grade, from the planned grade on, and by stratum."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from equipoise.errors import DataError
from equipoise.safety import AdverseEventRates, WorstGrades, adverse_event_rates, worst_grades

if TYPE_CHECKING:
    from equipoise.protocol import Protocol
    from equipoise.protocol.analyses import Safety
    from equipoise.records import Snapshot


@dataclass(frozen=True, slots=True)
class SafetyAnalysis:
    """Adverse events; arms as the data write them."""

    graded: AdverseEventRates
    """From the planned grade on, by term and course, with differences from the control."""
    any_grade: AdverseEventRates
    """Any grade, by term."""
    worst: WorstGrades | None
    """Each subject's worst grade of each term; None where the data hold no grades."""
    by_stratum: dict[str, AdverseEventRates]
    """As `graded` without courses, in each stratum; empty where there is one."""


def safety_analysis(protocol: Protocol, data: Snapshot) -> SafetyAnalysis | None:
    """Count adverse events as planned; None where the data hold none."""
    if data.adverse_events is None:
        return None
    plan = protocol.safety
    count = partial(
        adverse_event_rates,
        arm=_treated(protocol, data),
        control=protocol.control.data_value,
        population=_named(plan, "evaluable", data.subjects.columns, "ADSL"),
        emergent=_named(plan, "treatment_emergent", data.adverse_events.columns, "ADAE"),
        grade_column=plan.grade_column,
        level=protocol.analyses.level,
    )
    graded = partial(count, by=plan.term, terms=plan.terms, grade=plan.grade)
    given = {a.data_value: tuple(c.name for c in a.course) for a in protocol.arm}
    # The arm with most courses first: its order has the place of those that other arms do not get.
    longest = sorted(given.values(), key=len, reverse=True)
    courses = tuple(dict.fromkeys(c for some in longest for c in some)) if plan.course else ()
    strata: dict[str, AdverseEventRates] = {}
    if protocol.data.stratum is not None and len(protocol.stratum) > 1:
        for s in protocol.stratum:
            strata[s.id] = graded(_of_stratum(data, protocol.data.stratum, s.data_value))
    return SafetyAnalysis(
        graded=graded(data, course=plan.course, courses=courses, given=given if courses else None),
        any_grade=count(data, by=plan.term, terms=plan.terms, grade=None),
        worst=_worst(protocol, data),
        by_stratum=strata,
    )


def _worst(protocol: Protocol, data: Snapshot) -> WorstGrades | None:
    plan = protocol.safety
    assert data.adverse_events is not None  # noqa: S101 - asked by the caller
    if plan.grade_column not in data.adverse_events.columns:
        return None
    return worst_grades(
        data,
        arm=_treated(protocol, data),
        by=plan.term,
        terms=plan.terms,
        grade_column=plan.grade_column,
        population=_named(plan, "evaluable", data.subjects.columns, "ADSL"),
        emergent=_named(plan, "treatment_emergent", data.adverse_events.columns, "ADAE"),
    )


def _treated(protocol: Protocol, data: Snapshot) -> str:
    """Column of the arm as treated: named by the protocol, TRT01A where it holds the arms, or as planned."""
    if protocol.safety.arm is not None:
        return protocol.safety.arm
    treated, planned = "TRT01A", {a.data_value for a in protocol.arm}
    if treated in data.subjects.columns and planned <= set(data.subjects[treated].cast(pl.String)):
        return treated
    return protocol.data.arm


def _named(plan: Safety, key: str, columns: list[str], table: str) -> str | None:
    """A flag column: one that the protocol names itself must be in the data, a usual one may be absent."""
    column: str | None = getattr(plan, key)
    if column is None or column in columns:
        return column
    if key in plan.model_fields_set:
        raise DataError(
            f"{table} has no column {column}, which the protocol names as safety.{key}. "
            f"There are: {', '.join(columns)}."
        )
    return None


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
