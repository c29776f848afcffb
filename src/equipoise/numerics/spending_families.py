"""Spending functions made from distribution functions: two numbers bend them through two chosen points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
from scipy.special import betainc, logit, ndtr, ndtri, stdtr, stdtrit

from equipoise import _check
from equipoise.errors import ArgumentError
from equipoise.numerics.spending import fractions

if TYPE_CHECKING:
    from collections.abc import Callable

    from equipoise._check import FloatArray

Point = tuple[float, float]


def _line_through(
    first: Point, second: Point, quantile: Callable[[FloatArray], FloatArray]
) -> tuple[float, float]:
    """Intercept a and slope b with F(a + b F^-1(t)) = share at both points."""
    for name, point in (("first", first), ("second", second)):
        for value in point:
            _check.probability(name, value, "Give (information fraction, share of the error spent by then).")
    if not (first[0] < second[0] and first[1] < second[1]):
        raise ArgumentError("second", second, f"must lie after {first!r} in fraction and in share")
    t = quantile(np.array([first[0], second[0]]))
    u = quantile(np.array([first[1], second[1]]))
    b = float((u[1] - u[0]) / (t[1] - t[0]))
    return float(u[0] - b * t[0]), b


def _spent(
    t: FloatArray,
    alpha: float,
    line: tuple[float, float],
    cdf: Callable[[FloatArray], FloatArray],
    quantile: Callable[[FloatArray], FloatArray],
) -> FloatArray:
    """Alpha times F(a + b F^-1(t)), 0 at t = 0 and alpha from t = 1 on."""
    a, b = line
    with np.errstate(divide="ignore"):
        return np.asarray(alpha * cdf(a + b * quantile(fractions(t))))


def _expit(x: FloatArray) -> FloatArray:
    """1 / (1 + exp(-x)) with relative accuracy on the left."""
    with np.errstate(over="ignore"):
        return np.asarray(1.0 / (1.0 + np.exp(-x)))


def _logit(p: FloatArray) -> FloatArray:
    return np.asarray(logit(p))


def _cauchy_cdf(x: FloatArray) -> FloatArray:
    """Distribution function of Cauchy's distribution with relative accuracy on the left."""
    with np.errstate(divide="ignore"):
        near = 0.5 + np.arctan(x) / np.pi
        left = np.arctan(-1.0 / np.where(x == 0.0, -1.0, x)) / np.pi
    return np.asarray(np.where(x < -1.0, left, near))


