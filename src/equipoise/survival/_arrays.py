"""Times, events, weights and groups as they come in at the door: any array, list or dataframe column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise import _check
from equipoise.errors import ArgumentError
from equipoise.survival._distinct import distinct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

FloatArray = np.ndarray[Any, np.dtype[np.float64]]
IntArray = np.ndarray[Any, np.dtype[np.int64]]
BoolArray = np.ndarray[Any, np.dtype[np.bool_]]
BitArray = np.ndarray[Any, np.dtype[np.uint64]]


@dataclass(frozen=True, slots=True)
class Levels:
    """A grouping: `codes` (n,) point into `labels`; `ordered` says whether their order means something."""

    codes: IntArray
    labels: tuple[Any, ...]
    ordered: bool


def times(name: str, values: object) -> FloatArray:
    """Times of 0 or more, shape (n,), n at least 1."""
    x = _check.numbers(name, values, "Leave out, or repair, subjects without a time.")
    if x.size == 0:
        raise ArgumentError(name, (), "must hold at least one subject")
    if x.min() < 0.0:
        first = int(np.argmax(x < 0.0))
        raise ArgumentError(f"{name}[{first}]", float(x[first]), "must be 0 or more", "Is the origin right?")
    checked: FloatArray = for_kernels(x)
    return checked


def for_kernels(x: NDArray[Any]) -> Any:
    """The same values, contiguous and writeable, for which alone kernels are compiled beforehand."""
    if x.flags.c_contiguous and x.flags.writeable:
        return x
    return np.require(x, requirements=("C", "W"))


def events(name: str, values: object) -> BoolArray:
    """True where the event was observed; only True, False, 1 and 0 are understood."""
    x = np.asarray(values)
    remedy = "True or 1 means the event was observed (ADaM's CNSR says the opposite)."
    if x.ndim != 1:
        raise ArgumentError(name, values, f"must have one dimension, not {x.ndim}", remedy)
    if x.dtype == np.bool_:
        events_seen: BoolArray = for_kernels(x)
        return events_seen
    if x.dtype.kind not in "iuf":
        x = np.asarray(x, dtype=object)
    bad = np.flatnonzero(~((x == 0) | (x == 1)))
    if bad.size:
        i = int(bad[0])
        raise ArgumentError(f"{name}[{i}]", x[i : i + 1].tolist()[0], "must be True, False, 1 or 0", remedy)
    return np.asarray(x == 1, dtype=np.bool_)


def entries(entry: object | None, time: FloatArray) -> FloatArray | None:
    """Times of coming under observation, each before the time of leaving it."""
    if entry is None:
        return None
    x = times("entry", entry)
    _check.same_length(time=time, entry=x)
    late = np.flatnonzero(x >= time)
    if late.size:
        i = int(late[0])
        rule = f"must be before time[{i}] = {float(time[i])!r}"
        raise ArgumentError(f"entry[{i}]", float(x[i]), rule, "Leave out subjects who were never at risk.")
    return x


def weights(values: object | None, time: FloatArray) -> FloatArray | None:
    """Case weights above 0."""
    if values is None:
        return None
    x = _check.numbers("weights", values)
    _check.same_length(time=time, weights=x)
    bad = np.flatnonzero(x <= 0.0)
    if bad.size:
        remedy = "Leave out subjects that weigh nothing."
        raise ArgumentError(f"weights[{bad[0]}]", float(x[bad[0]]), "must be above 0", remedy)
    checked: FloatArray = for_kernels(x)
    return checked


def levels(name: str, values: object, time: FloatArray) -> Levels:
    """The grouping that a column makes: declared categories keep their order, anything else is sorted."""
    declared = _declared_order(values)
    x = np.asarray(values)
    if x.ndim != 1:
        raise ArgumentError(name, values, f"must have one dimension, not {x.ndim}")
    _check.same_length(time=time, **{name: x})
    _refuse_missing(name, x)
    labels, codes = distinct(x)
    if declared is None:
        return Levels(codes, tuple(labels.tolist()), ordered=x.dtype.kind in "biuf")
    present = tuple(label for label in declared if label in set(labels.tolist()))
    rank = np.array([present.index(label) for label in labels.tolist()], dtype=np.int64)
    return Levels(rank[codes], present, ordered=True)


def everybody(time: FloatArray) -> Levels:
    """All subjects as one group."""
    return Levels(np.zeros(len(time), dtype=np.int64), ("all",), ordered=True)


def crossed_levels(name: str, columns: object | None, time: FloatArray) -> Levels:
    """Strata: one column, or every column of a table crossed with one another; None is one stratum."""
    if columns is None:
        return everybody(time)
    parts = [levels(name, column, time) for column in _columns(columns)]
    if len(parts) == 1:
        return parts[0]
    joint = np.zeros(len(time), dtype=np.int64)
    for part in parts:
        joint = joint * len(part.labels) + part.codes
    cells, codes = np.unique(joint, return_inverse=True)
    sizes = [len(part.labels) for part in parts]
    labels = tuple(
        tuple(part.labels[i] for part, i in zip(parts, np.unravel_index(cell, sizes), strict=True))
        for cell in cells.tolist()
    )
    return Levels(codes.astype(np.int64, copy=False), labels, ordered=False)


def _columns(values: Any) -> Sequence[object]:
    if hasattr(values, "columns"):
        return [values[name] for name in values.columns]
    x = np.asarray(values)
    return [values] if x.ndim == 1 else [x[:, j] for j in range(x.shape[1])]


def _declared_order(values: Any) -> tuple[object, ...] | None:
    """Categories of an ordered categorical column (polars Enum, pandas ordered Categorical), else None."""
    dtype = getattr(values, "dtype", None)
    categories = getattr(dtype, "categories", None)
    if categories is None or not getattr(dtype, "ordered", type(dtype).__name__ == "Enum"):
        return None
    return tuple(categories.to_list() if hasattr(categories, "to_list") else categories)


def _refuse_missing(name: str, x: NDArray[Any]) -> None:
    missing: BoolArray
    if x.dtype == object:
        missing = np.fromiter((v is None or v != v for v in x.tolist()), dtype=np.bool_, count=len(x))  # noqa: PLR0124 -- only NaN differs from itself
    elif x.dtype.kind == "f":
        missing = np.isnan(x)
    else:
        return
    if missing.any():
        first = int(np.argmax(missing))
        raise ArgumentError(f"{name}[{first}]", x[first], "must not be missing", "Leave out such subjects.")
