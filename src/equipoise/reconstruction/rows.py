"""Each fact as a row that is linear in the event mass, given those at risk."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from equipoise.reconstruction.frame import last_day_before
from equipoise.reconstruction.intervals import Interval
from equipoise.reconstruction.targets import Statistic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from equipoise.reconstruction.frame import Frame
    from equipoise.reconstruction.grid import Grid
    from equipoise.reconstruction.targets import Target

    Numbers = NDArray[np.float64]
    Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rows:
    """A m close to b: coefficients A, shape (r, S, 2, B), target b and half-width (r,), and whose they are.

    A row's quantity is gain (g - anchor); g is -log survival, the log hazard ratio, information or mean.
    """

    coefficients: Numbers
    target: Numbers
    half_width: Numbers
    owners: tuple[Target, ...]
    anchor: Numbers
    gain: Numbers

    def without(self, statistic: Statistic) -> Rows:
        """The rows of the other statistics."""
        keep = np.array([t.statistic is not statistic for t in self.owners], dtype=bool)
        owners = tuple(t for t, kept in zip(self.owners, keep, strict=True) if kept)
        arrays = (self.coefficients, self.target, self.half_width, self.anchor, self.gain)
        coefficients, target, half_width, anchor, gain = (a[keep] for a in arrays)
        return Rows(coefficients, target, half_width, owners, anchor, gain)


_Limits = tuple["Target | None", "Target | None"]


@dataclass(frozen=True, slots=True)
class _Row:
    coefficients: Numbers
    lower: float
    upper: float
    anchor: float = 0.0
    gain: float = 1.0


def rows_of(  # noqa: C901, PLR0917 - one branch a statistic; the numbers of one cohort
    targets: Sequence[Target],
    frame: Frame,
    grid: Grid,
    counts: Counts,
    at_risk: Numbers,
    mass: Numbers,
    *,
    errors_apart: bool = False,
) -> Rows:
    """Rows of the targets aimed at, linearised at the mass.

    A Peto error narrows the row of its survival; with `errors_apart` it has a row of its own instead.

    log S(t)   = sum over days up to t of log(1 - 1/n)       Kaplan-Meier
    U(beta)    = sum over events of (z - p), 0 at beta        Cox's score at the log hazard ratio
    I(beta)    = sum over events of p (1 - p) = 1 / se^2      from the limits
    RMST       = its value at the mass + first-order change
    """
    made: list[tuple[Target, _Row]] = []
    ratios = {t.stratum: t for t in targets if t.statistic is Statistic.HAZARD_RATIO}
    lowers = {t.stratum: t for t in targets if t.statistic is Statistic.LOWER_LIMIT}
    uppers = {t.stratum: t for t in targets if t.statistic is Statistic.UPPER_LIMIT}
    for target in targets:
        if not target.aimed:
            continue
        row: _Row | None = None
        if target.statistic is Statistic.SURVIVAL:
            window = None if errors_apart else _window_of_error(target, targets, frame, counts)
            row = _survival(target, window, grid, at_risk)
        elif target.statistic is Statistic.PETO_ERROR and errors_apart:
            row = _peto(target, targets, frame, grid, counts, at_risk)
        elif target.statistic is Statistic.GREENWOOD_ERROR:
            row = _greenwood(target, targets, grid, at_risk)
        elif target.statistic is Statistic.HAZARD_RATIO:
            limits = (lowers.get(target.stratum), uppers.get(target.stratum))
            row = _score(target, limits, at_risk, mass)
        elif target.statistic is Statistic.UPPER_LIMIT and target.stratum in ratios:
            row = _information(ratios[target.stratum], lowers[target.stratum], target, at_risk)
        elif target.statistic is Statistic.RESTRICTED_MEAN:
            row = _restricted_mean(target, grid, at_risk, mass)
        elif target.statistic is Statistic.EVENTS:
            row = _Row(_cell_mask(target, at_risk), target.interval.lower, target.interval.upper)
        if row is not None and row.upper >= row.lower:
            made.append((target, row))
    shape = (len(made), *at_risk.shape)
    return Rows(
        np.array([r.coefficients for _, r in made]).reshape(shape),
        np.array([0.5 * (r.lower + r.upper) for _, r in made]),
        np.maximum([0.5 * (r.upper - r.lower) for _, r in made], 1e-6),
        tuple(t for t, _ in made),
        np.array([r.anchor for _, r in made]),
        np.array([r.gain for _, r in made]),
    )


def _cell_mask(target: Target, at_risk: Numbers) -> Numbers:
    mask = np.zeros_like(at_risk)
    strata = slice(None) if target.stratum is None else target.stratum
    arms = slice(None) if target.arm is None else target.arm
    mask[strata, arms] = 1.0
    return mask


def _group(target: Target, at_risk: Numbers, arm: int) -> Numbers:
    """At risk in the arm over the strata that the target is about, shape (B,)."""
    return np.asarray(at_risk[:, arm].sum(axis=0) if target.stratum is None else at_risk[target.stratum, arm])


def _up_to(target: Target, grid: Grid) -> Numbers:
    return (grid.end - 1 <= last_day_before(target.day)).astype(np.float64)


def _survival(target: Target, window: tuple[float, float] | None, grid: Grid, at_risk: Numbers) -> _Row:
    n = np.maximum(_group(target, at_risk, target.arm or 0), 1.0 + 1e-6)
    lower, upper = max(target.interval.lower, 1e-9), min(target.interval.upper, 1.0)
    if window is not None and max(lower, window[0]) < min(upper, window[1]):
        lower, upper = max(lower, window[0]), min(upper, window[1])
    fall = _cell_mask(target, at_risk) * (_up_to(target, grid) * -np.log1p(-1.0 / n))
    return _Row(fall, -np.log(upper), -np.log(lower))


def _window_of_error(
    target: Target, targets: Sequence[Target], frame: Frame, counts: Counts
) -> tuple[float, float] | None:
    """Survivals of the target's interval that let Peto's error print as it did, given those at risk then."""
    for other in targets:
        if other.statistic is Statistic.PETO_ERROR and other.aimed and _same_place(target, other):
            survival = np.linspace(target.interval.lower, target.interval.upper, 2001)
            return _survivals_with_error(other, survival, frame, counts)
    return None


def _peto(  # noqa: PLR0917 - the numbers of one cohort
    target: Target, targets: Sequence[Target], frame: Frame, grid: Grid, counts: Counts, at_risk: Numbers
) -> _Row | None:
    """Peto's error as a row: the survivals on its side of 2/3 that let it print so."""
    for other in targets:
        if other.statistic is Statistic.SURVIVAL and _same_place(target, other):
            high = other.interval.centre > 2.0 / 3.0
            survival = np.linspace(2.0 / 3.0 if high else 1e-6, 1.0 if high else 2.0 / 3.0, 20_001)
            window = _survivals_with_error(target, survival, frame, counts)
            if window is not None:
                whole = replace(other, interval=Interval(window[0], window[1], target.interval.printed))
                return _survival(whole, None, grid, at_risk)
    return None


