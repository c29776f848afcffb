"""The likelihood of a mixture of the cured and the others, with its slope and curvature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.special import expit, log_ndtr

if TYPE_CHECKING:
    from equipoise.survival._arrays import BoolArray, FloatArray

Latency = Literal["weibull", "log-normal"]

_FAR = 300.0
_HALF_LOG_TWO_PI = 0.5 * float(np.log(2.0 * np.pi))


@dataclass(frozen=True, slots=True)
class CureLikelihood:
    """S(t) = c + (1 - c) S_u(t), logit c = Z b, log T = X a + s W of the uncured; theta = (b, a, log s).

    W is the standard least extreme value (Weibull times) or normal (log-normal times).
    """

    log_time: FloatArray
    event: BoolArray
    Z: FloatArray
    X: FloatArray
    latency: Latency

    def derivatives(self, theta: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        """Log-likelihood with the densities' factor 1/t, its gradient (p,) and Hessian (p, p)."""
        q = self.Z.shape[1]
        eta, mu, tau = self.Z @ theta[:q], self.X @ theta[q:-1], float(theta[-1])
        s = np.exp(tau)
        w = np.clip((self.log_time - mu) / s, -_FAR, _FAR)
        d = self.event
        log_s, ds, dds, log_f, df, ddf = self._of_uncured(w)
        cured = expit(eta)
        u = expit(eta - log_s)
        spread = u * (1.0 - u)
        level = np.where(d, log_f - tau - self.log_time, np.logaddexp(eta, log_s)) - np.logaddexp(0.0, eta)
        g_eta = np.where(d, 0.0, u) - cured
        g_w = np.where(d, df, (1.0 - u) * ds)
        h_ee = np.where(d, 0.0, spread) - cured * (1.0 - cured)
        h_ew = np.where(d, 0.0, -spread * ds)
        h_ww = np.where(d, ddf, (1.0 - u) * dds + spread * ds**2)
        Z, X = self.Z, self.X
        gradient = np.concatenate(
            (Z.T @ g_eta, -(X.T @ g_w) / s, [-float(g_w @ w) - float(np.count_nonzero(d))])
        )
        em = -(Z * h_ew[:, None]).T @ X / s
        et = -(Z.T @ (h_ew * w))[:, None]
        mt = (X.T @ (h_ww * w + g_w))[:, None] / s
        tt = np.array([[float(np.sum(h_ww * w**2 + g_w * w))]])
        hessian = np.block(
            [
                [(Z * h_ee[:, None]).T @ Z, em, et],
                [em.T, (X * h_ww[:, None]).T @ X / s**2, mt],
                [et.T, mt.T, tt],
            ]
        )
        return float(level.sum()), gradient, np.asarray(hessian, dtype=np.float64)

    def _of_uncured(self, w: FloatArray) -> tuple[FloatArray, ...]:
        """Log survival and log density of W, each with two derivatives."""
        if self.latency == "weibull":
            e = np.exp(w)
            return -e, -e, -e, w - e, 1.0 - e, -e
        log_s = log_ndtr(-w)
        log_f = -0.5 * w**2 - _HALF_LOG_TWO_PI
        hazard = np.exp(log_f - log_s)
        return log_s, -hazard, -hazard * (hazard - w), log_f, -w, np.full_like(w, -1.0)

    def survival_of_uncured(self, theta: FloatArray) -> FloatArray:
        """S_u at each subject's time."""
        q = self.Z.shape[1]
        w = (self.log_time - self.X @ theta[q:-1]) / np.exp(theta[-1])
        out: FloatArray = (
            np.exp(-np.exp(np.minimum(w, _FAR))) if self.latency == "weibull" else np.exp(log_ndtr(-w))
        )
        return out
