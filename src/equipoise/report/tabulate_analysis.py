"""Rows of the planned analysis of a snapshot: every endpoint, causes, subgroups, adverse events."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from equipoise.report import numbers
from equipoise.report.results_table import ResultRow, ResultsTable, result_row, words_row
from equipoise.report.tabulate_endpoint import at_time, endpoint_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from equipoise.analysis.results import TrialAnalysis
    from equipoise.analysis.safety_analysis import SafetyAnalysis
    from equipoise.safety import AdverseEventRates
    from equipoise.survival import CumulativeIncidence, Subgroup, SubgroupAnalysis

CAUSES = "causes"
SUBGROUPS = "subgroups"
ADVERSE_EVENTS = "adverse events"


def analysis_table(analysis: TrialAnalysis) -> ResultsTable:
    """Every number of an analysis as a row, with the hashes of its protocol and its data."""
    unit, days = analysis.protocol.trial.time_unit, analysis.days_per_unit
    rows: list[ResultRow] = []
    for e in analysis.endpoints:
        rows += endpoint_rows(e, unit, days)
    if analysis.incidence is not None:
        times = analysis.protocol.analyses.milestones
        rows += incidence_rows(analysis.incidence, times, unit, days)
    if analysis.subgroups is not None:
        rows += subgroup_rows(analysis.subgroups, unit, days)
    if analysis.adverse_events is not None:
        rows += safety_rows(analysis.adverse_events)
    rows += [
        ResultRow("analysis", missing.what, note=f"not estimable: {missing.reason}")
        for missing in analysis.not_estimable
    ]
    return ResultsTable(tuple(rows)).with_hashes(analysis.protocol.hash, analysis.data_hash)


def incidence_rows(
    incidence: CumulativeIncidence, times: tuple[float, ...], unit: str, unit_days: float
) -> Iterator[ResultRow]:
    """Events by cause and arm, and incidence at the milestones."""
    table = incidence.to_frame()
    counts = table.group_by("group", "cause", maintain_order=True).agg(events=pl.col("n_event").sum())
    for row in counts.iter_rows(named=True):
        about = {"population": "all", "group": str(row["group"]), "item": str(row["cause"])}
        yield result_row(CAUSES, "events", row["events"], unit="events", **about)
    if not times:
        return
    variance = {"delta": "delta-method error", "aalen": "Aalen's error"}[incidence.variance]
    method = f"Aalen–Johansen; {variance}; {incidence.ci} limits, {numbers.confidence(incidence.level)}"
    for row in incidence.at(np.array(times) * unit_days).to_frame().iter_rows(named=True):
        item = f"{row['cause']} {at_time(row['time'] / unit_days, unit)}"
        about = {"population": "all", "group": str(row["group"]), "item": item, "unit": "proportion"}
        for name in ("incidence", "std_err", "lower", "upper"):
            value = float("nan") if row[name] is None else row[name]
            yield result_row(CAUSES, name, value, method=method, **about)


def subgroup_rows(analysis: SubgroupAnalysis, unit: str, unit_days: float) -> Iterator[ResultRow]:
    """Subjects, events, hazard ratio and survival of each level, and the interaction of each factor."""
    control, experimental = (str(g) for g in analysis.groups)
    for s in (analysis.overall, *analysis.subgroups):
        about = {"population": "all", "item": level_item(s.factor, s.level)}
        for arm, n, events in (
            (experimental, s.n_experimental, s.events_experimental),
            (control, s.n_control, s.events_control),
        ):
            yield result_row(SUBGROUPS, "n", n, group=arm, unit="subjects", **about)
            yield result_row(SUBGROUPS, "events", events, group=arm, unit="events", **about)
        for name, value in (("hazard_ratio", s.hazard_ratio), ("lower", s.lower), ("upper", s.upper)):
            note = {"note": s.note} if s.note else {}
            yield result_row(
                SUBGROUPS,
                name,
                value,
                group=f"{experimental} v {control}",
                unit="ratio",
                method=f"Cox model, {analysis.ties} ties, {numbers.confidence(analysis.level)}",
                **about,
                **note,
            )
        yield from _level_milestone_rows(analysis, s)
    if analysis.at is not None:
        when = numbers.milestone_name(analysis.at / unit_days, unit)
        yield words_row(SUBGROUPS, "milestone", when, population="all")
    for i in analysis.interactions:
        value = i.likelihood_ratio.p if i.likelihood_ratio else float("nan")
        note = {"note": i.note} if i.note else {}
        method = "likelihood ratio test of interaction, two-sided"
        yield result_row(
            SUBGROUPS, "interaction_p", value, population="all", item=i.factor, method=method, **note
        )


def _level_milestone_rows(analysis: SubgroupAnalysis, s: Subgroup) -> Iterator[ResultRow]:
    """Survival of a level by arm at the milestone, and the difference with its limits."""
    if analysis.at is None:
        return
    control, experimental = (str(g) for g in analysis.groups)
    about = {
        "population": "all",
        "item": level_item(s.factor, s.level),
        "unit": "proportion",
        "method": f"Kaplan–Meier, Greenwood error, {numbers.confidence(analysis.level)}",
    }
    found, missing = s.milestone, float("nan")
    note = {"note": f"not estimable: {s.milestone_note}"} if s.milestone_note else {}
    for arm, value in zip((control, experimental), s.milestone_survival or (missing, missing), strict=True):
        reason = note if math.isnan(value) else {}
        yield result_row(SUBGROUPS, "survival", value, group=arm, **about, **reason)
    pair = f"{experimental} v {control}"
    for name in ("difference", "lower", "upper"):
        value = getattr(found, name) if found else missing
        yield result_row(SUBGROUPS, f"survival_{name}", value, group=pair, **about, **note)


def level_item(factor: str, level: object) -> str:
    """How a level of a factor is named in the column `item`."""
    return f"{factor}: {level}"


def safety_rows(safety: SafetyAnalysis) -> Iterator[ResultRow]:
    """Graded events by term and course, in all and in each stratum, and events of any grade."""
    yield from adverse_event_rows(safety.graded)
    yield from adverse_event_rows(safety.any_grade)
    for stratum, rates in safety.by_stratum.items():
        yield from adverse_event_rows(rates, stratum)


def adverse_event_rows(rates: AdverseEventRates, stratum: str = "") -> Iterator[ResultRow]:
    """Subjects with each event among those evaluable, by arm and course, and the risk differences."""
    analysis, population = ae_analysis(rates), ae_population(rates, stratum)
    limits = numbers.confidence(rates.level)
    for r in rates.rates.iter_rows(named=True):
        about = {
            "population": population,
            "group": r["arm"],
            "item": ae_item(r["term"], r["course"]),
            "method": f"subjects counted once; Wilson limits, {limits}",
        }
        yield result_row(analysis, "subjects", r["subjects"], unit="subjects", **about)
        yield result_row(analysis, "evaluable", r["evaluable"], unit="subjects", **about)
        if r["proportion"] is None:
            continue
        for name in ("proportion", "lower", "upper"):
            yield result_row(analysis, name, r[name], unit="proportion", **about)
    for r in rates.differences.filter(pl.col("difference").is_not_null()).iter_rows(named=True):
        about = {
            "population": population,
            "group": f"{r['arm']} v {r['control']}",
            "item": ae_item(r["term"], r["course"]),
            "method": f"risk difference; Newcombe limits, {limits}",
        }
        for name in ("difference", "lower", "upper"):
            statistic = name if name == "difference" else f"difference_{name}"
            yield result_row(analysis, statistic, r[name], unit="proportion", **about)


def ae_analysis(rates: AdverseEventRates) -> str:
    """How a count of adverse events is named in the column `analysis`."""
    return f"{ADVERSE_EVENTS}, {'any grade' if rates.grade is None else f'grade {rates.grade} or more'}"


def ae_population(rates: AdverseEventRates, stratum: str = "") -> str:
    """Who was counted."""
    evaluable = rates.population or "all"
    return f"{evaluable}, {stratum}" if stratum else evaluable


def ae_item(term: str, course: str) -> str:
    """How a term in a course is named in the column `item`."""
    return f"{term} / {course}"
