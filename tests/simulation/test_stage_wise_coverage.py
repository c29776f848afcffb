"""The stage-wise interval of a stopped trial holds the truth as often as it says, its estimate is median-unbiased."""

from __future__ import annotations

import math

import numpy as np
import pytest

from equipoise.design import (
    GroupSequentialDesign,
    HwangShihDeCani,
    LanDeMetsOBrienFleming,
    LanDeMetsPocock,
    group_sequential,
)
from simulation.bands import band
from simulation.held_courses import as_planned, fixed, play
from simulation.overrunning import overrun
from simulation.schedules import SCHEDULES, three_looks
from simulation.stage_wise_coverage import Coverage, coverage, estimate_of

DRAWS = 200_000
SEED = 20_240_701
FIVE = (0.2, 0.4, 0.6, 0.8, 1.0)
EFFECTS = {"no effect": 0.0, "half the planned effect": 0.5, "the planned effect": 1.0}


def five_looks(sides: int) -> GroupSequentialDesign:
    return group_sequential(FIVE, alpha=0.025 * sides, beta=0.1, sides=sides, efficacy=LanDeMetsPocock())


DESIGNS = {
    "3 looks, one-sided": three_looks(efficacy=LanDeMetsOBrienFleming()),
    "3 looks, two-sided": three_looks(efficacy=LanDeMetsOBrienFleming(), alpha=0.05, sides=2),
    "5 looks, one-sided": five_looks(1),
    "5 looks, two-sided": five_looks(2),
}
FUTILITY = three_looks(efficacy=LanDeMetsOBrienFleming(), futility=HwangShihDeCani(gamma=-2.0))
BINDING = three_looks(efficacy=LanDeMetsOBrienFleming(), futility=HwangShihDeCani(gamma=-2.0), binding=True)
COMPARISONS = 3 * (3 * len(DESIGNS) + 4 * 3 + 5)
LIMIT = band(COMPARISONS)


def assert_as_said(found: Coverage, level: float) -> None:
    tail = 0.5 * (1.0 - level)
    error = LIMIT * math.sqrt(tail * (1.0 - tail) / found.trials)
    assert abs(found.above - tail) < error
    assert abs(found.below - tail) < error
    assert abs(found.high - 0.5) < LIMIT * 0.5 / math.sqrt(found.trials)


def played(
    design: GroupSequentialDesign,
    share: float,
    *,
    futility: bool | None = None,
    obey_futility: bool = True,
    schedule: str | None = None,
    more: float = 0.0,
    draws: int = DRAWS,
) -> Coverage:
    """Where limits and estimate lie beside a share of the design's effect."""
    looks = as_planned(design) if schedule is None else SCHEDULES[schedule]
    theta = share * design.drift
    stops = play(
        design,
        looks[0],
        fixed(looks),
        paths=draws,
        seed=SEED + round(10 * share),
        drift=theta,
        obey_futility=obey_futility,
    )
    if more:
        stops = overrun(design, stops, more, seed=SEED, drift=theta)
    return coverage(design, stops, theta, futility=futility)


@pytest.mark.parametrize("share", EFFECTS.values(), ids=EFFECTS)
@pytest.mark.parametrize("name", DESIGNS)
def test_interval_and_estimate_after_stopping(name: str, share: float) -> None:
    assert_as_said(played(DESIGNS[name], share), 0.95)


@pytest.mark.parametrize("share", EFFECTS.values(), ids=EFFECTS)
@pytest.mark.parametrize(
    ("design", "futility", "obey"),
    [(FUTILITY, None, False), (FUTILITY, True, True), (BINDING, None, True)],
    ids=["passed over, as not binding", "obeyed, and allowed for", "binding"],
)
def test_futility_handled_as_the_interval_says(
    *, design: GroupSequentialDesign, futility: bool | None, obey: bool, share: float
) -> None:
    assert_as_said(played(design, share, futility=futility, obey_futility=obey), 0.95)


def test_futility_obeyed_but_not_allowed_for_pulls_the_interval_down() -> None:
    """The lower limit is never too high; the upper one is too low more often than it says."""
    for share in EFFECTS.values():
        found = played(FUTILITY, share)
        error = LIMIT * math.sqrt(0.025 * 0.975 / found.trials)
        assert found.above < 0.025 + error
        assert found.high < 0.5 + LIMIT * 0.5 / math.sqrt(found.trials)
    planned = played(FUTILITY, 1.0)
    assert planned.below > 0.04


@pytest.mark.parametrize(
    "schedule", ["one look added", "second look left out", "ended far short", "more events than planned"]
)
def test_looks_out_of_plan_leave_the_interval_as_it_is(schedule: str) -> None:
    assert_as_said(played(DESIGNS["3 looks, one-sided"], 0.5, schedule=schedule), 0.95)


def test_limits_rise_with_z_and_are_met_where_they_are_counted() -> None:
    """What the counting rests on; and 300 trials each read by themselves."""
    design = DESIGNS["3 looks, one-sided"]
    looks = as_planned(design)
    theta = 0.5 * design.drift
    held = 0
    for _, group in play(design, looks[0], fixed(looks), paths=300, seed=SEED, drift=theta):
        found = [estimate_of(design, group, float(z)) for z in np.sort(group.z)]
        for name in ("lower", "estimate", "upper"):
            assert np.all(np.diff([getattr(e, name) for e in found]) >= 0.0)
        held += sum(e.lower <= theta <= e.upper for e in found)
    again = coverage(design, play(design, looks[0], fixed(looks), paths=300, seed=SEED, drift=theta), theta)
    assert held == round(again.covered * 300)
