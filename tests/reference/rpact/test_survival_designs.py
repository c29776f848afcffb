"""Events, patients and calendar of 86 time-to-event designs: rpact, Schoenfeld's formula, and integrals by definition."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

import pytest

import tolerances
from equipoise.design import (
    Accrual,
    AccrualRate,
    PiecewiseConstant,
    Stratum,
    StudyDuration,
    TimeToEventDesign,
    expected_events,
    group_sequential,
    required_events,
    time_of_events,
    time_to_event,
)
from independent.expected_events import (
    calendar_of_events,
    enrolled,
    expected_events_of_trial,
    schoenfeld_events,
)
from independent.group_sequential_by_tanh_sinh import (
    crossing,
    drift_for_power,
    efficacy_bounds,
    fixed_drift,
    spent,
)
from reference.rpact.recorded import number, numbers, rows
from reference.rpact.spending import rule

SETTINGS = {row["id"]: row for row in rows("survival_designs.csv")}
SHARES: dict[str, list[dict[str, str]]] = defaultdict(list)
for _row in rows("survival_event_probabilities.csv"):
    SHARES[_row["id"]].append(_row)


def trial(row: dict[str, str]) -> dict[str, Any]:
    """The setting as arguments of the rival integrals: one stratum."""
    hazard = numbers(row["control_hazard"])
    return {
        "accrual_end": numbers(row["accrual_end"]),
        "accrual_rate": numbers(row["accrual_rate"]),
        "hazard_from": numbers(row["hazard_from"]),
        "prevalence": [1.0],
        "control_hazard": [hazard],
        "hazard_ratio": [[float(row["hazard_ratio"])] * len(hazard)],
        "dropout_control": float(row["dropout_control"]),
        "dropout_experimental": float(row["dropout_experimental"]),
        "allocation": float(row["allocation"]),
    }


def drift(row: dict[str, str]) -> tuple[list[float], list[float], float]:
    """Information fractions, bounds and drift of the setting, by the rival."""
    t = numbers(row["information_fraction"])
    alpha, beta, sides = float(row["alpha"]), float(row["beta"]), int(row["sides"])
    if len(t) == 1:
        theta = fixed_drift(alpha, beta, sides)
        return t, efficacy_bounds(t, [alpha / sides], sides), theta
    parameter = number(row["efficacy_parameter"])
    spending = (row["efficacy"], None if math.isnan(parameter) else parameter)
    z = efficacy_bounds(t, [spent(*spending, x, alpha / sides) for x in t], sides)
    lower = [-b for b in z] if sides == 2 else [-math.inf] * len(t)
    return t, z, drift_for_power(t, z, lower, beta)


def assumptions(row: dict[str, str]) -> tuple[list[Stratum], Accrual]:
    """The setting as the package takes it."""

    def constant(rate: str) -> PiecewiseConstant:
        return PiecewiseConstant(starts=(0.0,), rates=(float(row[rate]),))

    ends = numbers(row["accrual_end"])
    stratum = Stratum(
        prevalence=1.0,
        control_hazard=PiecewiseConstant(
            starts=tuple(numbers(row["hazard_from"])), rates=tuple(numbers(row["control_hazard"]))
        ),
        hazard_ratio=constant("hazard_ratio"),
        control_dropout=constant("dropout_control"),
        experimental_dropout=constant("dropout_experimental"),
    )
    rates = PiecewiseConstant(starts=(0.0, *ends[:-1]), rates=tuple(numbers(row["accrual_rate"])))
    return [stratum], Accrual(rates=rates, duration=ends[-1])


def designed(row: dict[str, str]) -> TimeToEventDesign:
    """The package's design for what was asked of rpact."""
    parameter = number(row["efficacy_parameter"])
    sequential = group_sequential(
        information_fraction=numbers(row["information_fraction"]),
        alpha=float(row["alpha"]),
        beta=float(row["beta"]),
        sides=int(row["sides"]),
        efficacy=rule((row["efficacy"], None if math.isnan(parameter) else parameter)),
    )
    strata, accrual = assumptions(row)
    by_duration = row["given"] == "follow_up"
    return time_to_event(
        sequential,
        strata,
        accrual,
        solve_for=AccrualRate(study_duration=float(row["study_duration"]))
        if by_duration
        else StudyDuration(),
        ratio=float(row["allocation"]),
        hazard_ratio_null=float(row["hazard_ratio_null"]),
    )


@pytest.mark.parametrize("row", SETTINGS.values(), ids=SETTINGS)
def test_design_is_rpacts(row: dict[str, str]) -> None:
    found = designed(row)
    assert found.look_events == pytest.approx(numbers(row["look_events"]), abs=tolerances.RPACT_EVENTS)
    assert found.look_times == pytest.approx(numbers(row["look_times"]), abs=tolerances.RPACT_MONTHS)
    assert found.look_patients == pytest.approx(numbers(row["look_subjects"]), rel=1e-5, abs=0.5)
    assert found.power == pytest.approx(1.0 - float(row["beta"]), abs=tolerances.RPACT_POWER)
    assert found.hazard_ratio == pytest.approx(float(row["hazard_ratio"]), abs=tolerances.RIVAL_EVENTS)


