"""Notes under the forest plot: which model, which test, what could not be estimated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.report import numbers

if TYPE_CHECKING:
    from equipoise.survival import SubgroupAnalysis


def subgroup_notes(analysis: SubgroupAnalysis) -> tuple[str, ...]:
    """Population, model, test of interaction, levels that could not be estimated."""
    limits = numbers.confidence(analysis.level)
    notes = [
        f"Population: all randomised. Cox model in each level, {analysis.ties.capitalize()}'s ties, {limits}.",
        "Squares by information; dashed line: the hazard ratio of all randomised.",
        "Interaction P: likelihood ratio, two-sided, not adjusted for the number of factors.",
    ]
    notes += [f"{s.factor}, {s.level}: {s.note}." for s in analysis.subgroups if s.note]
    notes += [f"{i.factor}: {i.note}." for i in analysis.interactions if i.note]
    return tuple(notes)
