"""Which published facts cannot all hold, and by how much: smallest contradictory sets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linprog

from equipoise.reconstruction.facts import name_of
from equipoise.reconstruction.targets import Statistic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from equipoise.reconstruction.at_risk import KnownAtRisk
    from equipoise.reconstruction.frame import Frame
    from equipoise.reconstruction.rows import Rows
    from equipoise.reconstruction.targets import Target

    Numbers = NDArray[np.float64]

_FEASIBLE = 1e-7
# Rows are right to first order: less than half a half-width, or half an event, is no contradiction.
_CERTAIN = 0.5
_MOST_CONFLICTS = 4
_WIDENED = 1.5
_MANY = 1e9
_RANKS = {
    Statistic.PETO_ERROR: 0,
    Statistic.GREENWOOD_ERROR: 0,
    Statistic.UPPER_LIMIT: 0,
    Statistic.RESTRICTED_MEAN: 0,
    Statistic.EVENTS: 3,
}


@dataclass(frozen=True, slots=True)
class Conflict:
    """Facts that cannot all hold, though all but any one of them can.

    `shortfall` says of each fact by how many half-widths of its interval (of a count: by how many subjects)
    it must be missed when the others hold.
    """

    facts: tuple[str, ...]
    shortfall: tuple[float, ...]

    def __str__(self) -> str:
        """The facts and their shortfalls in one sentence."""
        parts = (f"{fact} (by {short:.2g})" for fact, short in zip(self.facts, self.shortfall, strict=True))
        listed = "; ".join(parts)
        return f"cannot all hold beside the numbers at risk; each is missed, the others held: {listed}"


@dataclass(frozen=True, slots=True)
class Constraint:
    """lower <= a'm <= upper for the event mass m, named after its fact; unit of its miss; place in line."""

    name: str
    coefficients: Numbers
    lower: float
    upper: float
    unit: float
    rank: int


def constraints(
    frame: Frame,
    rows: Rows,
    segment: NDArray[np.int64],
    known: KnownAtRisk,
    least_events: tuple[int, int],
) -> list[Constraint]:
    """Every fact aimed at as a linear constraint near a solution, numbers at risk among them.

    Between two boundaries no more can have an event than leave: events <= R[k] - R[k + 1]; and there are at
    least as many events as counted causes. Intervals are
    half as wide again, for rows are right to first order only: what contradicts here does so in truth.
    """
    found = []
    for i, owner in enumerate(rows.owners):
        if _rests_on_a_split(frame, owner, known):
            continue
        centre, half = rows.target[i], _WIDENED * rows.half_width[i]
        name = f"{name_of(frame, owner)} = {owner.interval.printed}"
        coefficients = rows.coefficients[i].ravel()
        unit = 1.0 if owner.statistic is Statistic.EVENTS else rows.half_width[i]
        rank = _RANKS.get(owner.statistic, 2)
        found.append(Constraint(name, coefficients, centre - half, centre + half, unit, rank))
    found += _counted_causes(frame, least_events, rows.coefficients.shape[1:])
    pooled = np.concatenate([known.pooled, np.zeros((2, 1), dtype=np.int64)], axis=1)
    for a in range(2):
        for k in range(frame.segments):
            if pooled[a, k] < 0 or pooled[a, k + 1] < 0:
                continue
            mask = np.zeros((len(frame.strata), 2, len(segment)))
            mask[:, a, segment == k] = 1.0
            until = f" and {frame.boundaries[k + 1]:g}" if k + 1 < frame.segments else " on"
            name = f"at risk, {frame.arms[a]}, day {frame.boundaries[k]:g}{until}"
            found.append(Constraint(name, mask.ravel(), 0.0, float(pooled[a, k] - pooled[a, k + 1]), 1.0, 1))
    return found


