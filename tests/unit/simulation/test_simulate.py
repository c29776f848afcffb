"""Simulating a protocol: the same bits whatever the workers, results that add up, and refusals."""

from __future__ import annotations

import math
import threading
import time
from dataclasses import replace

import numpy as np
import pytest

from equipoise.design import Exit, design_trial
from equipoise.errors import ArgumentError, DesignError
from equipoise.simulation import OperatingCharacteristics, Scenario, simulate
from equipoise.simulation._look_kernels import NOT_HELD
from equipoise.simulation._replicate_kernels import run_replicates
from equipoise.simulation.bounds_in_use import BoundsInUse, all_looks
from equipoise.simulation.chunks import CHUNK, Chunk, chunks_of, room_for_outcomes
from equipoise.simulation.look_plan import look_plan
from equipoise.simulation.scenario import ALTERNATIVE, NULL
from equipoise.simulation.subject_model import subject_model
from equipoise.simulation.tally import Counts, Tally, exits_of
from simulation.small_trials import small_trial
from tolerances import ROUNDING, SUMMATION

PROTOCOL = small_trial()
FUTILITY = """
[monitoring]
hypothesis = "primary"
efficacy = { family = "Lan-DeMets O'Brien-Fleming" }
futility = { p_value = 0.5 }
[[monitoring.look]]
events = 40
label = "first"
[[monitoring.look]]
events = 80
"""


@pytest.fixture(scope="module")
def simulated() -> OperatingCharacteristics:
    return simulate(small_trial(monitoring=FUTILITY), trials=3 * CHUNK + 17, seed=11, workers=2)


def test_the_same_bits_whatever_the_workers_and_the_order_of_scenarios() -> None:
    results = [
        simulate(PROTOCOL, trials=2 * CHUNK + 3, seed=5, scenarios=order, workers=workers)
        for workers in (1, 2, 3)
        for order in ((NULL, ALTERNATIVE), (ALTERNATIVE, NULL))
    ]
    for other in results[1:]:
        assert other["null"] == results[0]["null"]
        assert other["alternative"] == results[0]["alternative"]


def test_another_seed_gives_other_trials() -> None:
    one, two = (simulate(PROTOCOL, trials=200, seed=s, scenarios="null", workers=1) for s in (1, 2))
    assert one["null"].duration != two["null"].duration


def test_scenarios_do_not_share_their_random_numbers() -> None:
    same_truth = [NULL, Scenario("null again", 1.0)]
    found = simulate(PROTOCOL, trials=200, seed=1, scenarios=same_truth, workers=1)
    assert found["null"].duration != found["null again"].duration


def test_chunks_depend_on_the_number_of_the_replicate_alone() -> None:
    assert chunks_of(2 * CHUNK + 1) == (Chunk(0, CHUNK), Chunk(CHUNK, CHUNK), Chunk(2 * CHUNK, 1))
    assert chunks_of(CHUNK) == (Chunk(0, CHUNK),)


def test_more_trials_begin_with_the_same_trials() -> None:
    few, many = (
        simulate(PROTOCOL, trials=n, seed=4, scenarios="null", workers=1) for n in (CHUNK, 2 * CHUNK)
    )
    found = [simulate(PROTOCOL, trials=CHUNK, seed=4, scenarios="null", workers=1)]
    assert found[0] == few
    share = many["null"].looks[0].efficacy.value * 2 - few["null"].looks[0].efficacy.value
    assert share * CHUNK == pytest.approx(round(share * CHUNK), abs=1e-9)


def test_exits_add_up_to_certainty(simulated: OperatingCharacteristics) -> None:
    for scenario in simulated.scenarios:
        left = 0.0
        for look in scenario.looks:
            assert look.reached.value == pytest.approx(1.0 - left, abs=ROUNDING)
            left += look.efficacy.value + look.futility.value + look.harm.value + look.end.value
        assert left == pytest.approx(1.0, abs=ROUNDING)
        assert scenario.rejection.value == pytest.approx(
            sum(look.efficacy.value for look in scenario.looks), abs=ROUNDING
        )
        assert scenario.rejection.error == pytest.approx(
            math.sqrt(scenario.rejection.value * (1 - scenario.rejection.value) / simulated.trials)
        )


def test_means_at_the_stop_are_those_of_the_looks(simulated: OperatingCharacteristics) -> None:
    for scenario in simulated.scenarios:
        assert scenario.events.n == scenario.duration.n == simulated.trials
        assert [look.events.n for look in scenario.looks] == [
            round(look.reached.value * simulated.trials) for look in scenario.looks
        ]
        assert 40 <= scenario.looks[0].events.quantiles[0] <= scenario.looks[0].events.mean.value < 41
        assert scenario.looks[0].label == "first"
        first, last = scenario.looks[0].time.mean.value, scenario.looks[-1].time.mean.value
        assert first < scenario.duration.mean.value < last


