"""Small made-up trials for the tests of this room."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st


class Trial(NamedTuple):
    """Times, events, arms (0 control, 1 experimental), strata, and times of entry."""

    time: np.ndarray
    event: np.ndarray
    arm: np.ndarray
    stratum: np.ndarray
    entry: np.ndarray


def trial(seed: int, n: int = 60, *, tied: bool = True, events: float = 0.6, strata: int = 2) -> Trial:
    """Exponential times, rounded to few values where `tied`.

    The first four subjects make any comparison possible: events in turn on both arms of one stratum.
    """
    rng = np.random.default_rng(seed)
    time = rng.exponential(10.0, n) + 1.0
    time = np.ceil(time) if tied else time
    event = rng.random(n) < events
    arm, stratum = rng.integers(0, 2, n), rng.integers(0, strata, n)
    entry = np.floor(time * rng.random(n) * 0.9)
    time[:4], event[:4], arm[:4], stratum[:4], entry[:4] = (1, 2, 3, 4), True, (0, 1, 0, 1), 0, 0
    return Trial(time, event, arm, stratum, entry)


@st.composite
def trials(draw: st.DrawFn, *, tied: bool = True, least: int = 8) -> Trial:
    """Trials of up to 60 subjects, ties heavy or none."""
    seed = draw(st.integers(0, 2**32 - 1))
    n = draw(st.integers(least, 60))
    return trial(seed, n, tied=tied, events=draw(st.sampled_from((0.2, 0.6, 0.95))))
