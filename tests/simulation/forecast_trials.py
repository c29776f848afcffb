"""Published trials replayed for forecasts: times from published curves, entry dates drawn by a stated model.

The curves give no dates. Model: entry is independent of the outcome, and the study ends on one date E, that of the
longest time. A tenth of the censored, those with the shortest times, were lost and entered uniformly over the
accrual period; any other patient censored at c entered c before E. A patient with an event at t has a follow-up drawn
from the reverse Kaplan-Meier curve beyond t, and entered as one censored there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from equipoise.monitoring.event_models import PiecewiseExponential
from equipoise.monitoring.forecast import ALL, days_until, futures
from equipoise.monitoring.weighed_models import FollowedPatients, WeighedModels, weighed_models

if TYPE_CHECKING:
    from pathlib import Path

    from equipoise._check import FloatArray

DAYS = {"months": 30.4375, "month": 30.4375, "years": 365.25, "weeks": 7.0, "days": 1.0}
CUTS = (0.3, 0.5, 0.7)
LEVEL = 0.8
LOST = 0.1


@dataclass(frozen=True)
class Forecast:
    """One forecast: the interval in days after the cut, what happened, and the width to judge it by."""

    figure: str
    cut: float
    lower: float
    upper: float
    happened: float

    @property
    def covered(self) -> bool:
        """Whether the interval holds the day on which it happened."""
        return self.lower <= self.happened <= self.upper

    @property
    def interval_score(self) -> float:
        """Gneiting and Raftery (2007): width plus 2/(1 - level) times the miss, over the days waited."""
        if not math.isfinite(self.upper):
            return math.inf
        miss = max(self.lower - self.happened, 0.0) + max(self.happened - self.upper, 0.0)
        return (self.upper - self.lower + 2.0 / (1.0 - LEVEL) * miss) / self.happened


def figures(folder: Path) -> list[tuple[str, FloatArray, np.ndarray]]:
    """Name, times in days and events of every figure, arms together."""
    table = pl.read_csv(folder / "results.csv")
    found = []
    for row in table.iter_rows(named=True):
        data = pl.read_csv(folder / row["file"])
        unit = DAYS.get(str(row["units"]).lower(), 30.4375)
        found.append((row["name"], data["time"].to_numpy() * unit, data["event"].to_numpy() == 1))
    return found


def forecasts(  # noqa: PLR0917 - a figure, and how it is played
    name: str,
    time: FloatArray,
    event: np.ndarray,
    rng: np.random.Generator,
    draws: int,
    cuts: tuple[float, ...] = CUTS,
) -> list[tuple[Forecast, Forecast]]:
    """At each cut, the library's forecast and that of one exponential model, of the event half way to the last."""
    end = float(time.max()) + 1.0
    follow_up = np.where(event, follow_up_beyond(time, event, rng, end), time)
    least = float(np.quantile(time[~event], LOST)) if (~event).any() else 0.5 * end
    entry = np.where(follow_up < least, rng.uniform(size=len(time)) * (end - least), end - follow_up)
    when = np.sort((entry + time)[event])
    found = []
    for share in cuts:
        now = float(when[math.ceil(share * len(when)) - 1]) + 0.5
        there = entry < now
        since = now - entry[there]
        known = FollowedPatients.of(
            since, np.minimum(time[there], since), event[there] & (time[there] <= since)
        )
        so_far = int(known.event.sum())
        need = math.ceil(0.5 * (len(when) - so_far))
        if so_far < 10 or need < 2 or when[so_far + need - 1] <= now:
            continue
        happened = float(when[so_far + need - 1]) - now
        to_come = int((~there).sum())
        one = WeighedModels(
            (PiecewiseExponential.fitted(known.time, known.event, draws, rng, pieces=1),), np.ones(1)
        )
        pair = []
        for fit in (weighed_models(known, draws, rng), one):
            place = np.full(len(since), ALL)
            days = days_until(futures(known, place, place, {ALL: fit}, to_come, rng), need)
            low, high = np.quantile(days, [0.1, 0.9], method="inverted_cdf")
            pair.append(Forecast(name, share, float(low), float(high), happened))
        found.append((pair[0], pair[1]))
    return found


def follow_up_beyond(time: FloatArray, event: np.ndarray, rng: np.random.Generator, end: float) -> FloatArray:
    """A follow-up for each patient from the reverse Kaplan-Meier curve, given that it is longer than the time."""
    order = np.lexsort((event, time))[::1]
    t, censored = time[order], ~event[order]
    at_risk = np.arange(len(t), 0, -1)
    # Events at a time leave before the censorings there are counted: a patient with an event is still followed.
    free = np.cumprod(np.where(censored, 1.0 - 1.0 / at_risk, 1.0))
    found = np.empty(len(time))
    for i, own in enumerate(time):
        here = free[t <= own]
        now = float(here[-1]) if len(here) else 1.0
        below = np.flatnonzero(free <= rng.uniform() * now)
        found[i] = max(float(t[below[0]]), own) if len(below) else end
    return found
