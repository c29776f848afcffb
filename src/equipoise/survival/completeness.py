"""Whether follow-up is complete: the share of the possible follow-up observed, and who was seen of late."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise import _check
from equipoise.errors import ArgumentError
from equipoise.survival import _arrays
from equipoise.survival._display import Displayed
from equipoise.survival._frames import frame

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from equipoise.survival._arrays import FloatArray, IntArray


@dataclass(frozen=True, slots=True, repr=False)
class Completeness(Displayed):
    """Completeness of follow-up by group; arrays have shape (k,), `contacted` (k, m).

    `c` is Clark's C, time observed over time that could have been. `at_large` counts those without the event;
    `contacted` is the share of them last seen within `within` (m,) of the cut-off: nan (null in the table)
    where everybody had the event.
    """

    groups: tuple[Any, ...]
    n: IntArray
    c: FloatArray
    at_large: IntArray
    within: FloatArray
    contacted: FloatArray

    def headline(self) -> str:
        """What the rows are."""
        return "Completeness of follow-up: Clark's C, and the share seen lately of those without the event"

    def to_frame(self) -> pl.DataFrame:
        """Columns group, n, c, at_large, and contacted_within_<time> for each time asked for."""
        shares = {f"contacted_within_{w:g}": self.contacted[:, i] for i, w in enumerate(self.within.tolist())}
        return frame(
            {"group": list(self.groups), "n": self.n, "c": self.c, "at_large": self.at_large} | shares
        )


def completeness(
    time: object,
    event: object,
    potential: object,
    *,
    within: Sequence[float],
    group: object | None = None,
) -> Completeness:
    """Clark's C = Σ time / Σ (time after an event, else potential), and the share contacted of late.

    Parameters
    ----------
    time, event : shape (n,); `event` True or 1 where the event was observed.
    potential : time from each subject's start to the cut-off, shape (n,) and not below `time`: how long it
        would have been followed by then without loss.
    within : how long before the cut-off counts as lately, in units of time: (182.625, 365.25) is 6 and 12
        months in days.
    group : labels, shape (n,); None is one group called "all".

    Reference: Clark, Altman, De Stavola (2002), Lancet 359:1309-1310.
    """
    t = _arrays.times("time", time)
    d = _arrays.events("event", event)
    could = _arrays.times("potential", potential)
    _check.same_length(time=t, event=d, potential=could)
    early = np.flatnonzero(could < t)
    if early.size:
        i = int(early[0])
        remedy = "Was the subject seen after the cut-off? Cut the data first."
        raise ArgumentError(
            f"potential[{i}]", float(could[i]), f"must not be below time[{i}] = {float(t[i])!r}", remedy
        )
    spans = np.array([_check.positive("within", w) for w in within], dtype=np.float64)
    groups = _arrays.everybody(t) if group is None else _arrays.levels("group", group, t)
    k = len(groups.labels)
    c, contacted = np.empty(k), np.full((k, len(spans)), np.nan)
    n, at_large = np.empty(k, dtype=np.int64), np.empty(k, dtype=np.int64)
    for g in range(k):
        mine = groups.codes == g
        free = mine & ~d
        n[g], at_large[g] = int(mine.sum()), int(free.sum())
        possible = float(np.where(d, t, could)[mine].sum())
        # Where nobody could have been followed at all, nothing is missing.
        c[g] = float(t[mine].sum()) / possible if possible > 0.0 else 1.0
        if at_large[g] > 0:
            contacted[g] = [float(np.mean((could - t)[free] <= span)) for span in spans.tolist()]
    return Completeness(groups.labels, n, c, at_large, spans, contacted)
