"""Rows of a design: its events, patients and power, and each look's calendar, bounds and errors."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from equipoise.design.from_protocol_by_statistic import is_another_test
from equipoise.report.design_assumptions import assumption_rows
from equipoise.report.results_table import ResultRow, ResultsTable, result_row, words_row
from equipoise.report.rule_words import words_of_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from equipoise.design.trial_design import Design, PlannedLook

DESIGN = "design"


def design_table(design: Design) -> ResultsTable:
    """Every number of a design."""
    rows = [
        *_whole(design),
        *_stopping(design),
        *assumption_rows(design),
        *(row for k in design.looks for row in _look_rows(k, design)),
    ]
    return ResultsTable(tuple(rows)).with_hashes(design.protocol.hash)


def planned_item(look: int) -> str:
    """How a planned look is named in the column `item`."""
    return f"look {look}"


def _whole(d: Design) -> Iterator[ResultRow]:
    about = {"population": d.hypothesis.id}
    unit = d.protocol.trial.time_unit
    yield result_row(DESIGN, "alpha", d.hypothesis.alpha, note=f"{d.hypothesis.sides}-sided, total", **about)
    if d.hypothesis.margin != 1.0:
        yield result_row(DESIGN, "margin", d.hypothesis.margin, unit="ratio", **about)
    if d.hypothesis.pool_strata_below is not None:
        yield result_row(DESIGN, "pool_strata_below", d.hypothesis.pool_strata_below, unit="events", **about)
    yield result_row(DESIGN, "power_wanted", d.hypothesis.power, unit="proportion", **about)
    method = "normal approximation to the log-rank test, whole events"
    yield result_row(DESIGN, "power", d.power, unit="proportion", method=method, **about)
    yield result_row(
        DESIGN,
        "power_by_score",
        d.power_by_score,
        unit="proportion",
        method="mean, variance and correlation of the log-rank score at the looks",
        **about,
    )
    for found in d.solved:
        yield result_row(DESIGN, "solved", found.value, item=found.path, note=found.text, **about)
    yield result_row(DESIGN, "looks", len(d.looks), unit="looks", **about)
    yield words_row(DESIGN, "efficacy_rule", words_of_rule(d.boundaries.efficacy), **about)
    if d.boundaries.futility is not None:
        note = "binding" if d.boundaries.binding else "not binding"
        yield words_row(DESIGN, "futility_rule", words_of_rule(d.boundaries.futility), note=note, **about)
    yield result_row(DESIGN, "events", d.events, unit="events", **about)
    yield result_row(
        DESIGN, "fixed_events", d.fixed_events, unit="events", note="without interim looks", **about
    )
    yield result_row(DESIGN, "inflation", d.boundaries.inflation, unit="ratio", **about)
    yield result_row(DESIGN, "drift", d.boundaries.drift, **about)
    yield result_row(DESIGN, "information", d.information, method="events × r/(1+r)²", **about)
    method = "mean log hazard ratio over the expected events"
    yield result_row(
        DESIGN, "hazard_ratio", math.exp(d.log_hazard_ratio), unit="ratio", method=method, **about
    )
    yield result_row(DESIGN, "patients", d.patients, unit="subjects", **about)
    yield result_row(DESIGN, "accrual_duration", d.accrual_duration, unit=unit, **about)
    yield result_row(DESIGN, "probability_events_come", d.probability_events_come, unit="proportion", **about)


def _stopping(d: Design) -> Iterator[ResultRow]:
    """Probabilities of stopping before the final analysis, and events expected by then."""
    about = {"population": d.hypothesis.id}
    for side in ("efficacy", "futility"):
        for state in ("null", "effect"):
            early = math.fsum(getattr(k, f"{side}_under_{state}") for k in d.looks[:-1])
            yield result_row(DESIGN, f"{side}_early_under_{state}", early, unit="proportion", **about)
    events = np.array([float(k.events) for k in d.looks])
    method = "at stopping, by normal approximation, futility obeyed"
    for state, drift in (("null", 0.0), ("effect", planned_drift(d))):
        expected = float(d.boundaries.crossing(drift).stop @ events)
        yield result_row(
            DESIGN, f"expected_events_under_{state}", expected, unit="events", method=method, **about
        )


def planned_drift(d: Design) -> float:
    """Expected z at the final analysis under the assumed effect: by Schoenfeld or the planned test."""
    if is_another_test(d.hypothesis):
        return d.boundaries.drift
    return (math.log(d.hypothesis.margin) - d.log_hazard_ratio) * math.sqrt(d.information)


def _look_rows(k: PlannedLook, d: Design) -> Iterator[ResultRow]:
    about = {"population": d.hypothesis.id, "item": planned_item(k.look)}
    sides = "one-sided" if d.hypothesis.sides == 1 else "two-sided"
    yield result_row(DESIGN, "events", k.events, unit="events", **about)
    yield result_row(DESIGN, "information_fraction", k.information_fraction, **about)
    yield result_row(DESIGN, "time", k.time, unit=d.protocol.trial.time_unit, method="expected", **about)
    if k.date is not None:
        yield words_row(DESIGN, "date", k.date.isoformat(), method="expected", **about)
    yield result_row(DESIGN, "patients", k.patients, unit="subjects", method="expected", **about)
    formula = "exp(−z/√V)" if d.hypothesis.margin == 1.0 else "margin × exp(−z/√V)"
    for side, z, ratio in (
        ("efficacy", k.efficacy_z, k.hazard_ratio),
        ("futility", k.futility_z, k.futility_hazard_ratio),
    ):
        if not math.isfinite(z):
            yield result_row(DESIGN, f"{side}_z", z, **{**about, "note": f"not read for {side}"})
            continue
        yield result_row(DESIGN, f"{side}_z", z, **about)
        p = k.nominal_p if side == "efficacy" else float(ndtr(-z))
        method = sides if side == "efficacy" else "one-sided, benefit"
        yield result_row(DESIGN, f"{side}_p", p, method=method, **about)
        yield result_row(DESIGN, f"{side}_hazard_ratio", ratio, unit="ratio", method=formula, **about)
    yield result_row(DESIGN, "alpha_spent", k.alpha_spent, **about)
    method = "stopped without rejecting, under the drift that gives the power asked for exactly"
    yield result_row(DESIGN, "beta_spent", float(d.boundaries.beta_spent[k.look - 1]), method=method, **about)
    for name in (
        "efficacy_under_null",
        "efficacy_under_effect",
        "futility_under_null",
        "futility_under_effect",
    ):
        yield result_row(DESIGN, name, getattr(k, name), unit="proportion", **about)
