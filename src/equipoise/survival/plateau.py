"""Whether the survival curve's plateau can be trusted: follow-up after the last event, by Maller and Zhou."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise import _check
from equipoise.survival import _arrays
from equipoise.survival._display import Displayed
from equipoise.survival._frames import frame
from equipoise.survival.kaplan_meier import curves
from equipoise.survival.risk_table import count_at_risk

if TYPE_CHECKING:
    import polars as pl

    from equipoise.survival._arrays import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, repr=False)
class Plateau(Displayed):
    """The end of each group's curve; arrays have shape (k,).

    Attributes
    ----------
    last_event, last_time : of all events, and of everybody; the plateau is what lies between them.
    survival : Kaplan-Meier at the end, the plateau's height.
    n_after : subjects followed longer than the last event.
    q : share of all subjects whose event falls within the plateau's length before the last event.
    alpha : (1 - q)^n. Below 0.05 the follow-up may be called sufficient for a cure model; 1 where there is
        no plateau. nan (null in the table) where nobody has an event.
    """

    groups: tuple[Any, ...]
    n: IntArray
    last_event: FloatArray
    last_time: FloatArray
    survival: FloatArray
    n_after: IntArray
    q: FloatArray
    alpha: FloatArray

    @property
    def sufficient(self) -> BoolArray:
        """Whether alpha is below 0.05."""
        return np.asarray(self.alpha < 0.05)

    def headline(self) -> str:
        """What is judged."""
        return "Plateau of the survival curve: follow-up is sufficient where alpha < 0.05 (Maller and Zhou)"

    def to_frame(self) -> pl.DataFrame:
        """Columns group, n, last_event, last_time, survival, n_after, q, alpha."""
        return frame(
            {"group": list(self.groups)} | {name: getattr(self, name) for name in self.__slots__[1:]}
        )


def plateau(time: object, event: object, *, group: object | None = None, timefix: bool = True) -> Plateau:
    """Test that the uncured have all been followed: alpha = (1 - N/n)^n.

    With T the last time of all and T* the last event, N is the number of events in (2 T* - T, T*]: where many
    events lie as close before the last one as the plateau after it is long, more were to be expected within
    the plateau if there were still some to come.

    Parameters
    ----------
    time, event : shape (n,); `event` True or 1 where the event was observed.
    group : labels, shape (n,); None is one group called "all".
    timefix : take times that differ by rounding only as one time, by the rule of R's survival package.

    Reference: Maller, Zhou (1994), JASA 89:1499-1506.
    """
    t = _arrays.times("time", time)
    d = _arrays.events("event", event)
    _check.same_length(time=t, event=d)
    groups = _arrays.everybody(t) if group is None else _arrays.levels("group", group, t)
    risk = count_at_risk(
        t, d, group=_arrays.everybody(t), stratum=groups, entry=None, weight=None, timefix=timefix
    )
    survival = curves(risk, se="greenwood", ci="plain", level=0.95).survival
    k = len(groups.labels)
    last, end, height, q, alpha = np.full((5, k), np.nan)
    n, after = np.empty(k, dtype=np.int64), np.empty(k, dtype=np.int64)
    for g in range(k):
        rows = risk.rows_of(g)
        times, events = risk.time[rows], risk.events[rows, 0]
        n[g] = round(float(risk.at_risk[rows, 0][0]))
        end[g], height[g] = times[-1], survival[rows][-1]
        if not events.any():
            after[g] = n[g]
            continue
        last[g] = times[events > 0.0][-1]
        after[g] = round(float(risk.censored[rows, 0][times > last[g]].sum()))
        near = (times > 2.0 * last[g] - end[g]) & (times <= last[g])
        q[g] = float(events[near].sum()) / n[g]
        alpha[g] = (1.0 - q[g]) ** n[g]
    return Plateau(groups.labels, n, last, end, height, after, q, alpha)