def test_the_alternative_is_told_from_the_null(simulated: OperatingCharacteristics) -> None:
    null, alternative = simulated["null"], simulated["alternative"]
    assert null.rejection.value < 0.05
    assert alternative.rejection.value > 0.3
    assert alternative.one_step_hazard_ratio.value < 0.8 < null.one_step_hazard_ratio.value
    assert null.looks[0].futility.value > 0.4 > alternative.looks[0].futility.value


def test_the_long_table_holds_every_number_once(simulated: OperatingCharacteristics) -> None:
    frame = simulated.to_frame()
    assert frame.columns == ["scenario", "look", "statistic", "value", "mc_error"]
    assert not frame.select("scenario", "look", "statistic").is_duplicated().any()
    row = frame.filter(
        (frame["scenario"] == "null") & (frame["look"] == 2) & (frame["statistic"] == "efficacy")
    )
    assert tuple(row.row(0)[3:]) == simulated["null"].looks[1].efficacy
    per_look = 5 + 3 * 7
    assert frame.height == 2 * (4 + 3 * 7 + 2 * per_look)
    quantile = frame.filter((frame["look"].is_null()) & (frame["statistic"] == "duration_q50"))
    assert quantile["value"].to_list() == [s.duration.quantiles[2] for s in simulated.scenarios]
    assert quantile["mc_error"].is_null().all()


def test_the_result_names_what_it_is_of(simulated: OperatingCharacteristics) -> None:
    protocol = small_trial(monitoring=FUTILITY)
    assert (simulated.trial, simulated.protocol_hash) == ("TEST", protocol.hash)
    assert (simulated.seed, simulated.time_unit) == (11, "years")
    with pytest.raises(ArgumentError, match="must be one of 'null', 'alternative'"):
        simulated["other"]


def test_progress_counts_up_to_all_trials_of_all_scenarios() -> None:
    heard: list[tuple[int, int]] = []
    simulate(
        PROTOCOL,
        trials=CHUNK + 1,
        seed=1,
        workers=2,
        progress=lambda done, total: heard.append((done, total)),
    )
    total = 2 * (CHUNK + 1)
    assert heard == [(CHUNK, total), (CHUNK + 1, total), (2 * CHUNK + 1, total), (total, total)]


def test_a_running_kernel_lets_other_threads_go_on() -> None:
    """Otherwise threads would take turns and two would be no faster than one."""
    plan = look_plan(design_trial(PROTOCOL))
    model = subject_model(PROTOCOL, plan.endpoint, NULL)

    def run(replicates: int) -> None:
        outcomes = room_for_outcomes(replicates, len(plan.labels))
        every = all_looks(len(plan.labels))
        run_replicates(model, plan.looks, every, np.uint64(1), 0, 0, plan.until, outcomes)

    run(1)
    running = threading.Thread(target=run, args=(4_000,))
    running.start()
    breaths = 0
    while running.is_alive():
        time.sleep(0.001)
        breaths += 1
    assert breaths > 10


@pytest.mark.parametrize("scenario", [NULL, ALTERNATIVE])
def test_a_trial_that_stops_at_its_planned_events_is_read_no_further_and_stops_as_it_would(
    scenario: Scenario,
) -> None:
    protocol = small_trial(monitoring=FUTILITY)
    plan = look_plan(design_trial(protocol))
    model = subject_model(protocol, plan.endpoint, scenario)
    bounds = BoundsInUse(plan.boundaries, plan.planned_events)
    found = []
    for rule in (all_looks(2), bounds.as_planned(plan.looks.due_events)):
        out = room_for_outcomes(2 * CHUNK, 2)
        run_replicates(model, plan.looks, rule, np.uint64(9), 0, 0, plan.until, out)
        found.append(out)
    whole, short = found
    assert np.array_equal(exits_of(whole, bounds), exits_of(short, bounds))
    unread = short.events == NOT_HELD
    assert 50 < unread.sum() < CHUNK * 2
    assert (whole.events > NOT_HELD).all()
    for a, b in zip(whole[1:-1], short[1:-1], strict=True):
        assert np.array_equal(a[~unread], b[~unread])
    late = (exits_of(whole, bounds).look == 0) & (whole.events[:, 0] > 40)
    assert late.any()
    assert not unread[late].any(), "where a day brings more events than planned, every look is read"
    assert np.array_equal(whole.day, short.day)


