"""The table of replicates: every one as it can be drawn again, and adding up to the operating characteristics."""

from __future__ import annotations

import math

import pytest

from equipoise.simulation import simulate
from equipoise.simulation.chunks import CHUNK
from simulation.small_trials import small_trial
from tolerances import SUMMATION

TRIALS = CHUNK + 40


def test_rows_are_the_replicates_and_add_up() -> None:
    protocol = small_trial()
    one, two = (simulate(protocol, trials=TRIALS, seed=21, workers=w, per_replicate=True) for w in (1, 2))
    assert one.replicates is not None
    assert one.replicates.equals(two.replicates)
    assert one == simulate(protocol, trials=TRIALS, seed=21, workers=1)
    for found in one.scenarios:
        rows = one.replicates.filter(one.replicates["scenario"] == found.scenario)
        assert rows["replicate"].to_list() == list(range(TRIALS))
        assert (rows["exit"] == "efficacy").mean() == pytest.approx(found.rejection.value)
        for column, summary in (
            ("time", found.duration),
            ("events", found.events),
            ("patients", found.patients),
        ):
            assert rows[column].mean() == pytest.approx(summary.mean.value, rel=SUMMATION)
        assert math.exp(rows["log_hazard_ratio"].mean()) == pytest.approx(found.one_step_hazard_ratio.value)
    for k in (0, CHUNK + 3):
        row = one.replicates.filter(
            (one.replicates["scenario"] == "alternative") & (one.replicates["replicate"] == k)
        ).row(0, named=True)
        full = simulate(protocol, seed=21, scenarios="alternative", replicate=k)
        look = full.looks[full.stopped - 1]
        assert (row["look"], row["exit"]) == (full.stopped, full.exit.name.lower())
        assert (row["events"], row["patients"]) == (look.events, look.patients)
        assert (row["score"], row["information"], row["z"]) == (look.score, look.information, look.z)
        days = (look.cutoff - protocol.accrual.start_date).days + 1
        assert row["time"] == pytest.approx(days / 365.25)


def test_replicates_are_kept_only_where_they_are_asked_for() -> None:
    assert simulate(small_trial(), trials=5, seed=1, workers=1).replicates is None
