"""What the committee sees: the looks against the boundary, and the same look under other plans."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.report.document import Block, Paragraph, Section
from equipoise.report.sections.opening import boundary_result
from equipoise.report.tables.interim import crossing_plans_table, interim_looks_table

if TYPE_CHECKING:
    from equipoise.design.trial_design import Design
    from equipoise.monitoring import CrossingTable, InterimResult
    from equipoise.report.results_table import ResultsTable


def committee_section(
    interim: InterimResult, design: Design | None, crossing: CrossingTable | None, results: ResultsTable
) -> Section:
    """Looks and their status; the decision itself is the committee's."""
    committee = "The committee"
    plan = None if design is None else design.protocol.monitoring_of(design.hypothesis.id)
    if plan is not None and plan.committee:
        committee = f"The {plan.committee}"
    blocks: list[Block] = [
        Paragraph(boundary_result(interim, results), "lead"),
        Paragraph((f"{committee} decides; a boundary that is crossed is one of the things it weighs.",)),
        interim_looks_table(interim, results),
    ]
    if crossing is not None:
        blocks.append(crossing_plans_table(crossing, results))
    return Section("committee", "The committee's view", tuple(blocks))
