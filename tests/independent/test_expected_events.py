"""The naive expected events against closed forms, the other order of integration, and simulated patients."""

from __future__ import annotations

import math
import random

import pytest

from independent.expected_events import (
    calendar_of_events,
    enrolled,
    event_probability,
    expected_events,
    expected_events_by_entry,
    expected_events_of_trial,
    schoenfeld_events,
)

QUADRATURE = 1e-9  # nested adaptive quadrature, absolute 1e-13 a piece


def test_uniform_accrual_and_one_hazard_give_lachin_and_foulkes_closed_form() -> None:
    """Lachin and Foulkes (1986), Biometrics 42:507-519: n l/(l+g) (1 - (e^-(l+g)(T-R) - e^-(l+g)T) / ((l+g) R))."""
    hazard, dropout, accrual, end, rate = 0.031, 0.004, 24.0, 37.0, 11.0
    both = hazard + dropout
    share = (
        hazard / both * (1 - (math.exp(-both * (end - accrual)) - math.exp(-both * end)) / (both * accrual))
    )
    events = expected_events(
        end, accrual_end=[accrual], accrual_rate=[rate], hazard_from=[0.0], hazard=[hazard], dropout=dropout
    )
    assert events == pytest.approx(rate * accrual * share, rel=1e-12)


def test_event_probability_without_dropout_is_one_minus_survival() -> None:
    starts, hazard = [0.0, 6.0, 12.0], [0.03, 0.05, 0.02]
    seen = event_probability(starts, hazard, 0.0, 20.0)
    assert seen == pytest.approx(-math.expm1(-(0.18 + 0.30 + 0.16)), rel=1e-12)


@pytest.mark.parametrize("calendar", [3.0, 11.0, 24.0, 31.5, 60.0])
def test_both_orders_of_integration_agree(calendar: float) -> None:
    trial = {
        "accrual_end": [6.0, 12.0, 30.0],
        "accrual_rate": [4.0, 9.0, 15.0],
        "hazard_from": [0.0, 3.0, 9.0, 24.0],
        "hazard": [0.09, 0.05, 0.03, 0.01],
        "dropout": 0.007,
    }
    assert expected_events(calendar, **trial) == pytest.approx(
        expected_events_by_entry(calendar, **trial), abs=QUADRATURE
    )


def test_cure_takes_its_share_of_the_events() -> None:
    trial = {
        "accrual_end": [12.0],
        "accrual_rate": [10.0],
        "hazard_from": [0.0],
        "hazard": [0.05],
        "dropout": 0.0,
    }
    assert expected_events(40.0, **trial, cure=0.9) == pytest.approx(
        0.1 * expected_events(40.0, **trial), rel=1e-12
    )


def test_strata_and_arms_add_up_to_patients_followed_for_ever() -> None:
    """Followed long enough, every patient has an event, so events by stratum and arm are patients by stratum and arm."""
    parts = expected_events_of_trial(
        900.0,
        accrual_end=[10.0],
        accrual_rate=[30.0],
        hazard_from=[0.0, 20.0, 60.0, 200.0],
        prevalence=[0.6, 0.4],
        control_hazard=[[0.05] * 4, [0.1] * 4],
        hazard_ratio=[[0.5] * 4, [0.8] * 4],
        dropout_control=0.0,
        dropout_experimental=0.0,
        allocation=2.0,
    )
    assert [x for pair in parts for x in pair] == pytest.approx([60.0, 120.0, 40.0, 80.0], rel=1e-9)


def test_calendar_of_events_undoes_expected_events() -> None:
    trial = {
        "accrual_end": [6.0, 18.0],
        "accrual_rate": [5.0, 12.0],
        "hazard_from": [0.0, 6.0],
        "prevalence": [0.5, 0.5],
        "control_hazard": [[0.02, 0.03], [0.04, 0.01]],
        "hazard_ratio": [[1.0, 0.5], [1.0, 0.5]],
        "dropout_control": 0.002,
        "dropout_experimental": 0.003,
    }
    when = calendar_of_events(40.0, trial)
    assert sum(map(sum, expected_events_of_trial(when, **trial))) == pytest.approx(40.0, abs=1e-7)


def test_expected_events_are_the_mean_of_simulated_patients() -> None:
    """200 000 patients drawn one by one: inside 4.5 standard errors."""
    rng = random.Random(20250611)  # noqa: S311 - simulation
    ends, rates, calendar = [6.0, 24.0], [5.0, 15.0], 30.0
    starts, hazard, dropout = [0.0, 6.0, 12.0], [0.02, 0.06, 0.03], 0.01
    patients, seen = 200_000, 0
    for _ in range(patients):
        entry = rng.random() * 6.0 if rng.random() < 30.0 / 300.0 else 6.0 + rng.random() * 18.0
        time = math.inf
        for j, rate in enumerate(hazard):  # a fresh exponential clock in every piece
            end = starts[j + 1] if j + 1 < len(starts) else math.inf
            draw = starts[j] + rng.expovariate(rate)
            if draw < end:
                time = draw
                break
        seen += time <= min(calendar - entry, rng.expovariate(dropout))
    events = expected_events(
        calendar, accrual_end=ends, accrual_rate=rates, hazard_from=starts, hazard=hazard, dropout=dropout
    )
    p = events / enrolled(ends, rates, calendar)
    assert seen / patients == pytest.approx(p, abs=4.5 * math.sqrt(p * (1 - p) / patients))


def test_schoenfeld_events_of_the_textbook_design() -> None:
    """HR 0.5, one-sided 0.025, power 0.9: 4 (1.95996 + 1.28155)^2 / log(2)^2 = 87.48, printed as 88."""
    assert schoenfeld_events(1.959963984540054 + 1.2815515655446004, 0.5) == pytest.approx(87.4793, abs=1e-4)
    assert schoenfeld_events(3.0, 0.5, allocation=2.0) == pytest.approx(schoenfeld_events(3.0, 0.5) * 9 / 8)
