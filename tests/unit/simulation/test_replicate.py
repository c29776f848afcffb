"""The central promise: a replicate's records, cut and analysed like any trial's, give the simulated statistic."""

from __future__ import annotations

import math
import warnings
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from equipoise.design import Design, Exit, design_trial
from equipoise.errors import ArgumentError, DataError, DesignError
from equipoise.monitoring import Occasion, due_date, look_due, monitor
from equipoise.numerics.streams import Stream, scenario_code
from equipoise.randomization import randomization_list
from equipoise.records import cut, derive_time_to_event
from equipoise.simulation import Replicate, simulate
from equipoise.simulation.played import Played
from equipoise.simulation.replicate import full_replicate
from equipoise.simulation.scenario import scenarios_of
from equipoise.survival import logrank
from simulation.small_trials import SECTIONS, small_trial
from tolerances import SUMMATION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from equipoise.protocol import Protocol

DATA = """
[data]
stratum = "RISK"
"""
THREE_ARMS = {
    "arms": """
[[arm]]
id = "high dose"
label = "High dose"
[[arm]]
id = "control"
label = "Control"
control = true
value = "Standard"
[[arm]]
id = "treatment"
label = "Treatment"
""",
    "randomization": """
[randomization]
ratio = { control = 2, treatment = 1, "high dose" = 1 }
block_sizes = [4, 8]
""",
    "assumptions": """
[[assumption]]
endpoint = "DFS"
stratum = "low"
hazard = { rates = [0.20] }
[[assumption]]
endpoint = "DFS"
stratum = "high"
milestones = [{ time = 1.0, survival = 0.7 }, { time = 3.0, survival = 0.5 }]
cure_fraction = 0.4
[[effect]]
endpoint = "DFS"
arm = "treatment"
hazard_ratio = [0.5]
[[effect]]
endpoint = "DFS"
arm = "high dose"
hazard_ratio = [0.4]
""",
}
ONE_STRATUM = """
[[hypothesis]]
id = "primary"
endpoint = "DFS"
experimental = "treatment"
population = ["high"]
alpha = 0.05
sides = 2
power = 0.8
"""
TWO_SIDED = ONE_STRATUM.replace('population = ["high"]\n', "")
UNSTRATIFIED = """
[[hypothesis]]
id = "primary"
endpoint = "DFS"
experimental = "treatment"
test = "logrank"
strata = []
alpha = 0.025
power = 0.8
"""
CALENDAR = """
[monitoring]
hypothesis = "primary"
efficacy = { family = "Kim-DeMets", rho = 2.0 }
futility = { p_value = 0.6 }
[[monitoring.look]]
time = 1.5
[[monitoring.look]]
calendar_date = 2021-07-01
efficacy = false
[[monitoring.look]]
events = 90
"""
CALENDAR_3 = CALENDAR.replace("events = 90", "events = 70")
FRACTIONS = """
[monitoring]
hypothesis = "primary"
efficacy = { family = "Hwang-Shih-DeCani", gamma = -4.0 }
futility = { spending = { family = "Hwang-Shih-DeCani", gamma = -2.0 }, binding = true }
[[monitoring.look]]
fraction = 0.4
[[monitoring.look]]
fraction = 1.0
"""
ILLNESS = """
[[endpoint]]
id = "DFS"
label = "Disease-free survival"
events = ["relapse", "death"]
[[endpoint]]
id = "OS"
label = "Overall survival"
events = ["death"]
"""
DEATHS = """
[[assumption]]
endpoint = "OS"
stratum = "low"
hazard = { rates = [0.1] }
[[assumption]]
endpoint = "OS"
stratum = "high"
hazard = { rates = [0.2] }
[[effect]]
endpoint = "OS"
arm = "treatment"
hazard_ratio = [0.6]
"""
PROGRESSION = """
[simulation.illness_death]
progression_free = "DFS"
survival = "OS"
death_share = 0.15
after_progression = { starts = [0.0, 1.0], rates = [0.8, 0.3] }
hazard_ratio = { treatment = 0.9 }
"""
LAG = """
[simulation]
reporting_lag = { fixed = 0.02, mean = 0.15 }
"""
ERRORS = """
[simulation.stratification_error]
probability = 0.1
"""
COMPETING = """
[[simulation.competing]]
id = "Second malignancy"
hazard = { starts = [0.0, 2.0], rates = [0.02, 0.05] }
hazard_ratio = { treatment = 1.5 }
[[simulation.competing]]
id = "Accident"
hazard = { rates = [0.03] }
strata = ["high"]
"""
BOTH = {
    "endpoint": ILLNESS,
    "assumptions": SECTIONS["assumptions"] + DEATHS,
}


