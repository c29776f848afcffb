"""What comes in after a stop: read from the records as a committee reads it, and as a plain-loop rival plays it."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest

from equipoise.design import Exit, design_trial
from equipoise.errors import DesignError
from equipoise.monitoring import LookResult, Occasion, monitor
from equipoise.monitoring.hypothesis_test import hypothesis_data, hypothesis_test
from equipoise.numerics.streams import Stream
from equipoise.protocol import Protocol
from equipoise.records import cut
from equipoise.simulation import Replicate, simulate
from equipoise.simulation.after_stop import aftermath, overrun_bound
from equipoise.simulation.plain_path import TrialRoom
from equipoise.simulation.played import Played
from equipoise.simulation.scenario import ALTERNATIVE
from independent.naive_after_stop import After, play_after
from independent.naive_trial_simulator import Assumptions
from simulation.bands import band
from simulation.played_models import AFTER, LAG, LATE, assert_same, decided_by, protocol_of, replicates
from simulation.small_trials import SECTIONS
from tolerances import SUMMATION

CENSORED = (
    SECTIONS["endpoint"]
    + """
[[endpoint.intercurrent]]
id = "crossover"
date = "CROSSDT"
strategy = "hypothetical"
"""
)


def _protocol(**more: str) -> Protocol:
    return protocol_of({"data": AFTER, "assumptions": LATE} | more)


def _history(protocol: Protocol, replicate: Replicate) -> tuple[LookResult, ...]:
    design, history = design_trial(protocol), ()
    for look in replicate.looks:
        occasion = Occasion(planned_look=look.look)
        history = monitor(
            design, cut(replicate.records, look.cutoff), history=history, occasion=occasion
        ).looks
    return history


@pytest.mark.parametrize("data", [AFTER, LAG + AFTER])
def test_an_overrun_analysis_is_the_one_that_monitoring_reads(data: str) -> None:
    protocol = _protocol(data=data)
    design, played = design_trial(protocol), Played(protocol).of(ALTERNATIVE)
    stopped = more = 0
    for replicate in replicates(protocol, "alternative", seed=31, count=12):
        assert_same(design, replicate)
        assert replicate.overrun is not None
        if replicate.exit is not Exit.EFFICACY:
            assert replicate.last is None
            assert replicate.records.subjects["OFFERDT"].null_count() == replicate.records.subjects.height
            continue
        history = _history(protocol, replicate)
        data_now = cut(replicate.records, replicate.overrun.cutoff)
        read = monitor(design, data_now, history=history, occasion=Occasion(overrun=True)).current
        assert read.events == replicate.overrun.events
        assert read.z == pytest.approx(replicate.overrun.z, abs=SUMMATION)
        course = tuple(look.events for look in replicate.looks[:-1])
        assert overrun_bound(played, course, read.events) == pytest.approx(read.efficacy_z, abs=SUMMATION)
        stopped += 1
        more += read.events - replicate.looks[-1].events
    assert stopped > 5
    assert more > 10


def test_the_last_analysis_is_read_as_randomised_and_censored_where_patients_cross() -> None:
    protocol, censoring = _protocol(), _protocol(endpoint=CENSORED)
    played = Played(protocol).of(ALTERNATIVE)
    room = TrialRoom(played.model, played.plan)
    read = 0
    for replicate in replicates(protocol, "alternative", seed=31, count=8):
        if replicate.last is None:
            continue
        data = cut(replicate.records, replicate.last.cutoff)
        stop = (replicate.looks[-1].cutoff - played.plan.opening).days
        found = aftermath(
            played, room, Stream(31, ALTERNATIVE.code), replicate.number, stop=stop, positive=True
        )
        assert found.censored is not None
        for how, score in ((protocol, replicate.last.score), (censoring, found.censored.score)):
            design = design_trial(how)
            test = hypothesis_test(design, hypothesis_data(design, data))
            assert test.score == pytest.approx(score, abs=SUMMATION)
        subjects = replicate.records.subjects
        offered = subjects.filter(subjects["OFFERDT"].is_not_null())
        assert set(offered["TRT01P"]) == {"control"}
        assert offered["OFFERDT"].n_unique() == 1
        assert 0.5 < 1.0 - offered["CROSSDT"].null_count() / offered.height < 0.9
        assert (offered["CROSSDT"].drop_nulls() == offered["OFFERDT"][0]).all()
        assert subjects["RANDDT"].max() <= replicate.looks[-1].cutoff
        read += 1
    assert read > 3


SURE = {
    "accrual": "[accrual]\nstart_date = 2019-07-01\npatients = 200\nrates = [120.0]",
    "assumptions": """
