"""Probability of each exit where z has a mean, a spread and a correlation of its own at every look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise.design.boundaries import solve_boundaries
from equipoise.design.crossing import Crossing, region_probabilities
from equipoise.design.look_rules import LookRule, given_bounds
from equipoise.design.stopping_regions import StoppingRegions
from equipoise.errors import DesignError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise._check import FloatArray

Bounds = tuple[float, ...]


@dataclass(frozen=True, slots=True, eq=False)
class LookMoments:
    """Normal z at K looks, each depending on the past through the look before alone.

    (z_k - mean_k) / sd_k is the canonical process without drift at information c_k, where c_k / c_{k+1} is
    the square of their correlation; so every bound b is read at (b - mean_k) / sd_k.

    Parameters
    ----------
    mean, sd
        Of z, shape (K,); 0 and 1 under the null.
    correlation
        Of z at each look with z at the next, above 0 and below 1, shape (K - 1,).

    """

    mean: FloatArray
    sd: FloatArray
    correlation: FloatArray

    def __post_init__(self) -> None:
        """Refuse looks that say the same, or nothing of one another."""
        if ((self.correlation <= 0.0) | (self.correlation >= 1.0)).any():
            raise DesignError(
                f"the correlation of z from look to look is {tuple(self.correlation.tolist())}: it must lie "
                "between 0 and 1. Are two looks one?"
            )

    @classmethod
    def canonical(cls, mean: FloatArray, information: FloatArray) -> LookMoments:
        """Z with variance 1 and independent increments of information, shape (K,)."""
        return cls(mean, np.ones(len(mean)), np.sqrt(information[:-1] / information[1:]))

    @property
    def clock(self) -> FloatArray:
        """c_k, information of the canonical process, 1 at the last look, shape (K,)."""
        return np.append(np.cumprod(self.correlation[::-1] ** 2)[::-1], 1.0)

    def scaled(self, factor: float) -> LookMoments:
        """The same trial with `factor` times as many patients: means grow by its root."""
        return LookMoments(self.mean * np.sqrt(factor), self.sd, self.correlation)

    def crossing(
        self,
        efficacy: Sequence[float] | FloatArray,
        futility: Sequence[float] | FloatArray | None = None,
        harm: Sequence[float] | FloatArray | None = None,
        *,
        inner: bool = False,
    ) -> Crossing:
        """Exit probabilities at each look; bounds as z, shape (K,), futility inner where |z| is meant."""
        bounds = [None if b is None else np.asarray(b).tolist() for b in (efficacy, futility, harm)]
        everywhere = StoppingRegions.of(self.clock.tolist(), bounds[0] or (), *bounds[1:], inner=inner)
        shifted = StoppingRegions(
            everywhere.information,
            self.standard(everywhere.efficacy),
            self.standard(everywhere.futility),
            self.standard(everywhere.floor),
            self.standard(everywhere.harm),
        )
        return region_probabilities(shifted, 0.0)

    def futility(self, efficacy: Sequence[float], rule: LookRule, harm: Sequence[float] | None) -> Bounds:
        """Futility bounds (no benefit: z below) that spend their error under these moments, shape (K,)."""
        solved = solve_boundaries(
            self.clock.tolist(),
            given_bounds(self.standard(efficacy)),
            harm=None if harm is None else given_bounds(self.standard(harm)),
            futility=LookRule(tuple(self._given(rule)), rule.target, rule.cap, rule.error),
        )
        z = np.array(solved.futility) * self.sd + self.mean
        return tuple(np.append(z[:-1], efficacy[-1]).tolist())

    def standard(self, bounds: Sequence[float]) -> Bounds:
        """Bounds on the scale of (z - mean) / sd."""
        return tuple(((np.asarray(bounds) - self.mean) / self.sd).tolist())

    def _given(self, rule: LookRule) -> list[float | None]:
        there = zip(rule.given, self.mean.tolist(), self.sd.tolist(), strict=True)
        return [None if z is None else (z - mean) / sd for z, mean, sd in there]
