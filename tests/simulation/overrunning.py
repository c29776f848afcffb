"""Data that come after a stop: the look that stopped the trial is left out, the statistic read with all data."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from simulation.held_courses import Group, Look, bounds_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from equipoise.design import Exit, GroupSequentialDesign


def overrun(
    design: GroupSequentialDesign,
    stops: Iterable[tuple[Exit, Group]],
    by: float,
    *,
    seed: int,
    drift: float = 0.0,
) -> Iterator[tuple[Exit, Group]]:
    """Each trial that stopped before its last look, with so much more information."""
    rng = np.random.default_rng(seed)
    for reason, group in stops:
        stopped = group.looks[-1]
        if stopped.final:
            yield reason, group
            continue
        looks = (*group.looks[:-1], Look(stopped.information + by, stopped.read_as, final=True))
        bounds = None
        for k in range(1, len(looks) + 1):
            bounds = bounds_of(design, looks[:k], bounds)
        step = math.sqrt(by) * rng.standard_normal(len(group.path)) + drift * by
        assert bounds is not None
        yield reason, Group(looks, bounds, group.path, group.score + step)