def _survivals_with_error(
    error: Target, survival: Numbers, frame: Frame, counts: Counts
) -> tuple[float, float] | None:
    """Those of the survivals with which the error prints so, given the number at risk at the boundary."""
    here = counts[:, error.arm or 0, frame.boundary(error.day)]
    n = int(here.sum() if error.stratum is None else here[error.stratum])
    printed = survival * np.sqrt(np.maximum(1.0 - survival, 0.0) / max(n, 1))
    good = survival[(printed >= error.interval.lower) & (printed <= error.interval.upper)]
    return (float(good[0]), float(good[-1])) if good.size else None


def _same_place(one: Target, other: Target) -> bool:
    return (one.stratum, one.arm, one.day) == (other.stratum, other.arm, other.day)


def _greenwood(target: Target, targets: Sequence[Target], grid: Grid, at_risk: Numbers) -> _Row | None:
    for other in targets:
        if other.statistic is Statistic.SURVIVAL and _same_place(target, other):
            n = np.maximum(_group(target, at_risk, target.arm or 0), 2.0)
            coefficients = _cell_mask(target, at_risk) * (_up_to(target, grid) / (n * (n - 1.0)))
            s = max(other.interval.centre, 1e-6)
            return _Row(coefficients, (target.interval.lower / s) ** 2, (target.interval.upper / s) ** 2)
    return None


