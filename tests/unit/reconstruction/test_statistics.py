"""The statistics that steer the search are the public ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from equipoise.reconstruction import _statistics_kernels as kernels
from equipoise.survival import cox, follow_up, kaplan_meier, rmst
from tolerances import ITERATION, SUMMATION

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Counts = NDArray[np.int64]


def _cohort(seed: int) -> tuple[Counts, ...]:
    rng = np.random.default_rng(seed)
    n, days = 150, 400
    stratum, arm = rng.integers(0, 2, n), rng.integers(0, 2, n)
    time = rng.integers(1, 60 if seed % 2 else days, n)
    event = rng.random(n) < 0.4
    cell = 2 * stratum + arm
    events = kernels.counts_by_day(time[event], cell[event], 4, days + 2)
    exits = kernels.counts_by_day(time[~event], cell[~event], 4, days + 2)
    return stratum, arm, time, event, events, exits


def _statistic(  # noqa: PLR0917 - one statistic, spelt out
    events: Counts,
    exits: Counts,
    kind: int,
    stratum: int = -1,
    arm: int = 0,
    day: int = 0,
    horizon: float = 0.0,
) -> float:
    wanted = np.array([[kind, stratum, arm, day]])
    found = kernels.cohort_statistics(
        events, exits, wanted, np.array([horizon]), np.array([1.959963984540054])
    )
    return float(found[0])


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("of", [-1, 0, 1])
def test_survival_and_errors_are_those_of_kaplan_meier(seed: int, of: int) -> None:
    stratum, arm, time, event, events, exits = _cohort(seed)
    mine = (arm == 1) & ((stratum == of) | (of < 0))
    day = int(np.quantile(time[mine], 0.6))
    for kind, se in ((kernels.PETO_ERROR, "peto"), (kernels.GREENWOOD_ERROR, "greenwood")):
        at = kaplan_meier(time[mine], event[mine], se=se).at(day + 0.5)
        assert _statistic(events, exits, kernels.SURVIVAL, of, 1, day) == pytest.approx(
            at.survival[0], rel=SUMMATION
        )
        assert _statistic(events, exits, kind, of, 1, day) == pytest.approx(at.std_err[0], rel=SUMMATION)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("of", [-1, 0, 1])
def test_the_hazard_ratio_and_its_limits_are_those_of_cox_with_efrons_ties(seed: int, of: int) -> None:
    stratum, arm, time, event, events, exits = _cohort(seed)
    mine = (stratum == of) | (of < 0)
    fit = cox(time[mine], event[mine], arm[mine].astype(float), strata=stratum[mine])
    for kind, value in (
        (kernels.HAZARD_RATIO, fit.hazard_ratio[0]),
        (kernels.LOWER_LIMIT, fit.lower[0]),
        (kernels.UPPER_LIMIT, fit.upper[0]),
    ):
        assert _statistic(events, exits, kind, of) == pytest.approx(value, rel=ITERATION)


@pytest.mark.parametrize("seed", range(6))
def test_restricted_means_and_median_follow_up_are_the_public_ones(seed: int) -> None:
    _, arm, time, event, events, exits = _cohort(seed)
    tau = float(min(time[arm == a].max() for a in range(2))) - 0.5
    mean = rmst(time, event, arm, control=0, tau=tau).difference
    found = _statistic(events, exits, kernels.RESTRICTED_MEAN, day=int(tau), horizon=tau)
    assert found == pytest.approx(mean, rel=SUMMATION, abs=SUMMATION)
    assert _statistic(events, exits, kernels.FOLLOW_UP) == pytest.approx(
        follow_up(time, event).median[0], abs=1.0
    )


def test_probing_moves_changes_nothing_and_equals_making_them() -> None:
    *_, events, exits = _cohort(2)
    s, a, day = (int(x[0]) for x in np.nonzero(events))
    wanted = np.array([[kernels.SURVIVAL, -1, a, 200], [kernels.HAZARD_RATIO, -1, 0, 0]])
    extra = (np.zeros(2), np.full(2, 1.96))
    before = events.copy()
    probed = kernels.probe_moves(events, exits, np.array([[[s, a, day, 390]]]), wanted, *extra)
    np.testing.assert_array_equal(events, before)
    made = events.copy()
    made[s, a, day] -= 1
    made[s, a, 390] += 1
    np.testing.assert_array_equal(probed[0], kernels.cohort_statistics(made, exits, wanted, *extra))
