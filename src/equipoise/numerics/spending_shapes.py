"""Spending functions by points and pieces, and functions that hold back or hurry another one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise import _check
from equipoise.errors import ArgumentError
from equipoise.numerics.spending import Spending, fractions

if TYPE_CHECKING:
    from collections.abc import Callable

    from equipoise._check import FloatArray

SAME_FRACTION = 1e-9
GRID = 101


def _require_points(t: tuple[float, ...], share: tuple[float, ...]) -> None:
    """Fractions that rise within (0, 1] and shares of the error that never fall within 0 and 1."""
    times, shares = _check.increasing("t", t, per="point"), _check.numbers("share", share)
    if times.size == 0 or times[0] <= 0.0 or times[-1] > 1.0:
        raise ArgumentError("t", t, "must lie above 0 and not above 1")
    if shares.size != times.size:
        raise ArgumentError("share", share, f"must hold one share for each of {times.size} fractions")
    if (np.diff(shares, prepend=0.0) < 0.0).any() or shares[-1] > 1.0:
        raise ArgumentError("share", share, "must rise from point to point within 0 and 1")


def _require_spending(name: str, rule: object) -> None:
    if isinstance(rule, type) or not isinstance(rule, Spending):
        raise ArgumentError(name, rule, "must be a spending function", "For example KimDeMets(rho=2).")


def _require_range(first: float, last: float) -> None:
    _check.fraction("first", first)
    _check.fraction("last", last)
    if not first < last:
        raise ArgumentError("last", last, f"must lie above first ({first!r})")


@dataclass(frozen=True, slots=True)
class LinearSpending:
    """Shares of the error at given fractions, straight lines between, from (0, 0) to (1, 1)."""

    t: tuple[float, ...]
    share: tuple[float, ...]

    def __post_init__(self) -> None:
        """Check the points."""
        _require_points(self.t, self.share)
        if self.t[-1] == 1.0 and self.share[-1] != 1.0:
            raise ArgumentError("share", self.share, "must end with 1 at fraction 1")

    def spent(self, t: FloatArray, alpha: float) -> FloatArray:
        """Cumulative error spent at information fractions t, shape (K,)."""
        return np.asarray(alpha * np.interp(fractions(t), (0.0, *self.t, 1.0), (0.0, *self.share, 1.0)))


@dataclass(frozen=True, slots=True)
class SteppedSpending:
    """Shares of the error that may be used from given fractions on, nothing more between, all at 1."""

    t: tuple[float, ...]
    share: tuple[float, ...]

    def __post_init__(self) -> None:
        """Check the points."""
        _require_points(self.t, self.share)

    def spent(self, t: FloatArray, alpha: float) -> FloatArray:
        """Cumulative error spent at information fractions t, shape (K,)."""
        used = fractions(t)
        step = np.searchsorted(self.t, used + SAME_FRACTION, side="right")
        return np.asarray(alpha * np.where(used >= 1.0, 1.0, np.asarray((0.0, *self.share))[step]))


@dataclass(frozen=True, slots=True)
class PointSpending:
    """Shares of the error for the looks at these fractions and no others."""

    t: tuple[float, ...]
    share: tuple[float, ...]

    def __post_init__(self) -> None:
        """Check the points."""
        _require_points(self.t, self.share)

    def spent(self, t: FloatArray, alpha: float) -> FloatArray:
        """Cumulative error spent at information fractions t, shape (K,); only those given, 0 and 1 on."""
        known, used = np.array((0.0, *self.t, 1.0)), fractions(t)
        nearest = np.abs(np.subtract.outer(used, known)).argmin(axis=-1)
        away = np.abs(known[nearest] - used) > SAME_FRACTION
        if away.any():
            raise ArgumentError(
                "t",
                tuple(np.atleast_1d(used[away]).tolist()),
                f"must be among {self.t}",
                "Use LinearSpending between.",
            )
        return np.asarray(alpha * np.array((0.0, *self.share, 1.0))[nearest])


@dataclass(frozen=True, slots=True)
class UserSpending:
    """A spending function of one's own: function(t) is the share of the error spent by fraction t.

    function takes a vector of fractions and gives a vector; it must rise from 0 at 0 to 1 at 1.
    """

    function: Callable[[FloatArray], FloatArray]

    def __post_init__(self) -> None:
        """Check the function on a grid."""
        share = np.asarray(self.function(np.linspace(0.0, 1.0, GRID)), dtype=np.float64)
        if share.shape != (GRID,) or not np.isfinite(share).all():
            raise ArgumentError("function", self.function, "must give a number for each fraction from 0 to 1")
        if (
            abs(share[0]) > SAME_FRACTION
            or abs(share[-1] - 1.0) > SAME_FRACTION
            or (np.diff(share) < 0.0).any()
        ):
            raise ArgumentError(
                "function", self.function, "must rise from 0 at fraction 0 to 1 at fraction 1"
            )

    def spent(self, t: FloatArray, alpha: float) -> FloatArray:
        """Cumulative error spent at information fractions t, shape (K,)."""
        return np.asarray(alpha * np.clip(self.function(fractions(t)), 0.0, 1.0))


@dataclass(frozen=True, slots=True)
class Trimmed:
    """Another function, but nothing is spent before fraction `first` and everything from `last` on."""

    spending: Spending
    first: float = 0.0
    last: float = 1.0

    def __post_init__(self) -> None:
        """Check the parts."""
        _require_spending("spending", self.spending)
        _require_range(self.first, self.last)

    def spent(self, t: FloatArray, alpha: float) -> FloatArray:
        """Cumulative error spent at information fractions t, shape (K,)."""
        used = fractions(t)
        spent = np.where(used < self.first, 0.0, self.spending.spent(used, alpha))
        return np.where(used >= self.last, alpha, spent)


@dataclass(frozen=True, slots=True)
class Truncated:
    """Another function pressed between fractions `first` and `last`: alpha((t - first) / (last - first))."""

    spending: Spending
    first: float = 0.0
    last: float = 1.0

    def __post_init__(self) -> None:
        """Check the parts."""
        _require_spending("spending", self.spending)
        _require_range(self.first, self.last)

    def spent(self, t: FloatArray, alpha: float) -> FloatArray:
        """Cumulative error spent at information fractions t, shape (K,)."""
        return self.spending.spent(fractions((fractions(t) - self.first) / (self.last - self.first)), alpha)


@dataclass(frozen=True, slots=True)
class Gapped:
    """Another function, but nothing more is spent between fractions `first` and `last`."""

    spending: Spending
    first: float
    last: float

    def __post_init__(self) -> None:
        """Check the parts."""
        _require_spending("spending", self.spending)
        _require_range(self.first, self.last)

    def spent(self, t: FloatArray, alpha: float) -> FloatArray:
        """Cumulative error spent at information fractions t, shape (K,)."""
        used = fractions(t)
        resting = (used > self.first) & (used < self.last)
        return self.spending.spent(np.where(resting, self.first, used), alpha)
