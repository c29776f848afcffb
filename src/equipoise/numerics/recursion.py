"""The canonical recursion of Armitage, McPherson and Rowe: which paths of the score process are still going.

S_k = z_k sqrt(I_k) has independent normal increments with mean drift (I_k - I_{k-1}) and variance
I_k - I_{k-1}. The sub-density of the paths that no bound has stopped is carried from look to look on
Gauss-Legendre nodes. All sums are of positive terms, so small probabilities keep their relative accuracy.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from equipoise.numerics.normal import SQRT_2PI
from equipoise.numerics.recursion_nodes import gauss_legendre

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise._check import FloatArray

# Where no bound cuts the paths off, 8.5 standard deviations do: 1e-17 of a normal distribution is left out.
OPEN_REACH = 8.5
# Beyond a bound of 38 the smallest float ends.
BOUND_REACH = 38.0
LARGEST_BLOCK = 4_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Continuation:
    """Paths that no bound has stopped up to a look, as masses on nodes of the score.

    Parameters
    ----------
    information
        I_k, information at the look (any unit; the drift's unit is its inverse square root).
    score
        Nodes of S_k = z_k sqrt(I_k), shape (n,).
    mass
        Sub-density at the nodes times the quadrature weight, under `drift`, shape (n,).
    drift
        The drift that the masses hold under; other drifts are read off by the likelihood ratio
        exp((d - drift) S_k - (d^2 - drift^2) I_k / 2), which is exact on any nodes.
    lowest, highest
        The drifts that may be read; they say how far an open region must reach.

    References
    ----------
    Armitage, McPherson, Rowe (1969), Journal of the Royal Statistical Society A 132:235-244.
    Jennison, Turnbull (2000), Group Sequential Methods, chapter 19.
    """

    information: float
    score: FloatArray
    mass: FloatArray
    drift: float
    lowest: float
    highest: float

    @classmethod
    def start(
        cls, drift: float = 0.0, *, lowest: float | None = None, highest: float | None = None
    ) -> Continuation:
        """All paths stand at score 0 and information 0."""
        low = drift if lowest is None else lowest
        high = drift if highest is None else highest
        return cls(0.0, np.zeros(1), np.ones(1), drift, low, high)

    def mass_under(self, drift: float) -> FloatArray:
        """Masses under another drift, shape (n,)."""
        if drift == self.drift:
            return self.mass
        shift = drift - self.drift
        return self.mass * np.exp(shift * (self.score - 0.5 * (drift + self.drift) * self.information))

    def above(self, information: float, z: float, drift: float) -> float:
        """P(going so far, z statistic at `information` above z) under a drift."""
        added = information - self.information
        u = (self.score + (drift * added - z * math.sqrt(information))) / math.sqrt(added)
        return float(self.mass_under(drift) @ ndtr(u))

    def below(self, information: float, z: float, drift: float) -> float:
        """P(going so far, z statistic at `information` below z) under a drift."""
        added = information - self.information
        u = (z * math.sqrt(information) - drift * added - self.score) / math.sqrt(added)
        return float(self.mass_under(drift) @ ndtr(u))

    def between(self, information: float, low: float, high: float, drift: float) -> float:
        """P(going so far, z statistic at `information` in (low, high)) under a drift."""
        if not low < high:
            return 0.0
        if low == -math.inf:
            return self.below(information, high, drift)
        added = information - self.information
        sd, root = math.sqrt(added), math.sqrt(information)
        centre = self.score + drift * added
        upper, lower = (high * root - centre) / sd, (low * root - centre) / sd
        # Both tails are taken on the side where they are small, so that no digits cancel.
        flip = np.where(upper + lower > 0.0, -1.0, 1.0)
        return float(self.mass_under(drift) @ np.abs(ndtr(flip * upper) - ndtr(flip * lower)))

    def advance(
        self, information: float, regions: Sequence[tuple[float, float]], following: float
    ) -> Continuation:
        """Paths that go on after the look at `information`.

        Parameters
        ----------
        information
            I_k of the look.
        regions
            Intervals of z in which the trial goes on, disjoint and rising; infinite where there is no bound.
        following
            Information of the look after, whose increment sets how dense the nodes must be.
        """
        added, root = information - self.information, math.sqrt(information)
        width = 1.0 / math.sqrt(1.0 / added + 1.0 / (following - information))
        nodes: list[FloatArray] = []
        weights: list[FloatArray] = []
        for low, high in regions:
            left = max(low, -BOUND_REACH) if low > -math.inf else self.lowest * root - OPEN_REACH
            right = min(high, BOUND_REACH) if high < math.inf else self.highest * root + OPEN_REACH
            if left < right:
                x, w = gauss_legendre(left * root, right * root, width)
                nodes.append(x)
                weights.append(w)
        score = np.concatenate(nodes) if nodes else np.zeros(0)
        weight = np.concatenate(weights) if nodes else np.zeros(0)
        return Continuation(
            information,
            score,
            weight * self._density(score, added),
            self.drift,
            self.lowest,
            self.highest,
        )

    def _density(self, score: FloatArray, added: float) -> FloatArray:
        """Sub-density of S_k at `score`, under the reference drift."""
        block = max(1, LARGEST_BLOCK // max(1, self.score.size))
        if score.size > block:
            return np.concatenate(
                [self._density(score[i : i + block], added) for i in range(0, score.size, block)]
            )
        distance = np.subtract.outer(score - self.drift * added, self.score)
        distance *= distance
        distance *= -0.5 / added
        np.exp(distance, out=distance)
        return np.asarray((distance @ self.mass) / (SQRT_2PI * math.sqrt(added)))
