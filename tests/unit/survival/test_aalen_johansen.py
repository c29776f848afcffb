"""Multi-state curves: special cases, tables, refusals."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.errors import ArgumentError, DataError
from equipoise.survival import aalen_johansen, cumulative_incidence, kaplan_meier
from unit.survival.trials import trial

T = trial(4, 120)
CAUSE = np.where(T.event, 1 + T.stratum, 0)
WORDS = np.array(["censored", "relapse", "death"])[CAUSE]


def test_two_states_are_kaplan_meier_with_greenwoods_error() -> None:
    found = aalen_johansen(
        T.time, ["alive"] * 120, np.where(T.event, "dead", "none"), censored="none", group=T.arm
    )
    curve = kaplan_meier(T.time, T.event, group=T.arm).at([2, 5, 9])
    alive = found.at([2, 5, 9])
    mine = np.array([state == "alive" for state in alive.state])
    np.testing.assert_allclose(alive.probability[mine], curve.survival)
    np.testing.assert_allclose(alive.std_err[mine], curve.std_err)
    np.testing.assert_allclose(alive.lower[mine], curve.lower)


@pytest.mark.parametrize("late", [False, True])
def test_competing_causes_are_cumulative_incidence(late: bool) -> None:  # noqa: FBT001 - parametrised
    entry = T.entry if late else None
    found = aalen_johansen(T.time, ["well"] * 120, WORDS, censored="censored", entry=entry, initial="well")
    incidence = cumulative_incidence(T.time, CAUSE, entry=entry)
    for k, state in ((0, "relapse"), (1, "death")):
        j = found.states.index(state)
        at = incidence.risk.events.sum(axis=1) > 0
        np.testing.assert_allclose(found.occupation[:, j], incidence.incidence[at, k], atol=1e-14)
        np.testing.assert_allclose(found.occupation_std_err[:, j], incidence.std_err[at, k], atol=1e-9)


def test_probabilities_of_all_states_add_up_and_beyond_follow_up_nothing_is_known() -> None:
    found = aalen_johansen(
        [2, 4, 3, 5], ["a", "b", "a", "a"], ["b", "c", "c", "-"], censored="-", entry=[0, 2, 0, 0]
    )
    np.testing.assert_allclose(found.occupation.sum(axis=1), 1.0)
    np.testing.assert_allclose(found.transition.sum(axis=2), 1.0)
    table = found.at([0, 4, 6]).to_frame()
    assert table["probability"].to_list()[:2] == [1.0, pytest.approx(1 / 3)]
    assert table["probability"][2] is None
    from_b = found.transition_at([4]).to_frame()
    assert set(from_b["origin"]) == {"a", "b", "c"}
    assert repr(found).startswith("Aalen-Johansen, greenwood errors")
    assert "a to b: 1" in repr(found)
    assert repr(found.at([1])).startswith("Probabilities of states")
    assert found.to_frame()["n_risk"].to_list()[:3] == [3.0, 2.0, 1.0]


def test_a_later_start_forgets_what_came_before() -> None:
    later = aalen_johansen(
        [2, 4, 3, 5], ["a", "b", "a", "a"], ["b", "c", "c", "-"], censored="-", entry=[0, 2, 0, 0], start=2
    )
    np.testing.assert_allclose(later.initial, [[2 / 3, 1 / 3, 0]])
    assert later.time.tolist() == [3.0, 4.0]
    with pytest.raises(ArgumentError, match="must not lie before start = 2"):
        later.at([1])


def test_histories_that_contradict_themselves_are_refused() -> None:
    given = {"censored": "-", "subject": [1, 1]}
    with pytest.raises(DataError, match="begins before the one to 2"):
        aalen_johansen([2, 4], ["a", "b"], ["b", "-"], entry=[0, 1], **given)
    with pytest.raises(DataError, match="ended in 'b'"):
        aalen_johansen([2, 4], ["a", "a"], ["b", "-"], entry=[0, 2], **given)
    aalen_johansen([2, 4], ["a", "a"], ["b", "-"], entry=[0, 3], **given)
    with pytest.raises(ArgumentError, match="must differ from origin"):
        aalen_johansen([2, 4], ["a", "a"], ["a", "-"], censored="-")
    with pytest.raises(ArgumentError, match="must be no state"):
        aalen_johansen([2, 4], ["a", "a"], ["b", "a"], censored="a")
    with pytest.raises(ArgumentError, match="words or numbers, not both"):
        aalen_johansen([2, 4], [1, 1], ["b", "-"], censored="-")


def test_an_unknown_start_is_refused() -> None:
    with pytest.raises(DataError, match="Name initial="):
        aalen_johansen([2, 4], [1, 1], [2, 0], entry=[1, 1])
    assert aalen_johansen([2, 4], [1, 1], [2, 0], entry=[1, 1], initial=1).occupation[0, 1] == 0.5
    with pytest.raises(DataError, match="nobody is under observation after it"):
        aalen_johansen([2, 4], [1, 1], [2, 0], start=4)
    with pytest.raises(ArgumentError, match="variance"):
        aalen_johansen([2, 4], [1, 1], [2, 0], variance="peto")