def _share_experimental(log_ratio: float, at_risk: Numbers) -> Numbers:
    """p: share of the hazard that the experimental arm carries in each stratum, shape (S, B)."""
    weighted = np.exp(log_ratio) * at_risk[:, 1]
    return np.asarray(weighted / (weighted + at_risk[:, 0]))


def log_ratio_aim(ratio: Target, lower: Target | None, upper: Target | None) -> float:
    """Log hazard ratio to aim at: the middle of its limits where they are facts, in its own interval."""
    low, high = np.log(max(ratio.interval.lower, 1e-6)), np.log(ratio.interval.upper)
    middle = 0.5 * (low + high)
    if lower is not None and upper is not None and lower.aimed and upper.aimed:
        centre = 0.5 * np.log(max(lower.interval.centre, 1e-6) * upper.interval.centre)
        middle = float(np.clip(centre, low + 0.25 * (high - low), high - 0.25 * (high - low)))
    return float(middle)


def _score(target: Target, limits: _Limits, at_risk: Numbers, mass: Numbers) -> _Row:
    log_ratio = log_ratio_aim(target, *limits)
    p = _share_experimental(log_ratio, at_risk)
    mask = _cell_mask(target, at_risk)
    # dU/dbeta = -I: the width in the score is the width in beta times the information.
    information = float(((p * (1.0 - p))[:, None] * mask * mass).sum())
    low, high = (
        np.log(max(target.interval.lower, 1e-6)) - log_ratio,
        np.log(target.interval.upper) - log_ratio,
    )
    width = min(-low, high) * information
    coefficients = np.stack([-p, 1.0 - p], axis=1) * mask
    return _Row(coefficients, -width, width, log_ratio, information)


def _information(ratio: Target, lower: Target, upper: Target, at_risk: Numbers) -> _Row:
    """Information that lets both limits print as they did around the hazard ratio aimed at."""
    z = float(ndtri(0.5 + 0.5 * upper.level))
    log_ratio = log_ratio_aim(ratio, lower, upper)
    narrow = max(log_ratio - np.log(lower.interval.upper), np.log(upper.interval.lower) - log_ratio, 1e-3)
    wide = min(log_ratio - np.log(max(lower.interval.lower, 1e-6)), np.log(upper.interval.upper) - log_ratio)
    if wide < narrow:
        narrow = wide = 0.5 * (narrow + wide)
    p = _share_experimental(log_ratio, at_risk)
    coefficients = np.repeat((p * (1.0 - p))[:, None, :], 2, axis=1) * _cell_mask(upper, at_risk)
    return _Row(coefficients, (z / wide) ** 2, (z / narrow) ** 2)


def _restricted_mean(target: Target, grid: Grid, at_risk: Numbers, mass: Numbers) -> _Row:
    inside = grid.end - 1 <= target.day
    coefficients, value = np.zeros_like(at_risk), 0.0
    for arm, sign in ((0, -1.0), (1, 1.0)):
        n = np.maximum(_group(target, at_risk, arm), 1.0)
        events = mass[:, arm].sum(axis=0) if target.stratum is None else mass[target.stratum, arm]
        fall = np.where(inside, np.minimum(events / n, 0.999), 0.0)
        survival = np.cumprod(1.0 - fall)
        until = np.where(inside, np.append(grid.middle[1:], grid.end[-1]), 0.0)
        until = np.minimum(np.where(np.append(inside[1:], False), until, target.day), target.day)
        pieces = np.where(inside, survival * np.maximum(until - grid.middle, 0.0), 0.0)
        first = grid.middle[0] if inside[0] else target.day
        value += sign * (first + pieces.sum())
        area_after = np.cumsum(pieces[::-1])[::-1]
        slope = -np.where(inside, area_after / np.maximum(n - events, 0.5), 0.0)
        coefficients += sign * slope * _only_arm(target, at_risk, arm)
    linear = float((coefficients * mass).sum())
    offset = value - linear
    return _Row(coefficients, target.interval.lower - offset, target.interval.upper - offset, offset)


def _only_arm(target: Target, at_risk: Numbers, arm: int) -> Numbers:
    mask = np.zeros_like(at_risk)
    mask[slice(None) if target.stratum is None else target.stratum, arm] = 1.0
    return mask
