"""How long the subjects were followed: reverse Kaplan-Meier quartiles, and the range observed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise import _check
from equipoise.survival import _arrays
from equipoise.survival._display import Displayed
from equipoise.survival._frames import frame
from equipoise.survival.kaplan_meier import kaplan_meier

if TYPE_CHECKING:
    import polars as pl

    from equipoise.survival._arrays import FloatArray, IntArray


@dataclass(frozen=True, slots=True, repr=False)
class FollowUp(Displayed):
    """Length of follow-up by group; arrays have shape (k,), what is not reached is nan (null in the table).

    `median` (limits `lower`, `upper`), `first_quartile` and `third_quartile` are by reverse Kaplan-Meier;
    `shortest` and `longest` are the extremes of the times observed, whatever ended them.
    """

    groups: tuple[Any, ...]
    n: IntArray
    median: FloatArray
    lower: FloatArray
    upper: FloatArray
    first_quartile: FloatArray
    third_quartile: FloatArray
    shortest: FloatArray
    longest: FloatArray
    level: float

    def headline(self) -> str:
        """What the rows are."""
        return f"Follow-up by reverse Kaplan-Meier: medians with {self.level:g} limits, quartiles, extremes"

    def to_frame(self) -> pl.DataFrame:
        """Columns group, n, median, lower, upper, first_quartile, third_quartile, shortest, longest."""
        names = ("n", "median", "lower", "upper", "first_quartile", "third_quartile", "shortest", "longest")
        return frame({"group": list(self.groups)} | {name: getattr(self, name) for name in names})


def follow_up(
    time: object,
    event: object,
    *,
    group: object | None = None,
    level: float = 0.95,
    timefix: bool = True,
) -> FollowUp:
    """Potential follow-up by reverse Kaplan-Meier: censoring is the event, and the event censors.

    At a time with both, those who had the event are still at risk of censoring, as in R's
    survfit(Surv(time, 1 - event)). The median's limits are Brookmeyer and Crowley's on the log-log scale.

    Parameters
    ----------
    time, event : shape (n,); `event` True or 1 where the event was observed.
    group : labels, shape (n,); None is one group called "all".
    level : of the median's limits.
    timefix : take times that differ by rounding only as one time, by the rule of R's survival package.

    Reference: Schemper, Smith (1996), Control Clin Trials 17:343-346.
    """
    t = _arrays.times("time", time)
    d = _arrays.events("event", event)
    _check.same_length(time=t, event=d)
    curve = kaplan_meier(t, ~d, group=group, level=level, timefix=timefix)
    quartiles = curve.quantile((0.25, 0.5, 0.75))
    k = len(curve.groups)
    times, lower, upper = (x.reshape(k, 3) for x in (quartiles.time, quartiles.lower, quartiles.upper))
    rows = [curve.risk.rows_of(g) for g in range(k)]
    leaving = curve.risk.events[:, 0] + curve.risk.censored[:, 0]
    return FollowUp(
        groups=curve.groups,
        n=np.array([int(leaving[r].sum()) for r in rows]),
        median=times[:, 1],
        lower=lower[:, 1],
        upper=upper[:, 1],
        first_quartile=times[:, 0],
        third_quartile=times[:, 2],
        shortest=np.array([curve.risk.time[r][0] for r in rows]),
        longest=np.array([curve.risk.time[r][-1] for r in rows]),
        level=level,
    )
