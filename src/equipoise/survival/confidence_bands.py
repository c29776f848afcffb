"""Confidence bands that hold a whole survival curve, not a point of it: Hall-Wellner, equal precision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from equipoise import _check
from equipoise.errors import ArgumentError, DataError
from equipoise.survival._band_critical import equal_precision_critical, hall_wellner_critical
from equipoise.survival._display import Displayed
from equipoise.survival._frames import frame
from equipoise.survival._limits import limits_by

if TYPE_CHECKING:
    import polars as pl

    from equipoise.survival._arrays import FloatArray
    from equipoise.survival.risk_table import RiskTable

BandKind = Literal["hall-wellner", "equal-precision"]
BandScale = Literal["log-log", "log", "plain", "logit", "arcsine"]


@dataclass(frozen=True, slots=True, repr=False)
class ConfidenceBand(Displayed):
    """A band for each group's curve, one row for each time in its range.

    With σ² the variance of S over S² and n subjects, a = n σ²/(1 + n σ²) at the range's first time and b at
    its last. Equal precision: S ± c S σ, c from the supremum of |B(x)|/√(x(1-x)) over a <= x <= b, so that
    the band is so many times as wide as the pointwise limits. Hall-Wellner: S ± c S (1 + n σ²)/√n, c from
    that of |B(x)|. Both on the chosen scale. B is the Brownian bridge.

    Attributes
    ----------
    group, time, survival, lower, upper : one row for each time.
    groups, critical : labels, and c for each of them.

    Reference: Nair (1984), Technometrics 26:265-275; Borgan, Liestøl (1990), Scand J Stat 17:35-41.
    """

    kind: BandKind
    scale: BandScale
    level: float
    groups: tuple[Any, ...]
    critical: FloatArray
    group: tuple[Any, ...]
    time: FloatArray
    survival: FloatArray
    lower: FloatArray
    upper: FloatArray

    def headline(self) -> str:
        """Kind, level and critical values."""
        c = ", ".join(f"{g}: {x:.4f}" for g, x in zip(self.groups, self.critical.tolist(), strict=True))
        return f"{self.kind} band, {self.level:g}, {self.scale} scale; critical value {c}"

    def to_frame(self) -> pl.DataFrame:
        """Columns group, time, survival, lower, upper."""
        return frame({name: getattr(self, name) for name in ("group", "time", "survival", "lower", "upper")})


def band_of_curve(  # noqa: PLR0917 -- KaplanMeier.band is the public door
    risk: RiskTable,
    survival: FloatArray,
    std_err: FloatArray,
    kind: BandKind,
    between: tuple[float | None, float | None],
    scale: BandScale,
    level: float,
) -> ConfidenceBand:
    """The band of each group's curve between two times."""
    _check.one_of("kind", kind, get_args(BandKind))
    _check.one_of("scale", scale, get_args(BandScale))
    if risk.late_entries is not None:
        raise DataError("entry: a band needs subjects who are all followed from the start.")
    critical, kept, half = np.empty(len(risk.strata)), [], []
    for g in range(len(risk.strata)):
        rows = _range(risk, g, survival, between)
        relative = std_err[rows] / survival[rows]
        n = float(risk.at_risk[risk.rows_of(g).start, 0])
        x = n * relative**2 / (1.0 + n * relative**2)
        if kind == "hall-wellner":
            critical[g] = hall_wellner_critical(x[0], x[-1], level)
            error = survival[rows] * (1.0 + n * relative**2) / np.sqrt(n)
        else:
            critical[g] = equal_precision_critical(x[0], x[-1], level)
            error = std_err[rows]
        kept.append(rows)
        half.append(critical[g] * error)
    rows = np.concatenate(kept)
    lower, upper = limits_by(survival[rows], np.concatenate(half), scale, 1.0)
    group = tuple(risk.strata[s] for s in risk.stratum[rows].tolist())
    return ConfidenceBand(
        kind, scale, level, risk.strata, critical, group, risk.time[rows], survival[rows], lower, upper
    )


def _range(
    risk: RiskTable, group: int, survival: FloatArray, between: tuple[float | None, float | None]
) -> Any:
    """Rows from the first event on or after the start to the last event by the end, where 0 < S < 1."""
    rows = np.arange(len(risk.time))[risk.rows_of(group)]
    usable = (survival[rows] > 0.0) & (survival[rows] < 1.0)
    label = risk.strata[group]
    if not usable.any():
        raise DataError(
            f"event: group {label!r} has no time with survival between 0 and 1 to draw a band at."
        )
    event_times = risk.time[rows][usable & (risk.events[rows, 0] > 0.0)]
    start = event_times[0] if between[0] is None else _check.number("start", between[0])
    end = event_times[-1] if between[1] is None else _check.number("end", between[1])
    if start < event_times[0]:
        rule = f"must not lie before the first event of group {label!r} at {event_times[0]:g}"
        raise ArgumentError("start", start, rule)
    inside = rows[usable & (risk.time[rows] >= start) & (risk.time[rows] <= end)]
    # The curve at the start is that of the last row before it.
    before = rows[usable & (risk.time[rows] < start)]
    chosen = np.concatenate(
        (before[-1:] if inside.size == 0 or risk.time[inside[0]] > start else before[:0], inside)
    )
    if chosen.size == 0 or end < start:
        raise ArgumentError("end", end, f"must not lie before the start, {start:g}")
    return chosen