def _tested_by(lines: str) -> dict[str, str]:
    """The same trial with another test."""
    found = {"hypothesis": SECTIONS["hypothesis"] + lines, "assumptions": LATE}
    return found | ({"monitoring": ""} if "maxcombo" in lines else {})


LATE = SECTIONS["assumptions"].replace("[1.0, 0.55]", "[1.0, 0.35]")
OTHER_TESTS = {
    "weighted log-rank": 'test = "weighted-logrank"\nweight = { family = "Fleming-Harrington", gamma = 1 }\n',
    "MaxCombo": 'test = "maxcombo"\n'
    'weights = [{ family = "log-rank" }, { family = "Fleming-Harrington", gamma = 1 }]\n',
    "restricted mean": 'test = "rmst"\nhorizon = 1.0\n',
    "milestone": 'test = "milestone"\nhorizon = 1.0\nscale = "log-log"\n',
}
LIMITED = """
[monitoring]
hypothesis = "primary"
efficacy = { family = "Kim-DeMets", rho = 2.0 }
[[monitoring.look]]
events = 30
not_before = 2.0
[[monitoring.look]]
events = 75
not_after = 2.7
[[monitoring.look]]
events = 90
minimum_follow_up = 0.5
"""
INFORMED = """
[monitoring]
hypothesis = "primary"
efficacy = { family = "Lan-DeMets O'Brien-Fleming" }
[[monitoring.look]]
information = 8.0
[[monitoring.look]]
information = 15.0
not_before = 2.5
[[monitoring.look]]
information = 20.0
minimum_follow_up = 0.25
"""
MODELS = {
    "looks by information, late reports": {"monitoring": INFORMED, "data": LAG},
    "looks by whichever comes first, and by both": {"monitoring": LIMITED},
    "late reports": {"data": LAG},
    "late reports, cure, three arms, calendar": THREE_ARMS | {"data": LAG, "monitoring": CALENDAR_3},
    "frailty": {"data": "[simulation]\nfrailty = { variance = 0.7 }\n"},
    "strata recorded in error": {"data": ERRORS},
    "strata recorded in error, true ones analysed": {"data": ERRORS + 'analysed = "true"\n'},
    "competing causes": {"data": COMPETING},
    "patients at fixed times": {"data": '[simulation]\naccrual = "fixed"\n'},
    "progression and death, progression monitored": BOTH | {"data": PROGRESSION},
    "progression and death, death monitored, late reports and errors": BOTH
    | {
        "data": PROGRESSION + LAG + ERRORS,
        "hypothesis": SECTIONS["hypothesis"].replace("DFS", "OS"),
    },
    "two strata, three looks by events": {},
    "three arms, cure, futility by spending": THREE_ARMS | {"monitoring": FRACTIONS},
    "hypothesis in one stratum, two-sided": {"hypothesis": ONE_STRATUM},
    "two-sided with futility": {"hypothesis": TWO_SIDED, "monitoring": FRACTIONS},
    "unstratified test, looks by calendar": {"hypothesis": UNSTRATIFIED, "monitoring": CALENDAR},
}


def _protocol(sections: dict[str, str]) -> Protocol:
    """The trial with these sections; its data write the stratum as RISK."""
    return small_trial(**(sections | {"data": sections.get("data", "") + DATA}))


def _replicates(protocol: Protocol, scenario: str, *, seed: int, count: int) -> Iterator[Replicate]:
    """Replicates 0, 1, ... as `simulate(..., replicate=k)` returns them, with the design made once."""
    (truth,) = scenarios_of(scenario)
    played = Played(protocol).of(truth)
    for k in range(count):
        yield full_replicate(played, truth.name, Stream(seed, truth.code, k))


def _assert_same(design: Design, replicate: Replicate) -> None:
    """Cut, derive and test each look by the analysis path, then read it as a committee does."""
    history = ()
    for look in replicate.looks:
        snapshot = cut(replicate.records, look.cutoff)
        assert snapshot.n == look.patients
        if history and look.events == history[-1].events:
            assert math.isnan(look.z), "a look that has nothing new to tell is not read"
            continue
        occasion = Occasion(planned_look=look.look)
        if math.isnan(look.information):
            with pytest.raises(DataError, match="Hold the look later"):
                monitor(design, snapshot, history=history, occasion=occasion)
            continue
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="the analysis leaves out")
            result = monitor(design, snapshot, history=history, occasion=occasion)
        if result.not_read:
            assert look.information < history[-1].information * (1.0 + 1e-4), "what is known has not grown"
            assert look.look != replicate.stopped or replicate.exit is Exit.END
            continue
        history, found = result.looks, result.current
        assert found.events == look.events
        assert found.score == pytest.approx(look.score, abs=SUMMATION)
        assert found.information == pytest.approx(look.information, abs=SUMMATION)
        assert found.z == pytest.approx(look.z, abs=SUMMATION)
        if look.look == replicate.stopped:
            assert found.exit is replicate.exit
            return
        assert found.exit is Exit.CONTINUE


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("scenario", ["null", "alternative"])
def test_the_simulated_looks_are_those_of_the_analysis_path(model: str, scenario: str) -> None:
    protocol = _protocol(MODELS[model])
    design, exits = design_trial(protocol), set()
    for replicate in _replicates(protocol, scenario, seed=2024, count=15):
        _assert_same(design, replicate)
        exits.add(replicate.exit)
    assert len(exits) > 1 or scenario == "null"