[[assumption]]
endpoint = "DFS"
stratum = "low"
hazard = { rates = [0.3] }
[[assumption]]
endpoint = "DFS"
stratum = "high"
hazard = { rates = [0.6] }
[[effect]]
endpoint = "DFS"
arm = "treatment"
hazard_ratio = [0.35]
""",
    "hypothesis": SECTIONS["hypothesis"].replace("0.025", "0.45"),
    "monitoring": SECTIONS["monitoring"].split("[[monitoring.look]]")[0]
    + "[[monitoring.look]]\nevents = 60\n",
    "randomization": SECTIONS["randomization"].replace("[4, 6]", "[4]"),
}
TRIALS = 400


@cache
def _by_rival() -> tuple[After, ...]:
    trial = Assumptions(
        prevalence=(0.6, 0.4),
        hazard_from=(0.0,),
        control_hazard=((0.3,), (0.6,)),
        hazard_ratio=((0.35,), (0.35,)),
        accrual_end=(200 / 120,),
        accrual_rate=(120.0,),
        look_events=(60,),
        efficacy_z=(0.0,),
        dropout_control=0.03,
        dropout_experimental=0.03,
        last_patient=200,
    )
    rng = np.random.default_rng(5)
    after = {"overrun": 0.15, "delay": 0.1, "share": 0.7, "ratio": 0.4, "follow_up": 2.0}
    return tuple(play_after(trial, 60, rng=rng, **after) for _ in range(4 * TRIALS))


def test_what_comes_after_a_stop_is_what_plain_loops_play() -> None:
    """Overrunning events, patients who cross, and both hazard ratios at the end, within bands fixed before."""
    found = simulate(_protocol(**SURE), trials=TRIALS, seed=3, scenarios="alternative")["alternative"]
    assert found.rejection.value > 0.99, "nearly every trial stops for efficacy"
    after, rival = found.after_stop, _by_rival()
    assert after is not None
    pairs = (
        (after.events.value, after.events.error, [float(r.more_events) for r in rival]),
        (after.crossed.value, after.crossed.error, [float(r.crossed) for r in rival]),
        _as_log(after.last_hazard_ratio, [r.log_ratio for r in rival]),
        _as_log(after.last_hazard_ratio_censored, [r.log_ratio_censored for r in rival]),
    )
    for value, error, others in pairs:
        spread = math.hypot(error, float(np.std(others)) / len(others) ** 0.5)
        assert abs(value - np.mean(others)) < band(len(pairs)) * spread
    assert after.last_hazard_ratio.value > after.last_hazard_ratio_censored.value + 0.05


def _as_log(found: tuple[float, float], others: list[float]) -> tuple[float, float, list[float]]:
    return math.log(found[0]), found[1] / found[0], others


def test_results_say_what_comes_after_a_stop_and_only_where_it_is_declared() -> None:
    table = simulate(_protocol(), trials=40, seed=3, scenarios="alternative").to_frame()
    names = set(table["statistic"])
    assert {"after_stop_events", "after_stop_confirmed", "after_stop_last_hazard_ratio_censored"} <= names
    plain = simulate(_protocol(data=""), trials=40, seed=3, scenarios="alternative")
    assert plain["alternative"].after_stop is None
    # What comes after a stop changes nothing before it.
    assert (
        plain["alternative"].looks
        == simulate(_protocol(), trials=40, seed=3, scenarios="alternative")["alternative"].looks
    )


def test_what_cannot_be_played_after_a_stop_is_refused() -> None:
    other = protocol_of(decided_by('test = "rmst"\nhorizon = 1.0\n') | {"data": AFTER})
    with pytest.raises(DesignError, match="played for the log-rank test"):
        simulate(other, trials=2, seed=1)


def test_the_hazard_ratio_after_a_stop_is_that_of_the_arms_where_a_margin_is_tested() -> None:
    """Two days on, hardly an event more: the ratio is that at the stop, not that over the margin."""
    overrun = "[simulation.after_stop]\noverrun = 0.006\nfollow_up = 0.006\n"
    tested = SECTIONS["hypothesis"] + "margin = 1.3\n"
    found = simulate(_protocol(data=overrun, hypothesis=tested), trials=300, seed=5, workers=1)
    for one in found.scenarios:
        assert one.after_stop is not None
        assert one.after_stop.hazard_ratio.value == pytest.approx(one.one_step_hazard_ratio.value, rel=0.005)
    assert found["null"].one_step_hazard_ratio.value == pytest.approx(1.3, abs=0.08)
    strong = found["alternative"]
    assert strong.after_stop is not None
    # Those of the last analysis are the 96 % that stopped for efficacy; over the margin they would be 23 % less.
    assert strong.after_stop.last_hazard_ratio.value == pytest.approx(
        strong.one_step_hazard_ratio.value, rel=0.06
    )
