"""Checks of arguments in the field's words: each returns the value it accepts, or raises ArgumentError."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from equipoise.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

T = TypeVar("T")
FloatArray = np.ndarray[Any, np.dtype[np.float64]]


def number(name: str, value: object, remedy: str = "") -> float:
    """A finite number."""
    try:
        x = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise ArgumentError(name, value, "must be a number", remedy) from None
    if not np.isfinite(x):
        raise ArgumentError(name, value, "must be finite", remedy)
    return x


def positive(name: str, value: object, remedy: str = "") -> float:
    """A number above 0."""
    x = number(name, value, remedy)
    if x <= 0.0:
        raise ArgumentError(name, value, "must be above 0", remedy)
    return x


def not_negative(name: str, value: object, remedy: str = "") -> float:
    """A number of 0 or more."""
    x = number(name, value, remedy)
    if x < 0.0:
        raise ArgumentError(name, value, "must be 0 or more", remedy)
    return x


def probability(name: str, value: object, remedy: str = "") -> float:
    """A number strictly between 0 and 1."""
    x = number(name, value, remedy)
    if not 0.0 < x < 1.0:
        raise ArgumentError(name, value, "must lie strictly between 0 and 1", remedy)
    return x


def fraction(name: str, value: object, remedy: str = "") -> float:
    """A number from 0 to 1, both allowed."""
    x = number(name, value, remedy)
    if not 0.0 <= x <= 1.0:
        raise ArgumentError(name, value, "must lie between 0 and 1", remedy)
    return x


def one_of(name: str, value: T, allowed: Collection[T], remedy: str = "") -> T:
    """One of the values listed."""
    if value not in allowed:
        listed = ", ".join(repr(a) for a in allowed)
        raise ArgumentError(name, value, f"must be one of {listed}", remedy)
    return value


def numbers(name: str, values: object, remedy: str = "") -> FloatArray:
    """A vector of finite numbers, shape (n,)."""
    try:
        x = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise ArgumentError(name, values, "must hold numbers only", remedy) from None
    if x.ndim != 1:
        raise ArgumentError(name, values, f"must have one dimension, not {x.ndim}", remedy)
    bad = np.flatnonzero(~np.isfinite(x))
    if bad.size:
        raise ArgumentError(f"{name}[{bad[0]}]", float(x[bad[0]]), "must be finite (nothing missing)", remedy)
    return x


def increasing(name: str, values: object, remedy: str = "", *, per: str = "look") -> FloatArray:
    """A vector of finite numbers that rises strictly."""
    x = numbers(name, values, remedy)
    falls = np.flatnonzero(np.diff(x) <= 0.0)
    if falls.size:
        raise ArgumentError(
            name,
            tuple(x.tolist()),
            f"must increase from {per} to {per} (it does not at {per} {falls[0] + 2})",
            remedy,
        )
    return x


def same_length(**vectors: NDArray[Any] | None) -> int:
    """The common length of the vectors given by name; None is passed over."""
    sizes = {name: len(v) for name, v in vectors.items() if v is not None}
    first = next(iter(sizes))
    for name, size in sizes.items():
        if size != sizes[first]:
            raise ArgumentError(
                name,
                size,
                f"must be as long as {first} ({sizes[first]} subjects)",
                "Do both come from the same table?",
            )
    return sizes[first]
