"""Exact statistics of a cohort counted by day, fast enough to be asked some ten thousand times in a search.

The public estimators judge the finished cohort; these only steer towards it, and a test holds both together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from equipoise.numerics.kernels import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Counts = NDArray[np.int64]
    Numbers = NDArray[np.float64]

SURVIVAL: Final = 0
PETO_ERROR: Final = 1
GREENWOOD_ERROR: Final = 2
HAZARD_RATIO: Final = 3
LOWER_LIMIT: Final = 4
UPPER_LIMIT: Final = 5
RESTRICTED_MEAN: Final = 6
FOLLOW_UP: Final = 7

POOLED: Final = -1
_NEWTON_STEPS: Final = 40
_LARGEST_LOG_RATIO: Final = 12.0


@kernel
def at_risk_by_day(events: Counts, exits: Counts) -> Counts:
    """Subjects with T >= day, shape (strata, arms, days), from events and censorings by day."""
    n = np.zeros_like(events)
    for s in range(events.shape[0]):
        for a in range(events.shape[1]):
            running = 0
            for d in range(events.shape[2] - 1, -1, -1):
                running += events[s, a, d] + exits[s, a, d]
                n[s, a, d] = running
    return n


@kernel
def _at_event_days(events: Counts, n: Counts) -> tuple[Counts, Counts, Counts]:
    """Days with an event anywhere, and events and those at risk on them, shape (strata, arms, days kept)."""
    strata, arms, days = events.shape
    keep = np.zeros(days, dtype=np.bool_)
    for s in range(strata):
        for a in range(arms):
            for d in range(days):
                if events[s, a, d] > 0:
                    keep[d] = True
    kept = np.flatnonzero(keep)
    dead, risk = np.empty((strata, arms, len(kept)), np.int64), np.empty((strata, arms, len(kept)), np.int64)
    for s in range(strata):
        for a in range(arms):
            for j in range(len(kept)):
                dead[s, a, j] = events[s, a, kept[j]]
                risk[s, a, j] = n[s, a, kept[j]]
    return kept, dead, risk


@kernel
def _kaplan_meier(  # noqa: PLR0917 - a kernel takes no keywords
    days: Counts, dead: Counts, risk: Counts, stratum: int, arm: int, last_day: int, horizon: float
) -> tuple[float, float, float]:
    """S after last_day, Greenwood's sum up to it, and the area under S from 0 to the horizon."""
    first, end = (0, dead.shape[0]) if stratum < 0 else (stratum, stratum + 1)
    survival, greenwood, area, since = 1.0, 0.0, 0.0, 0.0
    for j in range(len(days)):
        if days[j] > last_day:
            break
        d, n = 0, 0
        for s in range(first, end):
            d += dead[s, arm, j]
            n += risk[s, arm, j]
        if d > 0:
            area += survival * (days[j] - since)
            since = float(days[j])
            survival *= 1.0 - d / n
            if n > d:
                greenwood += d / (n * (n - d))
    return survival, greenwood, area + survival * (horizon - since)


@kernel
def _score_and_information(dead: Counts, risk: Counts, stratum: int, log_ratio: float) -> tuple[float, float]:
    """Efron's partial-likelihood score and information of the experimental arm, within strata."""
    first, end = (0, dead.shape[0]) if stratum < 0 else (stratum, stratum + 1)
    ratio = np.exp(log_ratio)
    score, information = 0.0, 0.0
    for s in range(first, end):
        for j in range(dead.shape[2]):
            d0, d1 = dead[s, 0, j], dead[s, 1, j]
            d = d0 + d1
            if d > 0:
                score += d1
                for i in range(d):
                    gone = i / d
                    here = ratio * (risk[s, 1, j] - gone * d1)
                    p = here / (here + risk[s, 0, j] - gone * d0)
                    score -= p
                    information += p * (1.0 - p)
    return score, information


@kernel
def log_hazard_ratio(dead: Counts, risk: Counts, stratum: int) -> tuple[float, float]:
    """Maximum of the partial likelihood and its standard error; bounded where an arm has no events."""
    beta, information = 0.0, 0.0
    for _ in range(_NEWTON_STEPS):
        score, information = _score_and_information(dead, risk, stratum, beta)
        if information <= 0.0:
            return 0.0, np.inf
        step = min(1.0, max(-1.0, score / information))
        beta += step
        if abs(beta) > _LARGEST_LOG_RATIO:
            return np.sign(beta) * _LARGEST_LOG_RATIO, np.inf
        if abs(step) < 1e-9:
            break
    return beta, 1.0 / np.sqrt(information)


