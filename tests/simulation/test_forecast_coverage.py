"""Do the intervals hold what they promise? Published trials with drawn entry dates, three cuts each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from simulation.forecast_trials import LEVEL, Forecast, figures, forecasts

if TYPE_CHECKING:
    from pathlib import Path

SEED = 20261122
DRAWS = 400
EVERY_FIGURE = 165


def coverage(found: list[Forecast]) -> tuple[float, float]:
    """Share covered, and its error with figures as clusters."""
    names = np.array([f.figure for f in found])
    held = np.array([f.covered for f in found], dtype=float)
    mean = float(held.mean())
    sums = [(held[names == n] - mean).sum() for n in np.unique(names)]
    return mean, float(np.sqrt(np.square(sums).sum()) / len(found))


def played(folder: Path, step: int) -> tuple[list[Forecast], list[Forecast]]:
    rng = np.random.default_rng(SEED)
    pairs = [p for name, t, e in figures(folder)[::step] for p in forecasts(name, t, e, rng, DRAWS)]
    return [p[0] for p in pairs], [p[1] for p in pairs]


@pytest.mark.long
def test_eighty_percent_intervals_hold_eighty_percent_over_all_figures(outside_data: Path) -> None:
    ours, exponential = played(outside_data / "kmdata", 1)
    assert len({f.figure for f in ours}) == EVERY_FIGURE
    mean, error = coverage(ours)
    assert mean - 1.96 * error <= LEVEL <= mean + 1.96 * error, (mean, error)
    assert np.median([f.interval_score for f in ours]) < np.median([f.interval_score for f in exponential])
    assert coverage(exponential)[0] < mean


def test_a_tenth_of_the_figures_is_covered_much_better_than_by_one_rate(outside_data: Path) -> None:
    ours, exponential = played(outside_data / "kmdata", 11)
    mean, error = coverage(ours)
    assert mean - 2.6 * error <= LEVEL <= mean + 2.6 * error, (mean, error)
    assert coverage(exponential)[0] < mean
