"""Settings whose power is known by played trials, as protocols: recorded in reference/simulated_power."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from equipoise.design import design_trial
from equipoise.protocol import Protocol, parse_protocol
from equipoise.simulation import simulate

if TYPE_CHECKING:
    from collections.abc import Sequence

RECORD = Path(__file__).parents[1] / "reference" / "simulated_power" / "simulated_power.csv"
NO_FUTILITY = -99.0
# Their last look waits for events that may never come: simulated trials hold it all the same, at the end.
UNSURE = "events may never"


class Setting(NamedTuple):
    """One setting: times in months, hazards and hazard ratios by stratum and piece."""

    name: str
    patients: int
    accrual_end: Sequence[float]
    accrual_rate: Sequence[float]
    prevalence: Sequence[float]
    hazard_from: Sequence[float]
    hazard: Sequence[Sequence[float]]
    hazard_ratio: Sequence[Sequence[float]]
    dropout: tuple[float, float]
    """Hazard of loss on the control and on the experimental arm."""
    experimental_per_control: int
    look_events: Sequence[int]
    futility: str
    """The rule of futility in TOML, or nothing."""
    power: float = 0.9
    """Power that the futility bounds spend the error of."""
    accrual: str = "poisson"
    """"poisson", or "fixed" where patients come at equal intervals."""


class Powers(NamedTuple):
    """Powers of one setting: simulated, by the score's exact moments, by Schoenfeld's formula."""

    name: str
    events: int
    looks: int
    simulated: float
    error: float
    moments: float
    schoenfeld: float


def numbers(text: str) -> list[float]:
    """Numbers parted by semicolons."""
    return [float(v) for v in text.split(";")]


def recorded_settings() -> list[Setting]:
    """Those of the record whose events surely come; the bounds are the design's own."""
    with RECORD.open() as file:
        rows = [r for r in csv.DictReader(file) if not r["name"].startswith(UNSURE)]
    found = []
    for row in rows:
        dropout = numbers(row["dropout"])
        futile = numbers(row["futility_z"])[0] > NO_FUTILITY
        found.append(
            Setting(
                name=f"{row['id']} {row['name']}",
                patients=int(row["patients"]),
                accrual_end=numbers(row["accrual_end"]),
                accrual_rate=numbers(row["accrual_rate"]),
                prevalence=numbers(row["prevalence"]),
                hazard_from=numbers(row["hazard_from"]),
                hazard=[numbers(v) for v in row["hazard"].split("|")],
                hazard_ratio=[numbers(v) for v in row["hazard_ratio"].split("|")],
                dropout=(dropout[0], dropout[1]),
                experimental_per_control=int(row["allocation"]),
                look_events=[int(v) for v in numbers(row["look_events"])],
                futility='{ spending = { family = "Hwang-Shih-DeCani", gamma = -2.0 } }' if futile else "",
            )
        )
    return found


def protocol_of(one: Setting) -> Protocol:
    """A setting as a protocol: one-sided 0.025, bounds of Lan-DeMets O'Brien-Fleming."""
    spans = [b - a for a, b in zip((0.0, *one.accrual_end[:-1]), one.accrual_end, strict=True)]
    come = sum(s * r for s, r in zip(spans, one.accrual_rate, strict=True))
    rates = [r * one.patients / come for r in one.accrual_rate]
    strata = range(len(one.prevalence))
    per = one.experimental_per_control
    test = "stratified-logrank" if len(strata) > 1 else "logrank"
    text = f"""
schema_version = 1
[trial]
name = "SETTING"
title = "{one.name}"
question = "What is its power?"
time_unit = "months"
[[arm]]
id = "control"
label = "Control"
control = true
[[arm]]
id = "experimental"
label = "Experimental"
[randomization]
ratio = {{ control = 1, experimental = {per} }}
block_sizes = [{2 * (1 + per)}]
[accrual]
patients = {one.patients}
starts = {[0.0, *one.accrual_end[:-1]]}
rates = {rates}
[simulation]
accrual = "{one.accrual}"
[dropout]
rate = {one.dropout[0]!r}
by_arm = {{ experimental = {one.dropout[1]!r} }}
[[endpoint]]
id = "EFS"
label = "Event-free survival"
events = ["event"]
[[hypothesis]]
id = "primary"
endpoint = "EFS"
experimental = "experimental"
alpha = 0.025
power = {one.power}
test = "{test}"
[monitoring]
hypothesis = "primary"
efficacy = {{ family = "Lan-DeMets O'Brien-Fleming" }}
{f"futility = {one.futility}" if one.futility else ""}
"""
    text += "".join(f"[[monitoring.look]]\nevents = {d}\n" for d in one.look_events)
    for s in strata:
        text += f'[[stratum]]\nid = "s{s}"\nprevalence = {one.prevalence[s]!r}\n'
        pieces = f"starts = {list(one.hazard_from)}, rates = {list(one.hazard[s])}"
        text += f'[[assumption]]\nendpoint = "EFS"\nstratum = "s{s}"\nhazard = {{ {pieces} }}\n'
        text += f'[[effect]]\nendpoint = "EFS"\narm = "experimental"\nstrata = ["s{s}"]\n'
        text += f"starts = {list(one.hazard_from)}\nhazard_ratio = {list(one.hazard_ratio[s])}\n"
    return parse_protocol(text, source=one.name)


def powers(one: Setting, trials: int, seed: int) -> Powers:
    """Powers of a setting's trials, a stop for futility being final."""
    protocol = protocol_of(one)
    design = design_trial(protocol)
    value, error = simulate(protocol, trials=trials, seed=seed, scenarios="alternative")[
        "alternative"
    ].rejection
    return Powers(
        one.name,
        design.events,
        len(design.looks),
        value,
        error,
        design.power_by_score,
        design.power,
    )
