"""What looks that follow z, and data corrected later, do to trials of patients is what they do to normal draws."""

from __future__ import annotations

import pytest

from simulation.bands import band
from simulation.monitored_by_effect import CONDUCTS, rates
from simulation.monitored_trials import two_sample_error

QUICK, MANY, DRAWS = 50, 2_000, 200_000
SEED = 20_240_703


def assert_alike(name: str, trials: int) -> None:
    found = rates(name, trials=trials, draws=DRAWS, seed=SEED)
    error = two_sample_error(found.draws, trials, DRAWS)
    assert abs(found.trials - found.draws) < band(len(CONDUCTS)) * error, found


@pytest.mark.parametrize("name", CONDUCTS)
def test_trials_reject_as_often_as_draws(name: str) -> None:
    assert_alike(name, QUICK)


@pytest.mark.long
@pytest.mark.parametrize("name", CONDUCTS)
def test_many_trials_reject_as_often_as_draws(name: str) -> None:
    assert_alike(name, MANY)
