"""The expected score of the package against its integrals, and both against trials played one by one."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import tolerances
from equipoise.design import (
    Accrual,
    GivenZ,
    LanDeMetsOBrienFleming,
    NullVariance,
    PiecewiseConstant,
    Power,
    Stratum,
    expected_score,
    group_sequential,
    time_to_event,
)
from independent.expected_score import expected_score as integrals
from independent.naive_trial_simulator import Assumptions, PlayedTrial, draw_subjects, look_at, play_many

BAND = 4.5

PROPORTIONAL = {
    "accrual_end": (24.0,),
    "accrual_rate": (20.0,),
    "hazard_from": (0.0,),
    "prevalence": (1.0,),
    "control_hazard": ((0.03,),),
    "hazard_ratio": ((0.65,),),
    "dropout_control": 0.004,
    "dropout_experimental": 0.004,
}
DELAYED = {
    "accrual_end": (12.0, 30.0),
    "accrual_rate": (10.0, 20.0),
    "hazard_from": (0.0, 6.0),
    "prevalence": (0.6, 0.4),
    "control_hazard": ((0.02, 0.015), (0.05, 0.03)),
    "hazard_ratio": ((1.0, 0.4), (1.0, 0.5)),
    "dropout_control": 0.003,
    "dropout_experimental": 0.006,
    "allocation": 2.0,
}
CURED = {
    "accrual_end": (36.0,),
    "accrual_rate": (25.0,),
    "hazard_from": (0.0, 12.0, 36.0, 60.0),
    "prevalence": (0.58, 0.42),
    "control_hazard": ((0.0022, 0.0036, 0.0010, 0.0), (0.0034, 0.0061, 0.0018, 0.0)),
    "hazard_ratio": ((0.8, 0.5, 0.5, 1.0), (0.8, 0.5, 0.5, 1.0)),
    "dropout_control": 0.0015,
    "dropout_experimental": 0.0015,
}
SETTINGS = {"proportional": PROPORTIONAL, "delayed": DELAYED, "cured": CURED}


def assumptions(setting: dict[str, Any]) -> tuple[list[Stratum], Accrual]:
    """A setting as the package takes it."""
    starts = setting["hazard_from"]
    strata = [
        Stratum(
            prevalence=share,
            control_hazard=PiecewiseConstant(starts, hazard),
            hazard_ratio=PiecewiseConstant(starts, ratio),
            control_dropout=PiecewiseConstant((0.0,), (setting["dropout_control"],)),
            experimental_dropout=PiecewiseConstant((0.0,), (setting["dropout_experimental"],)),
            name=str(s),
        )
        for s, (share, hazard, ratio) in enumerate(
            zip(setting["prevalence"], setting["control_hazard"], setting["hazard_ratio"], strict=True)
        )
    ]
    ends = setting["accrual_end"]
    return strata, Accrual(PiecewiseConstant((0.0, *ends[:-1]), setting["accrual_rate"]), ends[-1])


def naive(setting: dict[str, Any], events: tuple[int, ...], z: tuple[float, ...]) -> Assumptions:
    """A setting as the plain-loop simulator takes it."""
    settings = {name: value for name, value in setting.items() if name != "allocation"}
    block = (0, 0, 1, 1, 1, 1) if setting.get("allocation") == 2.0 else (0, 0, 1, 1)
    return Assumptions(**settings, look_events=events, efficacy_z=z, block=block)


@pytest.mark.parametrize("name", SETTINGS)
def test_package_and_integrals_agree(name: str) -> None:
    setting = SETTINGS[name]
    strata, accrual = assumptions(setting)
    times = [3.0, 11.0, 20.0, 36.0, 50.0, 75.0]
    found = expected_score(strata, accrual, at=times, ratio=setting.get("allocation", 1.0))
    for k, time in enumerate(times):
        score, variance = integrals(time, **setting)
        assert found.score[k] == pytest.approx(score, abs=tolerances.RIVAL_EVENTS)
        assert found.information[k] == pytest.approx(variance, abs=tolerances.RIVAL_EVENTS)


@pytest.mark.parametrize("name", SETTINGS)
def test_played_trials_have_the_expected_score_and_variance(name: str) -> None:
    """The integrals put numbers at risk at their means: half an event of score and 0.3 of V are left for that."""
    setting = SETTINGS[name]
    calendar = 48.0
    trial = naive(setting, (1,), (0.0,))
    looks = [
        look_at(draw_subjects(trial, np.random.default_rng(child)), calendar)
        for child in np.random.SeedSequence(31).spawn(400)
    ]
    score, variance = integrals(calendar, **setting)
    for found, expected, slack in (
        (np.array([look.score for look in looks]), score, 0.5),
        (np.array([look.variance for look in looks]), variance, 0.3),
    ):
        assert found.mean() == pytest.approx(expected, abs=BAND * found.std() / math.sqrt(400) + slack)


def rejections(played: list[PlayedTrial]) -> float:
    return float(np.mean([one.reason == "efficacy" for one in played]))


@pytest.mark.parametrize(
    ("name", "events"), [("proportional", (60, 120, 180)), ("delayed", (100, 200)), ("cured", (45, 75))]
)
def test_power_by_exact_moments_is_that_of_played_trials(name: str, events: tuple[int, ...]) -> None:
    """Inside the Monte-Carlo band of 3.3 standard errors plus 0.003 (the score is nearly, not exactly, normal)."""
    setting = SETTINGS[name]
    strata, accrual = assumptions(setting)
    fractions = [d / events[-1] for d in events]
    sequential = group_sequential(
        information_fraction=fractions, alpha=0.025, beta=0.1, sides=1, efficacy=LanDeMetsOBrienFleming()
    )
    ratio = setting.get("allocation", 1.0)
    found = time_to_event(
        sequential,
        strata,
        accrual,
        solve_for=Power(events=float(events[-1])),
        ratio=ratio,
        convention=NullVariance(),
    )
    trials = 1500
    played = play_many(naive(setting, events, tuple(sequential.efficacy_z)), trials, seed=32)
    share = rejections(played)
    band = 3.3 * math.sqrt(share * (1 - share) / trials) + 0.003
    assert found.power == pytest.approx(share, abs=band)


def test_one_look_power_is_the_normal_tail_of_the_integrals() -> None:
    strata, accrual = assumptions(DELAYED)
    sequential = group_sequential(
        information_fraction=(1.0,), alpha=0.025, beta=0.1, sides=1, efficacy=GivenZ(1.959963984540054)
    )
    found = time_to_event(
        sequential,
        strata,
        accrual,
        solve_for=Power(study_duration=48.0),
        ratio=2.0,
        convention=NullVariance(),
    )
    score, variance = integrals(48.0, **DELAYED)
    assert found.drift == pytest.approx(score / math.sqrt(variance), abs=1e-8)
    tail = 0.5 * math.erfc((1.959963984540054 - score / math.sqrt(variance)) / math.sqrt(2))
    assert found.power == pytest.approx(tail, abs=1e-8)
