"""Pseudo-values of the restricted mean, by leaving each subject out, and their regression on covariates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from equipoise import _check
from equipoise.errors import ConvergenceError, DataError
from equipoise.survival import _arrays
from equipoise.survival._rmst_comparison import RmstComparison, comparison_of
from equipoise.survival.risk_table import count_at_risk

if TYPE_CHECKING:
    from equipoise.survival._arrays import BoolArray, FloatArray, Levels
    from equipoise.survival.risk_table import RiskTable

PseudoSource = Literal["pooled", "by-arm"]

_MOST_STEPS = 50


def adjusted_comparison(  # noqa: PLR0917 -- private, called once
    time: FloatArray,
    event: BoolArray,
    arms: Levels,
    X: FloatArray,
    tau: float,
    source: PseudoSource,
    q: float,
    *,
    timefix: bool,
) -> RmstComparison:
    """Difference and ratio of restricted means between arms of equal covariates, with robust errors."""
    _check.one_of("pseudo", source, get_args(PseudoSource))
    curve_of = arms if source == "by-arm" else _arrays.everybody(time)
    one = _arrays.everybody(time)
    risk = count_at_risk(time, event, group=one, stratum=curve_of, entry=None, weight=None, timefix=timefix)
    y = np.empty(len(time))
    for s in range(len(curve_of.labels)):
        inside = curve_of.codes == s
        y[inside] = pseudo_values(risk, s, time[inside], event[inside], tau)
    Z = np.column_stack((np.ones(len(y)), arms.codes, X))
    scale = np.maximum(np.sqrt(np.mean(Z**2, axis=0)), 1e-300)
    if np.linalg.matrix_rank(Z / scale, tol=1e-9 * np.sqrt(len(y))) < Z.shape[1] or len(y) <= Z.shape[1]:
        raise DataError(
            "covariates: they and the arm are combinations of one another, so the arms cannot be compared at "
            "equal covariates. Leave one of them out."
        )
    difference, std_err = _regression(Z / scale, y, logarithmic=False)
    log_ratio, log_std_err = _regression(Z / scale, y, logarithmic=True)
    unit = float(scale[1])
    return comparison_of(difference / unit, std_err / unit, log_ratio / unit, log_std_err / unit, q)


def pseudo_values(
    risk: RiskTable, stratum: int, time: FloatArray, event: BoolArray, tau: float
) -> FloatArray:
    """Of each subject of one curve n m - (n-1) m_(i), m the area up to tau, m_(i) without subject i.

    Without i the curve falls by 1 - d/(n-1) before T_i, by 1 - (d - event)/(n-1) at it, and goes on from
    there as the curve of all does.
    """
    rows = risk.rows_of(stratum)
    n, d, when = risk.at_risk[rows, 0], risk.events[rows, 0], risk.time[rows]
    own = risk.last_row_by(stratum, time) - 1
    size = float(n[0])
    fewer = np.maximum(n - 1.0, 1.0)
    whole = np.concatenate(([1.0], np.cumprod(1.0 - d / n)))
    without = np.concatenate(([1.0], np.cumprod(np.where(n > d, 1.0 - d / fewer, 0.0))))
    length = np.diff(np.minimum(np.concatenate(([0.0], when, [tau])), tau))
    area = float(np.sum(whole * length))
    passed = np.concatenate(([0.0], np.cumsum(without * length)))
    ahead = area - np.concatenate(([0.0], np.cumsum(whole * length)))
    others_fall = np.where(n[own] > 1.0, 1.0 - (d[own] - event) / fewer[own], 1.0)
    left = without[own] * others_fall
    survival = whole[own + 1]
    relative = np.where(survival > 0.0, ahead[own + 1] / np.where(survival > 0.0, survival, 1.0), 0.0)
    left_out = passed[own + 1] + left * np.maximum(relative, 0.0)
    return np.asarray(size * area - (size - 1.0) * left_out)


def _regression(Z: FloatArray, y: FloatArray, *, logarithmic: bool) -> tuple[float, float]:
    """Coefficient of the second column of E y = Zb or exp(Zb), independence working, sandwich error."""
    b = np.linalg.lstsq(Z, y, rcond=None)[0]
    if logarithmic:
        b = np.zeros(Z.shape[1])
        b[0] = np.log(np.mean(y)) / Z[0, 0]
        for step in range(_MOST_STEPS + 1):
            mean = np.exp(Z @ b)
            move = np.linalg.lstsq(Z * mean[:, None], y - mean, rcond=None)[0]
            b += move * min(1.0, 2.0 / max(float(np.abs(move).max()), 1e-300))
            if float(np.abs(move).max()) < 1e-12 * (1.0 + float(np.abs(b).max())):
                break
            if step == _MOST_STEPS:
                raise ConvergenceError(
                    "rmst: the regression of the ratio did not settle. Are covariates extreme?"
                )
    mean = np.exp(Z @ b) if logarithmic else Z @ b
    D = Z * mean[:, None] if logarithmic else Z
    bread = np.linalg.inv(D.T @ D)
    scored = D * (y - mean)[:, None]
    covariance = bread @ (scored.T @ scored) @ bread
    return float(b[1]), float(np.sqrt(covariance[1, 1]))
