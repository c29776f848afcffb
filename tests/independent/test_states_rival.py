"""Multi-state probabilities and errors against matrix products and the closed form of their covariance."""

from __future__ import annotations

import random

import numpy as np
import pytest

from equipoise.survival import aalen_johansen
from independent.naive_states import Stays, probabilities
from tolerances import ROUNDING

WELL, ILL, DEAD = 0, 1, 2


def illness_and_death(seed: str, subjects: int = 30) -> tuple[Stays, list[int]]:
    """Stays of subjects who fall ill, recover and die on whole days, some under observation late or twice."""
    draw = random.Random(seed)  # noqa: S311 - test data, no secret
    stays, who = [], []
    for i in range(subjects):
        now, state = float(draw.choice([0, 0, 0, 1, 2])), draw.choice([WELL, WELL, ILL])
        while now < 12 and state != DEAD:
            until = now + draw.randint(1, 4)
            move = draw.choice([None, DEAD, ILL if state == WELL else WELL, ILL if state == WELL else WELL])
            stays.append((now, until, state, move))
            who.append(i)
            if move is None:
                break
            now, state = until, move
    return stays, who


@pytest.mark.parametrize("variance", ["greenwood", "aalen"])
@pytest.mark.parametrize("start", [0, 2])
@pytest.mark.parametrize("seed", ["a", "b", "c"])
def test_transitions_occupation_and_errors(seed: str, start: int, variance: str) -> None:
    stays, who = illness_and_death(seed)
    entry, time, origin, move = zip(*stays, strict=True)
    destination = [-1 if m is None else m for m in move]
    found = aalen_johansen(
        time, origin, destination, censored=-1, entry=entry, subject=who, start=start, variance=variance
    )
    assert found.states == (WELL, ILL, DEAD)
    under = [i for e, t, i, _ in stays if e <= start < t]
    p0 = np.bincount(under, minlength=3) / len(under)
    np.testing.assert_array_equal(found.initial[0], p0)
    for row, now in enumerate(found.time.tolist()):
        matrix, cov = probabilities(stays, 3, start, now)
        np.testing.assert_allclose(found.transition[row], matrix, rtol=ROUNDING, atol=1e-14)
        squared = np.einsum("hjhj->hj", cov[variance])
        np.testing.assert_allclose(found.transition_std_err[row] ** 2, squared, rtol=1e-11, atol=1e-16)
        np.testing.assert_allclose(found.occupation[row], p0 @ matrix, rtol=ROUNDING, atol=1e-14)
        mixed = np.einsum("h,hjkj,k->j", p0, cov[variance], p0)
        np.testing.assert_allclose(found.occupation_std_err[row] ** 2, mixed, rtol=1e-11, atol=1e-16)
