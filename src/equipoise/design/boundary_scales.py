"""The bounds of a design on every scale that a committee reads them on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise import _check
from equipoise.design.inference_conditional import conditional_power, predictive_power
from equipoise.design.inference_look import interim_look
from equipoise.numerics import normal

if TYPE_CHECKING:
    import polars as pl

    from equipoise.design.group_sequential_design import GroupSequentialDesign
    from equipoise.design.inference_conditional import NormalPrior


@dataclass(frozen=True, slots=True)
class ScaledBound:
    """One bound at one look; powers are None at the last look, after which nothing is to come."""

    look: int
    bound: str
    """efficacy, futility or harm."""
    information_fraction: float
    z: float
    p: float
    """Nominal p: of `sides` for efficacy and mirrored harm, otherwise of one side against benefit."""
    sides: int
    b_value: float
    """z sqrt(t)."""
    score: float
    """z sqrt(I), in the unit of the planned information."""
    estimate: float
    """z / sqrt(I): -log hazard ratio over the tested one, with log-rank information."""
    hazard_ratio: float
    """m exp(-estimate), experimental over control; m is the hazard ratio that is tested."""
    conditional_power: float | None
    """Of rejecting at a later look under the design's effect, were the trial to go on from the bound."""
    conditional_power_by_trend: float | None
    """The same under the estimate at the bound."""
    predictive_power: float | None
    """The same averaged over the posterior of the prior given."""


@dataclass(frozen=True, slots=True)
class BoundaryScales:
    """The bounds that stand, look by look."""

    design: GroupSequentialDesign
    planned: float
    bounds: tuple[ScaledBound, ...]

    def to_frame(self) -> pl.DataFrame:
        """One row a bound."""
        import polars as pl

        return pl.DataFrame([{name: getattr(b, name) for name in ScaledBound.__slots__} for b in self.bounds])


def on_scales(
    design: GroupSequentialDesign,
    *,
    planned: float,
    prior: NormalPrior | None = None,
    hazard_ratio_null: float = 1.0,
) -> BoundaryScales:
    """Each bound as z, nominal p, B-value, score, estimate, hazard ratio, and the power left there.

    Parameters
    ----------
    design
        With its bounds.
    planned
        Planned maximum information: events times r / (1 + r)^2 for r:1 allocation.
    prior
        Of theta, for predictive power; flat unless given.
    hazard_ratio_null
        The hazard ratio that is tested; above 1 for a non-inferiority margin.

    References
    ----------
    Lan, Wittes (1988), Biometrics 44:579-585 (B-value).
    Emerson, Kittelson, Gillen (2007), Statistics in Medicine 26:5047-5080 (scales of a stopping rule).

    """
    planned = _check.positive("planned", planned, "The planned maximum information.")
    null = _check.positive("hazard_ratio_null", hazard_ratio_null)
    kinds = {"efficacy": design.efficacy_z, "futility": design.futility_z, "harm": design.harm_z}
    bounds = [
        _scaled(design, kind, k, float(z[k]), planned, prior, null)
        for k in range(design.looks)
        for kind, z in kinds.items()
        if z is not None and np.isfinite(z[k])
    ]
    return BoundaryScales(design, planned, tuple(bounds))


def _scaled(  # noqa: PLR0917 - one bound, as on_scales has it
    design: GroupSequentialDesign,
    kind: str,
    k: int,
    z: float,
    planned: float,
    prior: NormalPrior | None,
    null: float,
) -> ScaledBound:
    at = interim_look(design, z, look=k + 1, planned=planned)
    last = k == design.looks - 1
    sides = 1 if kind == "futility" else design.sides
    p = 2.0 * float(normal.sf(abs(z))) if sides == 2 else float(normal.sf(z))
    return ScaledBound(
        look=k + 1,
        bound=kind,
        information_fraction=at.fraction,
        z=z,
        p=p,
        sides=sides,
        b_value=z * math.sqrt(at.fraction),
        score=z * math.sqrt(at.information),
        estimate=at.estimate,
        hazard_ratio=null * math.exp(-at.estimate),
        conditional_power=None if last else float(conditional_power(at).power),
        conditional_power_by_trend=None if last else float(conditional_power(at, at.estimate).power),
        predictive_power=None if last else predictive_power(at, prior),
    )
