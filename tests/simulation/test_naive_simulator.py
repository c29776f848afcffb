"""Simulated trials against a plain-loop simulator that shares no code: exits, events, patients and calendar.

Both are random: two-sample bands of 4.5 standard errors, fixed with their seeds beforehand. The plain loop lives in
continuous time, the package in whole days; two days are left for that in the calendar.
"""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from equipoise.protocol import Protocol, parse_protocol, read_protocol
from equipoise.simulation import ScenarioCharacteristics, simulate
from independent.expected_events import schoenfeld_events
from independent.group_sequential_by_tanh_sinh import (
    drift_for_power,
    efficacy_bounds,
    spent,
)
from independent.naive_logrank import exact_logrank
from independent.naive_trial_simulator import EFFICACY, FUTILITY, Assumptions, PlayedTrial, exits, play_many

if TYPE_CHECKING:
    from collections.abc import Sequence

BAND = 4.5
TRIALS, PLAYED = 20_000, 500
TWO_DAYS = 2.0 / 365.25

DELAYED = """
schema_version = 1
[trial]
name = "DELAYED"
title = "A late effect"
question = "Does the effect come late?"
time_unit = "years"
[[arm]]
id = "control"
label = "Control"
control = true
[[arm]]
id = "treatment"
label = "Treatment"
[[stratum]]
id = "low"
prevalence = 0.6
[[stratum]]
id = "high"
prevalence = 0.4
[randomization]
ratio = { control = 1, treatment = 2 }
block_sizes = [6]
[accrual]
start_date = 2019-07-01
patients = 500
starts = [0.0, 1.0]
rates = [100.0, 160.0]
[dropout]
rate = 0.04
[[endpoint]]
id = "DFS"
label = "Disease-free survival"
events = ["relapse"]
[[assumption]]
endpoint = "DFS"
stratum = "low"
hazard = { starts = [0.0, 1.0], rates = [0.10, 0.15] }
[[assumption]]
endpoint = "DFS"
stratum = "high"
hazard = { starts = [0.0, 1.0], rates = [0.30, 0.20] }
[[effect]]
endpoint = "DFS"
arm = "treatment"
starts = [0.0, 1.0]
hazard_ratio = [1.0, 0.4]
[[hypothesis]]
id = "primary"
endpoint = "DFS"
experimental = "treatment"
test = "stratified-logrank"
strata = ["stratum"]
alpha = 0.025
power = 0.8
[monitoring]
hypothesis = "primary"
efficacy = { family = "Lan-DeMets O'Brien-Fleming" }
[[monitoring.look]]
events = 60
[[monitoring.look]]
events = 110
[[monitoring.look]]
events = 150
"""


def leukaemia() -> Protocol:
    """The worked example of the repository."""
    return read_protocol(Path(__file__).parents[2] / "examples" / "aall1731" / "protocol.toml")


def coarse_hazard(starts: Sequence[float], rates: Sequence[float], width: float, end: float) -> tuple:
    """The hazard averaged over intervals of `width` up to `end`: the same survival at each interval's end."""
    cuts = np.arange(0.0, end, width)
    corners = np.append(starts, max(end, starts[-1]) + 1.0)
    cumulative = np.concatenate([[0.0], np.cumsum(np.diff(corners) * rates)])
    at = np.interp(np.append(cuts, end), corners, cumulative)
    return tuple(cuts), tuple(np.diff(at) / width)


def naive_leukaemia(hazard_ratio: float) -> Assumptions:
    """AALL1731 as its protocol file states it; bounds and events by the rivals."""
    protocol = leukaemia()
    averaged = [
        coarse_hazard(np.asarray(h.starts), np.asarray(h.rates), 0.5, 11.0)
        for h in (protocol.control_hazard("DFS", s) for s in ("SR-Average", "SR-High"))
        if h is not None
    ]
    low = -0.7271  # one-sided p of 0.7664
    lower, never = (low, low, *[-math.inf] * 3), (math.inf, math.inf)
    looks = [0.2, 0.4, 0.6, 0.8, 1.0]
    z = efficacy_bounds(looks[2:], [spent("KD", 2.0, t, 0.025) for t in looks[2:]], 1)
    # Futility does not bind the efficacy bounds, but it is obeyed: the drift must make up for it.
    total = math.ceil(schoenfeld_events(drift_for_power(looks, (*never, *z), lower, 0.1), 0.55))
    events = [math.ceil(share * total - 1e-9) for share in looks]
    seen = [d / total for d in events[2:]]
    z = efficacy_bounds(seen, [spent("KD", 2.0, t, 0.025) for t in seen], 1)
    return Assumptions(
        prevalence=(0.5798611, 0.4201389),
        hazard_from=averaged[0][0],
        control_hazard=[rates for _, rates in averaged],
        hazard_ratio=[[hazard_ratio] * len(averaged[0][0])] * 2,
        accrual_end=(0.5, 1.0, 2.0, 3.0, 4.0, 5.0),
        accrual_rate=(100.0, 230.0, 290.0, 330.0, 330.0, 325.0),
        last_patient=1440,
        look_events=events,
        efficacy_z=(*never, *z),
        futility_z=lower,
        dropout_control=0.02,
        dropout_experimental=0.02,
        block=(0, 0, 0, 0, 1, 1, 1, 1),
    )


