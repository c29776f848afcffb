"""What a fact's row would have to say of a cohort to be exact there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from equipoise.reconstruction.targets import Statistic, Target

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from equipoise.reconstruction.objective import Objective
    from equipoise.reconstruction.rows import Rows

    Numbers = NDArray[np.float64]
    Counts = NDArray[np.int64]

Place = tuple[Statistic, int | None, int | None, float]


def place_of(target: Target) -> Place:
    """What a statistic is about: kind, stratum, arm, day."""
    return target.statistic, target.stratum, target.arm, target.day


def linear_less_exact(
    rows: Rows, mass: Numbers, objective: Objective, events: Counts, exits: Counts
) -> Numbers:
    """A m less the exact quantity of each row for a cohort counted by day; 0 where the row is exact."""
    places = [place_of(t) for t in objective.targets]
    values = dict(zip(places, objective.values(events, exits), strict=True))
    linear = rows.coefficients.reshape(len(rows.target), -1) @ mass.ravel()
    found = np.zeros(len(linear))
    for i, owner in enumerate(rows.owners):
        value = _quantity(owner, values)
        if value is not None and np.isfinite(value):
            found[i] = linear[i] - rows.gain[i] * (value - rows.anchor[i])
    return found


def _quantity(owner: Target, values: Mapping[Place, float]) -> float | None:
    """-log survival, log hazard ratio, information, or mean, by the kind of the row's fact."""
    kind, stratum, arm, day = place_of(owner)
    if kind in {Statistic.SURVIVAL, Statistic.PETO_ERROR}:
        survival = values.get((Statistic.SURVIVAL, stratum, arm, day))
        return None if survival is None else float(-np.log(max(survival, 1e-9)))
    if kind is Statistic.HAZARD_RATIO:
        return float(np.log(values[place_of(owner)]))
    if kind is Statistic.UPPER_LIMIT:
        upper, lower = values[place_of(owner)], values[Statistic.LOWER_LIMIT, stratum, arm, day]
        return float((2.0 * ndtri(0.5 + 0.5 * owner.level) / np.log(upper / lower)) ** 2)
    if kind is Statistic.RESTRICTED_MEAN:
        return float(values[place_of(owner)])
    return None
