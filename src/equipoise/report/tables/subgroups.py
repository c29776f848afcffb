"""Subgroups: events by arm, hazard ratio, interaction; and the notes under their forest plot."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from equipoise.report import numbers
from equipoise.report.document import Column, DisplayTable, TableRow
from equipoise.report.tabulate_analysis import SUBGROUPS, level_item
from equipoise.report.view import View

if TYPE_CHECKING:
    from collections.abc import Mapping

    from equipoise.report.document import Span
    from equipoise.report.results_table import ResultsTable
    from equipoise.survival import Subgroup, SubgroupAnalysis


def subgroups_table(
    analysis: SubgroupAnalysis, results: ResultsTable, labels: Mapping[str, str]
) -> DisplayTable:
    """All subjects, then each factor with its levels and the P of its interaction."""
    control, experimental = (str(g) for g in analysis.groups)
    milestone = View(results, SUBGROUPS, "all").row("milestone")
    when = milestone.text if milestone else ""
    columns = [Column("Subgroup", numeric=False)]
    for arm in (experimental, control):
        columns.append(Column("Events/n", over=labels.get(arm, arm)))
        columns += [Column(f"{when} survival", over=labels.get(arm, arm))] if when else []
    columns.append(Column(f"Hazard ratio ({numbers.confidence(analysis.level)})"))
    columns.append(Column("P interaction"))
    empty = ("",) * (len(columns) - 2)

    def cells(s: Subgroup, name: str, p: Span = "") -> tuple[Span, ...]:
        view = View(results, SUBGROUPS, "all", item=level_item(s.factor, s.level))
        by_arm: list[Span] = []
        for arm in (experimental, control):
            by_arm.append(view.of(group=arm).cell(_counts, "events", "n"))
            by_arm += [view.of(group=arm).cell(_survival, "survival")] if when else []
        ratio = view.of(group=f"{experimental} v {control}").cell(_ratio, "hazard_ratio", "lower", "upper")
        return (name, *by_arm, ratio, p)

    rows = [TableRow(cells(analysis.overall, "All subjects"))]
    for i in analysis.interactions:
        p = View(results, SUBGROUPS, "all", item=i.factor).cell(numbers.p_value, "interaction_p")
        rows.append(TableRow((i.factor, *empty, p)))
        rows += [
            TableRow(cells(s, str(s.level)), indent=True) for s in analysis.subgroups if s.factor == i.factor
        ]
    return DisplayTable("table-subgroups", "Subgroups", tuple(columns), tuple(rows), subgroup_notes(analysis))


def _counts(events: float | None, n: float | None) -> str:
    return f"{numbers.count(events)}/{numbers.count(n)}"


def _survival(x: float | None) -> str:
    return numbers.percent(x) if numbers.known(x) else numbers.NOT_ESTIMABLE


def _ratio(x: float | None, low: float | None, high: float | None) -> str:
    if not numbers.known(x) or not x:
        return numbers.NOT_ESTIMABLE
    return f"{numbers.ratio(x)} ({numbers.ratio_interval(low, high)})"


def subgroup_notes(analysis: SubgroupAnalysis) -> tuple[str, ...]:
    """Population, model, test of interaction, levels that could not be estimated."""
    limits, ties = numbers.confidence(analysis.level), analysis.ties.capitalize()
    notes = [
        f"Population: all subjects analysed. Cox model in each level, {ties}'s ties, {limits}.",
        "Interaction P: likelihood ratio, two-sided, not adjusted for the number of factors.",
    ]
    if analysis.at is not None:
        rows = (analysis.overall, *analysis.subgroups)
        unknown = any(math.isnan(v) for s in rows for v in s.milestone_survival or ())
        reason = " Not estimable: nobody of the arm was followed so long." if unknown else ""
        notes.append(f"Survival by Kaplan–Meier within the level, not stratified.{reason}")
    notes += [f"{s.factor}, {s.level}: {s.note}." for s in analysis.subgroups if s.note]
    notes += [f"{i.factor}: {i.note}." for i in analysis.interactions if i.note]
    return tuple(notes)
