"""Probability of each exit at each look, for any drift."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from equipoise.design.stopping_regions import StoppingRegions

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from equipoise._check import FloatArray
    from equipoise.numerics.recursion import Continuation

# Drifts this far apart on the z scale are read from one set of paths: no likelihood ratio overflows.
ONE_SWEEP = 8.0


@dataclass(frozen=True, slots=True, eq=False)
class Crossing:
    """Probabilities of stopping, by look.

    Parameters
    ----------
    drift
        Expected z at information fraction 1, shape () or (D,).
    efficacy, futility, harm
        Probability of leaving at each look through each bound, shape (K,) or (D, K). At the last look
        `futility` is the probability of ending there without crossing for efficacy or harm, so that all
        exits add up to 1.
    """

    drift: FloatArray
    efficacy: FloatArray
    futility: FloatArray
    harm: FloatArray

    @property
    def stop(self) -> FloatArray:
        """Probability of stopping at each look through any bound, shape (K,) or (D, K)."""
        return self.efficacy + self.futility + self.harm

    def to_frame(self) -> pl.DataFrame:
        """One row for each drift, look and exit: drift, look, exit, probability."""
        import polars as pl

        looks = self.efficacy.shape[-1]
        drifts = np.atleast_1d(self.drift)
        exits = {"efficacy": self.efficacy, "futility": self.futility, "harm": self.harm}
        return pl.DataFrame(
            {
                "drift": np.tile(np.repeat(drifts, looks), 3),
                "look": np.tile(np.arange(1, looks + 1), drifts.size * 3),
                "exit": np.repeat(list(exits), drifts.size * looks),
                "probability": np.concatenate([np.atleast_2d(p).ravel() for p in exits.values()]),
            }
        )


def crossing_probabilities(
    information: Sequence[float],
    efficacy: Sequence[float],
    futility: Sequence[float],
    harm: Sequence[float],
    drift: float | FloatArray,
    *,
    inner: bool = False,
) -> Crossing:
    """Exit probabilities at each look under one or many drifts.

    Parameters
    ----------
    information
        Of each look, rising, shape (K,).
    efficacy, futility, harm
        Bounds as z, shape (K,); -inf (efficacy: inf) where there is none. The last futility is not read.
    drift
        Expected z per square root of information, a number or shape (D,).
    inner
        Futility stops when |z| is below its bound, instead of z; 0 where there is none.
    """
    regions = StoppingRegions.of(information, efficacy, futility, harm, inner=inner)
    return region_probabilities(regions, drift)


def region_probabilities(regions: StoppingRegions, drift: float | FloatArray) -> Crossing:
    """Exit probabilities at each look from stopping regions, under one or many drifts."""
    information = regions.information
    drifts = np.atleast_1d(np.asarray(drift, dtype=np.float64))
    order = np.argsort(drifts, kind="stable")
    exits = np.empty((3, drifts.size, len(information)))
    sweep = ONE_SWEEP / math.sqrt(information[-1])
    first = 0
    while first < drifts.size:
        start = drifts[order[first]]
        past = int(np.searchsorted(drifts[order], start + sweep, side="right"))
        together = order[first:past]
        exits[:, together] = _one_sweep(regions, drifts[together])
        first = past
    shape = np.shape(drift)
    up, idle, down = (e.reshape(*shape, len(information)) for e in exits)
    return Crossing(np.asarray(drift, dtype=np.float64), up, idle, down)


def _one_sweep(regions: StoppingRegions, drifts: FloatArray) -> FloatArray:
    lowest, highest = float(drifts[0]), float(drifts[-1])
    exits = np.zeros((3, drifts.size, len(regions.information)))
    last = len(regions.information) - 1
    for k, at, going in regions.paths(0.5 * (lowest + highest), lowest=lowest, highest=highest):
        b, h = regions.efficacy[k], regions.harm[k]
        read = _Reading(going, at, drifts)
        exits[0, :, k] = read.above(b)
        exits[2, :, k] = read.below(h)
        exits[1, :, k] = read.between(h, b) if k == last else read.between(*regions.idle(k))
    return exits


class _Reading:
    """Probabilities read off the paths at one look, under several drifts at once."""

    __slots__ = ("centre", "mass", "root", "sd")

    def __init__(self, going: Continuation, information: float, drifts: FloatArray) -> None:
        added = information - going.information
        self.sd, self.root = math.sqrt(added), math.sqrt(information)
        d = drifts[:, None]
        self.centre = going.score + d * added
        tilt = (d - going.drift) * (going.score - 0.5 * (d + going.drift) * going.information)
        self.mass = going.mass * np.exp(tilt)

    def above(self, z: float) -> FloatArray:
        if z == math.inf:
            return np.zeros(len(self.mass))
        return np.asarray((self.mass * ndtr((self.centre - z * self.root) / self.sd)).sum(axis=1))

    def below(self, z: float) -> FloatArray:
        if z == -math.inf:
            return np.zeros(len(self.mass))
        return np.asarray((self.mass * ndtr((z * self.root - self.centre) / self.sd)).sum(axis=1))

    def between(self, low: float, high: float) -> FloatArray:
        if not low < high:
            return np.zeros(len(self.mass))
        if low == -math.inf:
            return self.below(high)
        upper, lower = (high * self.root - self.centre) / self.sd, (low * self.root - self.centre) / self.sd
        # Both tails are taken on the side where they are small, so that no digits cancel.
        flip = np.where(upper + lower > 0.0, -1.0, 1.0)
        return np.asarray((self.mass * np.abs(ndtr(flip * upper) - ndtr(flip * lower))).sum(axis=1))
