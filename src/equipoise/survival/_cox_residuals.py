"""Residuals of a fitted Cox model, by running sums of the baseline hazard over the event times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise.errors import DataError

if TYPE_CHECKING:
    from equipoise.survival._arrays import FloatArray, IntArray
    from equipoise.survival._cox_model import CoxModel

# Of a model's variance: a robust one below this is what rounding leaves of 0.
ROUNDING = 1e-24


@dataclass(frozen=True, slots=True)
class Accumulated:
    """Of the sorted subjects: risk exp(eta), hazard A and Σ x̄ dA over their time at risk, own event row.

    A subject with the event shares its own row's hazard only in part where ties are Efron's. `mean` (n, p) is
    the mean of x at that row, 0 without the event. Scaled covariates.
    """

    risk: FloatArray
    hazard: FloatArray
    pull: FloatArray
    mean: FloatArray


def accumulate(model: CoxModel) -> Accumulated:
    """The sums that all residuals are made of."""
    subjects, rows = model.subjects, model.rows()
    p = subjects.X.shape[1]
    hazard = np.concatenate(([0.0], np.cumsum(rows.sums[:, 0])))
    pull = np.concatenate((np.zeros((1, p)), np.cumsum(rows.vectors[:, 1], axis=0)))
    end = rows.place(subjects.stratum, subjects.time)
    begin = (
        rows.place(subjects.stratum, subjects.entry)
        if len(subjects.entry) > 0
        else np.searchsorted(rows.stratum, subjects.stratum)
    )
    own_hazard, own_pull = hazard[end] - hazard[begin], pull[end] - pull[begin]
    mean = np.zeros((len(end), p))
    died = subjects.event
    at = end[died] - 1
    if subjects.ties == "efron":
        own_hazard[died] -= rows.sums[at, 1]
        own_pull[died] -= rows.vectors[at, 2]
    mean[died] = rows.vectors[at, 0]
    return Accumulated(np.exp(subjects.eta(model.beta)), own_hazard, own_pull, mean)


def martingale(model: CoxModel) -> FloatArray:
    """Event less exp(eta) A, shape (n,), in the subjects' own order."""
    sums = accumulate(model)
    return model.in_own_order(model.subjects.event - sums.risk * sums.hazard)


def deviance(model: CoxModel) -> FloatArray:
    """sign(m) √(-2 (m + event log(event - m))) of the martingale residuals m."""
    event = model.in_own_order(model.subjects.event.astype(np.float64))
    m = martingale(model)
    logarithm = np.log(np.where(event > 0.0, event - m, 1.0))
    return np.asarray(np.sign(m) * np.sqrt(np.maximum(-2.0 * (m + event * logarithm), 0.0)))


def score(model: CoxModel) -> FloatArray:
    """What each subject adds to the slope of the log-likelihood, shape (n, p), per unit of the covariates."""
    sums, X = accumulate(model), model.subjects.X
    event = model.subjects.event.astype(np.float64)[:, None]
    scaled = event * (X - sums.mean) - sums.risk[:, None] * (X * sums.hazard[:, None] - sums.pull)
    return model.in_own_order(scaled * model.scale)


def schoenfeld(model: CoxModel) -> tuple[IntArray, FloatArray]:
    """Covariates of each event less their mean among those at risk, (events, p), and who had it; by time."""
    sums, died = accumulate(model), np.flatnonzero(model.subjects.event)
    residual = (model.subjects.X[died] - sums.mean[died]) * model.scale
    return model.order[died], residual


def robust_covariance(
    model: CoxModel, covariance: FloatArray, cluster: IntArray, n_clusters: int
) -> FloatArray:
    """D'D with D the sums over each cluster of the changes in b without its subjects (dfbeta).

    Raises
    ------
    DataError : no cluster moves a coefficient (as where all events fall on one time): it has no error.

    Reference: Lin, Wei (1989), JASA 84:1074-1078.
    """
    weight = model.in_own_order(model.subjects.weight)
    change = (score(model) * weight[:, None]) @ covariance
    total = np.column_stack(
        [np.bincount(cluster, weights=change[:, j], minlength=n_clusters) for j in range(change.shape[1])]
    )
    robust = np.asarray(total.T @ total)
    still = np.diag(robust) <= ROUNDING * np.diag(covariance)
    if np.any(still):
        column = int(np.argmax(still))
        raise DataError(
            f"cluster: no cluster moves coefficient {column + 1}, so it has no robust error. Have all events "
            "one time? Fit without cluster."
        )
    return robust
