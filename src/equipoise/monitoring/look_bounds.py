"""The bounds of one look at the information observed, after the bounds that were used before."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise.design import InterimBounds, bounds_at, looks_as_held
from equipoise.design.crossing import region_probabilities
from equipoise.design.stopping_regions import StoppingRegions
from equipoise.monitoring.planned_statistic import joined_by_events
from equipoise.numerics import normal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise.design import Design
    from equipoise.monitoring.look_result import LookResult


@dataclass(frozen=True, slots=True)
class LookBounds:
    """What one look is read against, and what it spends."""

    information_fraction: float
    """Observed over planned events."""
    spending_fraction: float
    efficacy_z: float
    """Infinite where the look is not read for efficacy."""
    futility_z: float
    """Minus infinity where the look is not read for futility; so for harm."""
    harm_z: float
    alpha_spent: float
    """Cumulative."""
    beta_spent: float


def look_bounds(
    design: Design,
    held: Sequence[LookResult],
    *,
    events: int,
    information: float,
    planned_look: int,
    final: bool,
    spending_fraction: float | None = None,
) -> LookBounds:
    """Solve the bounds of the look that follows `held`, honouring what those have spent.

    Alpha is spent by the events observed, or by `spending_fraction`; the looks' covariance goes by the events
    too, or by the planned test's own information where that is not the log-rank test.

    Parameters
    ----------
    design
        The design that the trial runs under.
    held
        The looks before, each with the bounds that it was read against.
    events, information
        Of the present look.
    planned_look
        Number of the planned look by whose rules it is read.
    final
        Spend all of the alpha that is left.
    spending_fraction
        Share of alpha's time that has gone, where it is not the information fraction.

    """
    fraction = events / design.events
    spending = fraction if spending_fraction is None else spending_fraction
    by_events = joined_by_events(design)
    joined = [float(h.events) if by_events else h.information for h in held]
    joined.append(float(events) if by_events else information)
    planned = float(design.events) if by_events else design.information
    fractions = [x / planned for x in joined]
    plan = looks_as_held(
        design.boundaries, fractions, [*(h.planned_look for h in held), planned_look], final=final
    )
    spent_by = [*(h.spending_fraction for h in held), spending]
    bounds = bounds_at(
        plan,
        joined,
        planned=planned,
        previous=bounds_used(held) if held else None,
        spending_fraction=spent_by if spent_by != fractions else None,
        final=final,
    )
    efficacy, futility, harm = (
        math.copysign(math.inf, off) if bound is None else float(bound[-1])
        for bound, off in ((bounds.efficacy_z, 1.0), (bounds.futility_z, -1.0), (bounds.harm_z, -1.0))
    )
    return LookBounds(
        information_fraction=fraction,
        spending_fraction=spending,
        efficacy_z=efficacy,
        futility_z=futility,
        harm_z=harm,
        alpha_spent=float(bounds.alpha_spent[-1]),
        beta_spent=_beta_spent(design, bounds),
    )


def bounds_used(looks: Sequence[LookResult]) -> InterimBounds:
    """The bounds that looks were read against."""
    efficacy = np.array([k.efficacy_z for k in looks])
    return InterimBounds(
        information_fraction=np.array([k.information_fraction for k in looks]),
        efficacy_z=efficacy,
        futility_z=np.array([k.futility_z for k in looks]),
        harm_z=np.array([k.harm_z for k in looks]),
        nominal_p=normal.sf(efficacy),
        alpha_spent=np.array([k.alpha_spent for k in looks]),
    )


def _beta_spent(design: Design, bounds: InterimBounds) -> float:
    """Probability of having stopped for futility by now under the planned effect."""
    if bounds.futility_z is None:
        return 0.0
    regions = StoppingRegions.of(
        bounds.information_fraction.tolist(),
        bounds.efficacy_z.tolist(),
        bounds.futility_z.tolist(),
        None if bounds.harm_z is None else bounds.harm_z.tolist(),
        inner=design.boundaries.inner,
    )
    return float(region_probabilities(regions, design.boundaries.drift).futility.sum())
