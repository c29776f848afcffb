"""Estimates at the stop, against the design room's inference asked trial by trial."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest

from equipoise.design import conditional_power, design_trial, interim_look, stopped_estimate
from equipoise.protocol import Protocol
from equipoise.simulation import OperatingCharacteristics, Scenario, simulate
from equipoise.simulation.played import Played, true_log_hazard_ratio
from equipoise.simulation.stopped_inference import POINTS, _by_z, _estimated
from simulation.small_trials import small_trial

FUTILITY = """
[monitoring]
hypothesis = "primary"
efficacy = { family = "Lan-DeMets O'Brien-Fleming" }
futility = { p_value = 0.5 }
[[monitoring.look]]
events = 40
[[monitoring.look]]
events = 80
"""
PROTOCOL = small_trial(monitoring=FUTILITY)
TRUE = Scenario("half", 0.5)


@pytest.fixture(scope="module")
def found() -> OperatingCharacteristics:
    return simulate(
        PROTOCOL, trials=300, seed=4, scenarios=[TRUE, "null"], estimates=True, per_replicate=True
    )


def _by_hand(protocol: Protocol, rows: pl.DataFrame) -> list[tuple[float, float, float]]:
    """Log hazard ratio and its limits of the trials that hold exactly the planned events."""
    design = design_trial(protocol)
    out = []
    for r in rows.iter_rows(named=True):
        fraction = r["events"] / design.events
        look = interim_look(design.boundaries, r["z"], look=r["look"], planned=r["information"] / fraction)
        one = stopped_estimate(look)
        out.append((-one.estimate, -one.upper, -one.lower))
    return out


def test_mean_bias_and_coverage_are_those_of_the_trials_one_by_one(found: OperatingCharacteristics) -> None:
    rows = found.replicates.filter(pl.col("scenario") == "half")
    on_plan = rows.filter(pl.col("events").is_in([40, 80]))
    assert on_plan.height > 0.9 * rows.height
    log = rows["log_hazard_ratio"]
    naive, adjusted = found["half"].inference.naive, found["half"].inference.adjusted
    assert naive.log_hazard_ratio.value == pytest.approx(log.mean(), abs=1e-12)
    assert naive.bias.value == pytest.approx(log.mean() - math.log(0.5), abs=1e-12)
    half = 1.959963984540054 / rows["information"].sqrt()
    covered = ((log - math.log(0.5)).abs() <= half).mean()
    assert naive.coverage.value == pytest.approx(covered, abs=1e-12)
    by_hand = _by_hand(PROTOCOL, on_plan)
    # The few trials in which a day brought one event more are no part of the sums by hand.
    slack = 2.0 * (rows.height - on_plan.height) / rows.height
    assert adjusted.log_hazard_ratio.value == pytest.approx(np.mean([e for e, _, _ in by_hand]), abs=slack)
    share = np.mean([low <= math.log(0.5) <= high for _, low, high in by_hand])
    assert adjusted.coverage.value == pytest.approx(share, abs=slack)
    assert naive.bias.value < adjusted.bias.value, "stopping early exaggerates; the adjustment takes it back"


def test_the_polynomial_gives_the_estimate_itself() -> None:
    bounds = Played(PROTOCOL).of(TRUE).bounds
    z = np.linspace(2.9, 6.0, 3 * POINTS)
    read = _by_z(z, lambda x: _estimated(bounds, (40,), x), 3)
    direct = [_estimated(bounds, (40,), float(x)) for x in z]
    assert np.abs(np.array(read).T - np.array(direct)).max() < 1e-7
    late = np.linspace(-1.0, 4.5, 3 * POINTS)
    read = _by_z(late, lambda x: _estimated(bounds, (40, 80), x), 3)
    direct = [_estimated(bounds, (40, 80), float(x)) for x in late]
    assert np.abs(np.array(read).T - np.array(direct)).max() < 1e-5


def test_conditional_power_is_that_of_the_trials_stopped_for_futility(
    found: OperatingCharacteristics,
) -> None:
    rows = found.replicates.filter(
        (pl.col("scenario") == "null") & (pl.col("exit") == "futility") & (pl.col("events") == 40)
    )
    design = design_trial(PROTOCOL)
    by_hand = [float(conditional_power(interim_look(design.boundaries, z, look=1)).power) for z in rows["z"]]
    power = found["null"].inference.conditional_power
    assert len(power) == 1
    assert power[0].value == pytest.approx(np.mean(by_hand), abs=0.01)


def test_a_truth_that_is_not_one_number_has_no_bias(found: OperatingCharacteristics) -> None:
    plans = Played(PROTOCOL)
    frail = Scenario("frail", 0.5, changes=(("simulation.frailty.variance", 1.0),))
    late = Scenario("late", 0.5, delay=1.0)
    assert true_log_hazard_ratio(plans.of(TRUE), TRUE) == math.log(0.5)
    assert true_log_hazard_ratio(plans.of(frail), frail) is None
    assert true_log_hazard_ratio(plans.of(late), late) is None
    result = simulate(PROTOCOL, trials=20, seed=4, scenarios=[late], estimates=True)["late"].inference
    assert math.isnan(result.adjusted.bias.value)
    assert math.isfinite(result.adjusted.log_hazard_ratio.value)
    table = found.to_frame().filter(pl.col("scenario") == "half")
    named = table.filter(pl.col("statistic") == "adjusted_coverage")
    assert named["value"][0] == found["half"].inference.adjusted.coverage.value
