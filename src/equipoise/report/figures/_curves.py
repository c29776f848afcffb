"""Step curves as a figure needs them: one series an arm, in the axis' unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

FloatArray = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True, eq=False)
class StepCurve:
    """A right-continuous step function from time 0 to the last time under observation.

    Attributes
    ----------
    label : name beside the curve.
    time, value, lower, upper : shape (rows + 1,), beginning at time 0.
    censored : times of censoring, shape (c,).
    """

    label: str
    time: FloatArray
    value: FloatArray
    lower: FloatArray
    upper: FloatArray
    censored: FloatArray

    def at(self, t: float) -> float:
        """Value of the curve at t."""
        return float(self.value[np.searchsorted(self.time, t, side="right") - 1])


def survival_curves(table: pl.DataFrame, labels: Mapping[Any, str], unit_days: float) -> list[StepCurve]:
    """Kaplan-Meier's table (times in days) as curves starting at 1.

    Limits end where fewer than 10 % of the group, or than 10, are at risk, where a curve is little
    more than chance (Pocock, Clayton, Altman 2002, Lancet 359:1686-1689). Steps too small to see are joined.
    """
    curves = []
    for group, label in labels.items():
        rows = table.filter(table["group"] == group)
        time = rows["time"].to_numpy() / unit_days
        value = rows["survival"].to_numpy()
        at_risk = rows["n_risk"].to_numpy()
        enough = at_risk >= max(10.0, 0.10 * float(at_risk[0]))
        lower, upper = (
            np.where(enough, rows[name].fill_null(float("nan")).to_numpy(), np.nan)
            for name in ("lower", "upper")
        )
        kept = _visible(np.column_stack((value, lower, upper)))
        curves.append(
            StepCurve(
                label,
                np.concatenate(([0.0], time[kept])),
                _from_one(value[kept]),
                _from_one(lower[kept]),
                _from_one(upper[kept]),
                time[rows["n_censor"].to_numpy() > 0],
            )
        )
    return curves


def _from_one(values: FloatArray) -> FloatArray:
    return np.concatenate(([1.0], values))


def _visible(columns: FloatArray, least: float = 2e-4) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Rows at which a column has moved enough to be seen since the last row kept, with the last row."""
    kept: list[int] = []
    last = np.ones(columns.shape[1])
    for i, row in enumerate(columns):
        moved = np.abs(row - last) >= least
        if moved.any() or (np.isnan(row) != np.isnan(last)).any() or i == len(columns) - 1:
            kept.append(i)
            last = row
    return np.array(kept, dtype=np.int64)


def tick_segments(curve: StepCurve, height: float, resolution: float) -> tuple[FloatArray, FloatArray]:
    """Short marks above the curve at censored times, one line with gaps; marks that coincide are one."""
    kept = np.unique(np.round(curve.censored / resolution)) * resolution
    kept = np.minimum(kept, curve.time[-1])
    value = np.array([curve.at(t) for t in kept])
    x = np.repeat(kept, 3)
    y = np.column_stack((value, value + height, np.full(len(kept), np.nan))).ravel()
    return x, y