@kernel
def _median_follow_up(exits: Counts, n: Counts) -> float:
    """First day on which the Kaplan-Meier curve of censoring is at or below one half; 0 where it never is."""
    survival = 1.0
    for day in range(exits.shape[2]):
        left, risk = 0, 0
        for s in range(exits.shape[0]):
            for a in range(exits.shape[1]):
                left += exits[s, a, day]
                risk += n[s, a, day]
        if left > 0:
            survival *= 1.0 - left / risk
            if survival <= 0.5 + 1e-12:
                return float(day)
    return 0.0


@kernel
def cohort_statistics(  # noqa: C901 - one branch a statistic
    events: Counts, exits: Counts, wanted: Counts, horizons: Numbers, quantiles: Numbers
) -> Numbers:
    """Statistics asked for, in order.

    wanted has one row (kind, stratum or -1, arm, day) per statistic; horizons the end of a restricted mean in
    days; quantiles the normal quantile of a confidence limit.
    """
    n = at_risk_by_day(events, exits)
    kept, dead, risk = _at_event_days(events, n)
    found = np.zeros(wanted.shape[0])
    strata = events.shape[0]
    betas, errors = np.zeros(strata + 1), np.full(strata + 1, -1.0)
    for i in range(wanted.shape[0]):
        kind, stratum, arm, day = wanted[i, 0], wanted[i, 1], wanted[i, 2], wanted[i, 3]
        first, end = (0, strata) if stratum < 0 else (stratum, stratum + 1)
        if kind in {SURVIVAL, PETO_ERROR, GREENWOOD_ERROR}:
            s, greenwood, _ = _kaplan_meier(kept, dead, risk, stratum, arm, day, 0.0)
            if kind == SURVIVAL:
                found[i] = s
            elif kind == GREENWOOD_ERROR:
                found[i] = s * np.sqrt(greenwood)
            else:
                followed = n[first:end, arm, day + 1].sum() if day + 1 < n.shape[2] else 0
                found[i] = s * np.sqrt((1.0 - s) / followed) if followed > 0 else np.inf
        elif kind in {HAZARD_RATIO, LOWER_LIMIT, UPPER_LIMIT}:
            if errors[stratum + 1] < 0.0:
                betas[stratum + 1], errors[stratum + 1] = log_hazard_ratio(dead, risk, stratum)
            shift = 0.0
            if kind == LOWER_LIMIT:
                shift = -quantiles[i] * errors[stratum + 1]
            elif kind == UPPER_LIMIT:
                shift = quantiles[i] * errors[stratum + 1]
            found[i] = np.exp(betas[stratum + 1] + shift)
        elif kind == RESTRICTED_MEAN:
            _, _, control = _kaplan_meier(kept, dead, risk, stratum, 0, day, horizons[i])
            _, _, experimental = _kaplan_meier(kept, dead, risk, stratum, 1, day, horizons[i])
            found[i] = experimental - control
        elif kind == FOLLOW_UP:
            found[i] = _median_follow_up(exits, n)
    return found


@kernel
def probe_moves(  # noqa: PLR0917 - a kernel takes no keywords
    events: Counts,
    exits: Counts,
    moves: Counts,
    wanted: Counts,
    horizons: Numbers,
    quantiles: Numbers,
) -> Numbers:
    """Statistics after each move of one or more events, shape (moves, statistics).

    A move is a table, shape (events, 4), with rows (stratum, arm, day from, day to).
    """
    found = np.empty((moves.shape[0], wanted.shape[0]))
    moved = events.copy()
    for i in range(moves.shape[0]):
        for j in range(moves.shape[1]):
            s, a, day, to = moves[i, j, 0], moves[i, j, 1], moves[i, j, 2], moves[i, j, 3]
            moved[s, a, day] -= 1
            moved[s, a, to] += 1
        found[i] = cohort_statistics(moved, exits, wanted, horizons, quantiles)
        for j in range(moves.shape[1]):
            s, a, day, to = moves[i, j, 0], moves[i, j, 1], moves[i, j, 2], moves[i, j, 3]
            moved[s, a, to] -= 1
            moved[s, a, day] += 1
    return found


def counts_by_day(time: NDArray[np.int64], cell: NDArray[np.int64], cells: int, days: int) -> NDArray[Any]:
    """How many times fall on each day, by cell; shape (cells / 2, 2, days)."""
    flat = np.bincount(cell * days + time, minlength=cells * days)
    return flat.reshape(cells // 2, 2, days)
