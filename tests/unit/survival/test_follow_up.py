"""How long the subjects were followed."""

from __future__ import annotations

import numpy as np
from hypothesis import given

from equipoise.survival import follow_up, kaplan_meier
from unit.survival.trials import Trial, trials


def test_it_is_kaplan_meier_with_the_events_turned_round() -> None:
    found = follow_up([1, 2, 3, 4, 5], [1, 0, 0, 0, 0])
    assert found.median.tolist() == [3.5]
    assert (found.shortest[0], found.longest[0], found.n[0]) == (1, 5, 5)


@given(trials())
def test_without_events_the_quartiles_are_those_of_the_times(t: Trial) -> None:
    found = follow_up(t.time, np.zeros(len(t.time)), group=t.arm)
    turned = kaplan_meier(t.time, np.ones(len(t.time)), group=t.arm)
    np.testing.assert_array_equal(found.median, turned.quantile(0.5).time)
    assert np.all(found.first_quartile <= found.median)
    assert np.all(found.median <= found.third_quartile)


def test_when_everybody_has_the_event_follow_up_is_unknown() -> None:
    frame = follow_up([1, 2], [1, 1]).to_frame()
    assert frame["median"].to_list() == [None]
    assert frame["longest"].to_list() == [2.0]
