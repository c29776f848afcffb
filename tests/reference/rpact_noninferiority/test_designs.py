"""Non-inferiority designs as rpact has them: events, calendar, and bounds on the scale of the hazard ratio."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pytest

import tolerances
from equipoise.design import (
    Accrual,
    AccrualRate,
    LanDeMetsOBrienFleming,
    PiecewiseConstant,
    Stratum,
    design_trial,
    group_sequential,
    time_to_event,
)
from equipoise.protocol import parse_protocol

with (Path(__file__).parent / "designs.csv").open(newline="") as _file:
    ROWS = {row["id"]: row for row in csv.DictReader(_file)}

SHARES = (0.3, 1.0)
ACCRUAL_END = 48.0
FOLLOW_UP = 24.0


def numbers(text: str) -> list[float]:
    """Numbers between semicolons."""
    return [float(x) for x in text.split(";")]


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_events_patients_times_and_bounds(row: dict[str, str]) -> None:
    sequential = group_sequential(
        numbers(row["fractions"]),
        alpha=0.025,
        beta=float(row["beta"]),
        sides=1,
        efficacy=LanDeMetsOBrienFleming(),
    )
    stratum = Stratum(
        1.0,
        PiecewiseConstant(tuple(numbers(row["hazard_from"])), tuple(numbers(row["control_hazard"]))),
        float(row["hazard_ratio"]),
        control_dropout=float(row["dropout_control"]),
        experimental_dropout=float(row["dropout_experimental"]),
    )
    found = time_to_event(
        sequential,
        [stratum],
        Accrual(PiecewiseConstant((0.0, 6.0), SHARES), ACCRUAL_END),
        solve_for=AccrualRate(study_duration=ACCRUAL_END + FOLLOW_UP),
        ratio=float(row["allocation"]),
        hazard_ratio_null=float(row["margin"]),
    )
    assert found.events == pytest.approx(float(row["events"]), abs=tolerances.RPACT_EVENTS)
    assert found.patients == pytest.approx(float(row["patients"]), rel=1e-5)
    assert found.look_times == pytest.approx(numbers(row["look_times"]), abs=tolerances.RPACT_MONTHS)
    assert sequential.efficacy_z == pytest.approx(numbers(row["bound_z"]), abs=tolerances.RPACT_Z)
    assert found.efficacy_hazard_ratio == pytest.approx(numbers(row["bound_hazard_ratio"]), abs=1e-6)


PROTOCOL = """
schema_version = 1
arm = [{{ id = "A", label = "Standard", control = true }}, {{ id = "B", label = "Less" }}]
stratum = [{{ id = "all", prevalence = 1.0 }}]
endpoint = [{{ id = "EFS", label = "Event-free survival", events = ["relapse"] }}]
assumption = [{{ endpoint = "EFS", stratum = "all", hazard = {{ starts = {starts}, rates = {rates} }} }}]
effect = [{{ endpoint = "EFS", arm = "B", hazard_ratio = [{hazard_ratio}] }}]
[trial]
name = "MARGIN"
title = "A trial of no worse"
question = "Is B no worse than A?"
time_unit = "months"
[randomization]
ratio = {{ A = {a}, B = {b} }}
block_sizes = [6]
[accrual]
starts = [0, 6]
rates = [{slow}, {fast}]
patients = {patients}
[dropout.by_arm]
A = {dropout_control}
B = {dropout_experimental}
[[hypothesis]]
id = "primary"
endpoint = "EFS"
experimental = "B"
test = "logrank"
margin = {margin}
alpha = 0.025
power = {power}
[monitoring]
hypothesis = "primary"
efficacy = {{ family = "Lan-DeMets O'Brien-Fleming" }}
look = [{looks}]
"""


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_protocol_with_a_margin_is_designed_so(row: dict[str, str]) -> None:
    """Whole events: rpact's, rounded up; the last bound is rpact's to what one event more does to it."""
    patients = math.ceil(float(row["patients"]))
    rate = float(row["patients"]) / (SHARES[0] * 6.0 + SHARES[1] * (ACCRUAL_END - 6.0))
    whole = {"1": (1, 1), "2": (1, 2), "0.5": (2, 1)}[row["allocation"]]
    plan = PROTOCOL.format(
        starts=numbers(row["hazard_from"]),
        rates=numbers(row["control_hazard"]),
        a=whole[0],
        b=whole[1],
        slow=SHARES[0] * rate,
        fast=SHARES[1] * rate,
        patients=patients,
        power=1.0 - float(row["beta"]),
        looks=", ".join(f"{{ fraction = {t} }}" for t in numbers(row["fractions"])),
        **{k: row[k] for k in ("hazard_ratio", "dropout_control", "dropout_experimental", "margin")},
    )
    design = design_trial(parse_protocol(plan))
    assert design.events == math.ceil(float(row["events"]) - 1e-3)
    last = design.looks[-1]
    bound = numbers(row["bound_hazard_ratio"])[-1]
    # One event more moves log(margin / bound), which goes as the root of the events, by half its share of them.
    one_event = 0.5 * math.log(float(row["margin"]) / bound) / float(row["events"])
    assert math.log(last.hazard_ratio) == pytest.approx(math.log(bound), abs=1.05 * one_event + 2e-4)
    assert last.hazard_ratio < float(row["margin"])
    assert last.time == pytest.approx(ACCRUAL_END + FOLLOW_UP, abs=1.5)
    assert math.exp(design.log_hazard_ratio) == pytest.approx(float(row["hazard_ratio"]), rel=1e-9)
    assert design.power >= 1.0 - float(row["beta"]) - 1e-9
