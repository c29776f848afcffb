"""The central promise: a replicate's records, cut and analysed like any trial's, give the simulated statistic."""

from __future__ import annotations

import math
from datetime import timedelta
from itertools import pairwise

import pytest

from equipoise.design import Exit, design_trial
from equipoise.errors import ArgumentError, DesignError
from equipoise.monitoring import due_date, look_due
from equipoise.monitoring.dates_due import dates_due
from equipoise.numerics.streams import Stream, scenario_code
from equipoise.randomization import randomization_list
from equipoise.records import cut, derive_time_to_event
from equipoise.simulation import simulate
from equipoise.survival import logrank
from simulation.played_models import (
    DATA,
    MODELS,
    OTHER_TESTS,
    assert_same,
    decided_by,
    protocol_of,
    replicates,
)
from simulation.small_trials import SECTIONS, small_trial
from tolerances import SUMMATION


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("scenario", ["null", "alternative"])
def test_the_simulated_looks_are_those_of_the_analysis_path(model: str, scenario: str) -> None:
    protocol = protocol_of(MODELS[model])
    design, exits = design_trial(protocol), set()
    for replicate in replicates(protocol, scenario, seed=2024, count=15):
        assert_same(design, replicate)
        exits.add(replicate.exit)
    assert len(exits) > 1 or scenario == "null"


@pytest.mark.parametrize("model", [m for m in MODELS if "reports" in m or "looks" in m])
def test_monitoring_holds_the_looks_on_the_days_on_which_the_simulation_does(model: str) -> None:
    """One rule: due by events, information or date, within limits, in the data as they are known."""
    protocol = protocol_of(MODELS[model])
    design = design_trial(protocol)
    for replicate in replicates(protocol, "alternative", seed=77, count=3):
        days = [look.cutoff for look in replicate.looks]
        assert tuple(days) == dates_due(design, replicate.records, looks=len(days))
        assert days[-1] == due_date(design, replicate.records, len(days))
        assert look_due(design, cut(replicate.records, days[1])) in {2, 3}
        assert look_due(design, cut(replicate.records, days[1] - timedelta(days=1))) == 1


@pytest.mark.parametrize("test", OTHER_TESTS)
@pytest.mark.parametrize("scenario", ["null", "alternative"])
def test_looks_by_other_tests_are_those_of_the_analysis_path(test: str, scenario: str) -> None:
    protocol = protocol_of(decided_by(OTHER_TESTS[test]))
    design = design_trial(protocol)
    for replicate in replicates(protocol, scenario, seed=11, count=6):
        assert_same(design, replicate)


def test_a_look_at_which_information_has_not_grown_is_not_read_and_stops_nothing() -> None:
    """Once everybody is followed to the horizon, events beyond it tell a restricted mean nothing."""
    monitoring = SECTIONS["monitoring"].replace("60", "65").replace("80", "69")
    quick = {"monitoring": monitoring, "accrual": SECTIONS["accrual"].replace("100.0", "400.0")}
    protocol = protocol_of(decided_by(OTHER_TESTS["restricted mean"]) | quick)
    design, not_read = design_trial(protocol), 0
    for replicate in replicates(protocol, "null", seed=11, count=12):
        assert_same(design, replicate)
        known = [look.information for look in replicate.looks]
        not_read += sum(b < a * (1.0 + 1e-5) for a, b in pairwise(known))
    assert not_read > 0


def test_trials_of_another_test_are_counted_as_their_replicates_end() -> None:
    protocol = protocol_of(decided_by(OTHER_TESTS["restricted mean"]))
    found = simulate(protocol, trials=20, seed=11, scenarios="alternative")["alternative"]
    ends = [r.exit for r in replicates(protocol, "alternative", seed=11, count=20)]
    assert found.rejection.value == sum(e is Exit.EFFICACY for e in ends) / 20
    assert math.isnan(found.one_step_hazard_ratio.value), "a mean difference has no hazard ratio"
    done: list[int] = []
    with pytest.raises(DesignError, match="estimates at the stop are those of the log-rank test"):
        simulate(
            protocol,
            trials=20,
            seed=11,
            scenarios="alternative",
            estimates=True,
            progress=lambda trials, _: done.append(trials),
        )
    assert not any(done), "what cannot be told is refused before a trial is played"


def test_a_replicate_is_drawn_again_by_its_number() -> None:
    protocol = protocol_of({})
    for replicate in replicates(protocol, "alternative", seed=2**63, count=3):
        again = simulate(protocol, seed=2**63, scenarios="alternative", replicate=replicate.number)
        assert again.looks == replicate.looks
        assert (again.stopped, again.exit) == (replicate.stopped, replicate.exit)
        assert again.records.data_hash == replicate.records.data_hash


def test_the_log_rank_test_of_the_derived_times_gives_the_statistic_at_every_look() -> None:
    """The same promise without the committee's code between: cut, derive, logrank."""
    protocol = small_trial(data=DATA)
    for replicate in replicates(protocol, "alternative", seed=7, count=25):
        for look in replicate.looks:
            times = derive_time_to_event(
                cut(replicate.records, look.cutoff), strata=("RISK",), population="ITTFL"
            )
            test = logrank(times.time, times.event, times.arm, control="control", strata=times.stratum)
            assert test.z == pytest.approx(look.z, abs=SUMMATION)
            assert int(times.event.sum()) == look.events


