"""Hypothesis strategies for trials of a few subjects: heavy ties, late entry, thin strata, arms without events."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st


@dataclass(frozen=True)
class SmallTrial:
    """Columns of a trial with a handful of subjects; every arm and stratum may be thin or without events."""

    time: list[int]
    event: list[bool]
    cause: list[int]
    group: list[str]
    strata: list[str]
    entry: list[int]
    x: list[list[float]]

    def arrays(self) -> dict[str, np.ndarray]:
        """The columns as the library takes them."""
        return {
            "time": np.array(self.time, dtype=float),
            "event": np.array(self.event),
            "cause": np.array(self.cause),
            "group": np.array(self.group),
            "strata": np.array(self.strata),
            "entry": np.array(self.entry, dtype=float),
            "x": np.array(self.x, dtype=float),
        }


@st.composite
def small_trials(draw, arms: str = "AB", least: int = 4, most: int = 14, last: int = 9) -> SmallTrial:  # noqa: ANN001
    """A trial on whole-day times 1..last, so that events, censorings and entries coincide often."""
    n = draw(st.integers(least, most))
    time = draw(st.lists(st.integers(1, last), min_size=n, max_size=n))
    cause = draw(st.lists(st.sampled_from([0, 1, 1, 2]), min_size=n, max_size=n))
    rest = draw(st.lists(st.sampled_from(arms), min_size=n - len(arms), max_size=n - len(arms)))
    strata = draw(st.lists(st.sampled_from(["u", "v", "w"]), min_size=n, max_size=n))
    late = draw(st.lists(st.floats(0, 0.99), min_size=n, max_size=n))
    x = draw(st.lists(st.tuples(st.sampled_from([0, 1]), st.integers(-3, 3)), min_size=n, max_size=n))
    return SmallTrial(
        time=time,
        event=[c > 0 for c in cause],
        cause=cause,
        group=[*arms, *rest],
        strata=strata,
        entry=[int(share * t) for share, t in zip(late, time, strict=True)],
        x=[[float(a), float(b)] for a, b in x],
    )