def test_a_caller_who_stops_in_progress_stops_the_simulation() -> None:
    def stop(done: int, _total: int) -> None:
        raise KeyboardInterrupt(done)

    with pytest.raises(KeyboardInterrupt):
        simulate(PROTOCOL, trials=100 * CHUNK, seed=1, workers=2, progress=stop)


def test_a_unit_of_time_is_only_a_way_of_writing() -> None:
    """The same trial in months: 12 months are 365.25 days, so every day is the same."""
    months = small_trial(
        trial=PROTOCOL_IN_MONTHS,
        accrual="[accrual]\nstart_date = 2019-07-01\npatients = 400\nstarts = [0.0, 12.0]\n"
        f"rates = [{100 / 12!r}, {160 / 12!r}]",
        dropout=f"[dropout]\nrate = {0.03 / 12!r}",
        assumptions=ASSUMED_IN_MONTHS,
    )
    one = simulate(PROTOCOL, trials=200, seed=3, scenarios="alternative", workers=1)["alternative"]
    two = simulate(months, trials=200, seed=3, scenarios="alternative", workers=1)["alternative"]
    assert two.rejection == one.rejection
    assert two.duration.mean.value == pytest.approx(12.0 * one.duration.mean.value, rel=SUMMATION)


PROTOCOL_IN_MONTHS = """
schema_version = 1
[trial]
name = "TEST"
title = "A trial for tests"
question = "Does the test hold?"
time_unit = "months"
"""
ASSUMED_IN_MONTHS = f"""
[[assumption]]
endpoint = "DFS"
stratum = "low"
hazard = {{ starts = [0.0, 12.0], rates = [{0.08 / 12!r}, {0.15 / 12!r}] }}
[[assumption]]
endpoint = "DFS"
stratum = "high"
hazard = {{ rates = [{0.30 / 12!r}] }}
[[effect]]
endpoint = "DFS"
arm = "treatment"
starts = [0.0, 6.0]
hazard_ratio = [1.0, 0.55]
"""


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ({"trials": 0}, "trials"),
        ({"trials": 2.5}, "trials"),
        ({"trials": True}, "trials"),
        ({}, "trials"),
        ({"trials": 1, "seed": -1}, "seed"),
        ({"trials": 1, "seed": "x"}, "seed"),
        ({"trials": 1, "workers": 0}, "workers"),
        ({"trials": 1, "workers": 1.0}, "workers"),
        ({"trials": 1, "scenarios": "nil"}, "scenarios"),
    ],
)
def test_arguments_that_break_a_rule_are_refused(arguments: dict[str, object], name: str) -> None:
    with pytest.raises(ArgumentError, match=f"^{name} must"):
        simulate(PROTOCOL, **({"seed": 1} | arguments))


def test_a_protocol_without_accrual_is_refused() -> None:
    with pytest.raises(DesignError, match="accrual"):
        simulate(small_trial(accrual=""), trials=1, seed=1)


def test_a_protocol_without_monitoring_has_one_look() -> None:
    found = simulate(small_trial(monitoring=""), trials=50, seed=1, scenarios="null", workers=1)["null"]
    assert [look.label for look in found.looks] == ["final analysis"]
    assert found.looks[0].end.value + found.looks[0].efficacy.value == 1.0


def test_tallies_add_up_in_any_grouping() -> None:
    def some(seed: int) -> Tally:
        rng = np.random.default_rng(seed)
        counts = [Counts(*(rng.integers(0, 9, rng.integers(1, 6)) for _ in range(3))) for _ in range(3)]
        exits = rng.integers(0, 9, (2, len(Exit)))
        return Tally(int(exits.sum()), exits, tuple(counts[:2]), counts[2], (3, 0.5 * seed, 0.25), 1)

    a, b, c = some(1), some(2), some(3)
    left, right = a.plus(b).plus(c), a.plus(b.plus(c))
    assert left.trials == a.trials + b.trials + c.trials
    assert np.array_equal(left.exits, right.exits)
    assert left.log_hazard_ratio == right.log_hazard_ratio == (9, 3.0, 0.75)
    assert left.short == 3
    for one, two in zip((*left.at_look, left.at_stop), (*right.at_look, right.at_stop), strict=True):
        assert all(np.array_equal(x, y) for x, y in zip(one, two, strict=True))
    longest = max(len(t.at_stop.day) for t in (a, b, c))
    assert len(left.at_stop.day) == longest
    assert replace(left, trials=0).trials == 0