@pytest.mark.parametrize("row", SETTINGS.values(), ids=SETTINGS)
def test_expected_events_are_the_integrals(row: dict[str, str]) -> None:
    """Events by arm at six calendar times, and the way back from events to time, by rival integration."""
    strata, accrual = assumptions(row)
    ratio = float(row["allocation"])
    times = [float(share["time"]) for share in SHARES[row["id"]]]
    found = expected_events(strata, accrual, at=times, ratio=ratio)
    for k, time in enumerate(times):
        ((control, experimental),) = expected_events_of_trial(time, **trial(row))
        assert found.control[k, 0] == pytest.approx(control, abs=tolerances.RIVAL_EVENTS)
        assert found.experimental[k, 0] == pytest.approx(experimental, abs=tolerances.RIVAL_EVENTS)
    events = numbers(row["look_events"])
    back = time_of_events(strata, accrual, events=events, ratio=ratio)
    assert back == pytest.approx(
        [calendar_of_events(d, trial(row)) for d in events], abs=tolerances.RIVAL_MONTHS
    )


@pytest.mark.parametrize("row", SETTINGS.values(), ids=SETTINGS)
def test_events_by_schoenfelds_formula(row: dict[str, str]) -> None:
    _, _, theta = drift(row)
    events = schoenfeld_events(
        theta, float(row["hazard_ratio"]), float(row["allocation"]), float(row["hazard_ratio_null"])
    )
    assert events == pytest.approx(float(row["events"]), abs=tolerances.RPACT_EVENTS)
    found = required_events(
        theta,
        float(row["hazard_ratio"]),
        ratio=float(row["allocation"]),
        hazard_ratio_null=float(row["hazard_ratio_null"]),
    )
    assert found == pytest.approx(events, rel=tolerances.ROUNDING)


@pytest.mark.parametrize("row", SETTINGS.values(), ids=SETTINGS)
def test_calendar_by_integration(row: dict[str, str]) -> None:
    setting = trial(row)
    parts = expected_events_of_trial(float(row["study_duration"]), **setting)
    assert sum(map(sum, parts)) == pytest.approx(float(row["events"]), abs=tolerances.RPACT_EVENTS)
    for events, time, subjects in zip(
        numbers(row["look_events"]), numbers(row["look_times"]), numbers(row["look_subjects"]), strict=True
    ):
        assert calendar_of_events(events, setting) == pytest.approx(time, abs=tolerances.RPACT_MONTHS)
        assert enrolled(setting["accrual_end"], setting["accrual_rate"], time) == pytest.approx(subjects)


@pytest.mark.parametrize("row", SETTINGS.values(), ids=SETTINGS)
def test_event_probabilities_by_integration(row: dict[str, str]) -> None:
    subjects, ratio = float(row["subjects"]), float(row["allocation"])
    for share in SHARES[row["id"]]:
        ((control, experimental),) = expected_events_of_trial(float(share["time"]), **trial(row))
        assert control / subjects * (1 + ratio) == pytest.approx(
            float(share["control"]), abs=tolerances.RPACT_EVENT_PROBABILITY
        )
        assert experimental / subjects * (1 + ratio) / ratio == pytest.approx(
            float(share["experimental"]), abs=tolerances.RPACT_EVENT_PROBABILITY
        )


@pytest.mark.parametrize(
    "row",
    [r for r in SETTINGS.values() if r["expected_events"]],
    ids=[i for i, r in SETTINGS.items() if r["expected_events"]],
)
def test_expected_events_and_duration_at_stopping(row: dict[str, str]) -> None:
    t, z, theta = drift(row)
    lower = [-b for b in z] if row["sides"] == "2" else [-math.inf] * len(t)
    for share, column in ((1.0, "expected_events"), (0.0, "expected_events_null")):
        up, down = crossing(t, z, lower, share * theta)
        stop = [u + d for u, d in zip(up, down, strict=True)]
        stop[-1] = 1.0 - sum(stop[:-1])
        found = sum(p * d for p, d in zip(stop, numbers(row["look_events"]), strict=True))
        assert found == pytest.approx(float(row[column]), abs=tolerances.RPACT_EVENTS)
        if share:
            duration = sum(p * x for p, x in zip(stop, numbers(row["look_times"]), strict=True))
            assert duration == pytest.approx(float(row["expected_duration"]), abs=tolerances.RPACT_MONTHS)


def test_the_record_is_wide_enough() -> None:
    assert len(SETTINGS) >= 50
    for column, least in (("allocation", 3), ("accrual_end", 4), ("control_hazard", 5), ("hazard_ratio", 4)):
        assert len({row[column] for row in SETTINGS.values()}) >= least, column
    assert {row["given"] for row in SETTINGS.values()} == {"follow_up", "accrual_rate"}
    assert any(
        float(row["dropout_control"]) != float(row["dropout_experimental"]) for row in SETTINGS.values()
    )
