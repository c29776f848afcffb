"""Trials of many kinds for replays: what the simulation saw, cut, analysed and read as any trial is."""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING

import pytest

from equipoise.design import Exit
from equipoise.errors import DataError
from equipoise.monitoring import Occasion, monitor
from equipoise.numerics.streams import Stream
from equipoise.records import cut
from equipoise.simulation.played import Played
from equipoise.simulation.replicate import full_replicate
from equipoise.simulation.scenario import scenarios_of
from simulation.small_trials import SECTIONS, small_trial
from tolerances import SUMMATION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from equipoise.design import Design
    from equipoise.protocol import Protocol
    from equipoise.simulation import Replicate

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


def decided_by(lines: str) -> dict[str, str]:
    """The same trial with another test."""
    found = {"hypothesis": SECTIONS["hypothesis"] + lines, "assumptions": LATE}
    return found | ({"monitoring": ""} if "maxcombo" in lines else {})


LATE = SECTIONS["assumptions"].replace("[1.0, 0.55]", "[1.0, 0.35]")
OTHER_TESTS = {
    "Cox score": 'test = "cox-score"\n',
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
AFTER = """
[simulation.after_stop]
overrun = 0.15
follow_up = 2.0
crossover = { share = 0.7, hazard_ratio = 0.4, delay = 0.1 }
"""
MODELS = {
    "stopped trials that go on, patients cross over": {"data": LAG + AFTER},
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


def protocol_of(sections: dict[str, str]) -> Protocol:
    """The trial with these sections; its data write the stratum as RISK."""
    return small_trial(**(sections | {"data": sections.get("data", "") + DATA}))


def replicates(protocol: Protocol, scenario: str, *, seed: int, count: int) -> Iterator[Replicate]:
    """Replicates 0, 1, ... as `simulate(..., replicate=k)` returns them, with the design made once."""
    (truth,) = scenarios_of(scenario)
    played = Played(protocol).of(truth)
    for k in range(count):
        yield full_replicate(played, truth.name, Stream(seed, truth.code, k))


def assert_same(design: Design, replicate: Replicate) -> None:
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