def naive_delayed(late: float) -> Assumptions:
    """DELAYED with a hazard ratio of 1 in the first year and `late` after it."""
    events = (60, 110, 150)
    t = [d / 150 for d in events]
    return Assumptions(
        prevalence=(0.6, 0.4),
        hazard_from=(0.0, 1.0),
        control_hazard=((0.10, 0.15), (0.30, 0.20)),
        hazard_ratio=((1.0, late), (1.0, late)),
        accrual_end=(1.0, 4.0),
        accrual_rate=(100.0, 160.0),
        last_patient=500,
        look_events=events,
        efficacy_z=efficacy_bounds(t, [spent("OF", None, x, 0.025) for x in t], 1),
        dropout_control=0.04,
        dropout_experimental=0.04,
        block=(0, 0, 1, 1, 1, 1),
    )


MODELS = {
    "leukaemia-null": (leukaemia, "null", lambda: naive_leukaemia(1.0)),
    "leukaemia-alternative": (leukaemia, "alternative", lambda: naive_leukaemia(0.55)),
    "delayed-null": (lambda: parse_protocol(DELAYED), "null", lambda: naive_delayed(1.0)),
    "delayed-alternative": (lambda: parse_protocol(DELAYED), "alternative", lambda: naive_delayed(0.4)),
}


def check_exits(simulated: ScenarioCharacteristics, played: list[PlayedTrial]) -> None:
    """Stops for benefit and for futility at each look."""
    for reason in (EFFICACY, FUTILITY):
        found = exits(played, len(simulated.looks), reason)
        for k, look in enumerate(simulated.looks):
            share = (look.efficacy if reason == EFFICACY else look.futility).value
            pooled = (share * TRIALS + found[k] * PLAYED) / (TRIALS + PLAYED)
            error = math.sqrt(pooled * (1 - pooled) * (1 / TRIALS + 1 / PLAYED))
            assert share == pytest.approx(found[k], abs=BAND * error + 1 / PLAYED), (reason, k + 1)


def check_looks(simulated: ScenarioCharacteristics, played: list[PlayedTrial]) -> None:
    """Events, patients and calendar of the looks that were reached."""
    for k, look in enumerate(simulated.looks):
        reached = [one.looks[k] for one in played if one.stop > k]
        assert 0.0 <= look.events.mean.value - reached[0].events < 0.5, "events on the day of the look count"
        for name, ours, slack in (("enrolled", look.patients, 2.0), ("calendar", look.time, TWO_DAYS)):
            values = np.array([float(getattr(one, name)) for one in reached])
            error = math.hypot(values.std() / math.sqrt(len(values)), ours.mean.error)
            assert ours.mean.value == pytest.approx(values.mean(), abs=BAND * error + slack), (name, k + 1)


@pytest.mark.parametrize("model", MODELS)
def test_trials_are_those_of_the_plain_loop(model: str) -> None:
    protocol, scenario, naive = MODELS[model]
    simulated = simulate(protocol(), trials=TRIALS, seed=20250611, scenarios=scenario).scenarios[0]
    played = play_many(naive(), PLAYED, seed=77)
    check_exits(simulated, played)
    check_looks(simulated, played)


@pytest.mark.parametrize("model", ["leukaemia-alternative", "delayed-null"])
@pytest.mark.parametrize("number", [0, 7])
def test_a_replicate_read_by_hand_gives_its_looks(model: str, number: int) -> None:
    """Cut the replayed records by hand and take the log-rank in rational numbers, ties and all."""
    protocol, scenario, _ = MODELS[model]
    replicate = simulate(protocol(), seed=20250611, scenarios=scenario, replicate=number)
    stratum_column = replicate.records.subjects.columns[2]
    people = {row["USUBJID"]: row for row in replicate.records.subjects.iter_rows(named=True)}
    experimental = "treatment" if model.startswith("delayed") else "Chemotherapy + blinatumomab"
    for look in replicate.looks[:3]:
        time, event, group, strata = [], [], [], []
        for row in replicate.records.times.iter_rows(named=True):
            subject = people[row["USUBJID"]]
            if row["PARAMCD"] != "DFS" or subject["RANDDT"] > look.cutoff:
                continue
            days = (look.cutoff - subject["RANDDT"]) / dt.timedelta(days=1) + 1
            time.append(min(row["AVAL"], days))
            event.append(row["CNSR"] == 0 and row["AVAL"] <= days)
            group.append(subject["TRT01P"])
            strata.append(subject[stratum_column])
        exact = exact_logrank(time, event, group, strata=strata)
        assert sum(event) == look.events
        assert len(time) == look.patients
        assert look.z == pytest.approx(exact.z(experimental), abs=1e-10)
