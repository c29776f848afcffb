"""What a Cox model's fit holds: hazard ratios, their errors and tests, and how the fit ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Literal

from equipoise.survival._frames import frame

if TYPE_CHECKING:
    import polars as pl

    from equipoise.survival._arrays import FloatArray

Ties = Literal["efron", "breslow"]


class CoxStatus(Enum):
    """How the fit ended, in a sentence."""

    CONVERGED = "The partial likelihood has one maximum, and it was reached."
    MONOTONE = (
        "The partial likelihood rises without end as some coefficients go to plus or minus infinity, so they "
        "have no finite estimate, standard error or Wald test (often an arm or level without events). "
        "Judge them by the score or likelihood ratio test."
    )


@dataclass(frozen=True, slots=True)
class ChiSquareTest:
    """A chi-square statistic, its degrees of freedom and its p."""

    chi2: float
    df: int
    p: float


@dataclass(frozen=True, slots=True)
class CoxFit:
    """A fitted Cox model; arrays have shape (p,), in the order of `names`.

    The hazard of a subject is h0(t) exp(x'coef): a covariate that is 1 on the experimental arm and 0 on the
    control has hazard ratio exp(coef) experimental over control, and here coef and z below 0 mean benefit.

    Attributes
    ----------
    names, coef, std_err, hazard_ratio, lower, upper, z, p : by covariate; limits of the hazard ratio and p
        are Wald's. A coefficient in `unbounded` is ±inf with infinite error, hazard ratio 0 or inf, limits 0
        and inf, and z and p nan (null in the table); it is nan where it has no influence on the limit that
        the likelihood rises to. The other coefficients, their errors and tests are those of that limit.
    covariance : shape (p, p), inverse of the information; inf and nan where a coefficient is unbounded.
    loglik : log partial likelihood at coef = 0 and at its maximum (the limit it rises to, where unbounded).
    score_test, likelihood_ratio_test, wald_test : of all coefficients together; no Wald test where unbounded.
    status, unbounded : how the fit ended, and the covariates whose coefficients have no finite estimate.
    n, n_events : subjects (rows) and events.
    ties, level, iterations : as used.
    """

    names: tuple[str, ...]
    coef: FloatArray
    std_err: FloatArray
    covariance: FloatArray
    hazard_ratio: FloatArray
    lower: FloatArray
    upper: FloatArray
    z: FloatArray
    p: FloatArray
    loglik: tuple[float, float]
    score_test: ChiSquareTest
    likelihood_ratio_test: ChiSquareTest
    wald_test: ChiSquareTest | None
    status: CoxStatus
    unbounded: tuple[str, ...]
    n: int
    n_events: int
    ties: Ties
    level: float
    iterations: int

    def to_frame(self) -> pl.DataFrame:
        """Columns covariate, coef, std_err, hazard_ratio, lower, upper, z, p, status."""
        columns = ("coef", "std_err", "hazard_ratio", "lower", "upper", "z", "p")
        status = ["monotone" if name in self.unbounded else "converged" for name in self.names]
        values = {name: getattr(self, name) for name in columns}
        return frame({"covariate": self.names} | values | {"status": status})
