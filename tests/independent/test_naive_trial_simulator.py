"""The plain-loop simulator against closed forms, exact arithmetic and the integrals of expected events.

Random checks are at 4.5 standard errors, fixed with their seeds beforehand.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from independent.expected_events import expected_events_of_trial
from independent.naive_logrank import exact_logrank
from independent.naive_trial_simulator import (
    EFFICACY,
    FINISHED,
    FUTILITY,
    UNREACHED,
    Assumptions,
    PlayedTrial,
    cut,
    draw_subjects,
    entry_times,
    event_times,
    exits,
    look_at,
    permuted_blocks,
    play,
    play_many,
    rerandomized_z,
)

BAND = 4.5  # standard errors: 7 in a million

PIECEWISE = Assumptions(
    prevalence=(0.6, 0.4),
    hazard_from=(0.0, 1.0, 2.0),
    control_hazard=((0.03, 0.05, 0.02), (0.08, 0.10, 0.04)),
    hazard_ratio=((1.0, 0.5, 0.4), (0.9, 0.6, 0.5)),
    accrual_end=(1.0, 4.0),
    accrual_rate=(60.0, 150.0),
    look_events=(20, 40, 60),
    efficacy_z=(3.5, 2.6, 2.0),
    dropout_control=0.02,
    dropout_experimental=0.03,
)
LEUKAEMIA = Assumptions(
    prevalence=(0.58, 0.42),
    hazard_from=(0.0,),
    control_hazard=((0.034,), (0.055,)),
    hazard_ratio=((1.0,), (1.0,)),
    accrual_end=(5.0,),
    accrual_rate=(288.0,),
    patients=1440,
    look_events=(30, 60, 90),
    efficacy_z=(3.7103028732623704, 2.5114274812695436, 1.9930474778251246),
)


def test_event_times_follow_the_piecewise_hazard() -> None:
    n = 400_000
    starts, hazard = (0.0, 1.0, 2.5, 6.0), (0.3, 0.0, 0.6, 0.1)
    times = event_times(starts, hazard, n, np.random.default_rng(11))
    for t, cumulative in ((0.5, 0.15), (1.0, 0.3), (2.5, 0.3), (4.0, 1.2), (6.0, 2.4), (9.0, 2.7)):
        p = math.exp(-cumulative)
        assert np.mean(times > t) == pytest.approx(p, abs=BAND * math.sqrt(p * (1 - p) / n))


def test_a_hazard_that_ends_in_zero_cures_the_rest() -> None:
    times = event_times((0.0, 2.0), (0.5, 0.0), 100_000, np.random.default_rng(12))
    p = math.exp(-1.0)
    assert np.mean(np.isinf(times)) == pytest.approx(p, abs=BAND * math.sqrt(p * (1 - p) / 100_000))
    assert times[np.isfinite(times)].max() <= 2.0


def test_entries_have_the_accruals_density() -> None:
    entries = np.concatenate([entry_times(PIECEWISE, np.random.default_rng(k)) for k in range(200)])
    count = 200 * 510
    assert len(entries) == pytest.approx(count, abs=BAND * math.sqrt(count))
    share = 60 / 510
    se = math.sqrt(share * (1 - share) / len(entries))
    assert np.mean(entries < 1.0) == pytest.approx(share, abs=BAND * se)
    counted = np.stack(
        [entry_times(replace(PIECEWISE, last_patient=660), np.random.default_rng(k)) for k in range(400)]
    )
    # Away from the corner at 1 the nth patient comes when n are expected, give or take sqrt(n) / rate.
    for nth, time, rate in ((30, 0.5, 60.0), (360, 3.0, 150.0), (660, 5.0, 150.0)):
        error = BAND * math.sqrt(nth) / rate / math.sqrt(400) + 0.01
        assert counted[:, nth - 1].mean() == pytest.approx(time, abs=error)
    fixed = entry_times(replace(PIECEWISE, patients=321), np.random.default_rng(5))
    assert len(fixed) == 321
    assert (np.diff(fixed) >= 0).all()


def test_blocks_are_whole_within_each_stratum() -> None:
    rng = np.random.default_rng(13)
    stratum = rng.choice(3, size=1000)
    arm = permuted_blocks(stratum, (0, 0, 0, 1, 1, 1, 1, 1, 1), rng)
    for s in range(3):
        mine = arm[stratum == s]
        whole = mine[: len(mine) // 9 * 9].reshape(-1, 9)
        assert (whole.sum(axis=1) == 6).all()
        assert len({tuple(block) for block in whole}) > 20


def test_the_statistic_is_the_stratified_logrank_in_rational_numbers() -> None:
    rng = np.random.default_rng(14)
    people = draw_subjects(PIECEWISE, rng)
    calendar = 3.1
    stratum, arm, time, event = cut(people, calendar)
    exact = exact_logrank(
        [float(t) for t in time],
        [bool(e) for e in event],
        ["experimental" if a else "control" for a in arm],
        strata=[str(s) for s in stratum],
    )
    assert look_at(people, calendar).z == pytest.approx(exact.z("experimental"), abs=1e-10)


def test_swapping_the_arms_flips_the_sign() -> None:
    people = draw_subjects(PIECEWISE, np.random.default_rng(15))
    swapped = people._replace(arm=1 - people.arm)
    assert look_at(people, 4.0).z == pytest.approx(-look_at(swapped, 4.0).z, abs=1e-12)


def test_looks_are_held_when_their_events_happen() -> None:
    for one in play_many(PIECEWISE, 50, seed=16):
        assert [look.events for look in one.looks] == [20, 40, 60][: len(one.looks)]
        assert [look.calendar for look in one.looks] == sorted(look.calendar for look in one.looks)


def test_rules_of_stopping() -> None:
    sure = replace(PIECEWISE, efficacy_z=(-99.0,) * 3)
    never = replace(PIECEWISE, efficacy_z=(99.0,) * 3)
    hopeless = replace(never, futility_z=(-99.0, 99.0, 99.0))
    too_far = replace(never, look_events=(20, 5000), efficacy_z=(99.0, 99.0))
    rng = np.random.default_rng(17)
    ends = [(one.stop, one.reason) for one in (play(t, rng) for t in (sure, never, hopeless, too_far))]
    assert ends == [(1, EFFICACY), (3, FINISHED), (2, FUTILITY), (2, UNREACHED)]


def test_events_by_calendar_time_have_the_expected_mean() -> None:
    """400 trials of about 510 patients, by stratum and arm, at two calendar times."""
    trials = [
        draw_subjects(PIECEWISE, np.random.default_rng(child))
        for child in np.random.SeedSequence(18).spawn(400)
    ]
    for calendar in (2.0, 5.0):
        parts = expected_events_of_trial(
            calendar,
            accrual_end=PIECEWISE.accrual_end,
            accrual_rate=PIECEWISE.accrual_rate,
            hazard_from=PIECEWISE.hazard_from,
            prevalence=PIECEWISE.prevalence,
            control_hazard=PIECEWISE.control_hazard,
            hazard_ratio=PIECEWISE.hazard_ratio,
            dropout_control=PIECEWISE.dropout_control,
            dropout_experimental=PIECEWISE.dropout_experimental,
        )
        seen = np.zeros((2, 2))
        for people in trials:
            stratum, arm, _, event = cut(people, calendar)
            np.add.at(seen, (stratum[event], arm[event]), 1.0)
        expected = np.array(parts)
        assert seen / 400 == pytest.approx(expected, abs=float(BAND * np.sqrt(expected / 400).max()))


@pytest.fixture(scope="module")
def under_the_null() -> list[PlayedTrial]:
    return play_many(LEUKAEMIA, 1500, seed=19)


def test_under_the_null_z_is_standard_and_its_increments_independent(
    under_the_null: list[PlayedTrial],
) -> None:
    z = np.array([[look.z for look in one.looks] for one in under_the_null])
    assert z.mean(axis=0) == pytest.approx(0.0, abs=BAND / math.sqrt(1500))
    assert z.var(axis=0) == pytest.approx(1.0, abs=BAND * math.sqrt(2 / 1500))
    score = z * np.sqrt([1.0, 2.0, 3.0])
    steps = np.diff(score, axis=1, prepend=0.0)
    off = np.corrcoef(steps.T)[np.triu_indices(3, 1)]
    assert off == pytest.approx(0.0, abs=BAND / math.sqrt(1500))


def test_under_the_null_rejections_are_near_alpha(under_the_null: list[PlayedTrial]) -> None:
    """Near: the log-rank on 90 events is no normal variable; half a percent is left for that."""
    found = exits(under_the_null, 3, EFFICACY).sum()
    assert found == pytest.approx(0.025, abs=0.005 + BAND * math.sqrt(0.025 * 0.975 / 1500))


def test_under_an_effect_the_power_is_near_the_normal_theory() -> None:
    """HR 0.5, 90 events: drift log(2) sqrt(90 / 4) = 3.288, power 0.9047 by the boundary's normal theory."""
    played = play_many(replace(LEUKAEMIA, hazard_ratio=((0.5,), (0.5,))), 800, seed=20)
    found = exits(played, 3, EFFICACY).sum()
    assert found == pytest.approx(0.9047, abs=0.02 + BAND * math.sqrt(0.9 * 0.1 / 800))


def test_rerandomisation_agrees_with_the_normal_tail_under_the_null() -> None:
    rng = np.random.default_rng(21)
    people = draw_subjects(PIECEWISE, rng)
    observed, redrawn = rerandomized_z(people, 4.5, PIECEWISE.block, 2000, rng)
    assert observed == pytest.approx(look_at(people, 4.5).z, abs=1e-12)
    assert redrawn.mean() == pytest.approx(0.0, abs=BAND / math.sqrt(2000))
    assert redrawn.std() == pytest.approx(1.0, abs=0.06)
    p = 0.05
    assert np.mean(redrawn >= 1.6448536) == pytest.approx(p, abs=0.01 + BAND * math.sqrt(p * (1 - p) / 2000))


def test_a_seed_gives_the_same_trials() -> None:
    first, second = (play_many(PIECEWISE, 5, seed=22) for _ in range(2))
    assert first == second
    assert first != play_many(PIECEWISE, 5, seed=23)
