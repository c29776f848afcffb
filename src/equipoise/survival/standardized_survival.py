"""Standardised survival: the curve of each arm if everybody in the trial had been on it (g-formula)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from scipy.special import ndtr

from equipoise import _check
from equipoise.errors import ArgumentError, DataError
from equipoise.survival import _arrays
from equipoise.survival._arms import two_arms
from equipoise.survival._covariates import covariates as read_covariates
from equipoise.survival._cox_residuals import score
from equipoise.survival._display import Displayed
from equipoise.survival._formula import design_columns, of_table
from equipoise.survival._frames import frame
from equipoise.survival._limits import limits, normal_quantile
from equipoise.survival._subject_order import TIE_TOLERANCE
from equipoise.survival.cox import cox

if TYPE_CHECKING:
    import polars as pl

    from equipoise.survival._arrays import FloatArray, IntArray
    from equipoise.survival._cox_model import CoxModel
    from equipoise.survival._cox_subjects import EventRows

ArmEffect = Literal["stratum", "covariate"]


@dataclass(frozen=True, slots=True, repr=False)
class StandardizedSurvival(Displayed):
    """Standardised curves at `times` (m,), control first, and their difference; above 0 means benefit.

    `survival`, `std_err`, `lower`, `upper` have shape (2, m), limits on the log-log scale; `difference`,
    `difference_std_err`, its limits and two-sided `p` shape (m,). Limits are nan (null in the table) where
    survival is still 1 or already 0, and so is p where the difference has no error.
    """

    groups: tuple[Any, ...]
    times: FloatArray
    survival: FloatArray
    std_err: FloatArray
    lower: FloatArray
    upper: FloatArray
    difference: FloatArray
    difference_std_err: FloatArray
    difference_lower: FloatArray
    difference_upper: FloatArray
    p: FloatArray
    arm_effect: ArmEffect
    level: float

    def headline(self) -> str:
        """What the curves are, and what the sign means."""
        control, arm = self.groups
        return (
            f"Survival standardised over all subjects, arm as {self.arm_effect}, {self.level:g} limits "
            f"(difference > 0: benefit of {arm!r} over {control!r})"
        )

    def to_frame(self) -> pl.DataFrame:
        """Columns measure, time, estimate, std_err, lower, upper, p."""
        m = len(self.times)
        measures = [*(f"survival {group}" for group in self.groups), "difference"]
        return frame(
            {
                "measure": [name for name in measures for _ in range(m)],
                "time": np.tile(self.times, 3),
                "estimate": np.concatenate((self.survival.ravel(), self.difference)),
                "std_err": np.concatenate((self.std_err.ravel(), self.difference_std_err)),
                "lower": np.concatenate((self.lower.ravel(), self.difference_lower)),
                "upper": np.concatenate((self.upper.ravel(), self.difference_upper)),
                "p": np.concatenate((np.full(2 * m, np.nan), self.p)),
            }
        )


def standardized_survival(
    time: object,
    event: object,
    group: object,
    covariates: object,
    *,
    times: object,
    control: object | None = None,
    strata: object | None = None,
    arm_effect: ArmEffect = "stratum",
    data: Any = None,
    level: float = 0.95,
    timefix: bool = True,
) -> StandardizedSurvival:
    """Mean over all n subjects of exp(-H_a(t) exp(x_i'b)), for each arm a, and the arms' difference.

    H_a and b are those of a Cox model (Breslow's ties). With `arm_effect` "stratum" each arm has a baseline
    hazard of its own, so that the arms' hazards need not be proportional; with "covariate" one hazard ratio
    joins them. Errors are the root of the sum of squared influences of the subjects, which hold the sampling
    of the covariates, the coefficients and the baseline hazards.

    Parameters
    ----------
    time, event, group : shape (n,); two arms.
    covariates : baseline covariates: (n, q) array, a dataframe of numbers, or a formula with `data`.
    times : above 0, not beyond the last time of any arm (in any stratum).
    control : label of the control arm; required where the arms have no order of their own (names).
    strata : labels, or a table whose columns are crossed, each with baseline hazards of its own.
    arm_effect : "stratum" or "covariate".
    data : a dataframe; then every other argument may be the name of one of its columns.
    level : of the limits.
    timefix : take times that differ by rounding only as one time, by the rule of R's survival package.

    Raises
    ------
    DataError : an arm without subjects in a stratum, a covariate without a finite coefficient, or no events.

    References
    ----------
    Makuch (1982), J Chronic Dis 35:437-443. Ozenne, Scheike, Stærk, Gerds (2020), Biometrical J 62:751-763.
    """
    columns = of_table(data, time=time, event=event, group=group, strata=strata)
    t = _arrays.times("time", columns["time"])
    d = _arrays.events("event", columns["event"])
    _check.same_length(time=t, event=d)
    arms = two_arms(_arrays.levels("group", columns["group"], t), control)
    stratum = _arrays.crossed_levels("strata", columns["strata"], t)
    _check.one_of("arm_effect", arm_effect, ("stratum", "covariate"))
    x = read_covariates(design_columns(covariates, data), t).X
    when = _arrays.times("times", np.atleast_1d(np.asarray(times)))
    q = normal_quantile(level)
    by_arm = arm_effect == "stratum"
    cell = stratum.codes * 2 + arms.codes if by_arm else stratum.codes
    found, there = np.unique(stratum.codes * 2 + arms.codes, return_counts=True)
    if len(there) < 2 * len(stratum.labels):
        lacking = next(c for c in range(2 * len(stratum.labels)) if c not in found)
        raise DataError(
            f"strata: stratum {stratum.labels[lacking // 2]!r} has nobody on arm "
            f"{arms.labels[lacking % 2]!r}, whose curve is unknown there. Join it with another stratum."
        )
    last = min(float(t[cell == c].max()) for c in np.unique(cell))
    if when.max() > last:
        rule = f"may not pass the smallest of the arms' last times, {last:g}"
        raise ArgumentError("times", float(when.max()), rule, "Beyond it one curve is not known.")
    X = x if by_arm else np.column_stack((arms.codes, x))
    fit = cox(t, d, X, strata=cell, ties="breslow", timefix=timefix)
    if fit.unbounded:
        raise DataError(
            f"covariates: {', '.join(fit.unbounded)} has no finite coefficient (often a level without "
            "events). Leave it out."
        )
    survival, influence = np.empty((2, len(when))), np.empty((2, len(t), len(when)))
    parts = _Parts(fit.model, fit.model.rows(), score(fit.model) @ fit.model_covariance)
    for a in (0, 1):
        as_if = np.asarray(X if by_arm else np.column_stack((np.full(len(t), a), x)), dtype=np.float64)
        cells = stratum.codes * 2 + a if by_arm else stratum.codes
        survival[a], influence[a] = parts.curve(as_if, cells, when)
    return _result(arms.labels, when, survival, influence, arm_effect, level, q)


def _result(  # noqa: PLR0917 -- private, called once
    groups: tuple[Any, ...],
    times: FloatArray,
    survival: FloatArray,
    influence: FloatArray,
    arm_effect: ArmEffect,
    level: float,
    q: float,
) -> StandardizedSurvival:
    std_err = np.sqrt(np.sum(influence**2, axis=1))
    lower, upper = limits(survival.ravel(), std_err.ravel(), "log-log", level)
    difference = survival[1] - survival[0]
    error = np.sqrt(np.sum((influence[1] - influence[0]) ** 2, axis=0))
    with np.errstate(divide="ignore", invalid="ignore"):
        p = 2.0 * ndtr(-np.abs(difference / error))
    return StandardizedSurvival(
        groups=groups,
        times=times,
        survival=survival,
        std_err=std_err,
        lower=lower.reshape(2, -1),
        upper=upper.reshape(2, -1),
        difference=difference,
        difference_std_err=error,
        difference_lower=difference - q * error,
        difference_upper=difference + q * error,
        p=p,
        arm_effect=arm_effect,
        level=level,
    )


@dataclass(frozen=True, slots=True)
class _Parts:
    """A fitted model, its event rows, and each subject's influence on the coefficients (n, p)."""

    model: CoxModel
    rows: EventRows
    on_coefficients: FloatArray

    def curve(self, X: FloatArray, cells: IntArray, times: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Mean survival at the times for subjects with covariates X in strata `cells`; influences (n, m)."""
        model, rows = self.model, self.rows
        n, p = X.shape
        scaled = (X - model.centre) / model.scale
        risk = np.exp(scaled @ model.beta)
        hazard = np.concatenate(([0.0], np.cumsum(rows.sums[:, 0])))
        pull = np.concatenate((np.zeros((1, p)), np.cumsum(rows.vectors[:, 1], axis=0)))
        own = model.in_own_order(np.exp(model.subjects.eta(model.beta)))
        mean, influence = np.empty(len(times)), np.empty((n, len(times)))
        for k, t in enumerate(times.tolist()):
            lost = np.zeros(n)
            slope = np.zeros(p)
            each = np.empty(n)
            for code, label in enumerate(model.strata):
                here = cells == label
                if not here.any():
                    continue
                begin, end = rows.place(
                    np.array([code, code]), np.array([-1.0, t + TIE_TOLERANCE * max(1.0, t)])
                ).tolist()
                total = hazard[end] - hazard[begin]
                each[here] = np.exp(-risk[here] * total)
                weight = each[here] * risk[here] / n
                lost += float(weight.sum()) * self._on_hazard(code, begin, end, own)
                moved = pull[end] - pull[begin]
                slope -= (scaled[here] * total - moved).T @ weight
            mean[k] = each.mean()
            influence[:, k] = (each - mean[k]) / n - lost + self.on_coefficients @ (slope * model.scale)
        return mean, influence

    def _on_hazard(self, code: int, begin: int, end: int, own: FloatArray) -> FloatArray:
        """Influence of each subject on a stratum's baseline hazard at t, coefficients held, shape (n,)."""
        subjects, rows, model = self.model.subjects, self.rows, self.model
        inside = subjects.stratum == code
        square = np.concatenate(([0.0], np.cumsum(rows.sums[:, 2])))
        place = np.where(inside, rows.place(subjects.stratum, subjects.time), begin)
        until = np.minimum(place, end)
        died = inside & subjects.event & (place <= end) & (place > begin)
        share = np.zeros(len(place))
        at = place[died] - 1
        share[died] = rows.sums[at, 2] / rows.sums[at, 0]
        risk = own[model.order]
        return model.in_own_order(share - risk * (square[until] - square[begin]) * inside)
