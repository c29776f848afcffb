"""The baseline hazard of a Cox model, and the survival it predicts for given covariates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise.errors import ArgumentError
from equipoise.survival._display import Displayed
from equipoise.survival._frames import frame
from equipoise.survival._limits import LimitScale, limits

if TYPE_CHECKING:
    import polars as pl

    from equipoise.survival._arrays import FloatArray
    from equipoise.survival._cox_model import CoxModel


@dataclass(frozen=True, slots=True, repr=False)
class PredictedSurvival(Displayed):
    """Survival S(t|x) = exp(-H(t|x)) at the event times of each stratum asked for; one row for each.

    `hazard` is the cumulative hazard H(t|x) = exp(x'b) Σ dH0, `hazard_std_err` its error, which holds that of
    the coefficients too; `subject` is the row of the covariates given.

    Reference: Tsiatis (1981), Ann Stat 9:93-108.
    """

    subject: tuple[int, ...]
    stratum: tuple[Any, ...]
    time: FloatArray
    hazard: FloatArray
    hazard_std_err: FloatArray
    survival: FloatArray
    lower: FloatArray
    upper: FloatArray
    ci: LimitScale
    level: float

    def headline(self) -> str:
        """What the rows are."""
        return f"Survival predicted by a Cox model, {self.level:g} {self.ci} limits"

    def to_frame(self) -> pl.DataFrame:
        """Columns subject, stratum, time, hazard, hazard_std_err, survival, lower, upper."""
        return frame({name: getattr(self, name) for name in self.__slots__[:-2]})


def predicted_survival(  # noqa: PLR0917 -- CoxFit.predict is the public door
    model: CoxModel,
    covariance: FloatArray,
    x: FloatArray,
    strata: object | None,
    ci: LimitScale,
    level: float,
) -> PredictedSurvival:
    """Curves for each row of x in its stratum: var H = exp(2 x'b) (Σ share/D² + q'Vq), q = Σ (x̄ - x) dH0."""
    labels = _labels(model, len(x), strata)
    rows = model.rows()
    scaled = (x - model.centre) / model.scale
    V = covariance * np.outer(model.scale, model.scale)
    parts: list[tuple[Any, ...]] = []
    for i, label in enumerate(labels):
        low, high = np.searchsorted(rows.stratum, (model.strata.index(label), model.strata.index(label) + 1))
        rise, square = np.cumsum(rows.sums[low:high, 0]), np.cumsum(rows.sums[low:high, 2])
        pull = np.cumsum(rows.vectors[low:high, 1], axis=0) - rise[:, None] * scaled[i]
        risk = float(np.exp(scaled[i] @ model.beta))
        error = risk * np.sqrt(square + np.einsum("ij,jk,ik->i", pull, V, pull))
        parts.append(
            (np.full(high - low, i), [label] * (high - low), rows.time[low:high], risk * rise, error)
        )
    subject, time, hazard, std_err = (np.concatenate([part[k] for part in parts]) for k in (0, 2, 3, 4))
    survival = np.exp(-hazard)
    lower, upper = limits(survival, survival * std_err, ci, level)
    stratum = tuple(label for part in parts for label in part[1])
    return PredictedSurvival(
        tuple(subject.tolist()), stratum, time, hazard, std_err, survival, lower, upper, ci, level
    )


def _labels(model: CoxModel, m: int, strata: object | None) -> list[Any]:
    if strata is None:
        if len(model.strata) > 1:
            rule = f"must name each row's stratum, one of {model.strata}"
            raise ArgumentError("strata", None, rule)
        return [model.strata[0]] * m
    labels = [x if isinstance(x, tuple) else getattr(x, "item", lambda x=x: x)() for x in list(strata)]  # type: ignore[call-overload]
    if len(labels) != m:
        raise ArgumentError("strata", len(labels), f"must hold one label for each of the {m} rows")
    for label in labels:
        if label not in model.strata:
            raise ArgumentError("strata", label, f"must be one of {model.strata}")
    return labels
