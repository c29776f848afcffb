"""The committee's table: each look with its information, statistic, bounds and status; and other plans."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from equipoise.report import numbers
from equipoise.report.dates import written_date
from equipoise.report.document import Column, DisplayTable, Shown, Span, TableRow, shown
from equipoise.report.margin_words import UPPER
from equipoise.report.rule_words import words_of_test
from equipoise.report.tabulate_interim import INTERIM, OTHER_PLANS, look_item, plan_item
from equipoise.report.view import View

if TYPE_CHECKING:
    from equipoise.monitoring import CrossingTable, InterimResult
    from equipoise.report.results_table import ResultsTable


def interim_looks_table(interim: InterimResult, results: ResultsTable) -> DisplayTable:
    """One row a look, in order."""
    harm, tested = any(numbers.known(k.harm_z) for k in interim.looks), interim.margin != 1.0
    columns = (
        Column("Look", numeric=False),
        Column("Data cut-off", numeric=False),
        Column("Events"),
        Column("Information fraction"),
        Column("Hazard ratio"),
        *((Column("Upper limit"),) if tested else ()),
        Column("z", over="Observed"),
        Column("P", over="Observed"),
        Column("z", over="Efficacy boundary"),
        Column("P", over="Efficacy boundary"),
        Column("z", over="Futility boundary"),
        *((Column("z", over="Harm boundary"),) if harm else ()),
        Column("Alpha spent"),
        Column("Status", numeric=False),
    )
    rows = []
    for k in interim.looks:
        view = View(results, INTERIM, interim.hypothesis, item=look_item(k.look))
        rows.append(
            TableRow(
                (
                    ", ".join(str(part) for part in (k.look, k.label) if part),
                    _date(view),
                    view.cell(
                        lambda d, n: f"{numbers.count(d)}/{numbers.count(n)}", "events", "planned_events"
                    ),
                    view.cell(numbers.decimal, "information_fraction", digits=2),
                    view.cell(numbers.ratio, "hazard_ratio"),
                    *((_limit(view),) if tested else ()),
                    view.cell(numbers.boundary_z, "z"),
                    view.cell(numbers.nominal_p, "nominal_p"),
                    view.cell(numbers.boundary_z, "efficacy_z"),
                    view.cell(numbers.nominal_p, "efficacy_p"),
                    view.cell(numbers.boundary_z, "futility_z"),
                    *((view.cell(numbers.boundary_z, "harm_z"),) if harm else ()),
                    view.cell(numbers.decimal, "alpha_spent", digits=4),
                    view.text("status"),
                )
            )
        )
    sides = "one-sided" if interim.sides == 1 else "two-sided"
    margin = numbers.ratio(interim.margin)
    null = f" against a hazard ratio of {margin}" if tested else ""
    sign = f"a hazard ratio below {margin}" if tested else "benefit"
    estimate = "Hazard ratio exp(−U/V), one step: the estimate that goes with z."
    if tested:
        estimate = "Hazard ratio: where U is 0, as in a Cox model, whatever the margin."
    statistic = f"z = U/√V of the log-rank test{null}, stratified as the hypothesis says; above 0 is {sign}."
    if interim.other_test:
        statistic = f"z of the planned test, {words_of_test(interim.other_test)}; above 0 is benefit."
        estimate = "Hazard ratio exp(−U/V) of the log-rank test, beside the planned one."
    foot = (
        "Population: the subjects of the hypothesis' strata, in the arms that the protocol compares.",
        statistic,
        f"P values are nominal and {sides}. {estimate}",
        *((_limit_note(interim),) if tested else ()),
        f"Boundaries at the information observed, alpha {interim.alpha:g} {sides}, spent up to each look.",
        "A dash: the look is not read for it.",
        *_pooled(interim),
    )
    return DisplayTable("table-interim", "Looks and boundary status", columns, tuple(rows), foot)


def _limit(view: View) -> Span:
    return view.cell(numbers.ratio, UPPER) if view.row(UPPER) else numbers.NOT_APPLICABLE


def _pooled(interim: InterimResult) -> list[str]:
    """Which strata were tested as one, and at which looks."""
    pools = dict.fromkeys(k.pooled_strata for k in interim.looks if k.pooled_strata)
    found = []
    for pool in pools:
        looks = [str(k.look) for k in interim.looks if k.pooled_strata == pool]
        found.append(
            f"{'Look' if len(looks) == 1 else 'Looks'} {', '.join(looks)}: strata {', '.join(pool[:-1])} and "
            f"{pool[-1]}, with few events in both arms together, were tested as one, as the protocol plans."
        )
    return found


def _limit_note(interim: InterimResult) -> str:
    level = numbers.percent(1.0 - interim.alpha)
    return (
        f"Upper limit: one-sided {level}, of the repeated interval; below the margin "
        f"{numbers.ratio(interim.margin)} exactly where z reaches its efficacy boundary."
    )


def _date(view: View) -> Span:
    row = view.row("cutoff")
    return shown(row, written_date(date.fromisoformat(row.text))) if row else numbers.NOT_APPLICABLE


def crossing_plans_table(table: CrossingTable, results: ResultsTable) -> DisplayTable:
    """Bounds of each spending family over the assumed final events; crossed or not."""
    finals = tuple(dict.fromkeys(p.final_events for p in table.plans))
    families = tuple(dict.fromkeys(p.family for p in table.plans))
    columns = (
        Column("Spending of alpha", numeric=False),
        *(Column(numbers.count(n), over="Assumed events of the final analysis") for n in finals),
    )
    found = {(p.family, p.final_events): p for p in table.plans}
    rows = []
    for family in families:
        cells: list[Span] = [family]
        for n in finals:
            plan = found.get((family, n))
            view = View(results, OTHER_PLANS, item=plan_item(plan)) if plan else None
            cells.append(_plan_cell(view) if view else numbers.NOT_APPLICABLE)
        rows.append(TableRow(tuple(cells)))
    verdict = (
        "Crossed under every assumed plan."
        if table.always
        else f"Crossed under {sum(p.crossed for p in table.plans)} of {len(table.plans)} assumed plans."
    )
    foot = (
        f"Observed z {numbers.boundary_z(table.z)} at {numbers.count(table.events)} events. {verdict}",
        "Each cell: the bound on z, and whether it is crossed. The look is taken as the first for efficacy.",
    )
    title = "Would the boundary be crossed under other plans?"
    return DisplayTable("table-other-plans", title, columns, tuple(rows), foot)


def _plan_cell(view: View) -> Shown:
    row = view.row("efficacy_z")
    status = view.row("status")
    return shown(row, f"{numbers.boundary_z(row.value if row else None)} {status.text if status else ''}")
