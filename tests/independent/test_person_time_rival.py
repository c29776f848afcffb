"""Hazards by period and completeness of follow-up against loops over subjects."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.errors import ArgumentError
from equipoise.survival import completeness, piecewise_hazards
from independent.naive_person_time import clarks_c, events_and_time, poisson_limits
from tolerances import ROUNDING, SUMMATION


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_rates_by_period(seed: int, late: bool) -> None:  # noqa: FBT001
    """Times on whole days, so that many fall on a cut; groups each on their own."""
    rng = np.random.default_rng(seed)
    n = 60
    time, event, group = rng.integers(1, 12, n).astype(float), rng.random(n) < 0.5, rng.choice(["a", "b"], n)
    entry = np.floor(time * rng.random(n) * 0.9) if late else np.zeros(n)
    found = piecewise_hazards(
        time, event, cuts=[3, 6, 20], per=10.0, group=group, entry=entry if late else None, level=0.9
    )
    rows = zip(found.group, found.begin, found.end, found.events, found.person_time, strict=True)
    for i, (label, begin, end, events, spent) in enumerate(rows):
        mine = group == label
        theirs = events_and_time(time[mine], event[mine], entry[mine], begin, end)
        assert events == theirs[0]
        np.testing.assert_allclose(spent, theirs[1], rtol=ROUNDING)
        if spent == 0.0:
            assert np.isnan(found.rate[i])
            continue
        limits = np.array(poisson_limits(int(events), 0.9)) * 10.0 / spent
        np.testing.assert_allclose([found.lower[i], found.upper[i]], limits, rtol=SUMMATION)
        np.testing.assert_allclose(found.rate[i], 10.0 * events / spent, rtol=ROUNDING)
    assert found.to_frame()["rate"].null_count() == np.isnan(found.rate).sum()
    assert repr(found).startswith("Hazard rates per 10 units")


@pytest.mark.parametrize("cuts", [[0, 1], [2, 2], [3, 1]])
def test_cuts_must_rise_from_above_0(cuts: list[float]) -> None:
    with pytest.raises(ArgumentError, match="cuts"):
        piecewise_hazards([1, 2], [1, 0], cuts=cuts)


def test_one_period_and_events_at_0() -> None:
    found = piecewise_hazards([0.0, 2.0], [1, 0], cuts=[])
    assert (found.events[0], found.person_time[0], found.rate[0]) == (1, 2.0, 0.5)


@pytest.mark.parametrize("seed", range(4))
def test_completeness(seed: int) -> None:
    rng = np.random.default_rng(seed)
    time, event = rng.exponential(500, 50), rng.random(50) < 0.4
    potential = time + np.where(rng.random(50) < 0.5, 0.0, rng.exponential(300, 50))
    found = completeness(time, event, potential, within=(182.625, 365.25))
    np.testing.assert_allclose(found.c[0], clarks_c(time, event, potential), rtol=ROUNDING)
    free = [p - t for t, d, p in zip(time, event, potential, strict=True) if not d]
    for i, span in enumerate((182.625, 365.25)):
        assert found.contacted[0, i] == sum(gap <= span for gap in free) / len(free)
    assert found.to_frame().columns[-1] == "contacted_within_365.25"
    assert repr(found).startswith("Completeness of follow-up")


def test_everybody_with_the_event_is_completely_followed() -> None:
    found = completeness([1, 2], [1, 1], [9, 9], within=[1])
    assert found.c[0] == 1.0
    assert found.to_frame()["contacted_within_1"].to_list() == [None]
    with pytest.raises(ArgumentError, match=r"potential\[1\] must not be below time\[1\] = 2.0"):
        completeness([1, 2], [0, 0], [1, 1], within=[1])