@pytest.mark.parametrize("model", [m for m in MODELS if "reports" in m or "looks" in m])
def test_monitoring_holds_the_looks_on_the_days_on_which_the_simulation_does(model: str) -> None:
    """One rule: due by events, information or date, within limits, in the data as they are known."""
    protocol = _protocol(MODELS[model])
    design = design_trial(protocol)
    for replicate in _replicates(protocol, "alternative", seed=77, count=6):
        days = [look.cutoff for look in replicate.looks]
        assert days == [due_date(design, replicate.records, k) for k in range(1, len(days) + 1)]
        assert look_due(design, cut(replicate.records, days[1])) in {2, 3}
        assert look_due(design, cut(replicate.records, days[1] - timedelta(days=1))) == 1


@pytest.mark.parametrize("test", OTHER_TESTS)
@pytest.mark.parametrize("scenario", ["null", "alternative"])
def test_looks_by_other_tests_are_those_of_the_analysis_path(test: str, scenario: str) -> None:
    protocol = _protocol(_tested_by(OTHER_TESTS[test]))
    design = design_trial(protocol)
    for replicate in _replicates(protocol, scenario, seed=11, count=6):
        _assert_same(design, replicate)


def test_a_look_at_which_information_has_not_grown_is_not_read_and_stops_nothing() -> None:
    """Once everybody is followed to the horizon, events beyond it tell a restricted mean nothing."""
    monitoring = SECTIONS["monitoring"].replace("60", "65").replace("80", "69")
    quick = {"monitoring": monitoring, "accrual": SECTIONS["accrual"].replace("100.0", "400.0")}
    protocol = _protocol(_tested_by(OTHER_TESTS["restricted mean"]) | quick)
    design, not_read = design_trial(protocol), 0
    for replicate in _replicates(protocol, "null", seed=11, count=12):
        _assert_same(design, replicate)
        known = [look.information for look in replicate.looks]
        not_read += sum(b < a * (1.0 + 1e-5) for a, b in pairwise(known))
    assert not_read > 0


def test_trials_of_another_test_are_counted_as_their_replicates_end() -> None:
    protocol = _protocol(_tested_by(OTHER_TESTS["restricted mean"]))
    found = simulate(protocol, trials=20, seed=11, scenarios="alternative")["alternative"]
    ends = [r.exit for r in _replicates(protocol, "alternative", seed=11, count=20)]
    assert found.rejection.value == sum(e is Exit.EFFICACY for e in ends) / 20
    assert math.isnan(found.one_step_hazard_ratio.value), "a mean difference has no hazard ratio"
    with pytest.raises(DesignError, match="estimates at the stop are those of the log-rank test"):
        simulate(protocol, trials=2, seed=11, scenarios="alternative", estimates=True)


@pytest.mark.long
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("scenario", ["null", "alternative"])
def test_they_are_so_for_many_more_replicates(model: str, scenario: str) -> None:
    protocol = _protocol(MODELS[model])
    design = design_trial(protocol)
    for replicate in _replicates(protocol, scenario, seed=2025, count=600):
        _assert_same(design, replicate)


def test_a_replicate_is_drawn_again_by_its_number() -> None:
    protocol = _protocol({})
    for replicate in _replicates(protocol, "alternative", seed=2**63, count=3):
        again = simulate(protocol, seed=2**63, scenarios="alternative", replicate=replicate.number)
        assert again.looks == replicate.looks
        assert (again.stopped, again.exit) == (replicate.stopped, replicate.exit)
        assert again.records.data_hash == replicate.records.data_hash


def test_the_log_rank_test_of_the_derived_times_gives_the_statistic_at_every_look() -> None:
    """The same promise without the committee's code between: cut, derive, logrank."""
    protocol = small_trial(data=DATA)
    for replicate in _replicates(protocol, "alternative", seed=7, count=25):
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
    _assert_same(design_trial(protocol), replicate)


def test_the_last_to_leave_may_be_lost() -> None:
    protocol = small_trial(dropout="[dropout]\nrate = 0.5", data=DATA)
    for replicate in _replicates(protocol, "null", seed=2, count=5):
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
    found = list(_replicates(protocol, "alternative", seed=1, count=30))
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
    found = list(_replicates(protocol, "alternative", seed=99, count=24))
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
