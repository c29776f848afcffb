"""Covariates whose effect changes with time: each risk set laid out as a stratum of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from equipoise.errors import ArgumentError, DataError
from equipoise.survival._covariates import Covariates

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from equipoise.survival._arrays import BoolArray, FloatArray, IntArray

_MOST_ROWS = 20_000_000


def risk_sets(
    stratum: IntArray, time: FloatArray, event: BoolArray, entry: FloatArray | None
) -> tuple[IntArray, IntArray, FloatArray]:
    """Subject and number of the risk set of each row, and the time of each set, by stratum and event time."""
    died = np.flatnonzero(event)
    sets = sorted({(int(s), float(t)) for s, t in zip(stratum[died], time[died], strict=True)})
    members = []
    rows = 0
    for s, t in sets:
        here = (stratum == s) & (time >= t)
        if entry is not None:
            here &= entry < t
        members.append(np.flatnonzero(here))
        rows += len(members[-1])
        if rows > _MOST_ROWS:
            raise DataError(
                f"time: the risk sets hold more than {_MOST_ROWS} rows together, too many to lay out for "
                "effects that vary with time. Round the times to weeks or months."
            )
    number = np.repeat(np.arange(len(sets)), [len(m) for m in members])
    return np.concatenate(members), number, np.array([t for _, t in sets])


def with_time_varying(
    x: Covariates, effects: Mapping[str, Callable[..., object]], subject: IntArray, time: FloatArray
) -> Covariates:
    """The covariates of each row of the risk sets, with a column f(x, t) for each effect."""
    columns = [x.X[subject]]
    names = list(x.names)
    for name, function in effects.items():
        if name not in x.names:
            raise ArgumentError("time_varying", name, f"must name one of the covariates {x.names}")
        value = np.asarray(function(x.X[subject, x.names.index(name)], time), dtype=np.float64)
        if value.shape != time.shape or not np.isfinite(value).all():
            rule = "must give one finite number for each value and time"
            raise ArgumentError(f"time_varying[{name!r}]", value.shape, rule, "It is called with two arrays.")
        columns.append(value[:, None])
        names.append(f"tt({name})")
    return Covariates(np.concatenate(columns, axis=1), tuple(names))
