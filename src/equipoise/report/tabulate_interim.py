"""Rows of an interim look, of those before it, and of the same look under other plans."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from scipy.special import ndtr

from equipoise.report import numbers
from equipoise.report.margin_words import MARGIN, UPPER
from equipoise.report.results_table import ResultRow, ResultsTable, result_row, words_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from equipoise.monitoring import AssumedPlan, CrossingTable, InterimResult, LookResult

INTERIM = "interim"
OTHER_PLANS = "other plans"
P_SIDES = {1: "one-sided, benefit", 2: "two-sided"}


def interim_table(interim: InterimResult) -> ResultsTable:
    """Every number of every look, in order."""
    rows = [row for k in interim.looks for row in _look_rows(k, interim)]
    return ResultsTable(tuple(rows)).with_hashes(interim.protocol_hash, interim.data_hash)


def look_item(look: int) -> str:
    """How a look is named in the column `item`."""
    return f"look {look}"


def _look_rows(k: LookResult, interim: InterimResult) -> Iterator[ResultRow]:
    about, sides = {"population": interim.hypothesis, "item": look_item(k.look)}, interim.sides
    tested = interim.margin != 1.0
    better = "a hazard ratio below the margin" if tested else "benefit"
    if k.cutoff is not None:
        yield words_row(INTERIM, "cutoff", k.cutoff.isoformat(), **about)
    yield result_row(INTERIM, "events", k.events, unit="events", **about)
    yield result_row(INTERIM, "planned_events", k.planned_events, unit="events", **about)
    yield result_row(
        INTERIM,
        "information_fraction",
        k.information_fraction,
        method="observed over planned events",
        **about,
    )
    yield result_row(
        INTERIM, "information", k.information, method="null variance V of the log-rank score", **about
    )
    yield result_row(INTERIM, "score", k.score, method="expected minus observed, experimental arm", **about)
    yield result_row(INTERIM, "z", k.z, method=f"log-rank U/√V; above 0 is {better}", **about)
    yield result_row(
        INTERIM,
        "nominal_p",
        k.nominal_p,
        method="one-sided, against the margin" if tested else P_SIDES[sides],
        **about,
    )
    formula = "where the score U is 0" if tested else "exp(−U/V), one step"
    yield result_row(INTERIM, "hazard_ratio", k.hazard_ratio, unit="ratio", method=formula, **about)
    if tested:
        yield result_row(INTERIM, MARGIN, interim.margin, unit="ratio", **about)
    if tested and math.isfinite(k.upper_limit):
        method = f"one-sided {numbers.percent(1.0 - interim.alpha)} limit of the repeated interval"
        yield result_row(INTERIM, UPPER, k.upper_limit, unit="ratio", method=method, **about)
    for side, z in (("efficacy", k.efficacy_z), ("futility", k.futility_z), ("harm", k.harm_z)):
        read = abs(z) != float("inf")
        note = {} if read else {"note": f"not read for {side}"}
        yield result_row(INTERIM, f"{side}_z", z, method="bound on the z scale", **about, **note)
        if read:
            p = float(ndtr(-z)) if sides == 1 else 2.0 * float(ndtr(-abs(z)))
            yield result_row(INTERIM, f"{side}_p", p, method=f"bound as P, {P_SIDES[sides]}", **about)
    yield result_row(INTERIM, "alpha_spent", k.alpha_spent, method="cumulative", **about)
    yield words_row(INTERIM, "status", k.exit.sentence, **about)


def crossing_rows(table: CrossingTable) -> ResultsTable:
    """The look read against the boundary of each assumed plan."""
    return ResultsTable(tuple(row for plan in table.plans for row in _plan_rows(plan)))


def plan_item(plan: AssumedPlan) -> str:
    """How an assumed plan is named in the column `item`."""
    return f"{plan.family}, {plan.final_events} events"


def _plan_rows(plan: AssumedPlan) -> Iterator[ResultRow]:
    about = {"item": plan_item(plan)}
    method = "assumed plan; this look is its first for efficacy"
    yield result_row(OTHER_PLANS, "information_fraction", plan.information_fraction, method=method, **about)
    yield result_row(OTHER_PLANS, "efficacy_z", plan.efficacy_z, method=method, **about)
    yield result_row(OTHER_PLANS, "nominal_p", plan.nominal_p, method="one-sided bound", **about)
    crossed = "crossed" if plan.crossed else "not crossed"
    yield words_row(OTHER_PLANS, "status", crossed, method=method, **about)
