"""Classical boundaries: a shape over information that one constant sets to the error wanted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np

from equipoise import _check
from equipoise.errors import ArgumentError

if TYPE_CHECKING:
    from equipoise._check import FloatArray


@runtime_checkable
class Shape(Protocol):
    """A boundary z_k = c shape(t_k), c solved so that the error is exact; shape(1) is 1.

    As a futility rule it is drift sqrt(t_k) - c' shape(t_k), meeting the efficacy bound at the last look.
    """

    def shape(self, t: FloatArray) -> FloatArray:
        """Bound at information fractions t relative to the last, shape (K,)."""
        ...


@dataclass(frozen=True, slots=True)
class WangTsiatis:
    """z_k = c t_k^(delta - 1/2): delta = 0 is O'Brien-Fleming, delta = 1/2 Pocock.

    For efficacy and futility together these are the designs of Pampallona and Tsiatis.
    Reference: Wang, Tsiatis (1987), Biometrics 43:193-199; Pampallona, Tsiatis (1994), Journal of
    Statistical Planning and Inference 42:19-35.
    """

    delta: float

    def __post_init__(self) -> None:
        """Check the parameter."""
        _check.number("delta", self.delta)

    def shape(self, t: FloatArray) -> FloatArray:
        """Bound at information fractions t relative to the last, shape (K,)."""
        return np.asarray(t ** (self.delta - 0.5))


@dataclass(frozen=True, slots=True)
class OBrienFleming:
    """z_k = c / sqrt(t_k): the same score at every look.

    Reference: O'Brien, Fleming (1979), Biometrics 35:549-556.
    """

    def shape(self, t: FloatArray) -> FloatArray:
        """Bound at information fractions t relative to the last, shape (K,)."""
        return np.asarray(1.0 / np.sqrt(t))


@dataclass(frozen=True, slots=True)
class Pocock:
    """z_k = c: the same nominal p at every look.

    Reference: Pocock (1977), Biometrika 64:191-199.
    """

    def shape(self, t: FloatArray) -> FloatArray:
        """Bound at information fractions t relative to the last, shape (K,)."""
        return np.ones_like(t)


@dataclass(frozen=True, slots=True)
class UnifiedFamily:
    """Estimate at the bound proportional to a + t^-p (1 - t)^r, so z_k to that times sqrt(t_k).

    (p, r, a) = (1, 0, 0) is O'Brien-Fleming, (1/2, 0, 0) Pocock, (1, 0, 1) triangular. With r > 0 the bound
    is a times sqrt(t) at the end, so a must be above 0.
    Reference: Kittelson, Emerson (1999), Biometrics 55:874-882.
    """

    p: float
    r: float = 0.0
    a: float = 0.0

    def __post_init__(self) -> None:
        """Check the parameters."""
        _check.not_negative("p", self.p)
        _check.not_negative("r", self.r)
        _check.not_negative("a", self.a)
        if self.r > 0.0 and self.a == 0.0:
            raise ArgumentError("a", self.a, "must be above 0 where r is", "The last bound would be 0.")

    def shape(self, t: FloatArray) -> FloatArray:
        """Bound at information fractions t relative to the last, shape (K,)."""
        last = self.a + (1.0 if self.r == 0.0 else 0.0)
        left = np.maximum(1.0 - t, 0.0)
        return np.asarray((self.a + t**-self.p * left**self.r) * np.sqrt(t) / last)


@dataclass(frozen=True, slots=True)
class Triangular:
    """Straight lines in the score: S = c (1 + t) / 2, for efficacy and futility a triangle.

    The constants are exact for the looks held; Whitehead's own bounds take continuous looks and move the
    lines in by 0.583 sd of the increments, which is near.
    Reference: Whitehead, Stratton (1983), Biometrics 39:227-236.
    """

    def shape(self, t: FloatArray) -> FloatArray:
        """Bound at information fractions t relative to the last, shape (K,)."""
        return np.asarray(0.5 * (1.0 + t) / np.sqrt(t))


@dataclass(frozen=True, slots=True)
class HaybittlePeto:
    """z_k = z at every interim look.

    With `adjusted` the last bound is solved so that the error is exact; without, it is that of a design with
    one look, and the error is a little more than alpha.
    Reference: Haybittle (1971), British Journal of Radiology 44:793-797; Peto and others (1976), British
    Journal of Cancer 34:585-612.
    """

    z: float = 3.0
    adjusted: bool = True

    def __post_init__(self) -> None:
        """Check the bound."""
        _check.positive("z", self.z)
