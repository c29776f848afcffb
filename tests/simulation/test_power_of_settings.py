"""Simulated power beside the design's own in more than thirty settings."""

from __future__ import annotations

import pytest

from simulation.bands import band
from simulation.power_settings import Powers, powers, recorded_settings
from tolerances import MOMENT_POWER

SEED = 20240701
SETTINGS = recorded_settings()
LONG, SHORT = 100_000, 2_000
# One of each kind: proportional, cured with futility, late, delayed, of two strata, small.
SOME = (3, 18, 28, 32, 41, 45)


def compared(number: int, trials: int) -> Powers:
    """The powers of a setting, the exact moments' inside the band plus what the normal form leaves out."""
    found = powers(SETTINGS[number], trials, SEED + number)
    assert found.moments == pytest.approx(
        found.simulated, abs=band(len(SETTINGS)) * found.error + MOMENT_POWER
    )
    return found


@pytest.mark.parametrize("number", SOME, ids=[SETTINGS[k].name for k in SOME])
def test_exact_moments_give_the_power_of_some_settings(number: int) -> None:
    compared(number, SHORT)


@pytest.mark.long
def test_exact_moments_give_the_power_of_every_setting_and_schoenfelds_formula_does_not() -> None:
    found = [compared(number, LONG) for number in range(len(SETTINGS))]
    assert len(found) >= 30
    off = [one.schoenfeld - one.simulated for one in found]
    # Too much under a delay with futility, too little where more patients get the better arm.
    assert max(off) > 0.03
    assert min(off) < -0.015
    beyond = [one for one in found if abs(one.schoenfeld - one.simulated) > MOMENT_POWER + 5 * one.error]
    assert len(beyond) > len(found) / 3


def test_the_settings_are_more_than_thirty() -> None:
    assert len(SETTINGS) >= 30
    assert {one.experimental_per_control for one in SETTINGS} == {1, 2}
    assert {len(one.look_events) for one in SETTINGS} == {1, 2, 3, 4}