def _cauchy_quantile(p: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore", over="ignore"):
        inner = -1.0 / np.tan(np.pi * p)
    return np.asarray(np.where(p <= 0.0, -np.inf, np.where(p >= 1.0, np.inf, inner)))


@dataclass(frozen=True, slots=True)
class LogisticSpending:
    """alpha(t) = alpha expit(a + b logit(t)), b > 0.

    Reference: Anderson, Clark (2010), Statistics in Medicine 29:321-327.
    """

    a: float
    b: float

    def __post_init__(self) -> None:
        """Check the parameters."""
        _check.number("a", self.a)
        _check.positive("b", self.b)

    @classmethod
    def through(cls, first: Point, second: Point) -> Self:
        """The member that has spent these shares of alpha: each point (fraction, share)."""
        return cls(*_line_through(first, second, _logit))

    def spent(self, t: FloatArray, alpha: float) -> FloatArray:
        """Cumulative error spent at information fractions t, shape (K,)."""
        return _spent(t, alpha, (self.a, self.b), _expit, _logit)


@dataclass(frozen=True, slots=True)
class NormalSpending:
    """alpha(t) = alpha Phi(a + b Phi^-1(t)), b > 0.

    Reference: Anderson, Clark (2010), Statistics in Medicine 29:321-327.
    """

    a: float
    b: float

    def __post_init__(self) -> None:
        """Check the parameters."""
        _check.number("a", self.a)
        _check.positive("b", self.b)

    @classmethod
    def through(cls, first: Point, second: Point) -> Self:
        """The member that has spent these shares of alpha: each point (fraction, share)."""
        return cls(*_line_through(first, second, lambda p: np.asarray(ndtri(p))))

    def spent(self, t: FloatArray, alpha: float) -> FloatArray:
        """Cumulative error spent at information fractions t, shape (K,)."""
        return _spent(
            t, alpha, (self.a, self.b), lambda x: np.asarray(ndtr(x)), lambda p: np.asarray(ndtri(p))
        )


@dataclass(frozen=True, slots=True)
class CauchySpending:
    """alpha(t) = alpha F(a + b F^-1(t)) with F of Cauchy's distribution, b > 0.

    Reference: Anderson, Clark (2010), Statistics in Medicine 29:321-327.
    """

    a: float
    b: float

    def __post_init__(self) -> None:
        """Check the parameters."""
        _check.number("a", self.a)
        _check.positive("b", self.b)

    @classmethod
    def through(cls, first: Point, second: Point) -> Self:
        """The member that has spent these shares of alpha: each point (fraction, share)."""
        return cls(*_line_through(first, second, _cauchy_quantile))

    def spent(self, t: FloatArray, alpha: float) -> FloatArray:
        """Cumulative error spent at information fractions t, shape (K,)."""
        return _spent(t, alpha, (self.a, self.b), _cauchy_cdf, _cauchy_quantile)


@dataclass(frozen=True, slots=True)
class StudentSpending:
    """alpha(t) = alpha F(a + b F^-1(t)) with F of Student's t distribution on `df` degrees of freedom, b > 0.

    Reference: Anderson, Clark (2010), Statistics in Medicine 29:321-327.
    """

    a: float
    b: float
    df: float

    def __post_init__(self) -> None:
        """Check the parameters."""
        _check.number("a", self.a)
        _check.positive("b", self.b)
        _check.positive("df", self.df)

    @classmethod
    def through(cls, first: Point, second: Point, *, df: float) -> Self:
        """The member that has spent these shares of alpha: each point (fraction, share)."""
        _check.positive("df", df)
        return cls(*_line_through(first, second, lambda p: np.asarray(stdtrit(df, p))), df)

    def spent(self, t: FloatArray, alpha: float) -> FloatArray:
        """Cumulative error spent at information fractions t, shape (K,)."""
        return _spent(t, alpha, (self.a, self.b), self._cdf, self._quantile)

    def _cdf(self, x: FloatArray) -> FloatArray:
        inner = stdtr(self.df, np.where(np.isfinite(x), x, 0.0))
        return np.asarray(np.where(np.isfinite(x), inner, x > 0.0))

    def _quantile(self, p: FloatArray) -> FloatArray:
        inside = (p > 0.0) & (p < 1.0)
        inner = stdtrit(self.df, np.where(inside, p, 0.5))
        return np.asarray(np.where(inside, inner, np.where(p > 0.0, np.inf, -np.inf)))


@dataclass(frozen=True, slots=True)
class BetaSpending:
    """alpha(t) = alpha I_t(a, b), the regularised incomplete beta function; a, b > 0.

    Reference: Anderson, Clark (2010), Statistics in Medicine 29:321-327.
    """

    a: float
    b: float

    def __post_init__(self) -> None:
        """Check the parameters."""
        _check.positive("a", self.a)
        _check.positive("b", self.b)

    def spent(self, t: FloatArray, alpha: float) -> FloatArray:
        """Cumulative error spent at information fractions t, shape (K,)."""
        return np.asarray(alpha * betainc(self.a, self.b, fractions(t)))


@dataclass(frozen=True, slots=True)
class ExponentialSpending:
    """alpha(t) = alpha^(t^-nu), nu > 0: nu = 0.75 is close to O'Brien-Fleming.

    Reference: Anderson, Clark (2010), Statistics in Medicine 29:321-327.
    """

    nu: float

    def __post_init__(self) -> None:
        """Check the parameter."""
        _check.positive("nu", self.nu)

    def spent(self, t: FloatArray, alpha: float) -> FloatArray:
        """Cumulative error spent at information fractions t, shape (K,)."""
        with np.errstate(divide="ignore"):
            return np.asarray(alpha ** (fractions(t) ** -self.nu))