def _rests_on_a_split(frame: Frame, owner: Target, known: KnownAtRisk) -> bool:
    """Whether a stratum's Peto error goes with a number at risk that was chosen here and not published."""
    if owner.statistic is not Statistic.PETO_ERROR or owner.stratum is None or len(frame.strata) == 1:
        return False
    return bool(known.cell[owner.stratum, owner.arm or 0, frame.boundary(owner.day)] < 0)


def _counted_causes(frame: Frame, least: tuple[int, int], shape: tuple[int, ...]) -> list[Constraint]:
    found = []
    for a, count in enumerate(least):
        if count:
            mask = np.zeros(shape)
            mask[:, a] = 1.0
            name = f"events of counted causes, {frame.arms[a]} = {count}"
            found.append(Constraint(name, mask.ravel(), float(count), float("inf"), 1.0, 3))
    return found


def conflicts(listed: Sequence[Constraint]) -> tuple[Conflict, ...]:
    """Smallest contradictory sets: each by leaving out what is not needed for the contradiction.

    Facts that are read off others (errors, limits, means) are left out first, so that sets name the others.
    After each set the fact of it whose loss leaves least contradiction is given up, and the rest searched.

    Reference: Chinneck, Dravnieks (1991), ORSA Journal on Computing 3:157-168, the deletion filter.
    """
    pool = list(listed)
    found: list[Conflict] = []
    for _ in range(_MOST_CONFLICTS):
        if _least_miss(pool) <= _FEASIBLE:
            break
        core = sorted(pool, key=lambda c: c.rank)
        for constraint in list(core):
            rest = [c for c in core if c is not constraint]
            if _least_miss(rest) > _FEASIBLE:
                core = rest
        short = [_least_miss(core, only=i) for i in range(len(core))]
        if min(short) >= _CERTAIN:
            found.append(Conflict(tuple(c.name for c in core), tuple(short)))
        left = [_least_miss([c for c in pool if c is not given_up]) for given_up in core]
        pool = [c for c in pool if c is not core[int(np.argmin(left))]]
    return tuple(found)


def _least_miss(listed: Sequence[Constraint], only: int | None = None) -> float:
    """Least sum of the misses, in the constraints' units, over event masses m >= 0; of one, others held."""
    if not listed:
        return 0.0
    n = len(listed[0].coefficients)
    matrix = np.array([c.coefficients for c in listed])
    slack = np.diag([c.unit for c in listed])
    if only is not None:
        slack = slack[:, [only]]
    upper = np.hstack([matrix, -slack])
    lower = np.hstack([-matrix, -slack])
    bounds = np.append([min(c.upper, _MANY) for c in listed], [-c.lower for c in listed])
    cost = np.append(np.zeros(n), np.ones(slack.shape[1]))
    scale = np.array([c.unit for c in listed])
    left = np.vstack([upper / scale[:, None], lower / scale[:, None]])
    answer = linprog(cost, A_ub=left, b_ub=bounds / np.tile(scale, 2), bounds=(0.0, None), method="highs")
    return float(answer.fun) if answer.status == 0 and answer.fun is not None else float("inf")


def split_conflicts(frame: Frame, known: KnownAtRisk, targets: Sequence[Target]) -> tuple[Conflict, ...]:
    """Peto errors of the strata that no split of the printed number at risk allows."""
    found = []
    for a in range(2):
        for k in range(1, frame.segments):
            total = int(known.pooled[a, k])
            low, high = known.outer[0, :, a, k].sum(), known.outer[1, :, a, k].sum()
            if total < 0 or low <= total <= high:
                continue
            names = [
                f"{name_of(frame, t)} = {t.interval.printed}"
                for t in targets
                if t.statistic is Statistic.PETO_ERROR
                and t.aimed
                and t.stratum is not None
                and t.arm == a
                and frame.boundary(t.day) == k
            ]
            names.append(f"at risk, {frame.arms[a]}, day {frame.boundaries[k]:g} = {total}")
            short = low - total if total < low else total - high
            found.append(Conflict(tuple(names), tuple([float(short)] * len(names))))
    return tuple(found)
