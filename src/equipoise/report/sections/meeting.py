"""Parts that the open and the closed report of a meeting share: enrolment, and the looks to come."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from equipoise.report.document import Block, FigureBlock, Paragraph, Section
from equipoise.report.figures.enrolment import plot_enrolment
from equipoise.report.figures.forecast import plot_forecast
from equipoise.report.tables.enrolment import enrolment_table
from equipoise.report.tables.forecast import forecast_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from equipoise.monitoring.enrolment import Enrolment
    from equipoise.monitoring.meeting import ComingLooks
    from equipoise.protocol import Protocol
    from equipoise.report.tables._cells import Cells

POOLED = "{}: foretold from events of all arms together, with no arm in the data that it is made from."
FIGURE = (6.1, 1.9)


def enrolment_blocks(
    found: Enrolment, protocol: Protocol, cells: Cells, labels: Mapping[str, str] | None = None
) -> tuple[Block, ...]:
    """Patients entered against those planned: as a figure where entries are dated, and as a table."""
    table = enrolment_table(found, protocol, cells, labels or {})
    if not found.dates:
        return (table,)
    figure = plot_enrolment(found, size=FIGURE)
    return (FigureBlock("figure-enrolment", "Patients entered, against the plan", figure), table)


def coming_section(found: ComingLooks, cells: Cells) -> Section:
    """When the looks to come are due, or why that cannot be said."""
    title = "When are the looks to come due?"
    if found.forecast is None:
        return Section("coming", title, (Paragraph((f"Not foretold. {found.reason}",), "note"),))
    if not found.forecast.looks:
        words = f"{found.about}: no planned look is to come."
        return Section("coming", title, (Paragraph((words,)),))
    figure = plot_forecast(found.forecast, observed=found.dates, size=FIGURE)
    table = replace(forecast_table(found.forecast, cells), title="Looks to come")
    return Section(
        "coming",
        title,
        (
            Paragraph((POOLED.format(found.about),)),
            FigureBlock("figure-forecast", "Events so far and foretold", figure),
            table,
        ),
    )
