"""A simulated trial's looks by the rival that draws arms again: with the trial's own arms, the trial's own z."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.simulation import simulate
from independent.rerandomised_trials import look_z, rerandomised_z
from simulation.small_trials import small_trial
from tolerances import SUMMATION


@pytest.mark.parametrize("number", range(3))
def test_the_trials_own_arms_give_its_own_statistics(number: int) -> None:
    trial = simulate(small_trial(), seed=31, scenarios="null", replicate=number)
    subjects, times = trial.records.subjects, trial.records.times
    assert times is not None
    arms = (subjects["TRT01P"] == "treatment").to_numpy()[None, :].astype(float)
    entry, stratum = subjects["RANDDT"].to_numpy(), subjects["STRATUM"].to_numpy()
    day, event = times["AVAL"].to_numpy(), times["CNSR"].to_numpy() == 0
    for look in trial.looks:
        z = look_z(entry, stratum, day, event, arms, np.datetime64(look.cutoff))
        assert float(z[0]) == pytest.approx(look.z, abs=SUMMATION)


def test_arms_drawn_again_are_balanced_and_their_statistics_near_standard() -> None:
    trial = simulate(small_trial(), seed=31, scenarios="null", replicate=0)
    subjects, times = trial.records.subjects, trial.records.times
    assert times is not None
    z = rerandomised_z(
        entry=subjects["RANDDT"].to_numpy(),
        stratum=subjects["STRATUM"].to_numpy(),
        day=times["AVAL"].to_numpy(),
        event=times["CNSR"].to_numpy() == 0,
        cutoffs=[np.datetime64(k.cutoff) for k in trial.looks],
        block=4,
        draws=4000,
        rng=np.random.default_rng(5),
    )
    error = 4.9 / np.sqrt(4000)
    assert np.abs(z.mean(axis=0)).max() < error
    assert np.abs(z.std(axis=0) - 1.0).max() < error + 0.03
