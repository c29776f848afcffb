"""Where a trial stops at each look, and the paths that are still going when it is reached."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise.numerics.recursion import Continuation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Bounds = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class StoppingRegions:
    """Bounds as z for each look: efficacy above, harm below, futility between `floor` and `futility`.

    Parameters
    ----------
    information
        Of each look, rising, shape (K,).
    efficacy, harm
        Stop at z above and below; inf and -inf where there is no bound.
    futility, floor
        Stop with floor < z < futility, as far as that lies between harm and efficacy.

    """

    information: Bounds
    efficacy: Bounds
    futility: Bounds
    floor: Bounds
    harm: Bounds

    @classmethod
    def of(
        cls,
        information: Sequence[float],
        efficacy: Sequence[float],
        futility: Sequence[float] | None,
        harm: Sequence[float] | None,
        *,
        inner: bool = False,
    ) -> StoppingRegions:
        """Regions of bounds; with `inner` futility stops where |z| is below its bound."""
        open_below = (-math.inf,) * len(information)
        idle = open_below if futility is None else tuple(futility)
        floor = tuple(-a for a in idle) if inner and futility is not None else open_below
        down = open_below if harm is None else tuple(harm)
        return cls(tuple(information), tuple(efficacy), idle, floor, down)

    def idle(self, k: int) -> tuple[float, float]:
        """The stretch of z that stops look k (from 0) for futility; empty if it does not rise."""
        h, b = self.harm[k], self.efficacy[k]
        return max(self.floor[k], h), min(max(self.futility[k], h), b)

    def going_on(self, k: int) -> list[tuple[float, float]]:
        """The stretches of z in which the trial goes on after look k (from 0)."""
        low, high = self.idle(k)
        h, b = self.harm[k], self.efficacy[k]
        return [(h, low), (high, b)] if low < high else [(h, b)]

    def stops(self, k: int, z: float) -> bool:
        """Whether z stops the trial at look k (from 0)."""
        return k == len(self.information) - 1 or not any(low < z < high for low, high in self.going_on(k))

    def paths(
        self, drift: float, *, lowest: float | None = None, highest: float | None = None
    ) -> Iterator[tuple[int, float, Continuation]]:
        """Each look from 0, its information, and the paths that reach it."""
        going = Continuation.start(drift, lowest=lowest, highest=highest)
        last = len(self.information) - 1
        for k, at in enumerate(self.information):
            yield k, at, going
            if k < last:
                going = going.advance(at, self.going_on(k), self.information[k + 1])

    def after(self, k: int, z: float) -> StoppingRegions:
        """The looks after look k (from 0) as a trial of their own, given z there.

        The score from then on, S_j - S_k over information I_j - I_k, is again a process from 0 with the same
        drift; a bound z_j stands at (z_j sqrt(I_j) - z sqrt(I_k)) / sqrt(I_j - I_k).
        """
        t = np.array(self.information)
        added, root = t[k + 1 :] - t[k], np.sqrt(t[k + 1 :])

        def shifted(bounds: Bounds) -> Bounds:
            return tuple(((np.array(bounds[k + 1 :]) * root - z * math.sqrt(t[k])) / np.sqrt(added)).tolist())

        parts = (self.efficacy, self.futility, self.floor, self.harm)
        return StoppingRegions(tuple(added.tolist()), *(shifted(p) for p in parts))
