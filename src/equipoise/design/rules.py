"""Rules for a bound beside error spending: given on a scale, capped, or holding at some looks only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equipoise import _check
from equipoise.design.classical import HaybittlePeto, Shape
from equipoise.design.futility_scales import FutilityScale
from equipoise.errors import ArgumentError
from equipoise.numerics import normal
from equipoise.numerics.spending import Spending

if TYPE_CHECKING:
    from equipoise._check import FloatArray


def _per_look(name: str, values: float | tuple[float, ...], looks: int | None, held: int) -> FloatArray:
    """Values of the looks held so far, given once for all looks or once for each look planned."""
    given = np.atleast_1d(np.asarray(values, dtype=np.float64))
    if given.size == 1:
        return np.full(held, given[0])
    if given.size < held or (looks is not None and given.size != looks):
        raise ArgumentError(
            name,
            values,
            f"must hold one number, or one for each of the {looks or held} looks",
            "Use inf at a look without bound (-inf for futility and harm).",
        )
    return given[:held]


@dataclass(frozen=True, slots=True)
class GivenZ:
    """Bounds given as z, one number or one a look: as published, or as used before.

    For futility and harm a look without bound has -inf, for efficacy inf.
    """

    z: float | tuple[float, ...]

    def __post_init__(self) -> None:
        """Check the values."""
        if np.isnan(np.asarray(self.z, dtype=np.float64)).any():
            raise ArgumentError("z", self.z, "must hold numbers", "Use inf or -inf at a look without bound.")

    def bounds(self, looks: int | None, held: int) -> FloatArray:
        """The bounds as z of the looks held, of all looks planned (None: not known), shape (held,)."""
        return _per_look("z", self.z, looks, held)


@dataclass(frozen=True, slots=True)
class GivenP:
    """Bounds given as one-sided p under the null for benefit, one number or one a look: z = Phi^-1(1 - p).

    A futility rule "stop when the one-sided p is above 0.5" is GivenP(0.5), the bound z = 0.
    """

    p: float | tuple[float, ...]

    def __post_init__(self) -> None:
        """Check the values."""
        for p in np.atleast_1d(np.asarray(self.p, dtype=np.float64)):
            _check.fraction("p", p, "Give one-sided p for benefit; 1 at a look without futility bound.")

    def bounds(self, looks: int | None, held: int) -> FloatArray:
        """The bounds as z of the looks held, of all looks planned (None: not known), shape (held,)."""
        return normal.upper_quantile(_per_look("p", self.p, looks, held))


FutilityP = GivenP
FutilityZ = GivenZ


@dataclass(frozen=True, slots=True)
class Capped:
    """Spending with bounds of at most z: where more is asked, z is used and the alpha it costs is counted.

    The later bounds are solved with what is left, so that the total is exact. A cap so low that nothing
    would be left is refused in a design; at an interim look the bound stays above it, and alpha is kept.
    """

    spending: Spending
    z: float

    def __post_init__(self) -> None:
        """Check the parts."""
        _check.positive("z", self.z)
        require_spending("spending", self.spending)


Rule = Spending | GivenZ | GivenP | Capped | Shape | HaybittlePeto | FutilityScale


@dataclass(frozen=True, slots=True)
class At:
    """A rule that holds at some looks only, counted from 1; elsewhere nothing is spent, no bound stands."""

    rule: Rule
    looks: tuple[int, ...]

    def __post_init__(self) -> None:
        """Check the looks."""
        if not self.looks or any(int(look) != look or look < 1 for look in self.looks):
            raise ArgumentError(
                "looks", self.looks, "must hold look numbers from 1", "For no look at all give None."
            )
        if len(set(self.looks)) != len(self.looks):
            raise ArgumentError("looks", self.looks, "must name each look once")


def require_spending(name: str, rule: object) -> None:
    """Refuse what is not a spending function."""
    if isinstance(rule, type) or not isinstance(rule, Spending):
        raise ArgumentError(
            name,
            rule,
            "must be a spending function",
            "For example LanDeMetsOBrienFleming() or HwangShihDeCani(gamma=-4), with the brackets.",
        )
