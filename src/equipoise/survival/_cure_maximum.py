"""The maximum of a cure model's likelihood, free or along a line, and limits by its profile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import brentq, minimize
from scipy.special import chdtri

from equipoise.errors import ConvergenceError

if TYPE_CHECKING:
    from equipoise.survival._arrays import FloatArray
    from equipoise.survival._cure_likelihood import CureLikelihood

_NEWTON_STEPS = 30
_FARTHEST = 40.0
# Curvature below this share of the whole is none: the likelihood has no top there.
_FLAT = 1e-14


def maximise(
    likelihood: CureLikelihood, start: FloatArray, basis: FloatArray | None = None
) -> tuple[FloatArray, float]:
    """The best theta = start + B phi and its log-likelihood; B None is every direction.

    A trust-region search, then Newton's steps until what they gain is rounding.
    """
    B: FloatArray = np.eye(len(start)) if basis is None else basis

    def fall(phi: FloatArray) -> float:
        return -likelihood.derivatives(start + B @ phi)[0]

    def slope_of_fall(phi: FloatArray) -> FloatArray:
        return np.asarray(-(B.T @ likelihood.derivatives(start + B @ phi)[1]))

    def curve_of_fall(phi: FloatArray) -> FloatArray:
        return np.asarray(-(B.T @ likelihood.derivatives(start + B @ phi)[2] @ B))

    origin: Any = np.zeros(B.shape[1])
    options: Any = {"maxiter": 500, "gtol": 1e-5}
    found = minimize(
        fall, origin, jac=slope_of_fall, hess=curve_of_fall, method="trust-exact", options=options
    )
    theta: FloatArray = start + B @ found.x
    value, gradient, hessian = likelihood.derivatives(theta)
    for _ in range(_NEWTON_STEPS):
        slope, curve = B.T @ gradient, -(B.T @ hessian @ B)
        if np.linalg.eigvalsh(curve)[0] <= _FLAT * float(np.trace(np.abs(curve))):
            break
        move = np.linalg.solve(curve, slope)
        if float(move @ slope) < 1e-22:
            break
        tried = theta + B @ move
        new = likelihood.derivatives(tried)
        if not new[0] >= value - 1e-12 * abs(value):
            break
        theta, (value, gradient, hessian) = tried, new
    return theta, value


def limits_along(
    likelihood: CureLikelihood,
    best: FloatArray,
    loglik: float,
    row: FloatArray,
    *,
    std_err: float,
    level: float,
) -> tuple[float, float]:
    """Where twice the fall of the likelihood, row'theta held, is the chi-square quantile; ±inf if nowhere."""
    threshold = float(chdtri(1, 1.0 - level))
    _, _, across = np.linalg.svd(row[None, :])
    basis, along = across[1:].T, row / float(row @ row)
    centre = float(row @ best)
    ends = []
    for sign in (-1.0, 1.0):
        start = best

        def fall(value: float) -> float:
            nonlocal start
            held = start + along * (value - float(row @ start))
            start, top = maximise(likelihood, held, basis)
            return 2.0 * (loglik - top) - threshold

        near, far = centre, centre + sign * 1.5 * std_err
        while fall(far) < 0.0:
            near, far = far, far + sign * std_err
            if abs(far - centre) > _FARTHEST + 20.0 * std_err:
                far = sign * np.inf
                break
        if np.isinf(far):
            ends.append(float(far))
            continue
        try:
            ends.append(float(brentq(fall, near, far, xtol=1e-10, rtol=1e-12)))
        except (ValueError, RuntimeError):
            raise ConvergenceError(
                f"mixture_cure: the profile likelihood finds no limit between {near:g} and {far:g}. "
                'Ask for ci="logit".'
            ) from None
    return ends[0], ends[1]
