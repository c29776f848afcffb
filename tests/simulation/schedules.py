"""Schedules of looks that did not go as planned, whatever the data say; and the designs that they befall."""

from __future__ import annotations

import numpy as np

from equipoise.design import (
    At,
    GroupSequentialDesign,
    HwangShihDeCani,
    LanDeMetsOBrienFleming,
    LanDeMetsPocock,
    OBrienFleming,
    group_sequential,
)
from simulation.held_courses import Look

PLANNED = (0.5, 0.75, 1.0)

SCHEDULES: dict[str, tuple[Look, ...]] = {
    "as planned": (Look(0.5, 1), Look(0.75, 2), Look(1.0, 3, final=True)),
    "first look left out": (Look(0.75, 2), Look(1.0, 3, final=True)),
    "second look left out": (Look(0.5, 1), Look(1.0, 3, final=True)),
    "one look added": (Look(0.5, 1), Look(0.6, 1), Look(0.75, 2), Look(1.0, 3, final=True)),
    "four looks added": (
        Look(0.4, 1),
        Look(0.5, 1),
        Look(0.58, 1),
        Look(0.66, 1),
        Look(0.75, 2),
        Look(0.9, 2),
        Look(1.0, 3, final=True),
    ),
    "every look late": (Look(0.58, 1), Look(0.86, 2), Look(1.0, 3, final=True)),
    "every look early": (Look(0.41, 1), Look(0.67, 2), Look(1.0, 3, final=True)),
    "ended short of its events": (Look(0.5, 1), Look(0.75, 2), Look(0.88, 3, final=True)),
    "ended far short": (Look(0.5, 1), Look(0.55, 3, final=True)),
    "more events than planned": (Look(0.5, 1), Look(0.75, 2), Look(1.2, 3, final=True)),
    "maximum raised": (
        Look(0.5, 1),
        Look(1.05, 2, planned=1.4),
        Look(1.4, 3, final=True, planned=1.4),
    ),
    "maximum lowered": (
        Look(0.5, 1),
        Look(0.6, 2, planned=0.8),
        Look(0.8, 3, final=True, planned=0.8),
    ),
}


def three_looks(**rules: object) -> GroupSequentialDesign:
    """Looks at half, three quarters and all of the information; one-sided 0.025 unless said."""
    values: dict[str, object] = {"alpha": 0.025, "beta": 0.1, "sides": 1} | rules
    return group_sequential(PLANNED, **values)  # type: ignore[arg-type]


DESIGNS = {
    "O'Brien-Fleming type": three_looks(efficacy=LanDeMetsOBrienFleming()),
    "Pocock type": three_looks(efficacy=LanDeMetsPocock()),
    "gamma family, two-sided": three_looks(efficacy=HwangShihDeCani(gamma=-4.0), alpha=0.05, sides=2),
    "no efficacy at look 1": three_looks(efficacy=At(LanDeMetsOBrienFleming(), (2, 3))),
    "O'Brien and Fleming's own": three_looks(efficacy=OBrienFleming()),
}


def chance_schedule(rng: np.random.Generator) -> tuple[Look, ...]:
    """One to five looks at any information, each read as the planned look that it has reached; an end near 1."""
    end = rng.uniform(0.8, 1.25)
    times = np.sort(rng.uniform(0.2, end - 0.05, size=rng.integers(0, 5)))
    apart = times[np.diff(times, prepend=0.0) > 0.02]
    reached = [max(1, int(np.searchsorted(PLANNED, t, side="right"))) for t in apart]
    looks = [Look(float(t), min(k, 2)) for t, k in zip(apart, reached, strict=True)]
    return (*looks, Look(float(end), 3, final=True))
