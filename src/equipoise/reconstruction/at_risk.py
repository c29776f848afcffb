"""Whole numbers at risk by stratum and arm: as printed, else split as errors and accrual ask."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.optimize import brentq

from equipoise.reconstruction.targets import Statistic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from equipoise.reconstruction.frame import Frame
    from equipoise.reconstruction.intervals import Interval
    from equipoise.reconstruction.targets import Target

    Numbers = NDArray[np.float64]
    Counts = NDArray[np.int64]

UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class KnownAtRisk:
    """What is printed: numbers by arm, shape (2, K), and by stratum and arm, (S, 2, K); -1 where nothing is.

    outer and inner are the numbers that printed Peto errors allow, lowest and highest, shape (2, S, 2, K):
    outer for some survival that prints as published, inner for the one in the middle, which leaves most room.
    """

    pooled: Counts
    cell: Counts
    outer: Numbers
    inner: Numbers


def peto_window(survivals: Sequence[float], error: Interval) -> tuple[float, float]:
    """Numbers at risk n for which S √((1-S)/n) prints as the error for one of the survivals or one between.

    n = S² (1-S) / error², highest at S = 2/3.
    """
    s = np.clip(survivals, 0.0, 1.0)
    s = np.append(s, 2.0 / 3.0) if s.min() < 2.0 / 3.0 < s.max() else s
    spread = s**2 * (1.0 - s)
    lowest = max(error.lower, 1e-12)
    return float(np.ceil(spread.min() / error.upper**2)), float(np.floor(spread.max() / lowest**2))


def known_at_risk(frame: Frame, targets: Sequence[Target], endpoint: str = "primary") -> KnownAtRisk:
    """Collect the printed numbers at risk of an endpoint, and the windows of printed Peto errors."""
    strata, k = len(frame.strata), frame.segments
    pooled = np.full((2, k), UNKNOWN, dtype=np.int64)
    cell = np.full((strata, 2, k), UNKNOWN, dtype=np.int64)
    sizes = np.repeat(frame.sizes[:, :, None], k, axis=2).astype(np.float64)
    outer, inner = np.stack([np.zeros_like(sizes), sizes]), np.stack([np.zeros_like(sizes), sizes])
    pooled[:, 0], cell[:, :, 0] = frame.sizes.sum(axis=0), frame.sizes
    values = {
        (t.stratum, t.arm, t.day): t.interval
        for t in targets
        if t.statistic is Statistic.SURVIVAL and t.aimed and t.endpoint == endpoint
    }
    for t in targets:
        if not t.aimed or t.endpoint != endpoint or t.arm is None or t.day >= frame.longest:
            continue
        if t.statistic is Statistic.AT_RISK:
            where = frame.boundary(t.day)
            count = round(t.interval.centre)
            if t.stratum is None:
                pooled[t.arm, where] = count
            else:
                cell[t.stratum, t.arm, where] = count
        survival = values.get((t.stratum, t.arm, t.day))
        if t.statistic is Statistic.PETO_ERROR and survival is not None and t.stratum is not None:
            where = frame.boundary(t.day)
            for window, ends in ((outer, (survival.lower, survival.upper)), (inner, (survival.centre,))):
                found = peto_window(ends, t.interval)
                if found[0] <= found[1]:
                    window[:, t.stratum, t.arm, where] = np.minimum(found, sizes[t.stratum, t.arm, where])
    whole = (cell >= 0).all(axis=0)
    pooled = np.where(whole & (pooled < 0), cell.sum(axis=0), pooled)
    return KnownAtRisk(pooled, cell, outer, inner)


def split(expected: Numbers, total: int, outer: Numbers, inner: Numbers | None = None) -> Counts:
    """Whole numbers nearest to those expected that add up to the total, inside the windows if possible.

    A window holds the lowest and the highest number of each place, shape (2, n); the inner one is left first.
    Ties go to the earlier place, so that the answer is one.
    """
    windows = [(outer, 1e6)] if inner is None else [(outer, 1e6), (inner, 1e3)]

    def cost(x: Numbers) -> Numbers:
        away = [weight * np.maximum(0.0, np.maximum(w[0] - x, x - w[1])) ** 2 for w, weight in windows]
        return np.asarray((x - expected) ** 2 + sum(away) + 1e12 * (x < 0))

    even = expected + (total - expected.sum()) / len(expected)
    found = np.maximum(np.clip(np.rint(even), *windows[-1][0]), 0.0)
    while (gap := total - int(found.sum())) != 0:
        step = 1 if gap > 0 else -1
        found[int(np.argmin(cost(found + step) - cost(found)))] += step
    return np.asarray(found.astype(np.int64))


def follow_up_shares(frame: Frame, known: KnownAtRisk, survival: Numbers, offsets: Numbers) -> Numbers:
    """Share of each stratum whose possible follow-up reaches each boundary, shape (S, K).

    Numbers at risk over survival estimate it; strata whose split is unknown at a boundary differ there by the
    same power of the common share as where it is known, times exp(offset), offsets of shape (S, K).
    Between and beyond, the curve is monotone.
    """
    expected = frame.sizes[:, :, None] * survival
    power = _stratum_powers(frame, known, expected)
    times, shares = [float(frame.shortest)], [np.ones(len(frame.strata))]
    for k in range(1, frame.segments):
        share = _share(known, expected, power * np.exp(offsets[:, k]), k)
        if share is not None and frame.first[k] > frame.shortest:
            times.append(float(frame.first[k]))
            shares.append(np.minimum(np.clip(share, 1e-6, 1.0), shares[-1]))
    times.append(float(frame.longest) + 1.0)
    shares.append(np.zeros(len(frame.strata)))
    at = np.clip(frame.first.astype(np.float64), times[0], times[-1])
    return np.array([PchipInterpolator(times, column)(at) for column in np.array(shares).T])


def _share(known: KnownAtRisk, expected: Numbers, power: Numbers, k: int) -> Numbers | None:
    if (known.cell[:, :, k] >= 0).all():
        return np.asarray(known.cell[:, :, k].sum(axis=1) / expected[:, :, k].sum(axis=1))
    if (known.pooled[:, k] < 0).any():
        return None
    total, by_stratum = float(known.pooled[:, k].sum()), expected[:, :, k].sum(axis=1)
    if total >= by_stratum.sum():
        return np.ones(len(by_stratum))
    level = brentq(lambda x: float(by_stratum @ np.exp(-power * x)) - total, 0.0, 50.0)
    return np.asarray(np.exp(-power * level))


def _stratum_powers(frame: Frame, known: KnownAtRisk, expected: Numbers) -> Numbers:
    """Powers of the common share by stratum, from the boundaries where the split is known or windowed."""
    found = []
    for k in range(1, frame.segments):
        windowed = (known.outer[0, :, :, k] > 0).any() and (known.pooled[:, k] >= 0).all()
        if not (known.cell[:, :, k] >= 0).all() and not windowed:
            continue
        counts = np.array(
            [
                _split_arm(known, expected[:, a, k] * known.pooled[a, k] / expected[:, a, k].sum(), a, k)
                for a in range(2)
            ]
        ).sum(axis=0)
        by_stratum = expected[:, :, k].sum(axis=1)
        share, common = counts / by_stratum, counts.sum() / by_stratum.sum()
        if common < 1.0 and (share > 0.0).all():
            found.append(np.maximum(np.log(np.minimum(share, 1.0)) / np.log(common), 0.05))
    return np.mean(found, axis=0) if found else np.ones(len(frame.strata))


def _split_arm(known: KnownAtRisk, expected: Numbers, arm: int, k: int) -> Counts:
    fixed = known.cell[:, arm, k]
    outer, inner = (np.where(fixed >= 0, fixed, w[:, :, arm, k]) for w in (known.outer, known.inner))
    total = known.pooled[arm, k] if known.pooled[arm, k] >= 0 else int(np.rint(expected).sum())
    return split(expected, int(total), outer, inner)


def numbers_at_risk(frame: Frame, known: KnownAtRisk, survival: Numbers, shares: Numbers) -> Counts:
    """Numbers at risk R[s, a, k] at every boundary, shape (S, 2, K): printed sums exact, never rising."""
    expected = frame.sizes[:, :, None] * survival * shares[:, None, :]
    found = np.zeros((len(frame.strata), 2, frame.segments), dtype=np.int64)
    found[:, :, 0] = frame.sizes
    for a in range(2):
        for k in range(1, frame.segments):
            wanted = expected[:, a, k]
            if known.pooled[a, k] >= 0:
                wanted = wanted * known.pooled[a, k] / max(wanted.sum(), 1e-9)
            before = found[:, a, k - 1]
            cap = before[:, None, None]
            capped = replace(known, outer=np.minimum(known.outer, cap), inner=np.minimum(known.inner, cap))
            found[:, a, k] = np.minimum(_split_arm(capped, np.minimum(wanted, before), a, k), before)
    return found
