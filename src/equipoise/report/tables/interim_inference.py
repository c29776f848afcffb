"""What a look means for the effect, and past looks beside the data as they now stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.report import numbers
from equipoise.report.document import Column, DisplayTable, Facts, Span, TableRow
from equipoise.report.tabulate_inference import INFERENCE, PAST
from equipoise.report.tabulate_interim import look_item
from equipoise.report.view import View

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise.monitoring import InterimInference, PastLookNow, SequentialInterval
    from equipoise.report.results_table import ResultsTable


def inference_facts(found: InterimInference, results: ResultsTable, hypothesis: str) -> Facts:
    """Intervals and powers, one under the other."""
    view = View(results, INFERENCE, hypothesis, item=look_item(found.look))
    items: list[tuple[str, tuple[Span, ...]]] = []
    if found.repeated is not None:
        items.append(
            ("Repeated interval", _interval(view, "repeated", found.repeated, "holds at every look"))
        )
    for title, name in (
        ("Conditional power, planned effect", "conditional_power_planned"),
        ("Conditional power, trend so far", "conditional_power_trend"),
        ("Predictive power, flat prior", "predictive_power"),
    ):
        if view.row(name) is not None:
            items.append((title, (view.cell(numbers.chance, name),)))
    if found.stopped is not None:
        items.append(
            (
                "Estimate after stopping",
                _interval(view, "stopped", found.stopped, "stage-wise, median-unbiased"),
            )
        )
    if found.stopped_if_obeyed is not None:
        how = "right if every futility boundary crossed would have stopped the trial"
        items.append(
            (
                "The same, futility obeyed",
                _interval(view, "stopped_if_obeyed", found.stopped_if_obeyed, how),
            )
        )
    if found.bias_adjusted_hazard_ratio is not None:
        words = (view.cell(numbers.ratio, "bias_adjusted_hazard_ratio"), " (Whitehead)")
        items.append(("Bias-adjusted hazard ratio", words))
    if not items:
        items.append(("Interval and power", ("not given: the planned test speaks of no hazard ratio",)))
    return Facts(tuple(items))


def _interval(view: View, name: str, found: SequentialInterval, how: str) -> tuple[Span, ...]:
    names = (f"{name}_hazard_ratio", f"{name}_lower", f"{name}_upper")
    sides = "one-sided" if found.sides == 1 else "two-sided"
    return (
        "hazard ratio ",
        view.cell(numbers.ratio_with_interval, *names, level=found.level),
        ", ",
        view.cell(numbers.p_phrase, f"{name}_p"),
        f" {sides} ({how})",
    )


def past_looks_table(looks: Sequence[PastLookNow], results: ResultsTable, hypothesis: str) -> DisplayTable:
    """One row a past look: as decided, and as it would read in the data as they now stand."""
    columns = (
        Column("Look"),
        Column("Events", over="As decided"),
        Column("z", over="As decided"),
        Column("Status", numeric=False, over="As decided"),
        Column("Events", over="In the data now"),
        Column("z", over="In the data now"),
        Column("Status", numeric=False, over="In the data now"),
    )
    rows = []
    for k in looks:
        view = View(results, PAST, hypothesis, item=look_item(k.look))
        rows.append(
            TableRow(
                (
                    str(k.look),
                    view.cell(numbers.count, "events"),
                    view.cell(numbers.boundary_z, "z"),
                    view.text("status"),
                    view.cell(numbers.count, "events_now"),
                    view.cell(numbers.boundary_z, "z_now"),
                    view.text("status_now"),
                )
            )
        )
    foot = (
        "Decisions stand as they were made, and alpha once spent stays spent.",
        "An event counts from its own date, however late it was reported.",
    )
    return DisplayTable(
        "table-past-looks", "Past looks, as decided and as the data now read", columns, tuple(rows), foot
    )
