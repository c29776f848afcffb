"""The design: what is planned, look by look, with its boundaries and its calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from equipoise.report.document import FigureBlock, Section
from equipoise.report.figures.boundary import plot_trial_boundary
from equipoise.report.figures.calendar import plot_calendar
from equipoise.report.tables.design import design_facts, design_looks_table, design_stopping_table

if TYPE_CHECKING:
    from datetime import date

    from equipoise.design.trial_design import Design
    from equipoise.records import Snapshot
    from equipoise.report.results_table import ResultsTable


def design_section(design: Design, snapshot: Snapshot | None, results: ResultsTable) -> Section:
    """Key numbers, planned looks, boundaries; patients and events over the calendar, with those observed."""
    randomised, events = ([], []) if snapshot is None else _dates(design, snapshot)
    cutoff = snapshot.cutoff if snapshot else None
    calendar = plot_calendar(design, randomised=randomised, events=events, cutoff=cutoff)
    return Section(
        "design",
        "Design",
        (
            design_facts(design, results),
            design_looks_table(design, results),
            design_stopping_table(design, results),
            FigureBlock(
                "figure-design", "Boundaries as planned, with expected dates", plot_trial_boundary(design)
            ),
            FigureBlock("figure-calendar", "Patients and events over calendar time", calendar, NOTES),
        ),
    )


NOTES = ("Planned: expected under the assumptions. Observed: all randomised, events of the endpoint.",)


def _dates(design: Design, snapshot: Snapshot) -> tuple[list[date], list[date]]:
    """Dates of randomisation and of the hypothesis' events; none where the data have none."""
    column = design.protocol.data.randomized
    subjects, times = snapshot.subjects, snapshot.times
    randomised = subjects[column].drop_nulls().to_list() if column in subjects.columns else []
    if times is None or "ADT" not in times.columns:
        return randomised, []
    wanted = design.protocol.endpoint_of(design.hypothesis.endpoint).paramcd
    observed = times.filter((pl.col("PARAMCD") == wanted) & (pl.col("CNSR") == 0))
    return randomised, observed["ADT"].drop_nulls().to_list()
