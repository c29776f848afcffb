"""Published against reproduced: a test of the reconstruction, not of the trial."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.numerics.time_units import DAYS_PER_UNIT
from equipoise.report import numbers
from equipoise.report.document import Paragraph, Section
from equipoise.report.tables.reconstruction import prior_table, published_table

if TYPE_CHECKING:
    from equipoise.protocol import Protocol
    from equipoise.reconstruction.reconstruct import Reconstruction
    from equipoise.report.results_table import ResultsTable


def conflict_notes(found: Reconstruction) -> tuple[Paragraph, ...]:
    """Published facts that cannot all hold, and by how much; nothing where they can."""
    return tuple(
        Paragraph((f"Published facts contradict one another: {c}.",), "warning") for c in found.conflicts
    )


def reconstruction_section(found: Reconstruction, protocol: Protocol, results: ResultsTable) -> Section:
    """The facts kept back as checks first, then those aimed at."""
    labels = {a.id: a.label for a in protocol.arm}
    unit = (protocol.trial.time_unit, DAYS_PER_UNIT[protocol.trial.time_unit])
    lead = Paragraph(("This table tests the reconstruction, not the trial.",), "lead")
    facts = numbers.short_hash(found.published_hash)
    how = (
        "The patients are made up: the cohort nearest to a stated prior that agrees with the published "
        f"numbers (seed {found.seed}, facts {facts}). Published summaries never identify the patients: "
        "other cohorts would agree as well."
    )
    tables = [published_table(found, use, results, labels, unit) for use in ("check", "input")]
    if not found.prior.is_empty():
        tables.append(prior_table(found, results, labels, protocol.trial.time_unit))
    return Section(
        "published",
        "Published against reproduced",
        (lead, Paragraph((how,)), *conflict_notes(found), *(t for t in tables if t.rows)),
    )