def test_the_records_say_who_they_are_and_follow_the_replicate_s_list() -> None:
    protocol = small_trial(data=DATA)
    replicate = simulate(protocol, seed=3, scenarios="null", replicate=12)
    subjects, times = replicate.records.subjects, replicate.records.times
    assert replicate.records.synthetic
    assert (replicate.number, replicate.scenario) == (12, "null")
    assert subjects["RANDDT"].min() >= protocol.accrual.start_date
    assert subjects["RANDDT"].is_sorted()
    assert set(times["EVNTDESC"]) == {"relapse", "Lost to follow-up"}
    latest = times.sort("AVAL")["AVAL"][-1]
    assert latest < 60 * 365.25
    assert (times["CNSR"] == 0).to_list() == (times["EVNTDESC"] == "relapse").to_list()
    lists = randomization_list(protocol, seed=Stream(3, scenario_code("null"), 12))
    for stratum in lists.strata:
        arms = subjects.filter(subjects["RISK"] == stratum)["TRT01P"].to_list()
        assert arms == list(lists.arms(stratum)[: len(arms)])


def test_a_subject_whom_nothing_befalls_is_followed_to_the_horizon() -> None:
    cured = """
[[assumption]]
endpoint = "DFS"
stratum = "low"
hazard = { starts = [0.0, 2.0], rates = [0.3, 0.0] }
[[assumption]]
endpoint = "DFS"
stratum = "high"
hazard = { starts = [0.0, 2.0], rates = [0.6, 0.0] }
[[effect]]
endpoint = "DFS"
arm = "treatment"
hazard_ratio = [0.5]
"""
    protocol = small_trial(assumptions=cured, dropout="", data=DATA)
    replicate = simulate(protocol, seed=1, scenarios="alternative", replicate=0)
    times = replicate.records.times
    assert set(times["EVNTDESC"]) == {"relapse", "Followed to the horizon"}
    assert times.filter(times["CNSR"] == 1)["AVAL"].unique().len() == 1
    assert_same(design_trial(protocol), replicate)


def test_the_last_to_leave_may_be_lost() -> None:
    protocol = small_trial(dropout="[dropout]\nrate = 0.5", data=DATA)
    for replicate in replicates(protocol, "null", seed=2, count=5):
        assert set(replicate.records.times["EVNTDESC"]) == {"relapse", "Lost to follow-up"}


def test_a_trial_that_never_has_its_events_ends_when_nothing_can_change() -> None:
    rare = """
[[assumption]]
endpoint = "DFS"
stratum = "low"
hazard = { starts = [0.0, 2.0], rates = [0.08, 0.0] }
[[assumption]]
endpoint = "DFS"
stratum = "high"
hazard = { starts = [0.0, 2.0], rates = [0.33, 0.0] }
[[effect]]
endpoint = "DFS"
arm = "treatment"
hazard_ratio = [0.5]
"""
    protocol = small_trial(assumptions=rare, dropout="", data=DATA)
    found = list(replicates(protocol, "alternative", seed=1, count=30))
    short = [r for r in found if r.looks[-1].events < 80]
    assert 0 < len(short) < 30
    for replicate in short:
        last = replicate.looks[-1]
        assert last.look == 3
        assert last.patients == 400
        later = cut(replicate.records, last.cutoff.replace(year=last.cutoff.year + 20))
        times = derive_time_to_event(later, strata=("RISK",), population="ITTFL")
        test = logrank(times.time, times.event, times.arm, control="control", strata=times.stratum)
        assert int(times.event.sum()) == last.events
        assert test.z == pytest.approx(last.z, abs=SUMMATION)
    total = simulate(protocol, seed=1, trials=30, scenarios="alternative", workers=1)
    assert total["alternative"].short_of_events.value == pytest.approx(len(short) / 30)


def test_a_replicate_is_the_one_that_was_counted() -> None:
    protocol = small_trial(data=DATA)
    total = simulate(protocol, seed=99, trials=24, scenarios="alternative", workers=1)["alternative"]
    found = list(replicates(protocol, "alternative", seed=99, count=24))
    rejected = sum(r.exit is Exit.EFFICACY for r in found)
    assert total.rejection.value == rejected / 24
    stops = [r.looks[r.stopped - 1] for r in found]
    assert total.events.mean.value == pytest.approx(sum(s.events for s in stops) / 24)
    assert total.patients.mean.value == pytest.approx(sum(s.patients for s in stops) / 24)
    days = [(s.cutoff - protocol.accrual.start_date).days + 1 for s in stops]
    assert total.duration.mean.value == pytest.approx(sum(days) / 24 / 365.25)
    logs = [-s.score / s.information for s in stops]
    assert math.log(total.one_step_hazard_ratio.value) == pytest.approx(sum(logs) / 24)


def test_a_replicate_needs_one_scenario_and_a_number_that_exists() -> None:
    with pytest.raises(ArgumentError, match="scenarios must name the one scenario"):
        simulate(small_trial(), seed=1, scenarios=["null", "alternative"], replicate=0)
    with pytest.raises(ArgumentError, match="replicate must lie between 0 and"):
        simulate(small_trial(), seed=1, scenarios="null", replicate=-1)
