"""Limits and tests of a Cox model's coefficients by the likelihood ratio, one coefficient at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq
from scipy.special import chdtrc, chdtri

from equipoise.survival._cox_penalised import climb
from equipoise.survival._display import Displayed
from equipoise.survival._frames import frame

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

    from equipoise.survival._arrays import FloatArray
    from equipoise.survival._cox_subjects import Likelihood

_FARTHEST = 60.0


@dataclass(frozen=True, slots=True, repr=False)
class ProfileLimits(Displayed):
    """Limits of hazard ratios by profile likelihood: where 2 (max l - max l with b_j held) is the quantile.

    A coefficient without a finite estimate has one finite limit; the other is 0 or inf. `chi2` and `p` are of
    the likelihood ratio test of b_j = 0.

    Reference: Venzon, Moolgavkar (1988), Applied Statistics 37:87-94.
    """

    names: tuple[str, ...]
    hazard_ratio: FloatArray
    lower: FloatArray
    upper: FloatArray
    chi2: FloatArray
    p: FloatArray
    level: float

    def headline(self) -> str:
        """What the limits are."""
        return f"Hazard ratios with {self.level:g} profile-likelihood limits"

    def to_frame(self) -> pl.DataFrame:
        """Columns covariate, hazard_ratio, lower, upper, chi2, p."""
        columns = ("hazard_ratio", "lower", "upper", "chi2", "p")
        return frame({"covariate": self.names} | {name: getattr(self, name) for name in columns})


def profile_limits(  # noqa: PLR0917 -- CoxFit.profile_limits is the public door
    at: Callable[[FloatArray], Likelihood],
    names: tuple[str, ...],
    beta: FloatArray,
    std_err: FloatArray,
    best: float,
    scale: FloatArray,
    level: float,
) -> ProfileLimits:
    """The limits, from the likelihood `at` scaled coefficients; `beta` may be infinite."""
    threshold = float(chdtri(1, 1.0 - level))
    p = len(beta)
    ends, chi2 = np.empty((2, p)), np.empty(p)
    for j in range(p):
        profile = _Profile(at, np.where(np.isfinite(beta), beta, 0.0), j, best)
        chi2[j] = max(profile.fall(0.0), 0.0)
        for side, sign in enumerate((-1.0, 1.0)):
            if np.isinf(beta[j]) and np.sign(beta[j]) == sign:
                ends[side, j] = sign * np.inf
                continue
            centre = beta[j] if np.isfinite(beta[j]) else profile.within(-sign, threshold)
            width = std_err[j] if np.isfinite(std_err[j]) else 1.0
            ends[side, j] = profile.crossing(centre, sign * width, threshold)
    lower, upper = np.exp(ends / scale)
    with np.errstate(over="ignore"):
        ratio = np.exp(beta / scale)
    return ProfileLimits(names, ratio, lower, upper, chi2, chdtrc(1, chi2), level)


class _Profile:
    """Twice the fall of the log-likelihood when coefficient j is held, the others at their best."""

    def __init__(
        self, at: Callable[[FloatArray], Likelihood], start: FloatArray, j: int, best: float
    ) -> None:
        self.at, self.j, self.best, self.start = at, j, best, start
        self.free = np.arange(len(start)) != j

    def fall(self, value: float) -> float:
        held = self.start.copy()
        held[self.j] = value
        found, _ = climb(self.at, held, self.free)
        self.start = found.beta
        return 2.0 * (self.best - found.loglik)

    def within(self, sign: float, threshold: float) -> float:
        """A value on the side where the likelihood rises that lies within the limits."""
        value = 0.0
        while self.fall(value) > threshold and abs(value) < _FARTHEST:
            value += sign
        return value

    def crossing(self, centre: float, step: float, threshold: float) -> float:
        near, far = centre, centre + 2.0 * step
        while self.fall(far) < threshold:
            if abs(far - centre) > _FARTHEST:
                return float(np.copysign(np.inf, step))
            near, far = far, far + step
        root = brentq(lambda b: self.fall(b) - threshold, near, far, xtol=1e-11, rtol=1e-13)
        return float(root)
