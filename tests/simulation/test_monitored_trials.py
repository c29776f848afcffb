"""Log-rank trials whose looks did not go as planned, read by `monitor`: as canonical draws are."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from equipoise.design import design_trial
from simulation.bands import band
from simulation.held_courses import Look, bounds_of, fixed, play
from simulation.monitored_trials import (
    COURSE,
    READ_AS,
    SECTIONS,
    MonitoredTrial,
    as_canonical,
    monitored_trials,
    two_sample_error,
)
from simulation.small_trials import small_trial

QUICK, MANY = 120, 2_000
DRAWS = 200_000
SEED = 20_240_702
LEVEL = 0.8
"""1 - 2 alpha."""
COMPARISONS = 8


@cache
def read(scenario: str, trials: int) -> tuple[MonitoredTrial, ...]:
    return tuple(monitored_trials(scenario, trials=trials, seed=SEED))


def assert_canonical(trials: int) -> None:
    """Each way of leaving each look is as frequent as among normal draws at the same events."""
    design = design_trial(small_trial(**SECTIONS))
    looks = as_canonical(design.events)
    seen = Counter((t.result.current.look, t.result.current.exit) for t in read("null", trials))
    drawn: Counter[object] = Counter()
    for reason, group in play(design.boundaries, looks[0], fixed(looks), paths=DRAWS, seed=SEED):
        drawn[len(group.looks), reason] += len(group.path)
    assert set(seen) <= set(drawn)
    for leaving, count in drawn.items():
        error = two_sample_error(count / DRAWS, trials, DRAWS)
        assert abs(seen[leaving] / trials - count / DRAWS) < band(COMPARISONS) * error


def assert_covered(scenario: str, trials: int) -> None:
    found = read(scenario, trials)
    covered, high = sum(t.covered for t in found) / trials, sum(t.high for t in found) / trials
    limit = band(COMPARISONS)
    assert abs(covered - LEVEL) < limit * (LEVEL * (1.0 - LEVEL) / trials) ** 0.5
    assert abs(high - 0.5) < limit * 0.5 / trials**0.5


def test_bounds_are_those_of_the_canonical_course_at_the_events_observed() -> None:
    """To the bit: what was shown on normal draws is shown of the bounds that a committee reads."""
    boundaries = design_trial(small_trial(**SECTIONS)).boundaries
    lengths = set()
    for trial in read("null", QUICK):
        before = None
        held = trial.result.looks
        looks = [
            Look(float(k.events), read_as, final=course.occasion.final, planned=float(k.planned_events))
            for k, read_as, course in zip(held, READ_AS, COURSE, strict=False)
        ]
        for k, look in enumerate(held, start=1):
            before = bounds_of(boundaries, looks[:k], before)
            assert look.efficacy_z == before.efficacy_z[-1]
            assert look.alpha_spent == before.alpha_spent[-1]
        lengths.add(len(held))
    assert len(lengths) > 1


def test_log_rank_trials_leave_their_looks_as_normal_draws_do() -> None:
    assert_canonical(QUICK)


@pytest.mark.parametrize("scenario", ["null", "alternative"])
def test_the_interval_of_the_hazard_ratio_holds_the_truth(scenario: str) -> None:
    assert_covered(scenario, QUICK)


@pytest.mark.long
def test_they_do_so_in_many_trials() -> None:
    assert_canonical(MANY)
    for scenario in ("null", "alternative"):
        assert_covered(scenario, MANY)
